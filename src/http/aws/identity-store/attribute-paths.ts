// Changes by attribute paths: `title`, `name.familyName`, `emails`, `aws:identitystore:enterprise.department`. A value that
// is not there takes the attribute away.
import { anything, list, made, optional, structure, text, type Member } from '../protocol/members.js'
import type { JsonObject } from '../protocol/request.js'
import { extensionName } from './attributes.js'

export interface Change {
  /** Names of members, from the outside in. */
  path: readonly string[]
  value: unknown
}

const raise = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

/** Values say their members with small letters, as SCIM does. */
function raised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(raised)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [raise(name), raised(part)]))
}

/** Reads up to a hundred changes of what has these attributes; `inside` names those that have attributes of their own. */
export const changesOf = (attributes: readonly string[], inside: Readonly<Record<string, readonly string[]>> = {}): Member<Change[]> =>
  list(made(structure({ AttributePath: text(1, 255), AttributeValue: optional(anything) }), ({ AttributePath, AttributeValue }, tell) => {
    if (attributes.includes('Extensions') && (AttributePath === extensionName || AttributePath.startsWith(`${extensionName}.`))) {
      const within = AttributePath.slice(extensionName.length + 1).split('.').filter(Boolean)
      return { path: ['Extensions', extensionName, ...within], value: AttributeValue }
    }
    const [first = '', second, ...more] = AttributePath.split('.').map(raise)
    const isKnown = attributes.includes(first) && (second === undefined || inside[first]?.includes(second)) && more.length === 0
    if (!isKnown || first === 'Extensions') tell(`${AttributePath} is no attribute that can be changed`, '.AttributePath')
    return { path: second === undefined ? [first] : [first, second], value: raised(AttributeValue) }
  }), { min: 1, max: 100 })

/** Makes the changes, one after the other. */
export const applyChanges = (object: JsonObject, changes: readonly Change[]): JsonObject => changes.reduce((changed, { path, value }) => put(changed, path, value), object)

function put(object: JsonObject, [name = '', ...inside]: readonly string[], value: unknown): JsonObject {
  const { [name]: was, ...rest } = object
  if (inside.length > 0) return { ...rest, [name]: put(typeof was === 'object' && was !== null && !Array.isArray(was) ? was as JsonObject : {}, inside, value) }
  return value === undefined ? rest : { ...rest, [name]: value }
}
