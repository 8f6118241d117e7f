// What whoever looks at a person or a group may do: asked of the policies about the thing and about the directory, as the
// operations themselves ask.
import type { Wish } from '../middleware/asking.js'
import { storeArn } from './sections.js'
import type { AdminVisit } from './visit.js'

export const userArn = (id: string): string => `arn:aws:identitystore:::user/${id}`
export const groupArn = (id: string): string => `arn:aws:identitystore:::group/${id}`
export const anyMembershipArn = 'arn:aws:identitystore:::membership/*'

export type Can = Record<string, boolean>

/** Says of each action whether it is allowed on every one of the resources and on the directory. */
export async function mayAll({ may, places }: AdminVisit, actions: readonly string[], resources: readonly string[]): Promise<Can> {
  const all = [storeArn(places), ...resources]
  const granted: Can = await may(Object.fromEntries(actions.flatMap((action) => all.map((resource, at) => [`${action} ${at}`, { action, resource }]))))
  return Object.fromEntries(actions.map((action) => [action, all.every((_, at) => granted[`${action} ${at}`])]))
}

/** Wishes for an action on the directory and on all of the resources. */
export const directoryWishes = ({ places }: Pick<AdminVisit, 'places'>, action: string, resources: readonly string[]): Wish[] => [storeArn(places), ...resources].map((resource) => ({ action, resource }))

/** What is looked at beside the directory: who is assigned where, and what happened. */
export async function maySee({ may, places: { instanceArn } }: AdminVisit): Promise<{ roles: boolean; applications: boolean; history: boolean }> {
  return may({
    roles: { action: 'sso:ListAccountAssignmentsForPrincipal', resource: instanceArn },
    applications: { action: 'sso:ListApplicationAssignmentsForPrincipal', resource: instanceArn },
    history: { action: 'cloudtrail:LookupEvents', resource: '*' },
  })
}
