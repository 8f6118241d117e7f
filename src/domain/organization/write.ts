// Writes planned changes, many rows a statement, in the order of the plan. It runs inside the transaction
// that it is given.
import { Applications, Assignments, hashClientSecret, PermissionSets, type Application, type NewApplication, type Principal } from '../access/index.js'
import { Accounts } from '../accounts/index.js'
import { setPasswords, userPrincipal } from '../authentication/index.js'
import { Groups, Users, type Membership } from '../directory/index.js'
import { Organizations } from '../settings/index.js'
import { systemClock } from '../../platform/clock.js'
import { within } from '../../platform/storage/store.js'
import { isSame, movedBetween, type ApplicationChange, type GroupChange, type UserChange } from './change.js'
import { writeInside, writeInsideDeletions } from './iam-write.js'
import { storedSettings, tellingSettings } from './application-settings.js'
import { storedInstance } from './instance.js'
import { writeIdentities } from './identities.js'
import { deleteIssuers, writeIssuers } from './issuers.js'
import { fold } from './raw.js'
import { writeRequestable } from './requestable.js'
import { writeViews } from './saved-views.js'
import { deleteSources, writeSources } from './source-write.js'
import type { AccountState, ApplicationState, AssignmentState, GroupState, MemberState, PermissionSetState, UserState } from './snapshot.js'
import type { Known } from './stored.js'
import { idOf, inChunks, picked, type Picked, type Writing } from './writing.js'

// A deletion takes more rows with it.
const deletionsAtOnce = 200

/** Writes every change; whatever the database refuses makes the whole transaction fail. */
export async function writeChanges(writing: Writing): Promise<void> {
  await writeInsideDeletions(writing)
  await writeDeletions(writing)
  await writeOrganization(writing)
  await writeAccounts(writing)
  await writeInside(writing)
  await writeSources(writing, systemClock)
  await writeUsers(writing)
  await writeGroups(writing)
  await writeIdentities(writing, systemClock)
  await writePermissionSets(writing)
  await inChunks(picked(writing, 'assignment', 'create').map(({ after }) => assignmentRow(after!, writing.known)), (rows) => new Assignments(writing.tx).create(rows))
  await writeIssuers(writing, systemClock)
  await writeApplications(writing)
  await writeViews(writing, systemClock)
}

const principalOf = (principal: MemberState, known: Known): Principal =>
  'user' in principal ? { type: 'USER', id: idOf(known.users, principal.user, 'user') } : { type: 'GROUP', id: idOf(known.groups, principal.group, 'group') }

const assignmentRow = ({ account, permissionSet, principal }: AssignmentState, known: Known) => ({
  accountId: account,
  permissionSetId: idOf(known.permissionSets, permissionSet, 'permission set'),
  principal: principalOf(principal, known),
})

async function writeDeletions(writing: Writing): Promise<void> {
  const { tx, known } = writing
  const remove = (ids: string[], room: { remove(ids: string[]): Promise<void> }) => inChunks(ids, (chunk) => room.remove(chunk), deletionsAtOnce)
  await inChunks(picked(writing, 'assignment', 'delete').map(({ before }) => assignmentRow(before!, known)), (rows) => new Assignments(tx).remove(rows))
  await remove(picked(writing, 'application', 'delete').map(({ name }) => known.applications.get(fold(name))!.id), new Applications(tx))
  await deleteIssuers(writing)
  await deleteSources(writing)
  await remove(picked(writing, 'group', 'delete').map(({ name }) => idOf(known.groups, name, 'group')), new Groups(tx))
  await remove(picked(writing, 'user', 'delete').map(({ name }) => idOf(known.users, name, 'user')), new Users(tx))
  await remove(picked(writing, 'permission set', 'delete').map(({ name }) => idOf(known.permissionSets, name, 'permission set')), new PermissionSets(tx))
  await remove(picked(writing, 'account', 'delete').map(({ before }) => before!.id), new Accounts(tx))
}

