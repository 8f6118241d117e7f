// The grouped writes of the table twin: which waiting writes may share a statement, and that statement.
// A statement holds one kind of step per key, as two parts of it may not change the same row.
import type { Waiting } from './lane.js'

export type Kind = 'put' | 'add' | 'consume' | 'take' | 'remove' | 'removeList' | 'count' | 'reset'

/** What the statement answers about a key (or, for `removeList`, about each key it removed). */
export interface Outcome {
  kind: Kind
  key: string
  value: string | null
  number: number | null
}

export interface Write extends Waiting {
  kind: Kind
  /** The key, or for `removeList` the name of the list. */
  key: string
  value: string
  lists: string[]
  expiresAt: number
  /** Grows with every write of this process: the newest in a list has the highest. */
  stamp: number
  /** Answers the caller, the nth of so many that share one outcome; none where the step changed nothing. */
  answer(outcome: Outcome | undefined, nth: number, callers: number): void
}

export interface Moment {
  /** Milliseconds since the epoch. */
  now: number
  tombstoneUntil: number
}

export interface Statement {
  sql: string
  parameters: unknown[]
}

const mostWrites = 1_000
const mostCharacters = 4_000_000

/** Picks the writes of the next statement, keeping for each key the order in which they came. */
export function chooseWrites(waiting: Write[]): Set<Write> {
  const chosen = new Set<Write>()
  const kinds = new Map<string, Kind>()
  const held = new Set<string>()
  const removingLists = waiting[0]?.kind === 'removeList'
  let characters = 0
  for (const write of waiting) {
    // Which rows a list's removal changes is not known beforehand: nothing else shares its statement or overtakes it.
    if ((write.kind === 'removeList') !== removingLists || chosen.size >= mostWrites || characters > mostCharacters) break
    const place = `${write.kind === 'count' || write.kind === 'reset' ? 'c' : 'e'}${write.key}`
    if (held.has(place) || (kinds.get(place) ?? write.kind) !== write.kind) {
      held.add(place)
      continue
    }
    kinds.set(place, write.kind)
    chosen.add(write)
    characters += write.value.length
  }
  return chosen
}

