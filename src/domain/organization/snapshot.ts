// An organization as it is, by names: what planning compares with, exporting writes and applying changes.
// It holds no secrets, only ways to ask whether one is in force.
import type { ExternalId, Profile } from '../directory/index.js'
import type { ApplicationSettingsState } from './application-settings.js'
import type { IdentityState } from './identities.js'
import type { InstanceState } from './instance.js'
import type { IssuerState } from './issuers.js'
import { defaultMfa } from '../settings/index.js'
import { noIam, type IamStates } from './iam-states.js'
import type { RequestableState } from './requestable.js'
import type { SavedViewState } from './saved-views.js'
import type { SourceState } from './source-states.js'

export interface OrganizationState extends InstanceState {
  /** Absent before the organization is made. */
  directoryId?: string
  name: string
  portalSubdomain?: string
  startUrlAliases: string[]
  /** Seconds. */
  portalSession: number
  mfa: { mode: 'always' | 'context' | 'never'; whenNoDevice: 'enroll' | 'email' | 'block' | 'allow'; types: ('totp' | 'passkey')[] }
}

export interface AccountState {
  id: string
  name: string
  alias?: string
  email: string
  management: boolean
  tags?: Readonly<Record<string, string>>
  /** Whether the root user has a password. */
  hasRootPassword?: boolean
}

export interface EmailState {
  value: string
  primary?: boolean
  type?: string
}

export interface UserState {
  userName: string
  displayName: string
  givenName?: string
  familyName?: string
  emails: EmailState[]
  active: boolean
  profile?: Profile
  externalIds?: ExternalId[]
  /** Whom identity sources know them as. */
  identities?: IdentityState[]
  /** Where the password came from, if there is one; `invited` where its owner has yet to choose it. */
  password: 'none' | 'invited' | 'own' | 'imported' | 'one-time'
}

export type MemberState = { user: string } | { group: string }

export interface GroupState {
  displayName: string
  description?: string
  externalIds?: ExternalId[]
  members: MemberState[]
}

export interface PermissionSetState {
  name: string
  description?: string
  /** Seconds. */
  sessionDuration: number
  relayState?: string
  managedPolicies: string[]
  /** Paths and names, such as `/team/Base`. */
  customerManagedPolicies?: string[]
  inlinePolicy?: Record<string, unknown>
  /** An ARN, or path and name. */
  permissionsBoundary?: string
  tags?: Readonly<Record<string, string>>
  /** Who may ask for it, where anybody may. */
  requestable?: RequestableState
}

export interface AssignmentState {
  account: string
  permissionSet: string
  principal: MemberState
}

export interface ApplicationState extends ApplicationSettingsState {
  name: string
  description?: string
  startUrl?: string
  /** A data: address. */
  icon?: string
  clientId?: string
  /** RFC 7591 metadata without client_id and client_secret. */
  metadata?: Record<string, unknown>
  hasSecret: boolean
  assignedTo: MemberState[]
}

/** Members of `settings` as the file has them. */
export type SettingsState = Record<string, unknown>

/** Tells whether a secret is the one in force, by the name of its owner. */
export interface SecretsInForce {
  matchesPassword: (userName: string, plain: string) => Promise<boolean>
  /** True where an imported hash is still the one kept. */
  matchesPasswordHash: (userName: string, hash: string) => boolean
  matchesClientSecret: (application: string, plain: string) => boolean
  /** The same of what is secret of an identity source. */
  matchesSourceSecret: (source: string, plain: string) => boolean
  /** The same of an IAM user (`iam ACCOUNT/NAME`, folded) or a root user (`root ACCOUNT`). */
  matchesPrincipal: (key: string, plain: string) => Promise<boolean>
}

export interface Snapshot extends IamStates {
  organization: OrganizationState
  accounts: AccountState[]
  users: UserState[]
  groups: GroupState[]
  permissionSets: PermissionSetState[]
  assignments: AssignmentState[]
  trustedTokenIssuers: IssuerState[]
  applications: ApplicationState[]
  identitySources: SourceState[]
  settings: SettingsState
  savedViews: SavedViewState[]
  /** User names of people who were deleted and may still come back. */
  reserved: string[]
  secrets: SecretsInForce
}

/** An organization before its first apply. */
export const nothingYet = (): Snapshot => ({
  organization: { name: '', startUrlAliases: [], portalSession: 28_800, mfa: defaultMfa },
  accounts: [],
  users: [],
  groups: [],
  permissionSets: [],
  assignments: [],
  trustedTokenIssuers: [],
  applications: [],
  identitySources: [],
  ...noIam(),
  settings: {},
  savedViews: [],
  reserved: [],
  secrets: { matchesPassword: async () => false, matchesPasswordHash: () => false, matchesClientSecret: () => false, matchesSourceSecret: () => false, matchesPrincipal: async () => false },
})

export const principalName = (principal: MemberState): string => ('user' in principal ? `user ${principal.user}` : `group ${principal.group}`)
