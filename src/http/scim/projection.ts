// Which attributes an answer has (RFC 7644 section 3.9): those that were asked for, or all but those that were not wanted.
import { findAttribute, isExtensionName } from './attributes.js'
import { invalid } from './errors.js'
import type { ResourceSchema } from './schema.js'
import type { Value } from './values.js'

export interface Projection {
  /** Whether an attribute is worth finding out. */
  wants(name: string): boolean
  /** Leaves out of a resource what is not wanted. */
  apply(resource: Value): Value
  /** True where somebody chose. */
  isChosen: boolean
}

const always = new Set(['schemas', 'id'])
const mostNames = 100
const longest = 4096

/** Reads what was chosen; names that are none are no fault. */
export function readProjection({ attributes, excludedAttributes }: { attributes?: readonly string[] | undefined; excludedAttributes?: readonly string[] | undefined }, schema: ResourceSchema): Projection {
  if (attributes && excludedAttributes) throw invalid('invalidValue', 'There are either attributes or excludedAttributes.')
  const chosen = attributes ?? excludedAttributes
  if (!chosen || chosen.length === 0) return { wants: () => true, apply: (resource) => resource, isChosen: false }
  const paths = chosen.flatMap((name) => pathOf(name, schema))
  const isWanted = attributes ? kept(paths) : (name: string): boolean => always.has(name) || !paths.some(([first, part]) => first === name && part === undefined)
  return {
    isChosen: true,
    wants: isWanted,
    apply: (resource) => Object.fromEntries(Object.entries(resource).flatMap(([name, value]) => {
      if (!isWanted(name)) return []
      const parts = paths.flatMap(([first, part]) => (first === name && part !== undefined ? [part] : []))
      const isWhole = paths.some(([first, part]) => first === name && part === undefined)
      return [[name, parts.length === 0 || isWhole ? value : partsOnly(value, (part) => parts.includes(part) === (attributes !== undefined))]]
    })),
  }
}

const kept = (paths: readonly string[][]) => (name: string): boolean => always.has(name) || paths.some(([first]) => first === name)

/** Splits a list of names as it stands in a query. */
export function namesOf(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined
  if (text.length > longest) throw invalid('invalidValue', 'The list of attributes is too long.')
  const names = text.split(',').map((name) => name.trim()).filter(Boolean)
  if (names.length > mostNames) throw invalid('invalidValue', 'The list of attributes is too long.')
  return names
}

/** An attribute as it stands in answers: the extension's are within the extension. */
function pathOf(name: string, schema: ResourceSchema): string[][] {
  if (isExtensionName(name, schema)) return [[schema.extension!.id]]
  if (name.toLowerCase() === 'schemas') return [['schemas']]
  const named = findAttribute(name, schema)
  if (!named) return []
  return [named.isExtension ? [schema.extension!.id, named.attribute.name] : [named.attribute.name, ...(named.part ? [named.part.name] : [])]]
}

function partsOnly(value: unknown, isWanted: (part: string) => boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => partsOnly(one, isWanted))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([name]) => isWanted(name)))
}
