// What the inside of an account becomes when the file's words are laid over what there is, as in merge.ts.
import type { DeclaredAccount } from './declaration.js'
import type { IamGroupState, IamPolicyState, IamUserState, IdentityProviderState, RoleState } from './iam-states.js'

type Part<Key extends keyof DeclaredAccount> = NonNullable<DeclaredAccount[Key]> extends (infer Item)[] ? Item : never
export type DeclaredIamUser = Part<'iamUsers'>
export type DeclaredIamGroup = Part<'groups'>
export type DeclaredRole = Part<'roles'>
export type DeclaredIamPolicy = Part<'policies'>
export type DeclaredProvider = Part<'identityProviders'>

const over = <T>(declared: T | null | undefined, present: T | undefined): T | undefined => (declared === undefined ? present : (declared ?? undefined))
const without = <T extends object>(state: T): T => Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined)) as T

interface WithPolicies {
  policies?: string[] | undefined
  inlinePolicies?: IamUserState['inlinePolicies'] | undefined
}

const policiesOver = (declared: WithPolicies, present: WithPolicies | undefined): Pick<IamUserState, 'policies' | 'inlinePolicies'> =>
  ({ policies: declared.policies ?? present?.policies ?? [], inlinePolicies: declared.inlinePolicies ?? present?.inlinePolicies ?? {} })

export const mergeIamUser = (account: string, declared: DeclaredIamUser, present?: IamUserState): IamUserState => without({
  account,
  userName: declared.userName,
  path: declared.path ?? present?.path ?? '/',
  ...policiesOver(declared, present),
  groups: declared.groups ?? present?.groups ?? [],
  permissionsBoundary: over(declared.permissionsBoundary, present?.permissionsBoundary),
  tags: declared.tags ?? present?.tags ?? {},
  password: present?.password ?? 'none',
})

export const mergeIamGroup = (account: string, declared: DeclaredIamGroup, present?: IamGroupState): IamGroupState =>
  ({ account, groupName: declared.groupName, path: declared.path ?? present?.path ?? '/', ...policiesOver(declared, present) })

export const mergeRole = (account: string, declared: DeclaredRole, present?: RoleState): RoleState => without({
  account,
  roleName: declared.roleName,
  path: declared.path ?? present?.path ?? '/',
  description: over(declared.description === '' ? null : declared.description, present?.description),
  trustPolicy: declared.trustPolicy,
  maxSessionDuration: declared.maxSessionDuration ?? present?.maxSessionDuration ?? 3600,
  ...policiesOver(declared, present),
  permissionsBoundary: over(declared.permissionsBoundary, present?.permissionsBoundary),
  tags: declared.tags ?? present?.tags ?? {},
})

export const mergeIamPolicy = (account: string, declared: DeclaredIamPolicy, present?: IamPolicyState): IamPolicyState => without({
  account,
  policyName: declared.policyName,
  path: declared.path ?? present?.path ?? '/',
  description: over(declared.description === '' ? null : declared.description, present?.description),
  document: declared.document,
  tags: someOf(declared.tags ?? present?.tags),
})

/** No tags are like none. */
const someOf = (tags: Record<string, string> | undefined): Record<string, string> | undefined => (tags && Object.keys(tags).length > 0 ? tags : undefined)

/** What a declared provider is called. */
export const providerKey = (declared: DeclaredProvider): Pick<IdentityProviderState, 'kind' | 'name'> =>
  (declared.oidc ? { kind: 'oidc', name: declared.oidc.url } : { kind: 'saml', name: declared.saml.name })

export function mergeProvider(account: string, declared: DeclaredProvider, present?: IdentityProviderState): IdentityProviderState {
  const tags = someOf((declared.oidc ?? declared.saml).tags ?? present?.tags)
  const named = { account, ...providerKey(declared), ...(tags && { tags }) }
  if (declared.saml) return { ...named, clientIds: [], thumbprints: [], metadata: declared.saml.metadata }
  return { ...named, clientIds: declared.oidc.clientIds ?? present?.clientIds ?? [], thumbprints: declared.oidc.thumbprints ?? present?.thumbprints ?? [] }
}
