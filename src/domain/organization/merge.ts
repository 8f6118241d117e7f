// What each thing becomes when the file's words are laid over what there is: a field that the file does not
// name stays, null takes it away, and a list that it names is the whole list.
import type { Declaration, DeclaredAccount, DeclaredApplication, DeclaredAssignment, DeclaredGroup, DeclaredPermissionSet, DeclaredUser } from './declaration.js'
import { mergeSettingsOf } from './application-settings.js'
import { mergeIdentities } from './identities.js'
import { mergeInstance } from './instance.js'
import { mergeExternalIds, mergeProfile } from './profiles.js'
import { mergeRequestable } from './requestable.js'
import type { AccountState, ApplicationState, AssignmentState, EmailState, GroupState, MemberState, OrganizationState, PermissionSetState, SettingsState, UserState } from './snapshot.js'

/** Chooses between a declared value (null is none, undefined is not named) and the present one. */
const over = <T>(declared: T | null | undefined, present: T | undefined): T | undefined => (declared === undefined ? present : (declared ?? undefined))

// An empty text reads like none, so it is kept as none.
const wordsOver = (declared: string | null | undefined, present: string | undefined): string | undefined => over(declared === '' ? null : declared, present)

/** An empty list or map reads like none. */
const someOf = <T extends object>(value: T | undefined): T | undefined => (value && Object.keys(value).length > 0 ? value : undefined)

const without = <T extends object>(state: T): T => Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined)) as T

export function mergeOrganization(declared: NonNullable<Declaration['organization']>, present: OrganizationState): OrganizationState {
  return without({
    directoryId: present.directoryId ?? declared.directoryId,
    name: declared.name ?? present.name,
    portalSubdomain: over(declared.portalSubdomain, present.portalSubdomain),
    startUrlAliases: declared.startUrlAliases ?? present.startUrlAliases,
    portalSession: declared.session?.portal ?? present.portalSession,
    mfa: {
      mode: declared.mfa?.mode ?? present.mfa.mode,
      whenNoDevice: declared.mfa?.whenNoDevice ?? present.mfa.whenNoDevice,
      types: declared.mfa?.types ?? present.mfa.types,
    },
    ...mergeInstance(declared, present),
  })
}

export const mergeSettings = (declared: NonNullable<Declaration['settings']>, present: SettingsState): SettingsState => without({ ...present, ...without(declared) })

export function mergeAccount(declared: DeclaredAccount, present?: AccountState): AccountState {
  return without({
    id: declared.id,
    name: declared.name,
    alias: over(declared.alias, present?.alias),
    email: declared.email,
    management: declared.management ?? present?.management ?? false,
    tags: someOf(declared.tags ?? present?.tags),
  })
}

const email = ({ value, primary, type }: EmailState): EmailState => without({ value, primary: primary || undefined, type })

export function mergeUser(declared: DeclaredUser, present?: UserState): UserState {
  const givenName = over(declared.name?.givenName, present?.givenName)
  const familyName = over(declared.name?.familyName, present?.familyName)
  const spoken = [givenName, familyName].filter(Boolean).join(' ')
  return without({
    userName: declared.userName,
    displayName: declared.displayName ?? present?.displayName ?? (spoken || declared.userName),
    givenName,
    familyName,
    emails: declared.emails?.map(email) ?? present?.emails ?? [],
    active: declared.active ?? present?.active ?? true,
    profile: mergeProfile(declared, present?.profile),
    externalIds: mergeExternalIds(declared, present?.externalIds),
    identities: mergeIdentities(declared.identities, present?.identities),
    password: present?.password ?? 'none',
  })
}

export function mergeGroup(declared: DeclaredGroup, present?: GroupState): GroupState {
  return without({
    displayName: declared.displayName,
    description: wordsOver(declared.description, present?.description),
    externalIds: mergeExternalIds(declared, present?.externalIds),
    members: declared.members?.map((member): MemberState => (typeof member === 'string' ? { user: member } : member)) ?? present?.members ?? [],
  })
}

export function mergePermissionSet(declared: DeclaredPermissionSet, present?: PermissionSetState): PermissionSetState {
  return without({
    name: declared.name,
    description: wordsOver(declared.description, present?.description),
    sessionDuration: declared.sessionDuration ?? present?.sessionDuration ?? 3600,
    relayState: over(declared.relayState, present?.relayState),
    managedPolicies: declared.managedPolicies ?? present?.managedPolicies ?? [],
    customerManagedPolicies: someOf(declared.customerManagedPolicies ?? present?.customerManagedPolicies),
    inlinePolicy: over(declared.inlinePolicy, present?.inlinePolicy),
    permissionsBoundary: over(declared.permissionsBoundary, present?.permissionsBoundary),
    tags: someOf(declared.tags ?? present?.tags),
    requestable: mergeRequestable(declared.requestable, present?.requestable),
  })
}

/** Reads a principal of which the file named exactly one half. */
const principal = (declared: { user?: string; group?: string }): MemberState => (declared.user === undefined ? { group: declared.group ?? '' } : { user: declared.user })

export const assignmentOf = (declared: DeclaredAssignment): AssignmentState => ({ account: declared.account, permissionSet: declared.permissionSet, principal: principal(declared) })

const secretless = new Set(['none', 'private_key_jwt'])

/** A client's metadata is one document, so the file's replaces what there is, all but the secret. */
function mergeClient(declared: DeclaredApplication['oidc'], present?: ApplicationState): Pick<ApplicationState, 'clientId' | 'metadata' | 'hasSecret'> {
  if (!declared) return { clientId: present?.clientId, metadata: present?.metadata, hasSecret: present?.hasSecret ?? false }
  const { client_id: clientId, client_secret: secret, ...metadata } = declared
  const keepsSecret = !secretless.has(metadata.token_endpoint_auth_method ?? 'client_secret_basic')
  return { clientId, metadata: without(metadata), hasSecret: keepsSecret && (secret !== undefined || (present?.hasSecret ?? false)) }
}

export function mergeApplication(declared: DeclaredApplication, present?: ApplicationState): ApplicationState {
  return without({
    name: declared.name,
    description: wordsOver(declared.description, present?.description),
    startUrl: over(declared.startUrl, present?.startUrl),
    icon: over(declared.icon, present?.icon),
    ...mergeClient(declared.oidc, present),
    ...mergeSettingsOf(declared, present),
    assignedTo: declared.assignedTo?.map(principal) ?? present?.assignedTo ?? [],
  })
}