async function writeOrganization(writing: Writing): Promise<void> {
  const change = writing.changes.find(({ kind }) => kind === 'organization') as Picked<'organization'> | undefined
  const settings = writing.changes.find(({ kind }) => kind === 'settings') as Picked<'settings'> | undefined
  if (!change && !settings) return
  const { directoryId, portalSubdomain, ...state } = change?.after ?? writing.before.organization
  const row = { ...state, id: directoryId ?? Organizations.newDirectoryId(), portalSubdomain, settings: settings?.after ?? writing.before.settings }
  const organizations = new Organizations(writing.tx)
  await (change?.action === 'create' ? organizations.create(row) : organizations.update(row))
  if (change?.after) await Organizations.changeInstance(within(writing.tx), () => storedInstance(change.after!))
}

const accountRow = ({ id, name, alias, email, management, tags }: AccountState) => ({ id, name, alias, email, management, tags: tags ?? {} })

// Aliases and addresses may change hands, and the database compares row by row: they are let go first.
async function writeAccounts(writing: Writing): Promise<void> {
  const accounts = new Accounts(writing.tx)
  const updated = picked(writing, 'account', 'update')
  const moved = updated.filter(({ before, after }) => before!.alias !== after!.alias || before!.email !== after!.email)
  await inChunks(moved.map(({ after }) => ({ ...accountRow(after!), alias: undefined, email: `${after!.id}@moving.invalid` })), (rows) => accounts.update(rows))
  await inChunks(picked(writing, 'account', 'create').map(({ after }) => accountRow(after!)), (rows) => accounts.create(rows))
  await inChunks(updated.map(({ after }) => accountRow(after!)), (rows) => accounts.update(rows))
}

const userRow = ({ userName, displayName, givenName, familyName, emails, active, profile, externalIds }: UserState) =>
  ({ userName, displayName, givenName, familyName, emails, active, profile: profile ?? {}, externalIds: externalIds ?? [], by: 'organization file' })

async function writeUsers(writing: Writing): Promise<void> {
  const { tx, known, passwords, hashes } = writing
  const users = new Users(tx)
  const created = picked(writing, 'user', 'create')
  await inChunks(created, async (chunk) => {
    const ids = await users.create(chunk.map(({ after }) => userRow(after!)))
    chunk.forEach(({ name }, index) => known.users.set(fold(name), ids[index]!))
  })
  const updated = picked(writing, 'user', 'update')
  await inChunks(updated.map(({ name, after }) => ({ ...userRow(after!), id: idOf(known.users, name, 'user') })), (rows) => users.update(rows))
  const set = [...created, ...updated].filter(({ secret }) => secret !== undefined && secret.form !== 'invitation')
  const stored = ({ name, secret }: UserChange) => ({ principal: userPrincipal(idOf(known.users, name, 'user')), hash: passwords.get(fold(name))!, oneTime: secret?.form === 'one-time' })
  await inChunks(set.map(stored), (rows) => setPasswords(tx, hashes, rows))
  for (const { name, after, secret } of [...created, ...updated]) if (secret?.form === 'invitation') await writing.invite({ ...after!, id: idOf(known.users, name, 'user') })
}

const groupRow = ({ displayName, description, externalIds }: GroupState) => ({ displayName, description, externalIds: externalIds ?? [], by: 'organization file' })

async function writeGroups(writing: Writing): Promise<void> {
  const { tx, known } = writing
  const groups = new Groups(tx)
  const created = picked(writing, 'group', 'create')
  await inChunks(created, async (chunk) => {
    const ids = await groups.create(chunk.map(({ after }) => groupRow(after!)))
    chunk.forEach(({ name }, index) => known.groups.set(fold(name), ids[index]!))
  })
  const updated = picked(writing, 'group', 'update')
  await inChunks(updated.map(({ name, after }) => ({ ...groupRow(after!), id: idOf(known.groups, name, 'group') })), (rows) => groups.update(rows))
  const moves = [...created, ...updated].map((change) => memberships(change, known))
  await inChunks(moves.flatMap(({ gone }) => gone), (rows) => groups.drop(rows))
  await inChunks(moves.flatMap(({ come }) => come), (rows) => groups.add(rows))
}

function memberships({ name, before, after }: GroupChange, known: Known): { come: Membership[]; gone: Membership[] } {
  const groupId = idOf(known.groups, name, 'group')
  const row = (principal: MemberState): Membership => {
    const { type, id } = principalOf(principal, known)
    return { groupId, member: type === 'USER' ? { userId: id } : { groupId: id } }
  }
  const { come, gone } = movedBetween(before?.members, after?.members)
  return { come: come.map(row), gone: gone.map(row) }
}

