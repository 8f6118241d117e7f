// What applying a declaration changes inside of accounts. Policies go last, when nothing uses them any more.
import { readIamArn } from '../accounts/index.js'
import { differences, type Change, type IamGroupChange, type IamPolicyChange, type IamUserChange, type IdentityProviderChange, type RoleChange, type UserSecret } from './change.js'
import type { Declaration, DeclaredAccount } from './declaration.js'
import { mergeIamGroup, mergeIamPolicy, mergeIamUser, mergeProvider, mergeRole, providerKey } from './iam-merge.js'
import { insideKey, insideName, providerName, type IamUserState, type IdentityProviderState } from './iam-states.js'
import { inParallel } from './plan-secrets.js'
import { fold } from './raw.js'
import type { Snapshot } from './snapshot.js'

interface Section<Kind extends string, Declared, State extends { account: string }> {
  kind: Kind
  declared: (account: DeclaredAccount) => readonly Declared[] | undefined
  current: readonly State[]
  /** Tells one of an account's from another. */
  keyOf: (item: Declared) => string
  keyOfState: (state: State) => string
  nameOf: (state: State) => string
  merge: (account: string, declared: Declared, present?: State) => State
  telling: Parameters<typeof differences<State>>[2]
}

interface Planned<Kind extends string, State> {
  action: 'create' | 'update' | 'delete'
  kind: Kind
  name: string
  details: string[]
  before?: State
  after?: State
}

/** Plans one kind of thing in all accounts that the file names; what has no section in the file is left alone. */
function planSection<Kind extends string, Declared, State extends { account: string }>({ accounts = [] }: Declaration, section: Section<Kind, Declared, State>, kept?: ReadonlySet<string>): Planned<Kind, State>[] {
  const { kind, current, keyOf, keyOfState, nameOf, merge, telling } = section
  const present = new Map(current.map((state) => [insideKey(state.account, keyOfState(state)), state]))
  return accounts.flatMap((account): Planned<Kind, State>[] => {
    const items = section.declared(account)
    if (!items) return []
    const names = new Set(items.map((item) => insideKey(account.id, keyOf(item))))
    const gone = kept ? current.filter((state) => state.account === account.id && !names.has(insideKey(account.id, keyOfState(state))) && !kept.has(insideKey(account.id, keyOfState(state)))) : []
    return [
      ...gone.map((before) => ({ action: 'delete' as const, kind, name: nameOf(before), details: [], before })),
      ...items.flatMap((item): Planned<Kind, State>[] => {
        const before = present.get(insideKey(account.id, keyOf(item)))
        const after = merge(account.id, item, before)
        if (!before) return [{ action: 'create', kind, name: nameOf(after), details: [], after }]
        const details = differences(before, after, telling)
        return details.length === 0 ? [] : [{ action: 'update', kind, name: nameOf(after), details, before, after }]
      }),
    ]
  })
}

const onEntity = { path: 'text', policies: 'list', inlinePolicies: 'keys' } as const

