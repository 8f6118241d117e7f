import { createHash, createHmac } from 'node:crypto'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { SignatureV4 } from '@smithy/signature-v4'
import type { HttpRequest } from '@smithy/types'
import fc from 'fast-check'
import { requireService, SigningKeys, verifySignature, type LookUp, type SignedRequest } from '../../../../src/http/aws/protocol/sigv4.js'

const now = Date.UTC(2026, 10, 21, 0, 30, 4)
const credentials = { accessKeyId: 'ASIAABCDEFGHIJKLMNOP', secretAccessKey: 'wJalr/K7MDENG+bPxRfiCYEXAMPLEKEYabcdefgh', sessionToken: 'token+/with=specials' }
const longTerm = { accessKeyId: 'AKIAABCDEFGHIJKLMNOP', secretAccessKey: 'long-term-secret' }

const lookUp: LookUp<string> = (accessKeyId, sessionToken) => {
  if (accessKeyId === longTerm.accessKeyId) return { principal: 'long', secretAccessKey: longTerm.secretAccessKey }
  if (sessionToken === 'expired' || sessionToken === 'revoked') return { refused: sessionToken }
  if (accessKeyId !== credentials.accessKeyId || sessionToken !== credentials.sessionToken) return { refused: 'invalid' }
  return { principal: 'ana', secretAccessKey: credentials.secretAccessKey }
}

const verify = (request: SignedRequest) => verifySignature(request, lookUp, new SigningKeys())

