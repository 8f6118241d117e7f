// Forms: parsed within bounds, each field once, and refused unless our own page sent them.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Context, Middleware } from 'koa'
import getRawBody from 'raw-body'
import { Refusal } from '../../platform/errors.js'
import { newSecret } from '../../platform/ids.js'
import { cookieName, cookieOptions } from './cookies.js'
import { hearDone, tellDone } from './just-done.js'
import { parseMultipart } from './multipart.js'

const bodyLimit = 64 * 1024
const fieldLimit = 4096

export type Form = Readonly<Record<string, string>>

/** How large a form may be, in bytes, and each of its fields, in characters. */
export interface FormLimits {
  body?: number
  field?: number
  /** Whether files may be in it. */
  files?: boolean
}

/** Reads a form body into `ctx.state.form`; a doubled, over-long or unprintable field is refused. A file is a field in base64. */
export async function readForm(ctx: Context, { body = bodyLimit, field = fieldLimit, files = false }: FormLimits = {}): Promise<Form> {
  if (files && ctx.is('multipart/form-data')) {
    const parts = parseMultipart(await readBody(ctx, body), ctx.get('content-type'))
    return checkFields(parts.map(({ name, fileName, content }) => [name, content.toString(fileName === undefined ? 'utf8' : 'base64')]), field)
  }
  if (!ctx.is('application/x-www-form-urlencoded')) throw new Refusal('invalid-input', 'A form was expected.')
  return parseFields((await readBody(ctx, body)).toString('utf8'), field)
}

/** Reads the raw body, up to a limit in bytes. */
export async function readBody(ctx: Context, limit: number): Promise<Buffer> {
  try {
    return await getRawBody(ctx.req, { limit, length: ctx.req.headers['content-length'] })
  } catch (error) {
    const tooLarge = (error as { type?: string }).type === 'entity.too.large'
    throw new Refusal(tooLarge ? 'too-large' : 'invalid-input', tooLarge ? 'That is more than this page takes.' : 'The request did not arrive whole.', { cause: error })
  }
}

/** Parses `a=1&b=2`; refuses a field that comes twice, is over-long, or holds NUL or half a character. */
export const parseFields = (text: string, longest = fieldLimit): Form => checkFields(new URLSearchParams(text), longest)

function checkFields(given: Iterable<[name: string, value: string]>, longest: number): Form {
  const fields: Record<string, string> = Object.create(null) as Record<string, string>
  for (const [name, value] of given) {
    if (name in fields) throw new Refusal('invalid-input', 'A field was sent twice.')
    if (value.length > longest || name.length > 100) throw new Refusal('too-large', 'A field is too long.')
    if (value.includes('\0') || name.includes('\0')) throw new Refusal('invalid-input', 'A field holds characters that cannot be used.')
    fields[name] = value.toWellFormed()
  }
  return fields
}

/** The query of a page as a form: the same bounds, the same refusals. */
export const queryOf = (ctx: Context): Form => parseFields(ctx.querystring)

/** What `csrfGuard` needs: a key for its tokens, and our own origin. */
interface CsrfOptions {
  key: Buffer
  publicUrl: URL
  /** For forms that carry documents. */
  limits?: FormLimits
}

/**
 * Guards pages with forms. A form is taken only when the browser says our own page sent it (Sec-Fetch-Site or
 * Origin) and it carries the token that belongs to this browser's cookie. Reads the form into `ctx.state.form`.
 */
export function csrfGuard({ key, publicUrl, limits }: CsrfOptions): Middleware {
  const secure = publicUrl.protocol === 'https:'
  const name = cookieName('csrf', secure)
  return async (ctx, next) => {
    if (isEmbedded(ctx)) throw new Refusal('forged-request', 'This page cannot be loaded into another one.')
    let secret = ctx.cookies.get(name)
    if (ctx.method === 'POST') {
      ctx.state.form = await readForm(ctx, limits)
      if (!cameFromUs(ctx, publicUrl.origin) || !secret || !sameText((ctx.state.form as Form).csrf ?? '', tokenOf(secret, key))) {
        throw new Refusal('forged-request', 'This form did not come from the page it belongs to, or was open for too long. Go back, reload the page and try again.')
      }
    }
    if (!secret || !/^[\w-]{22,}$/.test(secret)) {
      secret = newSecret(16)
      ctx.cookies.set(name, secret, cookieOptions(secure))
    }
    ctx.state.csrf = tokenOf(secret, key)
    const browser = { secret, key, secure }
    if (ctx.method !== 'POST') hearDone(ctx, browser)
    await next()
    if (ctx.method === 'POST') tellDone(ctx, browser)
  }
}

/** The form that `csrfGuard` read. */
export const formOf = (ctx: Context): Form => ctx.state.form as Form

/** A foreign page may lead here, but not load a page of ours as its picture, script or frame. */
const isEmbedded = (ctx: Context): boolean =>
  ['cross-site', 'same-site'].includes(ctx.get('sec-fetch-site')) && !['', 'document'].includes(ctx.get('sec-fetch-dest'))

function cameFromUs(ctx: Context, origin: string): boolean {
  const site = ctx.get('sec-fetch-site')
  const sent = ctx.get('origin')
  if (sent && sent !== 'null') return sent === origin
  return site === 'same-origin' || site === 'none' || (site === '' && !sent)
}

const tokenOf = (secret: string, key: Buffer): string => createHmac('sha256', key).update(secret).digest('base64url')

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
