// What the explorer and the kill switch are asked about, as addresses spell it.
import type { Form } from '../middleware/form.js'
import { addressOf } from '../middleware/listing.js'
import { applicationArnOf, setArnOf } from './found-things.js'
import type { AdminVisit } from './visit.js'

export type ReachScope = Partial<Record<'user' | 'account' | 'set' | 'application', string>>

export interface WayAnswer {
  UserId: string
  UserName: string
  DisplayName: string
  AccountId?: string
  AccountName?: string
  PermissionSetArn?: string
  PermissionSetName?: string
  ApplicationArn?: string
  ApplicationName?: string
  Via: 'DIRECT' | 'GROUP' | 'REQUEST'
  Groups: { GroupId: string; DisplayName: string }[]
  RequestId?: string
  Until?: number
}

const patterns: Readonly<Record<keyof ReachScope, RegExp>> = { user: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, account: /^\d{12}$/, set: /^ps-[\w.-]{16}$/, application: /^apl-[0-9a-zA-Z]{16}$/ }

/** Reads a scope: a person, an application, or an account and a permission set or one of them; undefined for everything else. */
export function scopeIn(query: Form): ReachScope | undefined {
  const found = Object.entries(patterns).filter(([name]) => query[name] !== undefined)
  const names = found.map(([name]) => name)
  const isWhole = found.length === 1 || (found.length === 2 && names.includes('account') && names.includes('set'))
  if (!isWhole || found.some(([name, pattern]) => !pattern.test(query[name]!))) return undefined
  return Object.fromEntries(names.map((name) => [name, query[name]!]))
}

/** Spells it as operations have it. */
export const scopeInput = (visit: AdminVisit, { user, account, set, application }: ReachScope): Record<string, string> => ({
  ...(user !== undefined && { UserId: user }), ...(account !== undefined && { AccountId: account }), ...(set !== undefined && { PermissionSetArn: setArnOf(visit, set) }),
  ...(application !== undefined && { ApplicationArn: applicationArnOf(visit, application) }),
})

/** Where the explorer shows it, for those who may look there. */
export async function reachUrlOf({ may, places }: AdminVisit, scope: ReachScope): Promise<string | undefined> {
  const { explore } = await may({ explore: { action: 'gatehouse:ExploreAccess', resource: places.instanceArn } })
  return explore ? addressOf('/admin/access/reach', { ...scope }) : undefined
}

/** The page that asks before the kill switch is pulled, for those who may; applications have none. */
export async function endUrlOf({ may, places }: AdminVisit, scope: ReachScope): Promise<string | undefined> {
  if (scope.application !== undefined) return undefined
  const { revoke } = await may({ revoke: { action: 'gatehouse:RevokeAccess', resource: places.instanceArn } })
  return revoke ? addressOf('/admin/access/end', { ...scope }) : undefined
}
