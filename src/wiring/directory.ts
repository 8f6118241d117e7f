// The APIs of people, groups and accounts, and what people are mailed by whoever looks after them.
import type { Context } from 'koa'
import { AssignmentPages, Explorer, Held } from '../domain/access/index.js'
import { userPrincipal } from '../domain/authentication/index.js'
import { GroupNesting } from '../domain/directory/index.js'
import { Invitations, mailReset, MailedLinks, personAsOwner } from '../domain/recovery/index.js'
import { directoryOperations, identityStoreService, type PeoplesLetters } from '../http/aws/identity-store/index.js'
import { accountsOperations, organizationsService } from '../http/aws/organizations/index.js'
import { jsonForPages, type Permissions } from '../http/aws/protocol/index.js'
import type { Organization } from '../domain/settings/index.js'
import { EventsAbout } from '../platform/audit/index.js'
import { masked } from '../platform/mail/index.js'
import { closeAccount } from './closing.js'
import type { Incidents } from './incidents.js'
import type { Letters } from './letters.js'
import type { Rooms } from './rooms.js'

type Common = Omit<Rooms, 'organization'> & { permissions: Permissions; managementAccount: () => Promise<string | undefined>; organization: () => Promise<Organization> }

/** How many of the assignments that go with an account its event names. */
const mostTold = 1000

/** Builds the Identity Store and Organizations. */
export function openDirectory(rooms: Common, letters: Letters, { personSessions }: Pick<Incidents, 'personSessions'>) {
  const { database } = rooms
  const explorer = new Explorer(database, rooms.clock)
  const assignmentPages = new AssignmentPages(database)
  const people = { ...rooms, nesting: new GroupNesting(database), held: new Held(database), explorer, eventsAbout: new EventsAbout(database), letters: peoplesLetters(rooms, letters), personSessions, endEverything: letters.endEverythingOf }
  const accounts = {
    ...rooms, closeAccount: (id: string) => closeAccount(rooms, id), countIn: (id: string) => rooms.iam.summaryOf(id), countPeople: (accountId: string) => explorer.countPeople({ accountId }),
    assignmentsIn: async (accountId: string) => (await assignmentPages.named({ accountId, limit: mostTold })).items.map(({ permissionSetName, principal, principalName }) => ({ permissionSet: permissionSetName, principal: principalName ?? principal.id })),
    changeRootAddress: (ctx: Context, id: string, email: string) => letters.rootAddresses.change(id, email, (tx, { was, is }) =>
      letters.notifyRoot(ctx, id, { letter: 'address-changed', to: was, was, is: masked(is), about: { address: { was, is } } }, tx)),
  }
  return {
    jsonServices: [identityStoreService(people), organizationsService(accounts)] as const,
    adminPages: { directory: jsonForPages(directoryOperations(people)), accounts: jsonForPages(accountsOperations(accounts)) },
  }
}

const peoplesLetters = ({ database, mail, clock }: Pick<Rooms, 'database' | 'mail' | 'clock'>, { notify }: Pick<Letters, 'notify'>): PeoplesLetters => ({
  invite: (tx, user) => Invitations.invite(tx, user, { mail, clock }),
  reset: (tx, user) => mailReset(tx, personAsOwner(user), { mail, clock }),
  voidMailedTo: (tx, userId, address) => new MailedLinks(tx, clock).voidMailedTo(userPrincipal(userId), address),
  tellRemoved: (ctx, userId, factor, tx) => notify(ctx, userId, { letter: 'factor-removed', factor }, tx),
  wasInvited: (userId) => new MailedLinks(database, clock).wasInvited(userPrincipal(userId)),
})
