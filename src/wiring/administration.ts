// The APIs from which the organization is administered: the same operations for their clients and for pages.
import { ApplicationChanges, Applications, Assigning, AssignmentPages, AssignmentRequests, Assignments, ClientSecrets, Explorer, Holders, missingReferences, PermissionSetChanges, Previews, TrustedTokenIssuers, type PermissionSet, type Principal } from '../domain/access/index.js'
import { Health } from '../domain/health/index.js'
import { Organizations, SavedViews, type InstanceSettings, type Organization } from '../domain/settings/index.js'
import { MetadataFetches } from '../domain/identity-sources/index.js'
import { RuleChanges, Rules } from '../domain/requests/index.js'
import { identitySourceOperations } from '../http/aws/identity-sources/index.js'
import { accessRequestOperations } from '../http/aws/access-requests/index.js'
import { settingsOperations } from '../http/aws/settings/index.js'
import { ssoAdminOperations, ssoAdminService } from '../http/aws/sso-admin/index.js'
import { trailForPages } from '../http/aws/trail/index.js'
import { jsonForPages, type Permissions } from '../http/aws/protocol/index.js'
import { mailState, type QueuedMail } from '../platform/mail/index.js'
import { Refusal } from '../platform/errors.js'
import { openDirectory } from './directory.js'
import { addressesOfSources, sourceTestsOf, type Background } from './identity-sources.js'
import type { Incidents } from './incidents.js'
import type { Letters } from './letters.js'
import type { Rooms } from './rooms.js'

/** Builds the services of JSON 1.1. */
export function openAdministration(rooms: Rooms, permissions: Permissions, letters: Letters, { deletedSources, sourceSyncs, ...incidents }: Incidents & Background) {
  const { trail, accounts, organization, database, requests, requestHistory, users } = rooms
  const health = new Health(database, rooms.clock)
  const common = { permissions, trail, managementAccount: async () => (await accounts.findManagement())?.id, organization: () => organization.get() }
  const ssoAdmin = { ...ssoAdminRooms(rooms, common), ...incidents, health }
  const directory = openDirectory({ ...rooms, ...common, health }, letters, incidents)
  const asked = jsonForPages(accessRequestOperations({ ...common, steps: requests, history: requestHistory, rules: new Rules(database), findUser: (id) => users.find(id) }))
  const adminPages = { ssoAdmin: jsonForPages(ssoAdminOperations(ssoAdmin)), requests: asked, ...directory.adminPages, settings: jsonForPages(settingsOperations(settingsRooms(rooms, common))), sources: jsonForPages(identitySourceOperations({ ...sourceRooms(rooms, common), deletedSources, syncs: sourceSyncs })) }
  return { jsonServices: [ssoAdminService(ssoAdmin), ...directory.jsonServices] as const, adminPages, health, trailPages: trailForPages(trailRooms(rooms, common)) }
}

interface Common {
  permissions: Permissions
  trail: Rooms['trail']
  managementAccount: () => Promise<string | undefined>
  organization: () => Promise<Organization>
}

const trailRooms = ({ database, clock, users, audit }: Rooms, common: Common) => ({ ...common, sql: database, users, views: new SavedViews(database, clock), verifications: audit.verifications })

const sourceRooms = (rooms: Rooms, common: Common) => {
  const { database, clock, identitySources, sourceCertificates, metadataRefresh, outbound, users, budgets, settings: { config: { publicUrl } } } = rooms
  return {
    ...common, sql: database, clock, sources: identitySources, findUser: (id: string) => users.find(id), ...addressesOfSources(publicUrl), certificates: sourceCertificates, refresh: metadataRefresh, fetches: new MetadataFetches(database, clock), outbound,
    budgets, tests: sourceTestsOf(rooms), testPageOf: (id: string) => `/admin/identity-sources/${id}/test`,
  }
}

const settingsRooms = ({ database, clock, organization, sender, mail, signingKeys, keyFetches, samlKeys, keyTurns, settings: { secrets: { smtpUrl } } }: Rooms, common: Common) => ({
  ...common, database, sender, signingKeys, keyFetches, samlKeys, keyTurns, isMailSent: smtpUrl !== undefined,
  currentOrganization: async () => await new Organizations(database).find() ?? refuseEmpty(),
  forget: () => organization.forget(),
  mailState: () => mailState(database, clock),
  sendMail: (letter: QueuedMail) => database.transaction((tx) => mail.queue(tx, letter)),
})

function ssoAdminRooms({ settings: { config: { region } }, database, clock, permissionSets, accounts, users, groups, assignmentJobs, endIssued }: Rooms, common: Common) {
  const organizations = new Organizations(database)
  return {
    ...common, region, clock, permissionSets, assignmentJobs,
    currentOrganization: async () => await organizations.find() ?? refuseEmpty(),
    changeInstance: (make: (settings: InstanceSettings) => InstanceSettings) => Organizations.changeInstance(database, make),
    permissionSetChanges: new PermissionSetChanges(database),
    ruleChanges: new RuleChanges(database),
    missingReferences: (set: PermissionSet) => missingReferences(database, set),
    assigning: new Assigning({ database, clock, endIssued }),
    assignments: new Assignments(database),
    assignmentPages: new AssignmentPages(database),
    assignmentRequests: new AssignmentRequests(database, clock),
    applications: new Applications(database),
    applicationChanges: new ApplicationChanges(database),
    previews: new Previews(database, clock),
    explorer: new Explorer(database, clock),
    holders: new Holders(database, clock),
    clientSecrets: new ClientSecrets(database, clock),
    issuers: new TrustedTokenIssuers(database, clock),
    findAccount: (id: string) => accounts.find(id),
    findPrincipal: ({ type, id }: Principal) => (type === 'USER' ? users.find(id) : groups.find(id)),
    findPrincipals: (principals: readonly Principal[]) => new AssignmentPages(database).principalsAmong(principals),
  }
}

function refuseEmpty(): never {
  throw new Refusal('unavailable', 'Gatehouse has not been set up yet.')
}
