// One change of an organization, and the words for what it changes. Details never hold a secret.
import { formatDuration } from './duration.js'
import { fold } from './raw.js'
import type { IssuerState } from './issuers.js'
import type { IamGroupState, IamPolicyState, IamUserState, IdentityProviderState, RoleState } from './iam-states.js'
import type { SavedViewState } from './saved-views.js'
import type { SourceState } from './source-states.js'
import { principalName, type AccountState, type ApplicationState, type AssignmentState, type GroupState, type MemberState, type OrganizationState, type PermissionSetState, type SettingsState, type UserState } from './snapshot.js'

export type Action = 'create' | 'update' | 'delete'

interface ChangeOf<Kind extends string, State> {
  action: Action
  kind: Kind
  /** What it is called, for people. */
  name: string
  /** `field: from → to`, one for each field that changes. */
  details: string[]
  before?: State
  after?: State
}

/** A first password, as the file gives it. */
export interface UserSecret {
  /** An invitation has no value: whoever is invited chooses a password. */
  form: 'password' | 'hash' | 'one-time' | 'invitation'
  value: string
}

export type OrganizationChange = ChangeOf<'organization', OrganizationState>
export type SettingsChange = ChangeOf<'settings', SettingsState>
/** With a secret, the password of the root user is set. */
export type AccountChange = ChangeOf<'account', AccountState> & { secret?: UserSecret }
export type UserChange = ChangeOf<'user', UserState> & { secret?: UserSecret }
export type GroupChange = ChangeOf<'group', GroupState>
export type PermissionSetChange = ChangeOf<'permission set', PermissionSetState>
export type AssignmentChange = ChangeOf<'assignment', AssignmentState>
export type ApplicationChange = ChangeOf<'application', ApplicationState> & { secret?: string }
export type IssuerChange = ChangeOf<'trusted token issuer', IssuerState>
/** With a secret, that of the source is set. */
export type SourceChange = ChangeOf<'identity source', SourceState> & { secret?: string }
export type SavedViewChange = ChangeOf<'saved view', SavedViewState>
export type IamUserChange = ChangeOf<'IAM user', IamUserState> & { secret?: UserSecret }
export type IamGroupChange = ChangeOf<'IAM group', IamGroupState>
export type RoleChange = ChangeOf<'role', RoleState>
export type IamPolicyChange = ChangeOf<'IAM policy', IamPolicyState>
export type IdentityProviderChange = ChangeOf<'identity provider', IdentityProviderState>
type InsideChange = IamUserChange | IamGroupChange | RoleChange | IamPolicyChange | IdentityProviderChange
export type Change = InsideChange | OrganizationChange | SettingsChange | AccountChange | UserChange | GroupChange | PermissionSetChange | AssignmentChange | ApplicationChange | IssuerChange | SavedViewChange | SourceChange

/** Names the owner of a password that a change sets. */
export const passwordKey = ({ kind, name }: Pick<Change, 'kind' | 'name'>): string => (kind === 'user' ? fold(name) : `${kind} ${fold(name)}`)

/** Compares principals and members by name, whatever their case. */
export const principalKey = (principal: MemberState): string => fold(principalName(principal))

/** Splits two lists of principals into who comes and who goes. */
export function movedBetween(before: readonly MemberState[] = [], after: readonly MemberState[] = []): { come: MemberState[]; gone: MemberState[] } {
  const [from, to] = [new Set(before.map(principalKey)), new Set(after.map(principalKey))]
  return { come: after.filter((one) => !from.has(principalKey(one))), gone: before.filter((one) => !to.has(principalKey(one))) }
}

/** Spells a value so that equal values are spelled alike, whatever the order of their keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))) : part,
  )
}

/** True for equal values, whatever the order of their keys. */
export const isSame = (one: unknown, other: unknown): boolean => one === other || (typeof one === 'object' && typeof other === 'object' && canonical(one) === canonical(other))

/** How a field is compared and told: as text, as a list without order, as a length of time, or as too long to show. */
type Telling<State> = Partial<Record<Extract<keyof State, string>, 'text' | 'list' | 'time' | 'long' | 'principals' | 'keys'>>

/** Tells every field that differs between two states. */
export function differences<State extends object>(before: State, after: State, telling: Telling<State>): string[] {
  return Object.entries(telling).flatMap(([key, way]) => {
    const [from, to] = [before[key as keyof State] as unknown, after[key as keyof State] as unknown]
    if (isSame(from, to)) return []
    if (way === 'keys') return keyed((from ?? {}) as Record<string, unknown>, (to ?? {}) as Record<string, unknown>)
    return tell(key, from, to, way as string)
  })
}

function tell(key: string, from: unknown, to: unknown, way: string): string[] {
  if (way === 'list') return listed(key, (from ?? []) as unknown[], (to ?? []) as unknown[], canonical, spell)
  if (way === 'principals') return listed(key, (from ?? []) as MemberState[], (to ?? []) as MemberState[], principalKey, principalName)
  if (way === 'long') return [`${key}: ${from === undefined ? 'set' : to === undefined ? 'removed' : 'changed'}`]
  return [way === 'time' ? `${key}: ${formatDuration(Number(from))} → ${formatDuration(Number(to))}` : `${key}: ${spell(from)} → ${spell(to)}`]
}

function keyed(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted().flatMap((key) => {
    const [from, to] = [before[key], after[key]]
    if (isSame(from, to)) return []
    return tell(key, from, to, Array.isArray(from ?? to) ? 'list' : typeof (from ?? to) === 'object' ? 'long' : 'text')
  })
}

// A list may have everybody in it; nobody reads further than this.
const mostParts = 50

function listed<T>(key: string, from: T[], to: T[], same: (item: T) => string, words: (item: T) => string): string[] {
  const before = new Set(from.map(same))
  const after = new Set(to.map(same))
  const parts = [...to.filter((item) => !before.has(same(item))).map((item) => `+ ${words(item)}`), ...from.filter((item) => !after.has(same(item))).map((item) => `- ${words(item)}`)]
  const rest = parts.length > mostParts ? [`and ${parts.length - mostParts} more`] : []
  return parts.length === 0 ? [] : [`${key}: ${[...parts.slice(0, mostParts), ...rest].join(', ')}`]
}

const spell = (value: unknown): string => {
  if (value === undefined || value === null || value === '') return 'not set'
  if (typeof value === 'string') return value
  return typeof value === 'object' && 'value' in value ? spell(value.value) : canonical(value)
}
