// Finds the signature in a request, in the Authorization header or in the query, and reads it strictly:
// whatever is missing, doubled, unsigned or misspelled is refused before anything is computed.
import { AwsError } from './errors.js'

export interface Signature {
  accessKeyId: string
  scope: { day: string; region: string; service: string }
  signedHeaders: string[]
  /** 64 hexadecimal digits. */
  signature: string
  /** `yyyymmddThhmmssZ` */
  date: string
  /** The date in milliseconds since the epoch. */
  time: number
  sessionToken: string | undefined
  /** Seconds that a presigned URL lives. */
  expires?: number
  presigned: boolean
}

type Headers = ReadonlyMap<string, readonly string[]>
type Pairs = readonly (readonly [string, string])[]

const algorithm = 'AWS4-HMAC-SHA256'
const longestLife = 604_800

const incomplete = (message: string): AwsError => new AwsError('IncompleteSignature', 400, message)

/** Reads the signature of a request. */
export function readSignature(headers: Headers, query: Pairs): Signature {
  for (const name of single) if ((headers.get(name)?.length ?? 0) > 1) throw incomplete(`The header '${name}' is there more than once.`)
  const authorization = headers.get('authorization')?.[0]
  const presigned = query.some(([name]) => signing.has(name))
  if (authorization === undefined && !presigned) throw new AwsError('MissingAuthenticationToken', 403, 'Request is missing Authentication Token')
  if (authorization !== undefined && presigned) throw incomplete('A request is signed by its Authorization header or by its query, not by both.')
  const signature = authorization === undefined ? readQuery(query) : readHeader(authorization, headers)
  requireSigned(signature, headers)
  return signature
}

