// What is inside of an account, by names: users, groups, roles, policies and the identity providers that roles trust.
import { fold } from './raw.js'

export type Documents = Record<string, Record<string, unknown>>

interface Inside {
  /** The account it is in. */
  account: string
}

interface WithPolicies {
  /** ARNs of the managed policies on it. */
  policies: string[]
  /** Its own, by name. */
  inlinePolicies: Documents
}

export interface IamUserState extends Inside, WithPolicies {
  userName: string
  path: string
  groups: string[]
  permissionsBoundary?: string
  tags: Record<string, string>
  password: 'none' | 'own' | 'one-time'
}

export interface IamGroupState extends Inside, WithPolicies {
  groupName: string
  path: string
}

export interface RoleState extends Inside, WithPolicies {
  roleName: string
  path: string
  description?: string
  trustPolicy: Record<string, unknown>
  /** Seconds. */
  maxSessionDuration: number
  permissionsBoundary?: string
  tags: Record<string, string>
}

export interface IamPolicyState extends Inside {
  policyName: string
  path: string
  description?: string
  document: Record<string, unknown>
  tags?: Record<string, string>
}

export interface IdentityProviderState extends Inside {
  kind: 'oidc' | 'saml'
  /** The issuer without `https://`, or the name of a SAML provider. */
  name: string
  clientIds: string[]
  thumbprints: string[]
  metadata?: string
  tags?: Record<string, string>
}

export interface IamStates {
  iamUsers: IamUserState[]
  iamGroups: IamGroupState[]
  roles: RoleState[]
  iamPolicies: IamPolicyState[]
  identityProviders: IdentityProviderState[]
}

export const noIam = (): IamStates => ({ iamUsers: [], iamGroups: [], roles: [], iamPolicies: [], identityProviders: [] })

/** Names something inside of an account, for people. */
export const insideName = (account: string, name: string): string => `${account}/${name}`

/** The same for comparing. */
export const insideKey = (account: string, name: string): string => fold(insideName(account, name))

export const providerName = ({ account, kind, name }: Pick<IdentityProviderState, 'account' | 'kind' | 'name'>): string => insideName(account, `${kind} ${name}`)
