// The organization as the database has it: a snapshot by names, and the ids behind the names for whoever writes.
import { Applications, Assignments, hashClientSecret, PermissionSets, secretHashesAt, type Application, type PermissionSet, type Principal } from '../access/index.js'
import { Accounts } from '../accounts/index.js'
import { hashForm, iamUserPrincipal, Passwords, rootPrincipal, userPrincipal, type PasswordHashes, type StoredPassword } from '../authentication/index.js'
import { DeletedUsers, Groups, Users, type Group, type User } from '../directory/index.js'
import { MailedLinks } from '../recovery/index.js'
import { Organizations, type Organization } from '../settings/index.js'
import { systemClock } from '../../platform/clock.js'
import type { Executor } from '../../platform/storage/database.js'
import { within } from '../../platform/storage/store.js'
import { readInside, type KnownInside } from './iam-stored.js'
import { settingsState } from './application-settings.js'
import { readIdentities } from './identities.js'
import { instanceState } from './instance.js'
import { readIssuers } from './issuers.js'
import { fold } from './raw.js'
import { readRequestable } from './requestable.js'
import { readSources, type SourceSealer } from './source-states.js'
import { readViews } from './saved-views.js'
import { nothingYet, type ApplicationState, type MemberState, type OrganizationState, type PermissionSetState, type SecretsInForce, type Snapshot, type UserState } from './snapshot.js'

/** Verifies a password against a kept hash. */
export type Verify = PasswordHashes['verify']

/** What is behind each name, by folded name. */
export interface Known {
  users: Map<string, string>
  groups: Map<string, string>
  permissionSets: Map<string, string>
  applications: Map<string, Application>
  issuers: Map<string, string>
  sources: Map<string, string>
  inside: KnownInside
}

export interface Stored {
  snapshot: Snapshot
  known: Known
}

/** Reads the whole organization. */
export async function readStored(sql: Executor, hashes: PasswordHashes, verify: Verify, sealer: SourceSealer | undefined): Promise<Stored> {
  const organization = await new Organizations(sql).find()
  const accounts = await new Accounts(sql).list()
  const users = await new Users(sql).list()
  const passwords = new Map((await new Passwords(sql, hashes).list()).map((password) => [password.principal, password]))
  const invited = new Set(await new MailedLinks(sql).listInvited())
  const groups = await new Groups(sql).list()
  const permissionSets = await new PermissionSets(sql).list()
  const rules = await readRequestable(sql, groups)
  const applications = await new Applications(sql).list()
  const issuers = await readIssuers(sql)
  const sources = await readSources(sql, sealer)
  const identities = await readIdentities(sql, new Map([...sources.ids].map(([name, id]) => [id, sources.states.find((one) => fold(one.name) === name)!.name])), groups)
  const { states, inside } = await readInside(sql, passwords)
  const known: Known = {
    inside,
    issuers: issuers.ids,
    sources: sources.ids,
    users: new Map(users.map(({ userName, id }) => [fold(userName), id])),
    groups: new Map(groups.map(({ displayName, id }) => [fold(displayName), id])),
    permissionSets: new Map(permissionSets.map(({ name, id }) => [fold(name), id])),
    applications: new Map(applications.map((application) => [fold(application.name), application])),
  }
  const nameOf = naming(users, groups)
  const snapshot: Snapshot = {
    ...(organization ? stateOf(organization) : nothingYet()),
    ...states,
    accounts: accounts.map(({ id, name, alias, email, management, tags }) => ({ id, name, ...(alias !== undefined && { alias }), email, management, ...(Object.keys(tags).length > 0 && { tags }), ...(passwords.has(rootPrincipal(id)) && { hasRootPassword: true }) })),
    users: users.map((user) => ({ ...userState(user, passwords.get(userPrincipal(user.id)), invited.has(userPrincipal(user.id))), ...(identities.has(user.id) && { identities: identities.get(user.id)! }) })),
    groups: await groupStates(sql, groups, nameOf),
    permissionSets: permissionSets.map((set) => ({ ...setState(set), ...(rules.has(set.id) && { requestable: rules.get(set.id)! }) })),
    assignments: await assignmentStates(sql, new Map(permissionSets.map(({ id, name }) => [id, name])), nameOf),
    trustedTokenIssuers: issuers.states,
    applications: await applicationStates(sql, applications, nameOf, issuers),
    identitySources: sources.states,
    savedViews: await readViews(sql),
    reserved: await new DeletedUsers(within(sql)).listNames(),
    secrets: { ...secretsInForce(known, passwords, verify), matchesSourceSecret: sources.matches },
  }
  return { snapshot, known }
}

type NameOf = (principal: Principal) => MemberState[]

/** Names a principal, or nobody where it has gone since it was listed. */
function naming(users: User[], groups: Group[]): NameOf {
  const userNames = new Map(users.map(({ id, userName }) => [id, userName]))
  const groupNames = new Map(groups.map(({ id, displayName }) => [id, displayName]))
  return ({ type, id }) => {
    const name = type === 'USER' ? userNames.get(id) : groupNames.get(id)
    if (name === undefined) return []
    return [type === 'USER' ? { user: name } : { group: name }]
  }
}