const single = ['authorization', 'host', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256', 'x-amz-target', 'content-type']
const signing = new Set(['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-SignedHeaders'])

const parts = ['Credential', 'SignedHeaders', 'Signature'] as const

function readHeader(authorization: string, headers: Headers): Signature {
  const [scheme, rest = ''] = cut(authorization.trim(), ' ')
  if (scheme !== algorithm) throw incomplete(`The Authorization header must begin with ${algorithm}.`)
  const found = new Map<string, string>()
  for (const piece of rest.split(',')) {
    const [name, value] = cut(piece.trim(), '=')
    if (value === undefined) throw incomplete('The Authorization header has a part that is not a key=value pair.')
    if (found.has(name)) throw incomplete(`The Authorization header has '${name}' more than once.`)
    found.set(name, value)
  }
  const missing = parts.filter((name) => !found.has(name)).map((name) => `Authorization header requires '${name}' parameter.`)
  const date = headers.get('x-amz-date')?.[0]
  if (date === undefined) missing.push("Authorization header requires existence of a 'X-Amz-Date' header.")
  if (missing.length > 0) throw incomplete(missing.join(' '))
  return read({
    credential: found.get('Credential')!, signedHeaders: found.get('SignedHeaders')!, signature: found.get('Signature')!,
    date: date!, sessionToken: headers.get('x-amz-security-token')?.[0],
  }, false)
}

function readQuery(query: Pairs): Signature {
  const found = new Map<string, string>()
  for (const [name, value] of query) {
    if (!name.startsWith('X-Amz-')) continue
    if (found.has(name)) throw incomplete(`The query has '${name}' more than once.`)
    found.set(name, value)
  }
  const missing = ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature'].filter((name) => !found.has(`X-Amz-${name}`))
  if (missing.length > 0) throw incomplete(missing.map((name) => `AWS query-string parameters must include 'X-Amz-${name}'.`).join(' '))
  if (found.get('X-Amz-Algorithm') !== algorithm) throw incomplete(`X-Amz-Algorithm must be ${algorithm}.`)
  const expires = found.get('X-Amz-Expires')!
  if (!/^\d{1,6}$/.test(expires) || Number(expires) < 1 || Number(expires) > longestLife) {
    throw incomplete(`X-Amz-Expires must be a number of seconds from 1 to ${longestLife}.`)
  }
  const signature = read({
    credential: found.get('X-Amz-Credential')!, signedHeaders: found.get('X-Amz-SignedHeaders')!, signature: found.get('X-Amz-Signature')!,
    date: found.get('X-Amz-Date')!, sessionToken: found.get('X-Amz-Security-Token'),
  }, true)
  return { ...signature, expires: Number(expires) }
}

/** Reads a text that was signed: algorithm, date, scope and the hash of a request, a line each. */
export function readText(text: string, { accessKeyId, sessionToken, signature }: { accessKeyId: string; sessionToken: string | undefined; signature: string }): Signature {
  const [named, date = '', scope = '', hash = '', ...more] = text.split('\n')
  if (named !== algorithm || more.length > 0 || !/^[0-9a-f]{64}$/.test(hash)) throw incomplete('A text that is signed has four lines: the algorithm, the date, the scope and the hash of a request.')
  return read({ credential: `${accessKeyId}/${scope}`, signedHeaders: 'host', signature, date, sessionToken }, false)
}

interface Raw {
  credential: string
  signedHeaders: string
  signature: string
  date: string
  sessionToken: string | undefined
}

function read({ credential, signedHeaders, signature, date, sessionToken }: Raw, presigned: boolean): Signature {
  const [accessKeyId = '', day = '', region = '', service = '', end, ...more] = credential.split('/')
  if (end !== 'aws4_request' || more.length > 0 || !/^\w{16,128}$/.test(accessKeyId) || !/^\d{8}$/.test(day) || !/^[\w-]{1,64}$/.test(service)) {
    throw incomplete('Credential must have the form ACCESS-KEY-ID/YYYYMMDD/REGION/SERVICE/aws4_request.')
  }
  if (!/^[a-z0-9-]{1,64}$/.test(region)) throw new AwsError('SignatureDoesNotMatch', 403, 'Credential should be scoped to a valid region.')
  if (!/^[0-9a-f]{64}$/.test(signature)) throw incomplete('Signature must be 64 hexadecimal digits.')
  const time = timeOf(date)
  if (time === undefined) throw incomplete('X-Amz-Date must have the form YYYYMMDDTHHMMSSZ.')
  if (!date.startsWith(day)) {
    throw new AwsError('SignatureDoesNotMatch', 403,
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${day}' != '${date.slice(0, 8)}', from '${date}'.`)
  }
  return { accessKeyId, scope: { day, region, service }, signedHeaders: signedHeaders.split(';'), signature, date, time, sessionToken, presigned }
}

/** Refuses what a stranger could change without the signature noticing. */
function requireSigned({ signedHeaders, presigned, sessionToken }: Signature, headers: Headers): void {
  if (signedHeaders.some((name, at) => !/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name) || (at > 0 && name <= signedHeaders[at - 1]!))) {
    throw incomplete('SignedHeaders must be lower-case names in order, each once, separated by semicolons.')
  }
  const wanted = ['host']
  if (!presigned) wanted.push('x-amz-date')
  if (!presigned && sessionToken !== undefined) wanted.push('x-amz-security-token')
  if (headers.has('x-amz-target')) wanted.push('x-amz-target')
  const unsigned = wanted.find((name) => !signedHeaders.includes(name))
  if (unsigned) throw new AwsError('SignatureDoesNotMatch', 403, `'${unsigned}' must be a signed header.`)
  if (signedHeaders.some((name) => !headers.has(name))) throw new AwsError('SignatureDoesNotMatch', 403, 'A signed header is missing from the request.')
}

function timeOf(date: string): number | undefined {
  if (!/^\d{8}T\d{6}Z$/.test(date)) return undefined
  const iso = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 11)}:${date.slice(11, 13)}:${date.slice(13)}`
  const time = Date.parse(iso)
  // Some days are taken that are not there: the 31st of June for the 1st of July, and 24 o'clock.
  return !Number.isNaN(time) && new Date(time).toISOString() === iso.replace('Z', '.000Z') ? time : undefined
}

function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
