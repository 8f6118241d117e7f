// The permission set that an address means, and the policies that it is made of.
import { Refusal } from '../../platform/errors.js'
import type { Wish } from '../middleware/asking.js'
import { setUrl } from './assigned.js'
import { setArnOf } from './found-things.js'
import type { AdminVisit } from './visit.js'

interface SetAnswer {
  Name: string
  PermissionSetArn: string
  Description?: string
  RelayState?: string
  SessionDuration: string
  CreatedDate: number
}

export interface SetThing {
  path: string
  title: string
  arn: string
  set: SetAnswer
}

/** The policies of a permission set: ARNs of the catalogue, paths and names of policies of accounts, text. */
export interface SetPolicies {
  managed: string[]
  own: string[]
  inline: string
  boundary: string | undefined
}

/** Finds it; the operation refuses those who may not read it. */
export async function findSet(visit: AdminVisit): Promise<SetThing> {
  const { id = '' } = visit.ctx.params as { id?: string }
  if (!/^ps-[\w.-]{16}$/.test(id)) throw new Refusal('not-found', 'There is no such permission set.')
  const arn = setArnOf(visit, id)
  const { PermissionSet: set } = await visit.ssoAdmin('DescribePermissionSet', { PermissionSetArn: arn }) as unknown as { PermissionSet: SetAnswer }
  return { path: setUrl(arn), title: set.Name, arn, set }
}

export const idOfSet = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)

/** Wishes for actions on a permission set, which policies are asked about together with the instance. */
export const setWishes = ({ places }: Pick<AdminVisit, 'places'>, { arn }: Pick<SetThing, 'arn'>, ...actions: string[]): Wish[] =>
  actions.flatMap((action) => [{ action, resource: arn }, { action, resource: places.instanceArn }])

/** Says of each action whether it may be done to a permission set. */
export async function mayOfSet(visit: AdminVisit, thing: Pick<SetThing, 'arn'>, actions: readonly string[]): Promise<Record<string, boolean>> {
  const granted: Record<string, boolean> = await visit.may(Object.fromEntries(actions.flatMap((action) => setWishes(visit, thing, action).map((wish, at) => [`${action} ${at}`, wish]))))
  return Object.fromEntries(actions.map((action) => [action, granted[`${action} 0`] === true && granted[`${action} 1`] === true]))
}

/** What it takes to read all policies of a permission set. */
export const readingActions = ['sso:ListManagedPoliciesInPermissionSet', 'sso:ListCustomerManagedPolicyReferencesInPermissionSet', 'sso:GetInlinePolicyForPermissionSet', 'sso:GetPermissionsBoundaryForPermissionSet']

interface BoundaryAnswer {
  PermissionsBoundary: { ManagedPolicyArn?: string; CustomerManagedPolicyReference?: { Name: string; Path: string } }
}

/** Reads the policies. */
export async function policiesOf({ ssoAdmin }: AdminVisit, { arn }: Pick<SetThing, 'arn'>): Promise<SetPolicies> {
  const of = { PermissionSetArn: arn }
  const [managed, own, inline, boundary] = await Promise.all([
    ssoAdmin('ListManagedPoliciesInPermissionSet', of), ssoAdmin('ListCustomerManagedPolicyReferencesInPermissionSet', of), ssoAdmin('GetInlinePolicyForPermissionSet', of),
    ssoAdmin('GetPermissionsBoundaryForPermissionSet', of).catch(orNone),
  ]) as unknown as [{ AttachedManagedPolicies: { Arn: string }[] }, { CustomerManagedPolicyReferences: { Name: string; Path: string }[] }, { InlinePolicy: string }, BoundaryAnswer | undefined]
  const bounding = boundary?.PermissionsBoundary
  return {
    managed: managed.AttachedManagedPolicies.map(({ Arn }) => Arn), own: own.CustomerManagedPolicyReferences.map(spelledReference), inline: inline.InlinePolicy,
    boundary: bounding?.ManagedPolicyArn ?? (bounding?.CustomerManagedPolicyReference && spelledReference(bounding.CustomerManagedPolicyReference)),
  }
}

function orNone(error: unknown): undefined {
  if (!(error instanceof Refusal) || error.code !== 'not-found') throw error
}

export const spelledReference = ({ Name, Path }: { Name: string; Path: string }): string => `${Path}${Name}`

/** Reads a policy of accounts as somebody writes it: its name, with or without a path. */
export function readReference(text: string): { Name: string; Path: string } {
  const whole = text.trim().startsWith('/') ? text.trim() : `/${text.trim()}`
  const at = whole.lastIndexOf('/') + 1
  return { Name: whole.slice(at), Path: whole.slice(0, at) }
}

/** What people know a policy by. */
export const nameOfPolicy = (policy: string): string => (policy.startsWith('arn:') ? policy.slice(policy.lastIndexOf('/') + 1) : policy.replace(/^\/(?=[^/]+$)/, ''))