/** Plans everything inside of accounts; `prune` deletes what the sections that there are do not name. */
export async function planInside(declared: Declaration, current: Snapshot, prune: boolean): Promise<{ deletions: Change[]; rest: Change[]; last: Change[] }> {
  const none = prune ? new Set<string>() : undefined
  const users = await withPasswords(declared, current, planSection(declared, {
    kind: 'IAM user', declared: ({ iamUsers }) => iamUsers, current: current.iamUsers, keyOf: ({ userName }) => userName, keyOfState: ({ userName }) => userName,
    nameOf: ({ account, userName }) => insideName(account, userName), merge: mergeIamUser,
    telling: { userName: 'text', ...onEntity, groups: 'list', permissionsBoundary: 'text', tags: 'keys' },
  }, none))
  const groups: IamGroupChange[] = planSection(declared, {
    kind: 'IAM group', declared: ({ groups: given }) => given, current: current.iamGroups, keyOf: ({ groupName }) => groupName, keyOfState: ({ groupName }) => groupName,
    nameOf: ({ account, groupName }) => insideName(account, groupName), merge: mergeIamGroup, telling: { groupName: 'text', ...onEntity },
  }, prune ? groupsInUse(declared) : undefined)
  const roles: RoleChange[] = planSection(declared, {
    kind: 'role', declared: ({ roles: given }) => given, current: current.roles, keyOf: ({ roleName }) => roleName, keyOfState: ({ roleName }) => roleName,
    nameOf: ({ account, roleName }) => insideName(account, roleName), merge: mergeRole,
    telling: { ...onEntity, description: 'text', trustPolicy: 'long', maxSessionDuration: 'time', permissionsBoundary: 'text', tags: 'keys' },
  }, none)
  const policies: IamPolicyChange[] = planSection(declared, {
    kind: 'IAM policy', declared: ({ policies: given }) => given, current: current.iamPolicies, keyOf: ({ policyName }) => policyName, keyOfState: ({ policyName }) => policyName,
    nameOf: ({ account, policyName }) => insideName(account, policyName), merge: mergeIamPolicy, telling: { path: 'text', description: 'text', document: 'long', tags: 'keys' },
  }, prune ? policiesInUse(declared) : undefined)
  const spell = ({ kind, name }: Pick<IdentityProviderState, 'kind' | 'name'>): string => `${kind} ${name}`
  const providers: IdentityProviderChange[] = planSection(declared, {
    kind: 'identity provider', declared: ({ identityProviders }) => identityProviders, current: current.identityProviders, keyOf: (item) => spell(providerKey(item)), keyOfState: spell,
    nameOf: providerName, merge: mergeProvider, telling: { clientIds: 'list', thumbprints: 'list', metadata: 'long', tags: 'keys' },
  }, none)
  const entities: Change[] = [...groups, ...users, ...roles, ...providers]
  return {
    deletions: entities.filter(({ action }) => action === 'delete'),
    rest: [...policies.filter(({ action }) => action !== 'delete'), ...entities.filter(({ action }) => action !== 'delete')],
    last: policies.filter(({ action }) => action === 'delete'),
  }
}

/** Groups that users of the file are in: a reference names what it refers to. */
const groupsInUse = ({ accounts = [] }: Declaration): Set<string> =>
  new Set(accounts.flatMap(({ id, iamUsers = [] }) => iamUsers.flatMap(({ groups = [] }) => groups.map((group) => insideKey(id, group)))))

/** The same of policies. */
const policiesInUse = ({ accounts = [] }: Declaration): Set<string> => new Set(accounts.flatMap(({ id, iamUsers = [], groups = [], roles = [] }) =>
  [...iamUsers, ...groups, ...roles].flatMap((entity) => [...(entity.policies ?? []), ...('permissionsBoundary' in entity && entity.permissionsBoundary ? [entity.permissionsBoundary] : [])])
    .map((arn) => insideKey(id, readIamArn(arn)?.name ?? ''))))

/** Adds the passwords that are not in force yet; one that must be changed is a beginning, and its owner's choice stays. */
async function withPasswords({ accounts = [] }: Declaration, current: Snapshot, planned: Planned<'IAM user', IamUserState>[]): Promise<IamUserChange[]> {
  const due = new Map<string, UserSecret>()
  const present = new Map(current.iamUsers.map((state) => [insideKey(state.account, state.userName), state]))
  const given = accounts.flatMap(({ id, iamUsers = [] }) => iamUsers.map((user) => ({ key: insideKey(id, user.userName), user, account: id })))
  await inParallel(given, 8, async ({ key, user: { password, passwordResetRequired = false } }) => {
    if (password === undefined) return
    const before = present.get(key)
    const isBegun = passwordResetRequired && before?.password === 'own'
    const isSame = before && (before.password === 'one-time') === passwordResetRequired && before.password !== 'none' && await current.secrets.matchesPrincipal(`iam ${key}`, password)
    if (!isBegun && !isSame) due.set(key, { form: passwordResetRequired ? 'one-time' : 'password', value: password })
  })
  const planFor = new Map(planned.filter(({ action }) => action !== 'delete').map((change) => [fold(change.name), change]))
  const only = given.flatMap(({ key, user, account }): IamUserChange[] => {
    const before = present.get(key)
    return due.has(key) && before && !planFor.has(key) ? [{ action: 'update', kind: 'IAM user', name: insideName(account, user.userName), details: [], before, after: mergeIamUser(account, user, before) }] : []
  })
  return [...planned, ...only].map((change) => {
    const secret = change.action === 'delete' ? undefined : due.get(fold(change.name))
    return secret ? { ...change, secret, details: [...change.details, `${secret.form === 'one-time' ? 'one-time password' : 'password'}: ${(change.before?.password ?? 'none') === 'none' ? 'set' : 'replaced'}`] } : change
  })
}
