// Verifies Signature Version 4, in the Authorization header and in presigned URLs. What counts is what
// came over the wire: the raw URL, the raw headers, and the very bytes of the body.
import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { Recent } from '../../../platform/recent.js'
import { AwsError } from './errors.js'
import { readSignature, readText, type Signature } from './signature.js'
import { pairsOf, queryOf } from './request.js'

export interface SignedRequest {
  method: string
  /** Path and query as they stand in the request line. */
  rawUrl: string
  /** Names and values in turn, as `IncomingMessage.rawHeaders` has them. */
  rawHeaders: readonly string[]
  /** The body's bytes, or their SHA-256 in hexadecimal where somebody else has them. */
  body: Buffer | string
  /** Milliseconds since the epoch. */
  now: number
}

/** Who an access key belongs to and its secret, or why it does not count. */
export type LookedUp<Principal> =
  | { principal: Principal; secretAccessKey: string; refused?: undefined }
  | { refused: 'invalid' | 'expired' | 'revoked' }

export type LookUp<Principal> = (accessKeyId: string, sessionToken: string | undefined) => LookedUp<Principal> | Promise<LookedUp<Principal>>

export interface Verified<Principal> {
  principal: Principal
  accessKeyId: string
  region: string
  service: string
  presigned: boolean
}

const signatureMismatch = 'The request signature we calculated does not match the signature you provided. '
  + 'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

const mismatch = (message: string = signatureMismatch): AwsError => new AwsError('SignatureDoesNotMatch', 403, message)

/** Verifies a request and says who signed it; throws the wire's own error otherwise. Which service was meant is for `requireService`. */
export async function verifySignature<Principal>(request: SignedRequest, lookUp: LookUp<Principal>, keys: SigningKeys): Promise<Verified<Principal>> {
  const headers = headersByName(request.rawHeaders)
  const query = pairsOf(queryOf(request.rawUrl))
  const signature = readSignature(headers, query)
  requireTime(signature, request.now)
  const bodyHash = typeof request.body === 'string' ? request.body : sha256(request.body)
  requireBody(headers.get('x-amz-content-sha256')?.[0], bodyHash)
  const { principal, secretAccessKey } = await keyOf(signature, lookUp)
  const { scope } = signature
  const canonical = canonicalRequest({ method: request.method, rawUrl: request.rawUrl, query, headers, signedHeaders: signature.signedHeaders, bodyHash })
  const toSign = `AWS4-HMAC-SHA256\n${signature.date}\n${scope.day}/${scope.region}/${scope.service}/aws4_request\n${sha256(canonical)}`
  requireSame(toSign, signature, secretAccessKey, keys)
  return { principal, accessKeyId: signature.accessKeyId, region: scope.region, service: scope.service, presigned: signature.presigned }
}

/** What was signed, where somebody else has made it of a request. */
export interface SignedText {
  accessKeyId: string
  sessionToken: string | undefined
  stringToSign: string
  /** 64 hexadecimal digits. */
  signature: string
  now: number
}

/** Verifies the signature of a text and says who signed; throws as `verifySignature` does. What the text stands for is for the caller to know. */
export async function verifyText<Principal>({ accessKeyId, sessionToken, stringToSign, signature, now }: SignedText, lookUp: LookUp<Principal>, keys: SigningKeys): Promise<Verified<Principal>> {
  const read = readText(stringToSign, { accessKeyId, sessionToken, signature })
  requireTime(read, now)
  const { principal, secretAccessKey } = await keyOf(read, lookUp)
  requireSame(stringToSign, read, secretAccessKey, keys)
  return { principal, accessKeyId, region: read.scope.region, service: read.scope.service, presigned: false }
}

function requireSame(toSign: string, { scope, signature }: Pick<Signature, 'scope' | 'signature'>, secret: string, keys: SigningKeys): void {
  const expected = createHmac('sha256', keys.get(secret, scope)).update(toSign).digest()
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) throw mismatch()
}

/** Refuses a request that was signed for another service. */
export function requireService({ service }: { service: string }, wanted: string): void {
  if (service !== wanted) throw mismatch(`Credential should be scoped to correct service: '${wanted}'.`)
}