/** Brings writes together by kind, and under a kind by key in an order that every process keeps, so that they do not deadlock. */
export function grouped(writes: Write[]): Map<Kind, Map<string, Write[]>> {
  const kinds = new Map<Kind, Map<string, Write[]>>()
  for (const write of writes.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.stamp - b.stamp))) {
    const keys = kinds.get(write.kind) ?? new Map<string, Write[]>()
    kinds.set(write.kind, keys)
    const same = keys.get(write.key)
    if (same) same.push(write)
    else keys.set(write.key, [write])
  }
  // The same kinds always make the same statement, so that it is prepared once.
  return new Map([...kinds].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

type Bind = (value: unknown, type: 'bigint' | 'bigint[]' | 'text[]') => string
type Part = (keys: Map<string, Write[]>, bind: Bind, moment: Moment) => string[]

const column = (writes: Write[], name: 'key' | 'value' | 'expiresAt' | 'stamp') => writes.map(write => write[name])
const lastOf = (keys: Map<string, Write[]>) => [...keys.values()].map(writes => writes.at(-1)!)
const firstOf = (keys: Map<string, Write[]>) => [...keys.values()].map(writes => writes[0]!)

function rows(writes: Write[], bind: Bind): string {
  return `select * from unnest(${bind(column(writes, 'key'), 'text[]')}, ${bind(column(writes, 'value'), 'text[]')},
    ${bind(column(writes, 'expiresAt'), 'bigint[]')}, ${bind(column(writes, 'stamp'), 'bigint[]')})`
}

// Rows that a step is about to change, locked in the order of their keys and seen as they are once locked.
const locked = (keys: Map<string, Write[]>, bind: Bind, columns: string, condition = 'true') =>
  `(select ${columns} from ephemeral where key = any(${bind([...keys.keys()], 'text[]')}) and ${condition} order by key for update) l`

function listRows(source: string, writes: Write[], bind: Bind): string[] {
  const named = writes.flatMap(write => write.lists.map(list => ({ list, key: write.key, stamp: write.stamp })))
  if (named.length === 0) return []
  const newest = new Map(named.map(row => [`${row.list}\0${row.key}`, row]))
  const unique = [...newest.values()]
  return [`${source}_lists as (
    insert into ephemeral_lists (list, key, born, position)
    select n.list, n.key, w.born, n.position
    from unnest(${bind(unique.map(row => row.list), 'text[]')}, ${bind(unique.map(row => row.key), 'text[]')}, ${bind(unique.map(row => row.stamp), 'bigint[]')}) n(list, key, position)
    join ${source} w on w.key = n.key
    order by n.key, n.list
    on conflict (list, key) do update set born = excluded.born, position = excluded.position)`]
}

const parts: Record<Kind, Part> = {
  put: (keys, bind, { now }) => {
    const at = bind(now, 'bigint')
    return [
      `put as (
        insert into ephemeral as e (key, value, expires_at, born) ${rows(lastOf(keys), bind)}
        on conflict (key) do update set value = excluded.value, expires_at = excluded.expires_at,
          consumed_at = case when e.expires_at > ${at} then e.consumed_at end,
          born = case when e.expires_at > ${at} then e.born else excluded.born end
        where e.value is not null or e.expires_at <= ${at}
        returning key, value, consumed_at as number, born)`,
      ...listRows('put', [...keys.values()].flat(), bind),
    ]
  },
  add: (keys, bind, { now }) => [
    `add as (
      insert into ephemeral as e (key, value, expires_at, born) ${rows(firstOf(keys), bind)}
      on conflict (key) do update set value = excluded.value, expires_at = excluded.expires_at, consumed_at = null, born = excluded.born
      where e.value is null or e.expires_at <= ${bind(now, 'bigint')}
      returning key, null::text as value, null::bigint as number, born)`,
    ...listRows('add', firstOf(keys), bind),
  ],
  consume: (keys, bind, { now }) => {
    const at = bind(now, 'bigint')
    return [`consume as (
      update ephemeral e set consumed_at = ${at} / 1000
      from ${locked(keys, bind, 'key', `value is not null and consumed_at is null and expires_at > ${at}`)}
      where e.key = l.key returning e.key, null::text as value, null::bigint as number)`]
  },
  take: (keys, bind, { now, tombstoneUntil }) => [
    `take as (
      update ephemeral e set value = null, consumed_at = null, expires_at = ${bind(tombstoneUntil, 'bigint')}
      from ${locked(keys, bind, 'key, value', `value is not null and expires_at > ${bind(now, 'bigint')}`)}
      where e.key = l.key returning e.key, l.value, null::bigint as number)`,
    'take_lists as (delete from ephemeral_lists l using take t where l.key = t.key)',
  ],
  remove: (keys, bind, { tombstoneUntil }) => [
    `remove as (
      insert into ephemeral as e (key, expires_at, born)
      select key, ${bind(tombstoneUntil, 'bigint')}, born from unnest(${bind([...keys.keys()], 'text[]')}, ${bind(column(lastOf(keys), 'stamp'), 'bigint[]')}) n(key, born)
      on conflict (key) do update set value = null, consumed_at = null, expires_at = excluded.expires_at, born = excluded.born
      returning key, null::text as value, null::bigint as number)`,
    'remove_lists as (delete from ephemeral_lists l using remove r where l.key = r.key)',
  ],
  removeList: (keys, bind, { now, tombstoneUntil }) => [
    `"removeList" as (
      update ephemeral e set value = null, consumed_at = null, expires_at = ${bind(tombstoneUntil, 'bigint')}
      from (
        select n.key from ephemeral_lists i join ephemeral n on n.key = i.key and n.born = i.born
        where i.list = any(${bind([...keys.keys()], 'text[]')}) and n.value is not null and n.expires_at > ${bind(now, 'bigint')}
        order by n.key for update of n) l
      where e.key = l.key returning e.key, null::text as value, null::bigint as number)`,
    '"removeList_lists" as (delete from ephemeral_lists l using "removeList" r where l.key = r.key)',
  ],
  count: (keys, bind, { now }) => {
    const at = bind(now, 'bigint')
    const first = firstOf(keys)
    return [`count as (
      insert into ephemeral_counters as c (key, count, expires_at)
      select * from unnest(${bind(column(first, 'key'), 'text[]')}, ${bind([...keys.values()].map(writes => writes.length), 'bigint[]')}, ${bind(column(first, 'expiresAt'), 'bigint[]')})
      on conflict (key) do update set
        count = case when c.expires_at > ${at} then c.count else 0 end + excluded.count,
        expires_at = case when c.expires_at > ${at} then c.expires_at else excluded.expires_at end
      returning key, null::text as value, count as number)`]
  },
  reset: (keys, bind) => [`reset as (
    delete from ephemeral_counters c
    using (select key from ephemeral_counters where key = any(${bind([...keys.keys()], 'text[]')}) order by key for update) l
    where c.key = l.key returning c.key, null::text as value, null::bigint as number)`],
}

/** Writes the one statement that does all these writes and answers with an `Outcome` for each that changed something. */
export function writeStatement(groups: Map<Kind, Map<string, Write[]>>, moment: Moment): Statement {
  const parameters: unknown[] = []
  const bind: Bind = (value, type) => `$${parameters.push(value)}::${type}`
  const steps = [...groups].flatMap(([kind, keys]) => parts[kind](keys, bind, moment))
  const answers = [...groups.keys()].map(kind => `select '${kind}' as kind, key, value, number::float8 as number from "${kind}"`)
  return { sql: `with ${steps.join(',\n')}\n${answers.join('\nunion all\n')}`, parameters }
}
