// One change of one attribute: of a single value, of a structure, or of some values of a list.
import { invalid } from './errors.js'
import type { Path } from './paths.js'
import type { Attribute } from './schema.js'
import { equalsOf, isObject, meets, normal, partsOf, type Value } from './values.js'

export interface Change {
  op: 'add' | 'replace' | 'remove'
  value: unknown
}

/** Makes a change where the attribute is. */
export function changeAttribute(place: Value, path: Path, change: Change): void {
  const { attribute, part } = path
  const value = attribute.multiValued ? changedList(place[attribute.name] as Value[] | undefined ?? [], path, change) : changedOne(place[attribute.name], attribute, part, change)
  if (value === undefined || (Array.isArray(value) && value.length === 0)) delete place[attribute.name]
  else place[attribute.name] = value
}

function changedOne(was: unknown, attribute: Attribute, part: Attribute | undefined, { op, value }: Change): unknown {
  if (op === 'remove' && !part) return undefined
  if (attribute.type !== 'complex') return normal(attribute, value)
  const whole = { ...was as Value | undefined }
  if (part) set(whole, part, op === 'remove' ? undefined : normal(part, value))
  else if (isObject(value)) for (const [one, given] of partsOf(attribute, value)) set(whole, one, one.readOnly ? whole[one.name] : normal(one, given))
  else return normal(attribute, value)
  return Object.keys(whole).length > 0 ? whole : undefined
}

function set(whole: Value, { name }: Attribute, value: unknown): void {
  if (value === undefined) delete whole[name]
  else whole[name] = value
}

function changedList(was: Value[], { attribute, part, filter }: Path, change: Change): Value[] {
  if (filter || part) return changedValues(was, { attribute, part, filter, isExtension: false }, change)
  const given = normal(attribute, change.value) as Value[] | undefined ?? []
  if (change.op === 'replace') return given
  // Some directories list what is to go instead of choosing it by a filter.
  if (change.op === 'remove') return change.value === undefined || change.value === null ? [] : was.filter((one) => !given.some((gone) => sameValue(one, gone)))
  return given.reduce(added, was)
}

const fold = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : JSON.stringify(value) ?? '')
/** The same value for the same purpose, where the one that is looked for names a purpose. */
const sameValue = (one: Value, wanted: Value): boolean => (wanted.value === undefined ? fold(one) === fold(wanted) : fold(one.value) === fold(wanted.value)) && (wanted.type === undefined || fold(one.type) === fold(wanted.type))

function added(list: Value[], value: Value): Value[] {
  const at = list.findIndex((one) => sameValue(one, value))
  const grown = at < 0 ? [...list, value] : list.with(at, { ...list[at], ...value })
  return value.primary === true ? onlyPrimary(grown, at < 0 ? grown.length - 1 : at) : grown
}

/** There is one main value. */
const onlyPrimary = (list: Value[], at: number): Value[] => list.map((one, index) => (index === at || one.primary !== true ? one : without(one, 'primary')))

const without = (value: Value, name: string): Value => Object.fromEntries(Object.entries(value).filter(([part]) => part !== name))

function changedValues(was: Value[], path: Path, { op, value }: Change): Value[] {
  const { attribute, part, filter } = path
  const isMeant = (one: Value): boolean => !filter || meets(one, filter)
  if (op === 'remove') return was.flatMap((one) => (!isMeant(one) ? [one] : !part || part.name === 'value' ? [] : [without(one, part.name)]))
  const given = part ? partValue(part, value) : wholeValue(attribute, value)
  if (!was.some(isMeant)) return part && given[part.name] === undefined ? was : [...was, made(path, given, op)]
  const known = equalsOf(filter) ?? {}
  let at = -1
  const changed = was.map((one, index) => {
    if (!isMeant(one)) return one
    at = index
    return part ? (given[part.name] === undefined ? without(one, part.name) : { ...one, ...given }) : op === 'add' ? { ...one, ...given } : { ...known, ...given }
  })
  const worth = changed.filter((one) => !attribute.parts?.some(({ name }) => name === 'value') || one.value !== undefined)
  return given.primary === true && worth.length === changed.length ? onlyPrimary(worth, at) : worth
}

const partValue = (part: Attribute, value: unknown): Value => ({ [part.name]: normal(part, Array.isArray(value) && value.length === 1 ? value[0] : value) })

function wholeValue(attribute: Attribute, value: unknown): Value {
  const whole = normal({ ...attribute, multiValued: false }, value) as Value | undefined
  if (!whole) throw invalid('invalidValue', `${attribute.name} chosen by a filter becomes a structure.`)
  return whole
}

/** A value that is not there yet is made of what the filter says it has; only where that says too little is there nothing to change. */
function made({ attribute, part, filter }: Path, given: Value, op: Change['op']): Value {
  const known = equalsOf(filter)
  if (known === undefined || (op === 'replace' && !part)) throw invalid('noTarget', `No value of ${attribute.name} is meant by the filter.`)
  return { ...known, ...given }
}
