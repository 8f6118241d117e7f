// Writes planned changes to the inside of accounts, in the order in which one thing names another.
import { Attachments, CustomerPolicies, IamGroups, IamUsers, IdentityProviders, InlinePolicies, Roles, type EntityKind, type NewIdentityProvider } from '../accounts/index.js'
import { iamUserPrincipal, rootPrincipal, setPasswords } from '../authentication/index.js'
import { readSamlMetadata } from '../federation/index.js'
import { within } from '../../platform/storage/store.js'
import { passwordKey, type Change, type IamGroupChange, type IamUserChange, type RoleChange } from './change.js'
import { insideKey, type IdentityProviderState } from './iam-states.js'
import type { Known } from './stored.js'
import { idOf, inChunks, picked, type Writing } from './writing.js'

type WithPolicies = IamUserChange | IamGroupChange | RoleChange

const keyOf = ({ after, before }: WithPolicies): string => {
  const state = (after ?? before)!
  return insideKey(state.account, 'userName' in state ? state.userName : 'groupName' in state ? state.groupName : state.roleName)
}

/** Removes what is not there any more, policies aside: others may still hang on them. */
export async function writeInsideDeletions(writing: Writing): Promise<void> {
  const { known: { inside } } = writing
  const store = within(writing.tx)
  const gone = (changes: readonly WithPolicies[], ids: ReadonlyMap<string, string>): string[] => changes.map((change) => idOf(ids, keyOf(change)))
  await inChunks(gone(picked(writing, 'IAM user', 'delete'), inside.users), (ids) => new IamUsers(store).removeWhole(ids))
  await inChunks(gone(picked(writing, 'IAM group', 'delete'), inside.groups), (ids) => new IamGroups(store).removeWhole(ids))
  await inChunks(gone(picked(writing, 'role', 'delete'), inside.roles), (ids) => new Roles(store).removeWhole(ids))
  for (const { before } of picked(writing, 'identity provider', 'delete')) await new IdentityProviders(store).remove({ accountId: before!.account, kind: before!.kind, name: before!.name })
}

/** Writes what is new and what changes, and then removes policies. */
export async function writeInside(writing: Writing): Promise<void> {
  const { known: { inside } } = writing
  const store = within(writing.tx)
  await writePolicies(writing)
  await writeGroups(writing)
  await writeUsers(writing)
  await writeRoles(writing)
  await writeHangings(writing)
  await writeProviders(writing)
  await writeIamPasswords(writing)
  const gone = picked(writing, 'IAM policy', 'delete').map(({ before }) => inside.policies.get(insideKey(before!.account, before!.policyName))!.id)
  await inChunks(gone, (ids) => new CustomerPolicies(store).removeWhole(ids))
}

async function writePolicies(writing: Writing): Promise<void> {
  const { tx, known: { inside } } = writing
  const policies = new CustomerPolicies(within(tx))
  const created = picked(writing, 'IAM policy', 'create').map(({ after }) => ({ accountId: after!.account, name: after!.policyName, path: after!.path, description: after!.description, document: JSON.stringify(after!.document), ...(after!.tags && { tags: after!.tags }) }))
  await inChunks(created, (rows) => policies.createAll(rows))
  const updated = picked(writing, 'IAM policy', 'update').map(({ after }) => ({ id: inside.policies.get(insideKey(after!.account, after!.policyName))!.id, description: after!.description, document: JSON.stringify(after!.document), tags: after!.tags ?? {} }))
  await inChunks(updated, (rows) => policies.replaceAll(rows))
}

const common = (state: { account: string; path: string }) => ({ accountId: state.account, path: state.path })

function learn(ids: Map<string, string>, entities: readonly { accountId: string; name: string; id: string }[]): void {
  for (const { accountId, name, id } of entities) ids.set(insideKey(accountId, name), id)
}

async function writeGroups(writing: Writing): Promise<void> {
  const { tx, known: { inside } } = writing
  const groups = new IamGroups(within(tx))
  await inChunks(picked(writing, 'IAM group', 'create'), async (chunk) => learn(inside.groups, await groups.create(chunk.map(({ after }) => ({ ...common(after!), name: after!.groupName })))))
  await inChunks(picked(writing, 'IAM group', 'update').map((change) => ({ id: idOf(inside.groups, keyOf(change)), ...common(change.after!), name: change.after!.groupName })), (rows) => groups.updateAll(rows))
}