/** The organization by names, without its instance. */
export const organizationState = ({ id, name, portalSubdomain, startUrlAliases, portalSession, mfa }: Organization): OrganizationState =>
  ({ directoryId: id, name, startUrlAliases, portalSession, mfa, ...(portalSubdomain !== undefined && { portalSubdomain }) })

const stateOf = (organization: Organization): Pick<Snapshot, 'organization' | 'settings'> =>
  ({ organization: { ...organizationState(organization), ...instanceState(organization.instance) }, settings: organization.settings })

function userState({ userName, displayName, givenName, familyName, emails, active, profile, externalIds }: User, password: StoredPassword | undefined, isInvited: boolean): UserState {
  const imported = password && hashForm(password.hash) !== 'keyed-bcrypt' ? 'imported' : 'own'
  const more = { ...(Object.keys(profile).length > 0 && { profile }), ...(externalIds.length > 0 && { externalIds }) }
  return { userName, displayName, givenName, familyName, emails, active, ...more, password: !password ? (isInvited ? 'invited' : 'none') : password.oneTime ? 'one-time' : imported }
}

const setState = ({ name, description, sessionDuration, relayState, managedPolicies, customerPolicies, inlinePolicy, permissionsBoundary, tags }: PermissionSet): PermissionSetState => ({
  name, description, sessionDuration, relayState, managedPolicies, inlinePolicy, permissionsBoundary,
  ...(customerPolicies.length > 0 && { customerManagedPolicies: customerPolicies }), ...(Object.keys(tags).length > 0 && { tags }),
})

function gathered<Key>(entries: Iterable<[Key, MemberState[]]>): Map<Key, MemberState[]> {
  const lists = new Map<Key, MemberState[]>()
  for (const [key, members] of entries) {
    const list = lists.get(key)
    if (list) list.push(...members)
    else lists.set(key, members)
  }
  return lists
}

async function groupStates(sql: Executor, groups: Group[], nameOf: NameOf): Promise<Snapshot['groups']> {
  const memberships = await new Groups(sql).listMemberships()
  const members = gathered(memberships.map(({ groupId, member }) => [groupId, nameOf('userId' in member ? { type: 'USER', id: member.userId } : { type: 'GROUP', id: member.groupId })]))
  return groups.map(({ id, displayName, description, externalIds }) => ({ displayName, description, ...(externalIds.length > 0 && { externalIds }), members: members.get(id) ?? [] }))
}

async function assignmentStates(sql: Executor, sets: Map<string, string>, nameOf: NameOf): Promise<Snapshot['assignments']> {
  const assignments = await new Assignments(sql).list()
  return assignments.flatMap(({ accountId, permissionSetId, principal }) => {
    const permissionSet = sets.get(permissionSetId)
    return permissionSet === undefined ? [] : nameOf(principal).map((name) => ({ account: accountId, permissionSet, principal: name }))
  })
}

async function applicationStates(sql: Executor, applications: Application[], nameOf: NameOf, issuers: Awaited<ReturnType<typeof readIssuers>>): Promise<ApplicationState[]> {
  const assigned = gathered((await new Assignments(sql).listOfApplications()).map(({ applicationId, principal }) => [applicationId, nameOf(principal)]))
  const issuerName = new Map(issuers.states.map(({ name }) => [issuers.ids.get(fold(name))!, name]))
  return applications.map(({ id, name, description, startUrl, icon, clientId, clientMetadata, clientSecretHash, settings }) => ({
    name,
    description,
    startUrl,
    icon,
    clientId,
    metadata: clientMetadata,
    hasSecret: clientSecretHash !== undefined,
    ...settingsState(settings, (issuer) => issuerName.get(issuer)),
    assignedTo: assigned.get(id) ?? [],
  }))
}

function secretsInForce(known: Known, passwords: Map<string, StoredPassword>, verify: Verify): Omit<SecretsInForce, 'matchesSourceSecret'> {
  const hashOf = (userName: string): string | undefined => passwords.get(userPrincipal(known.users.get(fold(userName)) ?? ''))?.hash
  return {
    matchesPassword: async (userName, plain) => {
      const hash = hashOf(userName)
      return hash !== undefined && verify(plain, hash)
    },
    matchesPrincipal: async (key, plain) => {
      const principal = key.startsWith('root ') ? rootPrincipal(key.slice('root '.length)) : iamUserPrincipal(known.inside.users.get(key.slice('iam '.length)) ?? '')
      const hash = passwords.get(principal)?.hash
      return hash !== undefined && verify(plain, hash)
    },
    matchesPasswordHash: (userName, hash) => hashOf(userName) === hash,
    // An application may still work with the secret that is on its way out.
    matchesClientSecret: (name, plain) => {
      const application = known.applications.get(fold(name))
      return application !== undefined && secretHashesAt(application, systemClock()).includes(hashClientSecret(plain))
    },
  }
}
