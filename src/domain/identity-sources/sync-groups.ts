// Who comes into which groups, and out of which, by a source's word, for many people at once.
import type { Executor } from '../../platform/storage/database.js'
import { GroupMembers, type Group, type User } from '../directory/index.js'
import { ExternalSteps } from '../federation/index.js'
import { events, type Recording } from './events.js'
import { groupsNamed, leave, mayDecide, type GroupRules } from './following-groups.js'
import type { IdentitySource } from './sources.js'

/** What becomes of one person's groups. */
export interface Moves {
  joins: Group[]
  leaves: string[]
}

/** Who is in which groups by the word of a directory that has them no more. */
const byLost = 'select g.user_id, g.group_id from identity_link_groups g join identity_links k on k.source_id = g.source_id and k.user_id = g.user_id where k.lost_at is not null'

export class SyncGroups {
  private constructor(private readonly groupsOfName: (name: string) => readonly Group[], private readonly had: ReadonlyMap<string, ReadonlySet<string>>, private readonly members: ReadonlyMap<string, ReadonlySet<string>>) {}

  /** Reads which groups the names mean, and who is in them. */
  static async read(tx: Executor, { source, names, isAdministering }: { source: IdentitySource; names: ReadonlySet<string> } & Pick<GroupRules, 'isAdministering'>): Promise<SyncGroups | undefined> {
    const { groups } = source.provisioning
    if (groups === 'none') return undefined
    const allowed = await mayDecide(tx, await groupsNamed(tx, source, [...names]), { source, steps: new ExternalSteps(), isAdministering })
    const byName = new Map(allowed.map((group) => [group.displayName.toLowerCase(), [group] as const]))
    const had = await tx.query<{ key: string; value: string }>('select user_id as key, group_id as value from identity_link_groups where source_id = $1', [source.id])
    // Whoever is in a group by a directory that has them no more leaves it by that.
    const members = await tx.query<{ key: string; value: string }>(
      `select m.group_id as key, m.user_id as value from group_members m where m.group_id = any($1::uuid[]) and m.user_id is not null
       and not exists (select from (${byLost}) as l where l.group_id = m.group_id and l.user_id = m.user_id)`, [allowed.map(({ id }) => id)])
    const meant = (name: string): string | undefined => (typeof groups === 'string' ? name : Object.hasOwn(groups, name) ? groups[name] : undefined)
    return new SyncGroups((name) => byName.get(meant(name)?.toLowerCase() ?? '') ?? [], gathered(had), gathered(members))
  }

  /** What is to become of somebody's groups; of somebody new where there is no id. */
  movesOf(userId: string | undefined, names: readonly string[]): Moves {
    const wanted = new Map(names.flatMap((name) => this.groupsOfName(name)).map((group) => [group.id, group]))
    if (userId === undefined) return { joins: [...wanted.values()], leaves: [] }
    const had = this.had.get(userId) ?? new Set()
    return { joins: [...wanted.values()].filter(({ id }) => !had.has(id) && !this.members.get(id)?.has(userId)), leaves: [...had].filter((id) => !wanted.has(id)) }
  }
}

function gathered(rows: readonly { key: string; value: string }[]): Map<string, Set<string>> {
  const sets = new Map<string, Set<string>>()
  for (const { key, value } of rows) (sets.get(key) ?? sets.set(key, new Set()).get(key)!).add(value)
  return sets
}

/** Takes people out of the groups that directories put them into which have them no more: they come back by another's word. */
export async function leaveLost(tx: Executor, users: readonly User[], { recording, leaving }: Omit<Moving, 'source'>): Promise<void> {
  if (users.length === 0) return
  const lost = gathered(await tx.query<{ key: string; value: string }>(`select l.user_id as key, l.group_id as value from (${byLost}) as l where l.user_id = any($1::uuid[])`, [users.map(({ id }) => id)]))
  for (const user of users) {
    const left = await leave(tx, user, [...lost.get(user.id) ?? []], { leaving })
    await events.moved(recording, user, { joined: [], left })
  }
}

interface Moving extends Pick<GroupRules, 'leaving'> {
  source: IdentitySource
  recording: Recording
}

/** Writes it: all who come into a group by one statement, and those who leave one by one, because what they hold ends with it. */
export async function move(tx: Executor, moving: readonly (Moves & { user: User })[], { source, recording, leaving }: Moving): Promise<void> {
  const joined = new Map<string, Group[]>()
  const groups = new Map(moving.flatMap(({ joins }) => joins).map((group) => [group.id, group]))
  for (const group of groups.values()) {
    const fresh = await new GroupMembers(tx).add(group.id, moving.filter(({ joins }) => joins.some(({ id }) => id === group.id)).map(({ user }) => user.id), `identity source ${source.name}`)
    const ids = fresh.flatMap(({ member }) => ('userId' in member ? member.userId : []))
    await tx.query('insert into identity_link_groups (source_id, user_id, group_id) select $1, id, $3 from unnest($2::uuid[]) as id on conflict do nothing', [source.id, ids, group.id])
    for (const id of ids) joined.set(id, [...joined.get(id) ?? [], group])
  }
  for (const { user, leaves } of moving) {
    const left = await leave(tx, user, leaves, { leaving })
    await events.moved(recording, user, { joined: joined.get(user.id) ?? [], left })
  }
}
