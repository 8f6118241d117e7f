// The one form of an event that is hashed: RFC 8785 (JSON Canonicalization Scheme), so that anybody with the streamed
// or exported lines and any library of that scheme computes the same chain.
import { createHash } from 'node:crypto'
import type { EventRow } from './event.js'

/** What the first event of a chain has for its predecessor's hash. */
export const beginning: Buffer = Buffer.alloc(32)

/** Members are in the order of their UTF-16 code units, numbers and strings as JSON.stringify writes them (RFC 8785 section 3.2). */
export function canonical(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  let members = ''
  // Sorted by default as the scheme wants it.
  for (const name of Object.keys(value).toSorted()) members += `${members && ','}${quoted(name)}:${canonical((value as Record<string, unknown>)[name])}`
  return `{${members}}`
}

/** Every event is written so: what needs no escape is not given to JSON.stringify, which takes many times as long. */
const quoted = (text: string): string => (/^[ !#-[\]-~]*$/.test(text) ? `"${text}"` : JSON.stringify(text))

/** PostgreSQL stores neither NUL nor half a surrogate pair, and a stranger may send both, in names as in values. */
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return cleaned(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'boolean' || value === null) return value
  if (typeof value !== 'object') return undefined
  if (Array.isArray(value)) return value.map((item) => storable(item) ?? null)
  if ('toJSON' in value && typeof value.toJSON === 'function') return storable((value.toJSON as () => unknown)())
  return storableMembers(value as Record<string, unknown>)
}

function storableMembers(value: Record<string, unknown>): Record<string, unknown> {
  const members: Record<string, unknown> = {}
  for (const name of Object.keys(value)) {
    const member = storable(value[name])
    if (member === undefined) continue
    // Assigned to, this name would set what the object inherits from.
    if (name === '__proto__') Object.defineProperty(members, name, { value: member, enumerable: true, configurable: true, writable: true })
    else members[cleaned(name)] = member
  }
  return members
}

const cleaned = (text: string): string => (/[\0\ud800-\udfff]/.test(text) ? text.toWellFormed().replaceAll('\0', '') : text)

/** An event as it leaves the house: CloudTrail's members, and under `gatehouse` what Gatehouse knows beside them. */
export type EventRecord = Record<string, unknown> & { gatehouse: Record<string, unknown> }

/** Puts the event together with what it is searched by, without its place in the chain. */
export function recordOf({ event, eventTime, outcome, userId, accountId, accessKeyId }: EventRow): EventRecord {
  return { ...event, gatehouse: { time: eventTime, outcome, ...(userId !== null && { userId }), ...(accountId !== null && { accountId }), ...(accessKeyId !== null && { accessKeyId }) } }
}

/** Hashes what an event says. */
export const contentHash = (row: EventRow): Buffer => createHash('sha256').update(canonical(recordOf(row))).digest()

/** Hashes a content on to its predecessor, as the database does when it appends. */
export const link = (previous: Uint8Array, content: Uint8Array): Buffer => createHash('sha256').update(previous).update(content).digest()