class Sha256 {
  #parts: Buffer[] = []
  constructor(private readonly secret?: unknown) {}
  update(chunk: unknown) {
    this.#parts.push(Buffer.from(chunk as Uint8Array))
  }
  async digest() {
    const hash = this.secret === undefined ? createHash('sha256') : createHmac('sha256', this.secret as Uint8Array)
    return new Uint8Array(hash.update(Buffer.concat(this.#parts)).digest())
  }
}

interface Wanted {
  method?: string
  path?: string
  query?: Record<string, string | string[]>
  headers?: Record<string, string>
  body?: string
  identity?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  date?: number
  region?: string
  service?: string
}

const encode = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
const targetOf = (path: string, query: Record<string, string | string[] | null> = {}) => {
  const pairs = Object.entries(query).flatMap(([name, values]) => [values ?? ''].flat().map((value) => `${encode(name)}=${encode(value)}`))
  return pairs.length > 0 ? `${path}?${pairs.join('&')}` : path
}

const signer = ({ identity = credentials, region = 'eu-west-1', service = 'sts', date = now }: Wanted) => ({
  v4: new SignatureV4({ credentials: identity, region, service, sha256: Sha256 as never }),
  signingDate: new Date(date),
})

const unsigned = ({ method = 'POST', path = '/', query = {}, headers = {}, body = '' }: Wanted) => ({
  method, path, query, body, protocol: 'http:', hostname: '127.0.0.1', headers: { host: '127.0.0.1:9180', ...headers },
})

/** Signs with the signer of the SDK, by header. */
async function signed(wanted: Wanted = {}): Promise<SignedRequest> {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const { method = 'POST', body = 'Action=GetCallerIdentity&Version=2011-06-15' } = wanted
  const { v4, signingDate } = signer(wanted)
  const request = await v4.sign(unsigned({ ...wanted, body, headers: { ...(method === 'POST' && form), ...wanted.headers } }) as unknown as HttpRequest, { signingDate })
  return { method, rawUrl: targetOf(request.path, request.query as never), rawHeaders: Object.entries(request.headers).flat(), body: Buffer.from(body), now }
}

/** Signs with the signer of the SDK, by URL. */
async function presigned(wanted: Wanted & { expiresIn?: number } = {}): Promise<SignedRequest> {
  const { v4, signingDate } = signer(wanted)
  const request = await v4.presign(unsigned({ method: 'GET', query: { Action: 'GetCallerIdentity', Version: '2011-06-15' }, ...wanted }) as unknown as HttpRequest, { signingDate, expiresIn: wanted.expiresIn ?? 60 })
  return { method: 'GET', rawUrl: targetOf(request.path, request.query as never), rawHeaders: Object.entries(request.headers).flat(), body: Buffer.alloc(0), now }
}

const header = (request: SignedRequest, name: string, change: (value: string) => string | undefined): SignedRequest => {
  const rawHeaders: string[] = []
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const [key, value] = [request.rawHeaders[at]!, request.rawHeaders[at + 1]!]
    const changed = key.toLowerCase() === name ? change(value) : value
    if (changed !== undefined) rawHeaders.push(key, changed)
  }
  return { ...request, rawHeaders }
}

const added = (request: SignedRequest, ...pair: [string, string]): SignedRequest => ({ ...request, rawHeaders: [...request.rawHeaders, ...pair] })
const url = (request: SignedRequest, change: (rawUrl: string) => string): SignedRequest => ({ ...request, rawUrl: change(request.rawUrl) })

/** Signs by hand, so that a signature can be right over things that no client would sign. */
function byHand(request: SignedRequest, signedHeaders: string): SignedRequest {
  const headers = new Map<string, string>()
  for (let at = 0; at < request.rawHeaders.length; at += 2) headers.set(request.rawHeaders[at]!.toLowerCase(), request.rawHeaders[at + 1]!)
  const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')
  const names = signedHeaders.split(';')
  const payload = headers.get('x-amz-content-sha256') ?? sha256(request.body)
  const canonical = [request.method, '/', '', ...names.map((name) => `${name}:${headers.get(name) ?? ''}`), '', signedHeaders, payload].join('\n')
  const date = headers.get('x-amz-date')!
  const scope = `${date.slice(0, 8)}/eu-west-1/sts/aws4_request`
  const key = scope.split('/').reduce<string | Buffer>((above, part) => createHmac('sha256', above).update(part).digest(), `AWS4${credentials.secretAccessKey}`)
  const signature = createHmac('sha256', key).update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`).digest('hex')
  return header(request, 'authorization', () => `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`)
}

describe('takes', () => {
  test('a request signed by header', async () => {
    expect(await verify(await signed())).toEqual({ principal: 'ana', accessKeyId: credentials.accessKeyId, region: 'eu-west-1', service: 'sts', presigned: false })
  })

  test('a presigned URL', async () => {
    expect(await verify(await presigned())).toMatchObject({ principal: 'ana', presigned: true })
  })

  test('a presigned URL with a header of its own, as cluster tokens have', async () => {
    const request = await presigned({ headers: { 'x-k8s-aws-id': 'cluster-1' } })
    expect(await verify(request)).toMatchObject({ principal: 'ana' })
    await expect(verify(header(request, 'x-k8s-aws-id', () => 'cluster-2'))).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' })
  })

  test('a long-term key without a token', async () => {
    expect(await verify(await signed({ identity: longTerm }))).toMatchObject({ principal: 'long' })
  })

  test('what the client of STS really sends', async () => {
    let caught: SignedRequest | undefined
    const client = new STSClient({ endpoint: 'http://127.0.0.1:9180', region: 'eu-west-1', credentials, requestHandler: {
      handle: async (request: { method: string; path: string; headers: Record<string, string>; body: string }) => {
        caught = { method: request.method, rawUrl: request.path, rawHeaders: Object.entries(request.headers).flat(), body: Buffer.from(request.body), now: Date.now() }
        throw new Error('caught')
      },
    } as never })
    await client.send(new GetCallerIdentityCommand({})).catch(() => undefined)
    expect(await verify(caught!)).toMatchObject({ principal: 'ana' })
  })

  test('any path, query and header value, spelled as the SDK spells them', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 })
    const word = fc.stringMatching(/^[A-Za-z0-9 !'()*~._-]{1,12}$/)
    await fc.assert(fc.asyncProperty(
      fc.array(word.map((one) => encode(one)).filter((one) => one !== '.' && one !== '..'), { maxLength: 3 }),
      // The SDK itself loses a parameter of the name __proto__.
      fc.dictionary(text.filter((name) => name !== '' && name !== '__proto__' && !/^x-amz-/i.test(name)), fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })), { maxKeys: 4 }),
      fc.stringMatching(/^[\x21-\x7e][\x20-\x7e]{0,20}[\x21-\x7e]$/),
      fc.string(),
      async (segments, query, value, body) => {
        const request = await signed({ path: `/${segments.join('/')}`, query, headers: { 'x-other': value }, body })
        expect(await verify(request)).toMatchObject({ principal: 'ana' })
      },
    ), { numRuns: 200 })
  })

  test('header names in capitals, values with spaces around, and a header in two lines', async () => {
    const request = await signed({ headers: { 'x-other': 'one,two' } })
    const shouted = { ...request, rawHeaders: request.rawHeaders.map((text, at) => (at % 2 === 0 ? text.toUpperCase() : text.replace('one,two', '  one,two '))) }
    expect(await verify(shouted)).toMatchObject({ principal: 'ana' })
    expect(await verify(added(header(request, 'x-other', () => 'one'), 'X-Other', 'two'))).toMatchObject({ principal: 'ana' })
  })

  test('unsigned headers that a proxy adds', async () => {
    expect(await verify(added(await signed(), 'X-Forwarded-For', '192.0.2.1'))).toMatchObject({ principal: 'ana' })
  })

  test.each([-15 * 60, 15 * 60])('a clock that is %i seconds off', async (offset) => {
    expect(await verify(await signed({ date: now + offset * 1000 }))).toMatchObject({ principal: 'ana' })
  })

  test('a presigned URL until it expires, up to a week', async () => {
    expect(await verify(await presigned({ date: now - 604_800_000, expiresIn: 604_800 }))).toMatchObject({ principal: 'ana' })
    expect(await verify(await presigned({ date: now + 900_000 }))).toMatchObject({ principal: 'ana' })
  })

  test('the same key for another day, region and service, each derived for itself', async () => {
    const keys = new SigningKeys(2)
    for (const [region, service, date] of [['a-1', 'sts', now], ['a-1', 'sso', now], ['b-1', 'sts', now], ['a-1', 'sts', now - 600_000], ['a-1', 'sts', now]] as const) {
      expect(await verifySignature(await signed({ region, service, date }), lookUp, keys)).toMatchObject({ region, service })
    }
  })
})

const mismatch = { code: 'SignatureDoesNotMatch', status: 403 }
const incomplete = { code: 'IncompleteSignature', status: 400 }
const invalidToken = { code: 'InvalidClientTokenId', status: 403, message: 'The security token included in the request is invalid.' }
const expiredToken = { code: 'ExpiredToken', status: 403, message: 'The security token included in the request is expired' }

const authorization = (change: (value: string) => string) => async () => header(await signed(), 'authorization', change)
const withToken = (sessionToken: string) => async () => signed({ identity: { ...credentials, sessionToken } })

const refusals: [what: string, make: () => Promise<SignedRequest>, error: object][] = [
  ['no signature', async () => header(await signed(), 'authorization', () => undefined), { code: 'MissingAuthenticationToken', status: 403 }],
  ['another method', async () => ({ ...await signed(), method: 'PUT' }), mismatch],
  ['another path', async () => url(await signed(), () => '/other'), mismatch],
  ['an added query parameter', async () => url(await signed(), (was) => `${was}?a=b`), mismatch],
  ['another body', async () => ({ ...await signed(), body: Buffer.from('Action=AssumeRole') }), mismatch],
  ['another body under a hash that is not sent', async () => ({ ...header(byHand(await signed(), 'host;x-amz-date;x-amz-security-token'), 'x-amz-content-sha256', () => undefined), body: Buffer.from('x') }), mismatch],
  ['another host', async () => header(await signed(), 'host', () => 'evil.example'), mismatch],
  ['another secret', async () => signed({ identity: { ...credentials, secretAccessKey: 'x' } }), { ...mismatch, message: expect.stringMatching(/^The request signature we calculated does not match/) }],
  ['another region in the scope', authorization((was) => was.replace('eu-west-1', 'eu-west-2')), mismatch],
  ['another service in the scope', authorization((was) => was.replace('/sts/', '/sso/')), mismatch],
  ['a changed signature', authorization((was) => was.replace(/.$/, (last) => (last === '0' ? '1' : '0'))), mismatch],
  ['a signature in capitals', authorization((was) => was.replace(/Signature=(.*)$/, (_, hex: string) => `Signature=${hex.toUpperCase().replace(/^\d/, 'A')}`)), incomplete],
  ['a short signature', authorization((was) => was.slice(0, -1)), incomplete],
  ['an empty signature', authorization((was) => was.replace(/Signature=.*$/, 'Signature=')), incomplete],
  ['no Credential', authorization((was) => was.replace(/Credential=[^,]+, /, '')), { ...incomplete, message: "Authorization header requires 'Credential' parameter." }],
  ['no SignedHeaders', authorization((was) => was.replace(/SignedHeaders=[^,]+, /, '')), incomplete],
  ['no Signature', authorization((was) => was.replace(/, Signature=.*$/, '')), incomplete],
  ['a part said twice', authorization((was) => `${was}, Signature=${'0'.repeat(64)}`), incomplete],
  ['a part that is no pair', authorization((was) => `${was}, nothing`), incomplete],
  ['another algorithm', authorization((was) => was.replace('SHA256', 'SHA1')), incomplete],
  ['a bearer token', authorization(() => 'Bearer abc'), incomplete],
  ['an empty Authorization header', authorization(() => ''), incomplete],
  ['a scope of four parts', authorization((was) => was.replace('/sts', '')), incomplete],
  ['a scope of six parts', authorization((was) => was.replace('/sts', '/sts/sts')), incomplete],
  ['a scope with another end', authorization((was) => was.replace('aws4_request', 'aws5_request')), incomplete],
  ['a region that is none', authorization((was) => was.replace('eu-west-1', 'EU WEST')), { ...mismatch, message: 'Credential should be scoped to a valid region.' }],
  ['an access key id that is none', authorization((was) => was.replace('ASIAABCDEFGHIJKLMNOP', 'A')), incomplete],
  ['two Authorization headers', async () => { const request = await signed(); return added(request, 'Authorization', request.rawHeaders[request.rawHeaders.indexOf('authorization') + 1]!) }, incomplete],
  ['two hosts', async () => added(await signed(), 'Host', '127.0.0.1:9180'), incomplete],
  ['two dates', async () => added(await signed(), 'X-Amz-Date', '20261121T003004Z'), incomplete],
  ['two tokens', async () => added(await signed(), 'X-Amz-Security-Token', credentials.sessionToken), incomplete],
  ['two body hashes', async () => added(await signed(), 'X-Amz-Content-Sha256', '0'.repeat(64)), incomplete],
  ['no date', async () => header(await signed(), 'x-amz-date', () => undefined), incomplete],
  ['a date that is none', async () => header(await signed(), 'x-amz-date', () => '20261131T003004Z'), incomplete],
  ['a date of another form', async () => header(await signed(), 'x-amz-date', () => '2026-11-21T00:30:04Z'), incomplete],
  ['a date of another day than the scope', async () => header(await signed(), 'x-amz-date', () => '20261120T235959Z'), {
    ...mismatch, message: "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261121' != '20261120', from '20261120T235959Z'.",
  }],
  ['another date of the same day', async () => header(await signed(), 'x-amz-date', () => '20261121T003005Z'), mismatch],
  ['a clock that is late', async () => signed({ date: now - 901_000 }), {
    ...mismatch, message: 'Signature expired: 20261121T001503Z is now earlier than 20261121T001504Z (20261121T003004Z - 15 min.)',
  }],
  ['a clock that is early', async () => signed({ date: now + 901_000 }), {
    ...mismatch, message: 'Signature not yet current: 20261121T004505Z is still later than 20261121T004504Z (20261121T003004Z + 15 min.)',
  }],
  ['a host that is not signed', async () => byHand(await signed(), 'x-amz-date;x-amz-security-token'), { ...mismatch, message: "'host' must be a signed header." }],
  ['a date that is not signed', async () => byHand(await signed(), 'host;x-amz-security-token'), mismatch],
  ['a token that is not signed', async () => byHand(await signed(), 'host;x-amz-date'), mismatch],
  ['a target that is not signed', async () => added(await signed(), 'X-Amz-Target', 'A.B'), mismatch],
  ['a signed header that is not there', async () => byHand(await signed(), 'host;x-amz-date;x-amz-security-token;x-gone'), mismatch],
  ['signed headers out of order', async () => byHand(await signed(), 'x-amz-date;host;x-amz-security-token'), incomplete],
  ['a signed header twice', async () => byHand(await signed(), 'host;host;x-amz-date;x-amz-security-token'), incomplete],
  ['signed headers in capitals', async () => byHand(await signed(), 'Host;x-amz-date;x-amz-security-token'), incomplete],
  ['no signed headers', authorization((was) => was.replace(/SignedHeaders=[^,]+/, 'SignedHeaders=')), incomplete],
  ['a body that nobody vouches for', async () => byHand(header(await signed(), 'x-amz-content-sha256', () => 'UNSIGNED-PAYLOAD'), 'host;x-amz-content-sha256;x-amz-date;x-amz-security-token'), mismatch],
  ['a streamed body', async () => byHand(header(await signed(), 'x-amz-content-sha256', () => 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'), 'host;x-amz-content-sha256;x-amz-date;x-amz-security-token'), mismatch],
  ['a body that is not the one of the signed hash', async () => ({ ...await signed(), body: Buffer.from('other') }), { ...mismatch, message: expect.stringContaining('x-amz-content-sha256') }],
  ['a temporary key without its token', async () => signed({ identity: { ...longTerm, accessKeyId: credentials.accessKeyId } }), invalidToken],
  ['a long-term key with a token', async () => signed({ identity: { ...longTerm, sessionToken: 'any' } }), invalidToken],
  ['a token taken away', async () => header(await signed(), 'x-amz-security-token', () => undefined), mismatch],
  ['a token of nobody', withToken('foreign'), invalidToken],
  ['an expired token', withToken('expired'), expiredToken],
  ['a revoked token', withToken('revoked'), expiredToken],
  ['a signature in header and query', async () => url(await signed(), (was) => `${was}?X-Amz-Signature=${'0'.repeat(64)}`), incomplete],
  ['a malformed escape in the query', async () => url(await signed(), (was) => `${was}?a=%zz`), { code: 'MalformedQueryString', status: 404 }],

  ['a presigned URL that is over', async () => presigned({ date: now - 61_000 }), { ...mismatch, message: 'Signature expired: 20261121T003003Z is now earlier than 20261121T003004Z' }],
  ['a presigned URL of tomorrow', async () => presigned({ date: now + 901_000 }), { ...mismatch, message: expect.stringMatching(/^Signature not yet current: /) }],
  ...['0', '-1', '604801', '1e3', '60.5', '', 'NaN'].map((expires): typeof refusals[number] => [
    `a presigned URL that lives ${expires || 'no'} seconds`, async () => url(await presigned(), (was) => was.replace('X-Amz-Expires=60', `X-Amz-Expires=${expires}`)), incomplete,
  ]),
  ['a presigned URL that lives longer than was signed', async () => url(await presigned(), (was) => was.replace('X-Amz-Expires=60', 'X-Amz-Expires=61')), mismatch],
  ...['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature'].map((name): typeof refusals[number] => [
    `a presigned URL without X-Amz-${name}`, async () => url(await presigned(), (was) => was.replace(new RegExp(`X-Amz-${name}=[^&]*&?`), '')), incomplete,
  ]),
  ['a presigned URL without its token', async () => url(await presigned(), (was) => was.replace(/X-Amz-Security-Token=[^&]*&?/, '')), invalidToken],
  ['a presigned URL with another token', async () => url(await presigned(), (was) => was.replace(/X-Amz-Security-Token=[^&]*/, 'X-Amz-Security-Token=foreign')), invalidToken],
  ['a presigned URL with another action', async () => url(await presigned(), (was) => was.replace('GetCallerIdentity', 'AssumeRole')), mismatch],
  ['a presigned URL with one parameter more', async () => url(await presigned(), (was) => `${was}&DurationSeconds=900`), mismatch],
  ['a presigned URL with a signing parameter twice', async () => url(await presigned(), (was) => `${was}&X-Amz-Expires=60`), incomplete],
  ['a presigned URL with the signature twice', async () => url(await presigned(), (was) => `${was}&X-Amz-Signature=${'0'.repeat(64)}`), incomplete],
  ['a presigned URL of another algorithm', async () => url(await presigned(), (was) => was.replace('HMAC-SHA256', 'HMAC-SHA512')), incomplete],
  ['a presigned URL with a body', async () => ({ ...await presigned(), body: Buffer.from('Action=AssumeRole') }), mismatch],
  ['a presigned URL with its host unsigned', async () => url(await presigned({ headers: { 'x-k8s-aws-id': 'c' } }), (was) => was.replace('SignedHeaders=host%3B', 'SignedHeaders=')), { ...mismatch, message: "'host' must be a signed header." }],
  ['a presigned URL as a POST', async () => ({ ...await presigned(), method: 'POST' }), mismatch],
]

test.each(refusals)('refuses %s', async (_, make, error) => {
  await expect(verify(await make())).rejects.toMatchObject({ name: 'AwsError', ...error })
})

test('refuses a request for another service', async () => {
  const verified = await verify(await signed({ service: 'iam' }))
  expect(() => requireService(verified, 'sts')).toThrow(expect.objectContaining({ ...mismatch, message: "Credential should be scoped to correct service: 'sts'." }))
  expect(() => requireService(verified, 'iam')).not.toThrow()
})

test('answers anything at all with a principal or an error of the wire', async () => {
  await fc.assert(fc.asyncProperty(fc.string(), fc.array(fc.tuple(fc.constantFrom('authorization', 'host', 'x-amz-date', 'x-other'), fc.string())), fc.webQueryParameters(), async (value, headers, query) => {
    const request = { method: 'POST', rawUrl: `/?${query}`, rawHeaders: ['Authorization', `AWS4-HMAC-SHA256 ${value}`, ...headers.flat()], body: Buffer.alloc(0), now }
    await expect(verify(request)).rejects.toMatchObject({ name: 'AwsError', status: expect.any(Number) })
  }))
})
