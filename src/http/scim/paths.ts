// Paths of PATCH (RFC 7644 section 3.5.2): `title`, `name.familyName`, `emails[type eq "work"].value`, and the extension itself.
import type { Condition } from '../../domain/directory/index.js'
import { findAttribute, isExtensionName, partOf } from './attributes.js'
import { invalid, ScimError } from './errors.js'
import { readValueFilter } from './filter.js'
import { unkept, type Attribute, type ResourceSchema } from './schema.js'

export interface Path {
  attribute: Attribute
  part?: Attribute | undefined
  filter?: Condition | undefined
  isExtension: boolean
}

export type Target = { kind: 'attribute'; path: Path } | { kind: 'extension' } | { kind: 'unkept' }

const shape = /^([^[\]]+)(?:\[(.*)\](?:\.([\w$-]+))?)?$/s
const longest = 1200

/** Reads a path; undefined where there is no such attribute. */
export function findTarget(text: string, schema: ResourceSchema): Target | undefined {
  if (text.length > longest) throw invalid('invalidPath', 'The path is too long.')
  const [all, name = '', filter, after] = shape.exec(text.trim()) ?? []
  if (all === undefined) throw invalid('invalidPath', 'The path cannot be read.')
  if (isExtensionName(name, schema) && filter === undefined) return { kind: 'extension' }
  const named = findAttribute(name, schema)
  if (!named) return unkept.has(name.split('.')[0]!.toLowerCase()) ? { kind: 'unkept' } : undefined
  const { attribute, isExtension } = named
  if (filter === undefined) return { kind: 'attribute', path: { attribute, part: named.part, isExtension } }
  if (!attribute.multiValued || named.part) throw invalid('invalidPath', `${attribute.name} has no values to choose from.`)
  const part = after === undefined ? undefined : partOf(attribute.parts, after)
  if (after !== undefined && !part) return undefined
  return { kind: 'attribute', path: { attribute, part, filter: valueFilter(filter, attribute), isExtension } }
}

/** A filter within a path that cannot be read is a path that cannot be. */
function valueFilter(filter: string, attribute: Attribute): Condition {
  try {
    return readValueFilter(filter, attribute)
  } catch (error) {
    throw error instanceof ScimError ? invalid('invalidFilter', error.message) : error
  }
}

/** Reads the path of an operation, which has to lead somewhere. */
export function getTarget(text: string, schema: ResourceSchema): Target {
  const target = findTarget(text, schema)
  if (!target) throw invalid('invalidPath', `There is no attribute ${text.slice(0, 100)}.`)
  return target
}
