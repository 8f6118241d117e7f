// Finds people and groups by conditions, sorted, by offset or from a place on: the same search for both kinds.
import { Refusal } from '../../platform/errors.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import { conditionSql, Parameters, type Condition, type Field, type Fields } from './conditions.js'
import { groupColumns, groupOfRow, type Group } from './groups.js'
import { groupFields, userFields } from './search-fields.js'
import { columnsOf, fromRow, type User } from './user-rows.js'

export interface DirectoryQuery {
  condition?: Condition | undefined
  sortBy?: string | undefined
  descending?: boolean
  /** How many are passed over. */
  offset?: number
  /** The place of the last one before, as `next` told it. */
  after?: readonly string[] | undefined
  limit: number
}

export interface DirectoryFound<Item> {
  items: Item[]
  /** How many there are in all. */
  total: number
  /** The place of the last one, where there are more. */
  next?: string[]
}

interface Kind<Item> {
  table: string
  columns: string
  fields: Fields
  /** What tells them apart and orders them when nothing else does; it is indexed. */
  key: string
  read: (row: Row) => Item
}

const users: Kind<User> = { table: 'users', columns: columnsOf('t'), fields: userFields, key: 'lower(t.user_name)', read: fromRow }
const groups: Kind<Group> = { table: 'groups', columns: groupColumns('t'), fields: groupFields, key: 'lower(t.display_name)', read: groupOfRow }

export class DirectorySearch {
  constructor(private readonly sql: Executor) {}

  users(query: DirectoryQuery): Promise<DirectoryFound<User>> {
    return this.#find(users, query)
  }

  groups(query: DirectoryQuery): Promise<DirectoryFound<Group>> {
    return this.#find(groups, query)
  }

  async #find<Item>({ table, columns, fields, key, read }: Kind<Item>, { condition, sortBy, descending = false, offset = 0, after, limit }: DirectoryQuery): Promise<DirectoryFound<Item>> {
    const parameters = new Parameters()
    const where = condition ? conditionSql(condition, fields, parameters) : 'true'
    const counted = [...parameters.values]
    const order = [...(sortBy === undefined ? [] : sortOf(sortBy, fields)), key]
    const place = after && placeSql(order, after, descending, parameters)
    const rows = limit === 0 ? [] : await this.sql.query<Row & { place: string[] }>(
      `select ${columns}, array[${order.join(', ')}] as place from ${table} t where ${where}${place ? ` and ${place}` : ''}
       order by ${order.map((one) => `${one}${descending ? ' desc' : ''}`).join(', ')} limit ${parameters.add(limit + 1)} offset ${parameters.add(offset)}`, parameters.values)
    const shown = rows.slice(0, limit)
    const isAll = after === undefined && limit > 0 && rows.length <= limit && (offset === 0 || rows.length > 0)
    const total = isAll ? offset + rows.length : (await this.sql.query<{ total: number }>(`select count(*)::int as total from ${table} t where ${where}`, counted))[0]!.total
    return { items: shown.map(read), total, ...(rows.length > limit && { next: shown.at(-1)!.place }) }
  }
}

/** What rows are ordered by, as text: whether there is something at all, and what it is. Of a list it is the main value, or else the first. */
function sortOf(path: string, { plain, lists }: Fields): string[] {
  const field = Object.hasOwn(plain, path) ? plain[path] : undefined
  const [name = '', part = 'value'] = path.split('.')
  const list = Object.hasOwn(lists, name) ? lists[name] : undefined
  const inside = list && Object.hasOwn(list.parts, part) ? list.parts[part] : undefined
  if (!field && !inside) throw new Refusal('invalid-input', `Nothing is sorted by ${path}.`)
  const first = field ? textOf(field) : `(select ${textOf(inside!)} from ${list!.from} order by ${list!.parts.primary ? `coalesce(${list!.parts.primary.sql}, false) desc, ` : ''}1 limit 1)`
  return [`case when ${first} is null then '1' else '0' end`, `coalesce(${first}, '')`]
}

const textOf = ({ sql, kind }: Field): string => (
  kind === 'words' ? `lower(${sql})` : kind === 'exact' ? sql : kind === 'time' ? `to_char(${sql} at time zone 'UTC', 'YYYYMMDDHH24MISSUS')` : `(${sql})::text`)

function placeSql(order: readonly string[], after: readonly string[], descending: boolean, parameters: Parameters): string {
  if (after.length !== order.length) throw new Refusal('invalid-input', 'That is the place of another list.')
  return `(${order.join(', ')}) ${descending ? '<' : '>'} (${after.map((one) => `${parameters.add(one)}::text`).join(', ')})`
}
