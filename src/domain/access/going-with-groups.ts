// What goes with a group that is deleted: who is in it, and what is assigned to it.
import { GroupNesting, Memberships } from '../directory/index.js'
import type { Executor } from '../../platform/storage/database.js'
import { within } from '../../platform/storage/store.js'
import { AssignmentPages } from './assignment-pages.js'
import { Held } from './held.js'

export interface GoingWithGroup extends Record<string, unknown> {
  /** User names. */
  users: string[]
  /** Names of the groups in it. */
  groups: string[]
  memberCount: number
  assignments: { accountId: string; permissionSet: string }[]
  applications: string[]
}

const mostOfEach = 1000

/** Names it, up to a thousand of each kind. */
export async function goingWithGroup(sql: Executor, groupId: string): Promise<GoingWithGroup> {
  const page = { after: undefined, limit: mostOfEach }
  const memberships = new Memberships(sql)
  const users = await memberships.pageOfMembers(groupId, page)
  const groups = await new GroupNesting(within(sql)).page(groupId, page)
  const roles = await new AssignmentPages(sql).named({ ...page, principalId: groupId })
  const applications = await new Held(sql).applications({ type: 'GROUP', id: groupId })
  const counts = (await memberships.count([groupId])).get(groupId)
  return {
    users: users.items.map(({ userName }) => userName), groups: groups.items.map(({ displayName }) => displayName), memberCount: (counts?.users ?? 0) + (counts?.groups ?? 0),
    assignments: roles.items.map(({ accountId, permissionSetName }) => ({ accountId, permissionSet: permissionSetName })), applications: applications.map(({ application: { name } }) => name),
  }
}
