// What all readers of a document share: where they are, what they found wrong, and reading one text or several.
import type { PolicyKind, PolicyVersion } from './document.js'
import { Faults, quoted, type PolicyFaultCode } from './faults.js'
import type { JsonNode, JsonObject } from './json.js'

/** A value with its place in the document. */
export interface Placed<Value> {
  readonly value: Value
  readonly path: string
  readonly line: number
}

export interface Reading {
  readonly kind: PolicyKind
  readonly version: PolicyVersion
  readonly faults: Faults
}

/** The elements of a statement by name. */
export type Elements = ReadonlyMap<string, Placed<JsonNode>>

export type Place = { readonly path: string; readonly line: number }

/** Notes a fault at a place. */
export function fault(faults: Faults, { path, line }: Place, code: PolicyFaultCode, problem: string, mend: string): undefined {
  faults.add({ path, code, problem, mend, line })
}

export const child = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

/** Finds the members of an object by name; a name written twice, or one that is not known, is a fault. */
export function membersOf(node: JsonObject, path: string, faults: Faults, known?: readonly string[]): Map<string, Placed<JsonNode>> {
  const members = new Map<string, Placed<JsonNode>>()
  for (const { key, line, value } of node.members) {
    const place = { path: child(path, shortened(key)), line }
    if (members.has(key)) fault(faults, place, 'duplicate-key', `${quoted(key)} is there twice, and only one of them would count.`, 'Write it once, with all that belongs to it.')
    else if (known && !known.includes(key)) unknown(faults, place, key, known)
    else members.set(key, { value, ...place })
  }
  return members
}

function unknown(faults: Faults, place: Place, key: string, known: readonly string[]): void {
  const meant = known.find((name) => [name, `${name}s`].some((form) => form.toLowerCase() === key.toLowerCase()))
  fault(faults, place, 'unknown-element', `${quoted(key)} is no element here.`, meant ? `Write it as ${quoted(meant)}.` : `Remove it; known here are ${known.join(', ')}.`)
}

const shortened = (key: string): string => (key.length > 80 ? `${key.slice(0, 80)}…` : key)

const spelled: Record<JsonNode['kind'], string> = { object: 'an object', array: 'a list', string: 'text', number: 'a number', boolean: 'true or false', null: 'null' }

/** Notes that something is not of the kind it has to be. */
export function wrongType(faults: Faults, { value, ...place }: Placed<JsonNode>, wanted: string): undefined {
  return fault(faults, place, 'wrong-type', `This is ${spelled[value.kind]}.`, `Write ${wanted}.`)
}

/** Reads one text, or a list of them; an empty list is a fault. `kinds` says which values count as text. */
export function textsOf(node: Placed<JsonNode>, faults: Faults, wanted: string, kinds: readonly string[] = ['string']): Placed<string>[] {
  const { value, path } = node
  const items = value.kind === 'array' ? value.items.map((item, index) => ({ value: item, path: `${path}[${index}]`, line: item.line })) : [node]
  if (items.length === 0) fault(faults, node, 'empty', 'The list is empty.', `Write ${wanted}, or remove the element.`)
  return items.flatMap((item) => {
    const text = 'text' in item.value && kinds.includes(item.value.kind) ? item.value.text : wrongType(faults, item, wanted)
    return text === undefined ? [] : [{ ...item, value: text }]
  })
}
