// Whom trust policies name. An ARN of one of our accounts is remembered by the unique id that it stood for, so that whoever is
// made again under the name of somebody who is gone is not trusted; and whoever is renamed still is.
import { Refusal } from '../../platform/errors.js'
import type { Executor } from '../../platform/storage/database.js'
import { iamArn, readIamArn } from './arns.js'

/** Unique ids by the ARNs that a document names. */
export type Trusted = Record<string, string>

/** Who is behind a unique id now; nothing but the id where nobody is. */
export interface Trustee {
  id: string
  kind: 'user' | 'role' | null
  accountId: string
  path: string
  name: string
}

export interface NamedPrincipal {
  value: string
  /** Where in the document it stands. */
  path: (string | number)[]
}

interface Place {
  accountId: string
  kind: 'user' | 'role'
  /** Absent in the ARNs of sessions, which leave it out. */
  path?: string
  name: string
}

const session = /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/
const uniqueId = /^A(?:ID|RO)A[A-Z0-9]+$/

/** Lists the principals of the kind AWS that a document names. */
export function principalsIn(document: unknown): NamedPrincipal[] {
  const listed = <T>(value: T | readonly T[], path: (string | number)[]): { item: T; path: (string | number)[] }[] =>
    (Array.isArray(value) ? (value as readonly T[]).map((item, index) => ({ item, path: [...path, index] })) : [{ item: value as T, path }])
  return listed((document as { Statement?: unknown } | null)?.Statement, ['Statement']).flatMap(({ item, path }) => {
    const named = (item as { Principal?: { AWS?: unknown } } | null | undefined)?.Principal?.AWS
    return listed(named, [...path, 'Principal', 'AWS']).flatMap((one) => (typeof one.item === 'string' ? [{ value: one.item, path: one.path }] : []))
  })
}

/** Reads the ARN of a user, a role or a session of a role; those of permission sets are nobody's to look for. */
export function readTrusted(principal: string): Place | undefined {
  const [, accountId, name] = session.exec(principal) ?? []
  const read = accountId && name ? { accountId, kind: 'role' as const, name } : readIamArn(principal)
  if (!read || read.name.startsWith('AWSReservedSSO_')) return undefined
  return read.kind === 'user' || read.kind === 'role' ? { ...read, kind: read.kind } : undefined
}

const finding = `
select r.principal, a.id is not null as ours, e.id, e.path, e.name, i.id as known
from jsonb_to_recordset($1::jsonb) as r(principal text, account_id text, kind text, name text)
left join accounts a on a.id = r.account_id left join iam_entities e on e.account_id = r.account_id and e.kind = r.kind and lower(e.name) = lower(r.name)
left join iam_entities i on i.id = r.principal`

/** Finds the unique ids behind the ARNs of documents, in one statement; refuses a principal of our accounts that is not there. */
export async function trustedBy(sql: Executor, documents: readonly string[], { keepsIds = false } = {}): Promise<Trusted[]> {
  const named = documents.map((document) => principalsIn(JSON.parse(document)).map(({ value }) => value))
  const wanted = [...new Set(named.flat())].flatMap((principal) => {
    const place = readTrusted(principal)
    return place || uniqueId.test(principal) ? [{ principal, account_id: place?.accountId, kind: place?.kind, name: place?.name }] : []
  })
  if (wanted.length === 0) return documents.map(() => ({}))
  const ids = new Map<string, string>()
  for (const row of await sql.query<{ principal: string; ours: boolean; id: string | null; path: string; name: string; known: string | null }>(finding, [JSON.stringify(wanted)])) {
    const place = readTrusted(row.principal)
    if (!place) {
      if (row.known === null && !keepsIds) refuseGone(row.principal)
      continue
    }
    if (row.id !== null && row.name === place.name && (place.path ?? row.path) === row.path) ids.set(row.principal, row.id)
    else if (row.ours) refuseGone(row.principal)
  }
  return named.map((principals) => Object.fromEntries(principals.flatMap((principal) => (ids.has(principal) ? [[principal, ids.get(principal)!]] : []))))
}

function refuseGone(principal: string): never {
  throw new Refusal('policy-malformed', `Invalid principal in policy: there is no ${principal}. Name a user or role that there is.`)
}

/** Names who is trusted as they are called now: by ARN, or by unique id where nobody is behind it any more. */
export function asNamedNow(document: string, trustees: Readonly<Record<string, Trustee>> | null): string {
  const moved = new Map(Object.entries(trustees ?? {}).flatMap(([written, trustee]) => {
    const now = trustee.kind === null ? trustee.id : session.test(written) ? written : iamArn(trustee.kind, trustee)
    return now === written ? [] : [[written, now]]
  }))
  if (moved.size === 0) return document
  return JSON.stringify(JSON.parse(document), (key, value: unknown) => {
    if (key !== 'Principal' || typeof value !== 'object' || value === null || !('AWS' in value)) return value
    const renamed = (name: unknown): unknown => (typeof name === 'string' ? moved.get(name) ?? name : name)
    return { ...value, AWS: Array.isArray(value.AWS) ? value.AWS.map(renamed) : renamed(value.AWS) }
  })
}