const setRow = ({ name, description, sessionDuration, relayState, managedPolicies, customerManagedPolicies, inlinePolicy, permissionsBoundary, tags }: PermissionSetState) => ({
  name, description, sessionDuration, relayState, managedPolicies, inlinePolicy, permissionsBoundary,
  ...(customerManagedPolicies && { customerPolicies: customerManagedPolicies }), ...(tags && { tags }),
})

async function writePermissionSets(writing: Writing): Promise<void> {
  const { tx, known } = writing
  const sets = new PermissionSets(tx)
  await inChunks(picked(writing, 'permission set', 'create'), async (chunk) => {
    const ids = await sets.create(chunk.map(({ after }) => setRow(after!)))
    chunk.forEach(({ name }, index) => known.permissionSets.set(fold(name), ids[index]!))
  })
  await inChunks(picked(writing, 'permission set', 'update').map(({ name, after }) => ({ ...setRow(after!), id: idOf(known.permissionSets, name, 'permission set') })), (rows) => sets.update(rows))
  await writeRequestable(writing, idOf)
}

function applicationRow(state: ApplicationState, secret: string | undefined, stored?: Application): NewApplication {
  return {
    name: state.name,
    description: state.description,
    startUrl: state.startUrl,
    icon: state.icon,
    clientId: state.clientId,
    clientMetadata: state.metadata,
    clientSecretHash: secret ? hashClientSecret(secret) : state.hasSecret ? stored?.clientSecretHash : undefined,
  }
}

async function writeApplications(writing: Writing): Promise<void> {
  const { tx, known } = writing
  const applications = new Applications(tx)
  const [created, updated] = [picked(writing, 'application', 'create'), picked(writing, 'application', 'update')]
  const rows = updated.map(({ name, after, secret }) => {
    const stored = known.applications.get(fold(name))!
    return { ...applicationRow(after!, secret, stored), id: stored.id }
  })
  const ids = new Map([...known.applications].map(([name, { id }]) => [name, id]))
  // A client_id may change hands like an account's alias.
  const letGo = rows.filter((_, index) => updated[index]!.before!.clientId !== updated[index]!.after!.clientId)
  await inChunks(letGo.map((row) => ({ ...row, clientId: undefined })), (chunk) => applications.update(chunk))
  await inChunks(created, async (chunk) => {
    const made = await applications.create(chunk.map(({ after, secret }) => applicationRow(after!, secret)))
    chunk.forEach(({ name }, index) => ids.set(fold(name), made[index]!))
  })
  await inChunks(rows, (chunk) => applications.update(chunk))
  await writeSettings(writing, [...created, ...updated], ids)
  await assignApplications(writing, [...created, ...updated], ids)
}

/** Settings are of few applications, and each is a statement of its own. */
async function writeSettings({ tx, known }: Writing, changes: ApplicationChange[], ids: Map<string, string>): Promise<void> {
  const settingsOf = (state: Partial<ApplicationState> = {}): object => Object.fromEntries(Object.keys(tellingSettings).map((key) => [key, state[key as keyof typeof tellingSettings]]))
  const changed = changes.filter(({ before, after }) => !isSame(settingsOf(before), settingsOf(after)))
  if (changed.length === 0) return
  const [organization, management] = [await new Organizations(tx).find(), await new Accounts(tx).findManagement()]
  const place = { directoryId: organization!.id, accountId: management!.id }
  for (const { name, after } of changed) await new Applications(tx).set(idOf(ids, name, 'application'), storedSettings(after!, place, (issuer) => idOf(known.issuers, issuer, 'trusted token issuer')))
}

async function assignApplications({ tx, known }: Writing, changes: ApplicationChange[], ids: Map<string, string>): Promise<void> {
  const assignments = new Assignments(tx)
  const moves = changes.map(({ name, before, after }) => {
    const applicationId = idOf(ids, name, 'application')
    const row = (principal: MemberState) => ({ applicationId, principal: principalOf(principal, known) })
    const { come, gone } = movedBetween(before?.assignedTo, after?.assignedTo)
    return { come: come.map(row), gone: gone.map(row) }
  })
  await inChunks(moves.flatMap(({ gone }) => gone), (rows) => assignments.unassignApplications(rows))
  await inChunks(moves.flatMap(({ come }) => come), (rows) => assignments.assignApplications(rows))
}
