// Signs requests of Signature Version 4 by hand, so that a test can sign what no SDK would.
import { createHash, createHmac } from 'node:crypto'
import type { Keys } from './iam.js'

const sha256 = (data: string): string => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const encode = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

interface Wanted {
  method?: string
  url: string | URL
  body?: string
  service: string
  headers?: Record<string, string>
  at?: number
}

/** The headers of a signed request, and what was signed. */
export function signed(keys: Keys, { method = 'POST', url, body = '', service, headers = {}, at = Date.now() }: Wanted) {
  const { host, pathname, searchParams } = new URL(url)
  const date = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = `${date.slice(0, 8)}/us-east-1/${service}/aws4_request`
  const all: Record<string, string> = { ...headers, host, 'x-amz-date': date, ...(keys.sessionToken !== undefined && { 'x-amz-security-token': keys.sessionToken }) }
  const names = Object.keys(all).toSorted()
  const query = [...searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).toSorted().join('&')
  const canonical = [method, pathname.split('/').map(encode).join('/'), query, names.map((name) => `${name}:${all[name]}\n`).join(''), names.join(';'), sha256(body)].join('\n')
  const stringToSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`
  const key = scope.split('/').reduce<string | Buffer>((above, part) => hmac(above, part), `AWS4${keys.secretAccessKey}`)
  const signature = hmac(key, stringToSign).toString('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return { headers: { ...all, authorization }, stringToSign, signature, bodyHash: sha256(body) }
}

/** Sends a signed request; the host is the client's to say. */
export function send(keys: Keys, wanted: Wanted): Promise<Response> {
  const { headers: { host: _, ...headers } } = signed(keys, wanted) as { headers: Record<string, string> }
  return fetch(wanted.url, { method: wanted.method ?? 'POST', headers, ...(wanted.body !== undefined && { body: wanted.body }) })
}

/** A presigned URL. */
export function presigned(keys: Keys, { url, service, at = Date.now() }: { url: string; service: string; at?: number }): string {
  const made = new URL(url)
  const date = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = `${date.slice(0, 8)}/us-east-1/${service}/aws4_request`
  const more = { 'X-Amz-Algorithm': 'AWS4-HMAC-SHA256', 'X-Amz-Credential': `${keys.accessKeyId}/${scope}`, 'X-Amz-Date': date, 'X-Amz-Expires': '60', 'X-Amz-SignedHeaders': 'host', ...(keys.sessionToken !== undefined && { 'X-Amz-Security-Token': keys.sessionToken }) }
  const pairs = [...made.searchParams, ...Object.entries(more)].map(([name, value]) => `${encode(name)}=${encode(value)}`).toSorted()
  const canonical = ['GET', made.pathname, pairs.join('&'), `host:${made.host}\n`, 'host', sha256('')].join('\n')
  const key = scope.split('/').reduce<string | Buffer>((above, part) => hmac(above, part), `AWS4${keys.secretAccessKey}`)
  return `${made.origin}${made.pathname}?${pairs.join('&')}&X-Amz-Signature=${hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`).toString('hex')}`
}
