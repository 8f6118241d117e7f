// Reads requests of the AWS wire protocols strictly, and answers them: every answer has a request id,
// every error is written in the language of the operation.
import type { Context, Middleware, Next } from 'koa'
import getRawBody from 'raw-body'
import { Refusal } from '../../../platform/errors.js'
import { newUuid } from '../../../platform/ids.js'
import type { Log } from '../../../platform/log.js'
import { AwsError, translate, type Answer, type Language } from './errors.js'

const bodyLimit = 262_144

/** Reads the whole body; refuses one that is longer than the limit, or shorter than it said. */
export async function readBody(ctx: Context, limit: number = bodyLimit): Promise<Buffer> {
  try {
    return await getRawBody(ctx.req, { limit, length: ctx.req.headers['content-length'] ?? null })
  } catch (error) {
    const { status, type } = error as { status?: number; type?: string }
    if (status === 413) {
      // What is left of the body is not worth reading, so the connection cannot be used again.
      ctx.set('connection', 'close')
      throw new Refusal('too-large', `The request body is longer than ${limit} bytes.`)
    }
    if (status === 400) throw new Refusal('invalid-input', 'The request body ended early.', { cause: type })
    throw error
  }
}

export type JsonObject = { [member: string]: unknown }

const dangerous = new Set(['__proto__', 'constructor', 'prototype'])
const malformed = (): AwsError => new AwsError('SerializationException', 400, 'The request body is not a valid JSON object.')

/** Parses a JSON body, which must be an object or empty; members that could reach a prototype are dropped, doubled ones refused. */
export function parseJson(body: Buffer): JsonObject {
  if (body.length === 0) return {}
  let text: string
  let value: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    value = JSON.parse(text, (member, inner: unknown) => (dangerous.has(member) ? undefined : inner))
  } catch {
    throw malformed()
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed()
  if (hasDoubled(text)) throw new AwsError('SerializationException', 400, 'A member is there more than once.')
  return value as JsonObject
}

/** Whether an object in valid JSON has a member twice, of which two readers could take different ones. */
function hasDoubled(text: string): boolean {
  const open: Set<string>[] = []
  for (const [token, name] of text.matchAll(/"(?:[^"\\]|\\.)*"(?=(\s*:)?)|[{}]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '}') open.pop()
    else if (name !== undefined) {
      const member = JSON.parse(token) as string
      if (open.at(-1)!.has(member)) return true
      open.at(-1)!.add(member)
    }
  }
  return false
}

export type Parameters = ReadonlyMap<string, string>

const mostParameters = 1000

/** Splits and decodes `a=b&c=d` as it stands; a plus sign stays one. Throws on a malformed escape. */
export function pairsOf(text: string): [name: string, value: string][] {
  if (text === '') return []
  const parts = text.split('&', mostParameters + 1)
  if (parts.length > mostParameters) throw new AwsError('MalformedQueryString', 404, 'The request has too many parameters.')
  try {
    return parts.filter((part) => part !== '').map((part) => {
      const at = part.indexOf('=')
      return at < 0 ? [decodeURIComponent(part), ''] : [decodeURIComponent(part.slice(0, at)), decodeURIComponent(part.slice(at + 1))]
    })
  } catch {
    throw new AwsError('MalformedQueryString', 404, 'The query string contains a syntax error.')
  }
}

/** Returns the part of a URL behind its first question mark. */
export function queryOf(rawUrl: string): string {
  const at = rawUrl.indexOf('?')
  return at < 0 ? '' : rawUrl.slice(at + 1)
}

/** Gathers parameters by name; one that is there twice is refused, because two readers could take different ones. */
export function gather(pairs: Iterable<readonly [string, string]>): Parameters {
  const parameters = new Map<string, string>()
  for (const [name, value] of pairs) {
    if (parameters.has(name)) throw new AwsError('InvalidQueryParameter', 400, 'A parameter is there more than once.')
    parameters.set(name, value)
  }
  return parameters
}

/** Reads the query parameters of a request. */
export const queryParameters = (rawUrl: string): Parameters => gather(pairsOf(queryOf(rawUrl)))

/** Reads the pairs of a form-encoded body. */
export const formPairs = (body: Buffer): [string, string][] => pairsOf(body.toString('utf8').replaceAll('+', ' '))

/** Sends a whole answer. */
export function send(ctx: Context, { status, headers, body }: Answer): void {
  ctx.status = status
  ctx.set(headers)
  ctx.body = body
}

/** Sends a JSON answer. */
export const sendJson = (ctx: Context, body: object, contentType = 'application/json'): void =>
  send(ctx, { status: 200, headers: { 'content-type': contentType }, body: JSON.stringify(body) })

/** The id of a request, in the answer's header and where the body repeats it. */
export function requestIdOf(ctx: Context): string {
  const state = ctx.state as { requestId?: string }
  state.requestId ??= newUuid()
  return state.requestId
}

/** Gives every answer its request id and answers what is thrown in one language, or in the one that suits the request. */
export function answerIn(language: Language | ((ctx: Context) => Language), log: Pick<Log, 'error'>): Middleware {
  return async (ctx: Context, next: Next) => {
    const requestId = requestIdOf(ctx)
    ctx.set('x-amzn-RequestId', requestId)
    ctx.set('cache-control', 'no-store')
    try {
      await next()
    } catch (thrown) {
      const chosen = typeof language === 'function' ? language(ctx) : language
      const error = translate(thrown, chosen)
      if (error.fault === 'Receiver') log.error({ err: thrown, requestId, path: ctx.path }, 'an AWS request failed')
      if (thrown instanceof Refusal && thrown.retryAfter !== undefined) ctx.set('retry-after', String(thrown.retryAfter))
      send(ctx, chosen.write(error, requestId))
    }
  }
}
