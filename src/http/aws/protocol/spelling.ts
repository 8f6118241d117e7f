// How the trail spells what was asked and answered on the wire: in CloudTrail's way, without secrets.
import { hidden } from '../../../platform/audit/index.js'
import type { JsonObject, Parameters } from './request.js'
import type { XmlContent } from './xml.js'

type Plain = string | number | boolean | Plain[] | { [name: string]: Plain }

const secrets = new Set([
  'password', 'oldPassword', 'newPassword', 'authenticationCode1', 'authenticationCode2', 'secretAccessKey', 'base32StringSeed', 'qRCodePNG',
  'tokenCode', 'sessionToken', 'webIdentityToken', 'sAMLAssertion', 'encodedMessage', 'decodedMessage', 'csv', 'clientSecret', 'client_secret', 'bindPassword', 'bearerToken',
])
/** The private members of a key (RFC 7518 section 6). */
const privateKeyMembers = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])
const longest = 10_000

/** Spells the parameters of a request. */
export const spelledParameters = (parameters: Parameters): Record<string, unknown> => gathered(parameters)

/** Spells an answer, whatever is secret left out. */
export const spelledAnswer = (answer: XmlContent): Record<string, unknown> => plain(answer) as Record<string, unknown>

const deepest = 12

/** Spells a JSON input or answer, or only some of its members; whatever is secret is hidden. */
export function spelledObject(object: JsonObject, members: readonly string[] = Object.keys(object)): Record<string, unknown> {
  return Object.fromEntries(members.flatMap((name) => (Object.hasOwn(object, name) && object[name] !== undefined ? [[lowered(name), secrets.has(lowered(name)) ? hidden : spelled(object[name], deepest)]] : [])))
}

function spelled(value: unknown, depth: number): unknown {
  // A picture says nothing in a record.
  if (typeof value === 'string') return value.startsWith('data:image/') && value.length > 60 ? `${value.slice(0, 40)}… (${value.length} characters)` : value.slice(0, longest)
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0) return '…'
  if (Array.isArray(value)) return value.map((one) => spelled(one, depth - 1))
  const isSecret = (name: string): boolean => secrets.has(lowered(name)) || ('kty' in value && privateKeyMembers.has(name))
  return Object.fromEntries(Object.entries(value).flatMap(([name, child]) => (child === undefined ? [] : [[lowered(name), isSecret(name) ? hidden : spelled(child, depth - 1)]])))
}

const lowered = (name: string): string => `${name.charAt(0).toLowerCase()}${name.slice(1)}`
const shown = (name: string, value: Plain): Plain => (secrets.has(name) ? hidden : value)

function plain(content: XmlContent): Plain {
  if (Array.isArray(content)) return content.map(plain)
  if (typeof content !== 'object') return content
  if (content instanceof Map) return Object.fromEntries([...content as ReadonlyMap<string, XmlContent>].map(([key, value]) => [key, plain(value)]))
  return Object.fromEntries(Object.entries(content).flatMap(([name, child]) => (child === undefined || secrets.has(lowered(name)) ? [] : [[lowered(name), plain(child)]])))
}

type Tree = Map<string, string | Tree>

/** Makes a tree of `A.member.1.B=c`. */
function gathered(parameters: Parameters): Record<string, Plain> {
  const root: Tree = new Map()
  for (const [key, value] of parameters) {
    if (key === 'Action' || key === 'Version') continue
    const parts = key.split('.', 8).filter((part) => part !== 'member')
    let place = root
    for (const part of parts.slice(0, -1)) place = branch(place, part)
    place.set(parts.at(-1) ?? key, value.slice(0, longest))
  }
  return treeOf(root) as Record<string, Plain>
}

function branch(place: Tree, part: string): Tree {
  const there = place.get(part)
  if (there instanceof Map) return there
  const made: Tree = new Map()
  place.set(part, made)
  return made
}

function treeOf(tree: string | Tree): Plain {
  if (typeof tree === 'string') return tree
  if (tree.size > 0 && [...tree.keys()].every((key) => /^\d+$/.test(key))) return [...tree.values()].map(treeOf)
  return Object.fromEntries([...tree].map(([name, child]) => [lowered(name), shown(lowered(name), treeOf(child))]))
}
