// Finds attributes by the names that clients write, whatever their case and with or without the schema's name before them.
import { commonAttributes, type Attribute, type ResourceSchema } from './schema.js'

/** An attribute, or one of its parts, and how the directory calls it: `name.givenName`, `enterprise.department`. */
export interface Named {
  attribute: Attribute
  part?: Attribute
  /** The attribute that a part of an attribute of the extension is in, such as `enterprise.manager`. */
  path: string
  isExtension: boolean
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
export const partOf = (attributes: readonly Attribute[] | undefined, name: string): Attribute | undefined => attributes?.find((one) => same(one.name, name))

/** Takes the name of a schema from before a name. */
export function withoutSchema(name: string, schema: ResourceSchema): { name: string; isExtension: boolean } {
  for (const [id, isExtension] of [[schema.extension?.id, true], [schema.id, false]] as const) {
    if (id !== undefined && same(name.slice(0, id.length), id) && /^(:|$)/.test(name.slice(id.length, id.length + 1))) return { name: name.slice(id.length + 1), isExtension }
  }
  return { name, isExtension: false }
}

/** True for the name of the extension itself. */
export const isExtensionName = (name: string, { extension }: ResourceSchema): boolean => extension !== undefined && same(name, extension.id)

/** Finds an attribute or a part of one, such as `emails`, `name.givenName`, or with the schema's name before it; undefined where there is none. */
export function findAttribute(written: string, schema: ResourceSchema): Named | undefined {
  const { name, isExtension } = withoutSchema(written, schema)
  const [first = '', second, ...more] = name.split('.')
  if (more.length > 0) return undefined
  const attribute = isExtension ? partOf(schema.extension!.attributes, first) : partOf([...commonAttributes, ...schema.attributes], first)
  const part = attribute && second !== undefined ? partOf(attribute.parts, second) : undefined
  if (!attribute || (second !== undefined && !part)) return undefined
  return { attribute, ...(part && { part }), path: [...(isExtension ? ['enterprise'] : []), attribute.name, ...(part ? [part.name] : [])].join('.'), isExtension }
}