/** Remembers the keys derived for one secret, day, region and service. */
export class SigningKeys {
  readonly #keys: Recent<string, Buffer>

  constructor(capacity = 2000) {
    this.#keys = new Recent(capacity)
  }

  get(secret: string, { day, region, service }: Signature['scope']): Buffer {
    const name = `${secret}/${day}/${region}/${service}`
    const known = this.#keys.find(name)
    if (known) return known
    const key = [day, region, service, 'aws4_request'].reduce<Buffer>(
      (above, part) => createHmac('sha256', above).update(part).digest(), Buffer.from(`AWS4${secret}`))
    this.#keys.put(name, key)
    return key
  }
}

export type Headers = ReadonlyMap<string, readonly string[]>

function headersByName(rawHeaders: readonly string[]): Headers {
  const headers = new Map<string, string[]>()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase()
    const values = headers.get(name)
    if (values) values.push(rawHeaders[at + 1]!)
    else headers.set(name, [rawHeaders[at + 1]!])
  }
  return headers
}

const skew = 15 * 60 * 1000
const stamp = (time: number): string => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')

function requireTime({ date, time, expires }: Signature, now: number): void {
  // A presigned URL has a window of its own, from when it was made.
  const until = expires === undefined ? time + skew : time + expires * 1000
  const margin = expires === undefined ? ` (${stamp(now)} - 15 min.)` : ''
  if (now > until) throw mismatch(`Signature expired: ${stamp(expires === undefined ? time : until)} is now earlier than ${stamp(expires === undefined ? now - skew : now)}${margin}`)
  if (time > now + skew) throw mismatch(`Signature not yet current: ${date} is still later than ${stamp(now + skew)} (${stamp(now)} + 15 min.)`)
}

/** Refuses a body that is not the one named; with UNSIGNED-PAYLOAD and its like anybody could have changed it. */
function requireBody(named: string | undefined, bodyHash: string): void {
  if (named !== undefined && named !== bodyHash) throw mismatch("The provided 'x-amz-content-sha256' header does not match what was computed.")
}

const invalidToken = (): AwsError => new AwsError('InvalidClientTokenId', 403, 'The security token included in the request is invalid.')

async function keyOf<Principal>({ accessKeyId, sessionToken }: Signature, lookUp: LookUp<Principal>) {
  // A temporary key is nothing without its token, a long-term key has none.
  if (accessKeyId.startsWith('ASIA') !== (sessionToken !== undefined)) throw invalidToken()
  const found = await lookUp(accessKeyId, sessionToken)
  if (found.refused === undefined) return found
  // Clients fetch new credentials when they are told that theirs expired, which is what revocation asks of them.
  throw found.refused === 'invalid' ? invalidToken() : new AwsError('ExpiredToken', 403, 'The security token included in the request is expired')
}

interface CanonicalParts {
  method: string
  rawUrl: string
  query: readonly (readonly [string, string])[]
  headers: Headers
  signedHeaders: readonly string[]
  bodyHash: string
}

function canonicalRequest({ method, rawUrl, query, headers, signedHeaders, bodyHash }: CanonicalParts): string {
  const path = rawUrl.split('?', 1)[0]!
  const uri = path.split('/').map(encode).join('/') || '/'
  const sorted = query.filter(([name]) => name !== 'X-Amz-Signature').map(([name, value]) => [encode(name), encode(value)] as const).toSorted(byNameThenValue)
  const lines = signedHeaders.map((name) => `${name}:${headers.get(name)!.map((value) => value.trim().replace(/\s+/g, ' ')).join(',')}\n`)
  return [method, uri, sorted.map((pair) => pair.join('=')).join('&'), lines.join(''), signedHeaders.join(';'), bodyHash].join('\n')
}

const encode = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

const order = (one: string, other: string): number => (one < other ? -1 : Number(one > other))

const byNameThenValue = (one: readonly [string, string], other: readonly [string, string]): number => order(one[0], other[0]) || order(one[1], other[1])

/** Hashes bytes, or text of the wire, of which Node makes one character a byte. */
const sha256 = (data: Buffer | string): string => hash('sha256', typeof data === 'string' ? Buffer.from(data, 'latin1') : data)