async function writeUsers(writing: Writing): Promise<void> {
  const { tx, known: { inside } } = writing
  const store = within(tx)
  const users = new IamUsers(store)
  const row = ({ after }: IamUserChange) => ({ ...common(after!), name: after!.userName, boundary: after!.permissionsBoundary, tags: after!.tags })
  const [created, updated] = [picked(writing, 'IAM user', 'create'), picked(writing, 'IAM user', 'update')]
  await inChunks(created, async (chunk) => learn(inside.users, await users.create(chunk.map(row))))
  await inChunks(updated.map((change) => ({ id: idOf(inside.users, keyOf(change)), ...row(change) })), (rows) => users.updateAll(rows))
  const members = [...created, ...updated].map((change) => ({ userId: idOf(inside.users, keyOf(change)), groupIds: change.after!.groups.map((group) => idOf(inside.groups, insideKey(change.after!.account, group))) }))
  await inChunks(members, (rows) => new IamGroups(store).setGroups(rows))
}

async function writeRoles(writing: Writing): Promise<void> {
  const { tx, known: { inside } } = writing
  const roles = new Roles(within(tx))
  const row = ({ after }: RoleChange) => ({
    ...common(after!), name: after!.roleName, description: after!.description, trustPolicy: JSON.stringify(after!.trustPolicy), maxSessionDuration: after!.maxSessionDuration,
    boundary: after!.permissionsBoundary, tags: after!.tags,
  })
  const [created, updated] = [picked(writing, 'role', 'create'), picked(writing, 'role', 'update')]
  const stored = (change: RoleChange) => ({ id: idOf(inside.roles, keyOf(change)), ...row(change) })
  await inChunks(created, async (chunk) => learn(inside.roles, await roles.createAhead(chunk.map(row))))
  await inChunks(updated.map(stored), (rows) => roles.updateAll(rows))
  // Roles may trust one another, so that whom they trust is looked for when all are there.
  await inChunks([...created, ...updated].map(stored), (rows) =>
    roles.update(rows.map(({ id, description = '', trustPolicy, maxSessionDuration }) => ({ id, description, trustPolicy, maxSessionDuration })), { keepsIds: true }))
}

/** Gives users, groups and roles the policies that they are to have. */
async function writeHangings(writing: Writing): Promise<void> {
  const { known: { inside } } = writing
  const store = within(writing.tx)
  const of = (kind: 'IAM user' | 'IAM group' | 'role', entity: EntityKind, ids: ReadonlyMap<string, string>) => [...picked(writing, kind, 'create'), ...picked(writing, kind, 'update')].map((change) => {
    const { account, policies, inlinePolicies } = change.after!
    return { id: idOf(ids, keyOf(change as WithPolicies)), kind: entity, accountId: account, arns: policies, inlinePolicies }
  })
  const changed = [...of('IAM user', 'user', inside.users), ...of('IAM group', 'group', inside.groups), ...of('role', 'role', inside.roles)]
  await inChunks(changed, async (chunk) => {
    await new Attachments(store).set(chunk)
    await new InlinePolicies(store).set(chunk.map(({ id }) => id), chunk.flatMap(({ id, inlinePolicies }) => Object.entries(inlinePolicies).map(([name, document]) => ({ entityId: id, name, document: JSON.stringify(document) }))))
  })
}

function providerRow({ account, kind, name, clientIds, thumbprints, metadata = '', tags = {} }: IdentityProviderState): NewIdentityProvider {
  if (kind === 'oidc') return { kind, accountId: account, name, clientIds, thumbprints, tags }
  return { kind, accountId: account, name, metadata, validUntil: readSamlMetadata(metadata).validUntil, tags }
}

async function writeProviders(writing: Writing): Promise<void> {
  const providers = new IdentityProviders(within(writing.tx))
  await inChunks(picked(writing, 'identity provider', 'create').map(({ after }) => providerRow(after!)), (rows) => providers.create(rows))
  // There are few, and each is replaced as it is now.
  for (const { after } of picked(writing, 'identity provider', 'update')) {
    const row = providerRow(after!)
    await providers.update(row, (now) => ({ ...now, ...row }) as typeof now)
  }
}

/** Names the IAM user or root user whom a change gives another password. */
export function newPasswordOf(change: Change, { inside }: Known): string | undefined {
  if (change.action === 'delete') return undefined
  if (change.kind === 'IAM user' && change.secret) return iamUserPrincipal(idOf(inside.users, keyOf(change)))
  return change.kind === 'account' && change.secret ? rootPrincipal(change.after!.id) : undefined
}

/** Sets the passwords of IAM users and root users. */
async function writeIamPasswords({ tx, changes, known, passwords, hashes }: Writing): Promise<void> {
  const rows = changes.flatMap((change) => {
    const principal = newPasswordOf(change, known)
    return principal === undefined ? [] : [{ principal, hash: passwords.get(passwordKey(change))!, oneTime: change.kind === 'IAM user' && change.secret?.form === 'one-time' }]
  })
  await inChunks(rows, (chunk) => setPasswords(tx, hashes, chunk))
}
