// The condition operators, as a table: what kind of value each compares, how, and whether it says yes to what does
// not match. A value is compiled once into a comparison with what the request holds.
import { isWithin, readAddress, readRange } from './addresses.js'
import { readDate } from './dates.js'
import { matches, patternOf } from './pattern.js'
import { filledIn, tokensOf, type Colons, type Lookup, type Template } from './templates.js'

/** Compares a value of the request; undefined where a variable of the policy's value stands for nothing. */
export type Comparison = (asked: string, lookup: Lookup) => boolean | undefined

export interface Operator {
  readonly name: string
  readonly negated: boolean
  /** Variables count in strings and ARNs alone. */
  readonly takesVariables: boolean
  /** What a value must be, in words that complete "must be". */
  readonly wants: string
  /** Compiles a value of the policy; undefined where it is none of the kind. */
  compile(template: Template, text: string): Comparison | undefined
}

type Compile = Operator['compile']

const nothing: Lookup = () => undefined

const texts = (compare: (asked: string, value: string) => boolean, normal: (text: string) => string = (text) => text): Compile => (template) => {
  const fixed = template.isFixed ? filledIn(template, nothing) : undefined
  if (fixed !== undefined) {
    const value = normal(fixed)
    return (asked) => compare(normal(asked), value)
  }
  return (asked, lookup) => {
    const value = filledIn(template, lookup)
    return value === undefined ? undefined : compare(normal(asked), normal(value))
  }
}

const patterns = (colons: Colons): Compile => (template) => {
  const fixed = template.isFixed ? tokensOf(template, nothing, colons) : undefined
  if (fixed) {
    const pattern = patternOf(fixed)
    return (asked) => matches(pattern, asked)
  }
  return (asked, lookup) => {
    const tokens = tokensOf(template, lookup, colons)
    return tokens && matches(patternOf(tokens, true), asked)
  }
}

/** Compares values that are read into something else first, such as numbers. */
const read = <Value>(reads: (text: string) => Value | undefined, compare: (asked: Value, value: Value) => boolean): Compile => (_, text) => {
  const value = reads(text)
  if (value === undefined) return undefined
  return (text) => {
    const asked = reads(text)
    return asked !== undefined && compare(asked, value)
  }
}

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/
const readNumber = (text: string): number | undefined => (decimal.test(text) ? Number(text) : undefined)

function readBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase()
  return word === 'true' || word === 'false' ? word === 'true' : undefined
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/
const readBinary = (text: string): string | undefined =>
  (base64.test(text) && text.length % 4 === 0 ? Buffer.from(text, 'base64').toString('latin1') : undefined)

const inRange: Compile = (_, text) => {
  const range = readRange(text)
  if (!range) return undefined
  return (asked) => {
    const address = readAddress(asked)
    return address !== undefined && isWithin(range, address)
  }
}

/** An ARN, or what may turn out to be one once variables and wildcards are filled in. */
const arns: Compile = (template, text) => {
  if (text === '*') return () => true
  return /^(?:arn:|\*|\?|\$\{)/.test(text) ? patterns('segments')(template, text) : undefined
}

const order = {
  Equals: (asked: number, value: number) => asked === value,
  LessThan: (asked: number, value: number) => asked < value,
  LessThanEquals: (asked: number, value: number) => asked <= value,
  GreaterThan: (asked: number, value: number) => asked > value,
  GreaterThanEquals: (asked: number, value: number) => asked >= value,
}

const lower = (text: string): string => text.toLowerCase()
const equal = <Value>(asked: Value, value: Value): boolean => asked === value

type Row = [name: string, negation: string | undefined, wants: string, compile: Compile, takesVariables?: boolean]

const numbers = Object.entries(order).map(([name, compare]): Row =>
  [`Numeric${name}`, name === 'Equals' ? 'NumericNotEquals' : undefined, 'a number, such as 3600', read(readNumber, compare)])
const dates = Object.entries(order).map(([name, compare]): Row =>
  [`Date${name}`, name === 'Equals' ? 'DateNotEquals' : undefined, 'a date such as 2026-04-01T12:00:00Z, or seconds since 1970', read(readDate, compare)])

const rows: readonly Row[] = [
  ['StringEquals', 'StringNotEquals', 'text', texts(equal), true],
  ['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'text', texts(equal, lower), true],
  ['StringLike', 'StringNotLike', 'text', patterns('ignored'), true],
  ...numbers,
  ...dates,
  ['Bool', undefined, 'true or false', read(readBoolean, equal)],
  ['BinaryEquals', undefined, 'bytes in base64', read(readBinary, equal)],
  ['IpAddress', 'NotIpAddress', 'an address or a range, such as 203.0.113.0/24 or 2001:db8::/32', inRange],
  ['ArnEquals', 'ArnNotEquals', 'an ARN, such as arn:aws:iam::111122223333:role/Name', arns, true],
  ['ArnLike', 'ArnNotLike', 'an ARN, such as arn:aws:iam::*:role/Team-*', arns, true],
  ['Null', undefined, 'true (the key is missing) or false (it is there)', read(readBoolean, equal)],
]

/** Every operator by its name, without prefix and suffix. */
export const operators: Readonly<Record<string, Operator>> = Object.fromEntries(rows.flatMap(([name, negation, wants, compile, takesVariables = false]) => {
  const operator: Operator = { name, negated: false, takesVariables, wants, compile }
  return [[name, operator] as const, ...(negation === undefined ? [] : [[negation, { ...operator, name: negation, negated: true }] as const])]
}))

export interface OperatorUse {
  readonly operator: Operator
  readonly set: 'all' | 'any' | undefined
  readonly ifExists: boolean
}

/** Reads an operator as a policy writes it, such as `ForAnyValue:StringLikeIfExists`. */
export function findOperator(written: string): OperatorUse | undefined {
  const prefix = /^For(All|Any)Values?:/.exec(written)?.[0] ?? ''
  const set = { '': undefined, 'ForAllValues:': 'all', 'ForAnyValue:': 'any' } as const
  if (!Object.hasOwn(set, prefix)) return undefined
  const rest = written.slice(prefix.length)
  const ifExists = rest.endsWith('IfExists')
  const name = ifExists ? rest.slice(0, -'IfExists'.length) : rest
  if (!Object.hasOwn(operators, name)) return undefined
  const isDecorated = ifExists || prefix !== ''
  return name === 'Null' && isDecorated ? undefined : { operator: operators[name]!, set: set[prefix as keyof typeof set], ifExists }
}
