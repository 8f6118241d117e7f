// Conditions on people and groups, by the attributes that SCIM names (RFC 7644 section 3.4.2.2), made into one condition of SQL.
// Every value is a parameter, and no condition is ever null, so that `not` means what it says.
import { Refusal } from '../../platform/errors.js'
import { isUuid } from '../../platform/ids.js'

export type Comparison = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le'

export type Condition =
  | { kind: 'and' | 'or'; of: readonly Condition[] }
  | { kind: 'not'; of: Condition }
  | { kind: 'present'; path: string }
  | { kind: 'compare'; path: string; by: Comparison; value: string | number | boolean | null }
  /** True where one value of a list meets a condition on its parts. */
  | { kind: 'some'; path: string; of: Condition }

/** What an attribute is in the database. Words are the same whatever their case, exact text is not. */
export interface Field {
  sql: string
  kind: 'words' | 'exact' | 'flag' | 'time' | 'uuid'
  /** True where it is never null. */
  always?: boolean
  /** A condition that finds equal ones by an index. */
  equals?: (value: string, parameters: Parameters) => string
}

/** An attribute with several values: where they come from, and what each of them consists of. */
export interface ListField {
  from: string
  parts: Readonly<Record<string, Field>>
  /** A condition that finds whoever has a value by an index. */
  equals?: (value: string, parameters: Parameters) => string
}

export interface Fields {
  plain: Readonly<Record<string, Field>>
  lists: Readonly<Record<string, ListField>>
}

/** The parameters of a statement, numbered as they come. */
export class Parameters {
  readonly values: unknown[] = []

  add(value: unknown): string {
    this.values.push(value)
    return `$${this.values.length}`
  }
}

const unfit = (sentence: string): Refusal => new Refusal('invalid-input', sentence)
const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined => (Object.hasOwn(record, name) ? record[name] : undefined)

/** Makes a condition of SQL; refuses attributes that nothing is found by, and comparisons that make no sense. */
export function conditionSql(condition: Condition, fields: Fields, parameters: Parameters): string {
  switch (condition.kind) {
    case 'and':
    case 'or': return `(${condition.of.map((one) => conditionSql(one, fields, parameters)).join(` ${condition.kind} `)})`
    case 'not': return `not ${conditionSql(condition.of, fields, parameters)}`
    case 'present': return presence(condition.path, fields)
    case 'some': return someSql(condition, fields, parameters)
    case 'compare': return comparison(condition, fields, parameters)
  }
}

type Compare = Extract<Condition, { kind: 'compare' }>

function comparison({ path, by, value }: Compare, fields: Fields, parameters: Parameters): string {
  if (value === null && (by === 'eq' || by === 'ne')) return by === 'ne' ? presence(path, fields) : `not ${presence(path, fields)}`
  const field = own(fields.plain, path)
  if (field) return fieldSql(field, { by, value }, parameters)
  const [name = '', part = 'value'] = path.split('.')
  const list = own(fields.lists, name)
  const inside = list && own(list.parts, part)
  if (!list || !inside) throw unfit(`Nothing is found by ${path}.`)
  if (by === 'eq' && part === 'value' && list.equals && typeof value === 'string') return `(${list.equals(value, parameters)})`
  return `exists (select from ${list.from} and ${fieldSql(inside, { by, value }, parameters)})`
}

function someSql({ path, of }: Extract<Condition, { kind: 'some' }>, fields: Fields, parameters: Parameters): string {
  const list = own(fields.lists, path)
  if (!list) throw unfit(`Nothing is found by ${path}[…].`)
  return `exists (select from ${list.from} and ${conditionSql(of, { plain: list.parts, lists: {} }, parameters)})`
}

function presence(path: string, fields: Fields): string {
  const field = own(fields.plain, path)
  if (field) return fieldPresence(field)
  const [name = '', part] = path.split('.')
  const list = own(fields.lists, name)
  if (list && part === undefined) return `exists (select from ${list.from})`
  const inside = list && part !== undefined ? own(list.parts, part) : undefined
  if (list && inside) return `exists (select from ${list.from} and ${fieldPresence(inside)})`
  const parts = Object.entries(fields.plain).filter(([known]) => known.startsWith(`${path}.`))
  if (parts.length === 0) throw unfit(`Nothing is found by ${path}.`)
  return `(${parts.map(([, one]) => fieldPresence(one)).join(' or ')})`
}

const fieldPresence = ({ sql, kind, always }: Field): string => (always ? 'true' : kind === 'words' || kind === 'exact' ? `(coalesce(${sql}, '') <> '')` : `(${sql} is not null)`)

const signs: Readonly<Record<string, string>> = { gt: '>', ge: '>=', lt: '<', le: '<=' }

function fieldSql(field: Field, { by, value }: Pick<Compare, 'by' | 'value'>, parameters: Parameters): string {
  const sql = field.kind === 'flag' ? flagSql(field, by, value) : field.kind === 'time' ? timeSql(field, by, value, parameters) : textSql(field, by, value, parameters)
  return field.always || by === 'ne' ? `(${sql})` : `coalesce(${sql}, false)`
}

function flagSql({ sql }: Field, by: Comparison, value: unknown): string {
  const wanted = typeof value === 'string' ? value.toLowerCase() : String(value)
  if ((by !== 'eq' && by !== 'ne') || !['true', 'false'].includes(wanted)) throw unfit('Something that is true or false is only compared by eq and ne with one of the two.')
  return `coalesce(${sql}, false) ${by === 'eq' ? '=' : '<>'} ${wanted}`
}

const isoTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/

function timeSql({ sql }: Field, by: Comparison, value: unknown, parameters: Parameters): string {
  if (typeof value !== 'string' || !isoTime.test(value) || Number.isNaN(Date.parse(value))) throw unfit('A time is written as 2026-01-31T12:00:00Z.')
  const sign = by === 'eq' ? '=' : by === 'ne' ? 'is distinct from' : signs[by]
  if (!sign) throw unfit('Times are compared by eq, ne, gt, ge, lt and le.')
  // What clients read has milliseconds, and what is compared with it has no more.
  return `date_trunc('milliseconds', ${sql}) ${sign} ${parameters.add(new Date(value))}::timestamptz`
}

function textSql(field: Field, by: Comparison, value: unknown, parameters: Parameters): string {
  if (typeof value !== 'string') throw unfit('Text is compared with text in quotation marks.')
  if (field.equals && by === 'eq') return field.equals(value, parameters)
  if (field.kind === 'uuid' && (by === 'eq' || by === 'ne')) return uuidSql(field, by, value, parameters)
  const plain = field.kind === 'uuid' ? `${field.sql}::text` : field.sql
  const folded = field.kind === 'exact' ? plain : `lower(${plain})`
  const given = field.kind === 'exact' ? `${parameters.add(value)}::text` : `lower(${parameters.add(value)}::text)`
  switch (by) {
    case 'eq': return `${folded} = ${given}`
    case 'ne': return `${folded} is distinct from ${given}`
    case 'co': return `strpos(${folded}, ${given}) > 0`
    case 'sw': return `starts_with(${folded}, ${given})`
    case 'ew': return `right(${folded}, length(${given})) = ${given}`
    default: return `${folded} ${signs[by]!} ${given}`
  }
}

function uuidSql({ sql }: Field, by: 'eq' | 'ne', value: string, parameters: Parameters): string {
  if (!isUuid(value)) return by === 'eq' ? 'false' : 'true'
  return `${sql} ${by === 'eq' ? '=' : 'is distinct from'} ${parameters.add(value)}::uuid`
}
