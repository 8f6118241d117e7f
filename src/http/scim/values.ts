// Values as clients write them, made into what the schema says: names whatever their case, what is true as text, single values
// in place of lists. Only attributes that are known come through, so no other name of a client's becomes a member here.
import type { Condition } from '../../domain/directory/index.js'
import { partOf } from './attributes.js'
import { invalid } from './errors.js'
import type { Attribute } from './schema.js'

export type Value = Record<string, unknown>

export const isObject = (value: unknown): value is Value => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Reads a value; undefined for what is nothing: null, empty text, an empty structure. */
export function normal(attribute: Attribute, value: unknown): unknown {
  if (attribute.multiValued) return several(attribute, value)
  if (value === undefined || value === null || value === '') return undefined
  if (attribute.type === 'complex') return structure(attribute, Array.isArray(value) && value.length <= 1 ? value[0] : value)
  return attribute.type === 'boolean' ? flag(attribute, value) : text(attribute, value)
}

function text({ name }: Attribute, value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') throw invalid('invalidValue', `${name} has to be text.`)
  const said = String(value).trim()
  if (!said.isWellFormed() || said.includes('\0')) throw invalid('invalidValue', `${name} has characters that it cannot have.`)
  return said || undefined
}

/** Some directories write what is true or false as text. */
function flag({ name }: Attribute, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  if (typeof value === 'string' && /^\s*(true|false)\s*$/i.test(value)) return value.trim().toLowerCase() === 'true'
  throw invalid('invalidValue', `${name} has to be true or false.`)
}

function structure(attribute: Attribute, value: unknown): Value | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const whole = isObject(value) ? value : partOf(attribute.parts, 'value') ? { value } : undefined
  if (!whole) throw invalid('invalidValue', `${attribute.name} has to be a structure.`)
  return orNothing(Object.fromEntries(partsOf(attribute, whole).flatMap(([part, given]) => {
    const read = part.readOnly ? undefined : normal(part, given)
    return read === undefined ? [] : [[part.name, read]]
  })))
}

/** The parts that a structure names, as the schema knows them. */
export const partsOf = (attribute: Attribute, whole: Value): [part: Attribute, value: unknown][] => Object.entries(whole).flatMap(([name, value]) => {
  const part = partOf(attribute.parts, name)
  return part ? [[part, value]] : []
})

/** Far more than anything has that is kept; each is compared with the others. */
const mostValues = 500

function several(attribute: Attribute, value: unknown): Value[] | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (Array.isArray(value) && value.length > mostValues) throw invalid('invalidValue', `${attribute.name} has more than ${mostValues} values.`)
  const single = { ...attribute, multiValued: false }
  const all: Value[] = (Array.isArray(value) ? value as unknown[] : [value]).flatMap((one): Value[] => [structure(single, one) ?? []].flat())
  const worth = all.filter((one) => !partOf(attribute.parts, 'value') || one.value !== undefined)
  return worth.length > 0 ? worth : undefined
}

export const orNothing = <T extends object>(object: T): T | undefined => (Object.keys(object).length > 0 ? object : undefined)

/** True for a value of a list that meets a condition on its parts. */
export function meets(value: Value, condition: Condition): boolean {
  switch (condition.kind) {
    case 'and': return condition.of.every((one) => meets(value, one))
    case 'or': return condition.of.some((one) => meets(value, one))
    case 'not': return !meets(value, condition.of)
    case 'present': return value[condition.path] !== undefined
    case 'some': return false
    case 'compare': return compared(value[condition.path], condition)
  }
}

function compared(has: unknown, { by, value: wanted }: Extract<Condition, { kind: 'compare' }>): boolean {
  if (wanted === null) return by === 'eq' ? has === undefined : by === 'ne' && has !== undefined
  const one = folded(has)
  const other = folded(wanted)
  switch (by) {
    case 'eq': return one === other || (typeof wanted === 'boolean' && !wanted && has === undefined)
    case 'ne': return one !== other
    case 'co': return one.includes(other)
    case 'sw': return one.startsWith(other)
    case 'ew': return one.endsWith(other)
    case 'gt': return one > other
    case 'ge': return one >= other
    case 'lt': return one < other
    case 'le': return one <= other
  }
}

const folded = (value: unknown): string => (value === undefined ? '' : String(value).toLowerCase())

/** What a value has to have to meet a condition, where the condition says nothing but that. */
export function equalsOf(condition: Condition | undefined): Value | undefined {
  if (!condition) return {}
  if (condition.kind === 'compare' && condition.by === 'eq' && condition.value !== null) return { [condition.path]: condition.value }
  if (condition.kind !== 'and') return undefined
  const all = condition.of.map(equalsOf)
  return all.every((one) => one !== undefined) ? Object.assign({}, ...all) as Value : undefined
}
