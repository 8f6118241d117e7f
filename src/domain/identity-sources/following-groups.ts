// The groups that somebody is in by a source's word. What others put them into is left alone.
import type { Executor } from '../../platform/storage/database.js'
import { Groups, Memberships, type Group, type User } from '../directory/index.js'
import type { ExternalSteps } from '../federation/index.js'
import { events, type Recording } from './events.js'
import type { IdentitySource } from './sources.js'

export interface GroupRules {
  /** Whether a group has a say in the management account. */
  isAdministering: (tx: Executor, groupId: string) => Promise<boolean>
  /** Ends what somebody holds through groups, after `leave` has taken them out, unless they hold it otherwise. */
  leaving: (tx: Executor, groupIds: string[], userId: string, leave: () => Promise<void>) => Promise<void>
}

interface Following extends GroupRules {
  source: IdentitySource
  user: User
  names: readonly string[]
  claims: ReadonlyMap<string, readonly string[]>
  steps: ExternalSteps
  recording: Recording
}

/** Puts somebody into the groups that the source names, and out of those that it named before. */
export async function followGroups(tx: Executor, { source, user, names, claims, steps, recording, isAdministering, leaving }: Following): Promise<{ joined: string[]; left: string[] }> {
  if (source.provisioning.groups === 'none') return { joined: [], left: [] }
  if (claims.has('_claim_names') && names.length === 0) {
    // Microsoft's directories leave the groups out where there are many.
    steps.warned('groups', 'The provider left the groups out because there are too many.', 'Have it send only the groups that are assigned to the application.')
    return { joined: [], left: [] }
  }
  const wanted = await mayDecide(tx, await groupsNamed(tx, source, names), { source, steps, isAdministering })
  const had = new Set((await tx.query<{ group_id: string }>('select group_id from identity_link_groups where source_id = $1 and user_id = $2', [source.id, user.id])).map(({ group_id: id }) => id))
  const joined = await join(tx, wanted.filter(({ id }) => !had.has(id)), source, user)
  const over = [...had].filter((id) => !wanted.some((group) => group.id === id))
  const left = await leave(tx, user, over, { leaving })
  await events.moved(recording, user, { joined, left })
  steps.passed('groups', wanted.length === 0 ? 'No group here is named by the source.' : `By the source, they are in ${wanted.map(({ displayName }) => displayName).join(', ')}.`)
  return { joined: joined.map(({ displayName }) => displayName), left: left.map(({ displayName }) => displayName) }
}

/** The groups here that the source means by these names. */
export async function groupsNamed(tx: Executor, { provisioning: { groups } }: IdentitySource, names: readonly string[]): Promise<Group[]> {
  const wanted = typeof groups === 'string' ? names : names.flatMap((name) => (Object.hasOwn(groups, name) ? [groups[name]!] : []))
  const ids = wanted.length === 0 ? [] : await tx.query<{ id: string }>('select id from groups where lower(display_name) = any($1)', [wanted.map((name) => name.toLowerCase())])
  return new Groups(tx).listByIds(ids.map(({ id }) => id))
}

/** Those of them that the source may decide about. */
export async function mayDecide(tx: Executor, groups: Group[], { source, steps, isAdministering }: Pick<Following, 'source' | 'steps' | 'isAdministering'>): Promise<Group[]> {
  if (source.provisioning.administrators) return groups
  const allowed: Group[] = []
  for (const group of groups) {
    if (await isAdministering(tx, group.id)) steps.warned('groups', `${group.displayName} has a say in the management account, and the source may not decide who is in it.`, 'Put people into it here, or let the source vouch for administrators.')
    else allowed.push(group)
  }
  return allowed
}

/** Those who are in a group by somebody else's word stay there by that. */
async function join(tx: Executor, groups: Group[], source: IdentitySource, user: User): Promise<Group[]> {
  const joined: Group[] = []
  for (const group of groups) {
    if (await new Memberships(tx).findOf(group.id, user.id)) continue
    await new Memberships(tx).create({ groupId: group.id, userId: user.id, by: `identity source ${source.name}` })
    joined.push(group)
  }
  if (joined.length > 0) await tx.query('insert into identity_link_groups (source_id, user_id, group_id) select $1, $2, id from unnest($3::uuid[]) as id', [source.id, user.id, joined.map(({ id }) => id)])
  return joined
}

/** Takes somebody out of groups, with what they hold by them. */
export async function leave(tx: Executor, { id }: User, groupIds: string[], { leaving }: Pick<GroupRules, 'leaving'>): Promise<Group[]> {
  if (groupIds.length === 0) return []
  const left = await new Groups(tx).listByIds(groupIds)
  await leaving(tx, groupIds, id, async () => {
    await tx.query('delete from identity_link_groups where user_id = $1 and group_id = any($2::uuid[])', [id, groupIds])
    await tx.query('delete from group_members where user_id = $1 and group_id = any($2::uuid[])', [id, groupIds])
  })
  return left
}
