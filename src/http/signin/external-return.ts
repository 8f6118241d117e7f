// Where providers send their answers. The request may be another site's form, so nothing of this browser is used or changed: what
// came is kept for a moment, and the browser is led to its own sign-in, which takes it if it waits for it.
import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import type { WaysOut } from '../../domain/identity-sources/index.js'
import { Refusal } from '../../platform/errors.js'
import { readForm } from '../middleware/form.js'
import { cookieName, cookieOptions } from '../middleware/cookies.js'
import { hereCookie } from './external.js'

interface ReturnOptions {
  waysOut: WaysOut
  /** Where the pages of sign-ins are. */
  base: string
  secure: boolean
  /** Takes a response that nobody here asked for. */
  arrive: (ctx: Context, sourceId: string, response: Record<string, string>) => Promise<void>
  /** Our metadata for a source that speaks SAML, by its id. */
  metadataOf: (id: string) => Promise<string | undefined>
}

/** Bytes of the form, and characters of a field, that a message of the largest size takes. */
const limits = { body: 700_000, field: 370_000 }
const longestQuery = 16_000
/** Milliseconds for which somebody is left to sign in here. */
const hereLasts = 10 * 60_000
const expired = (): Refusal => new Refusal('expired', 'This sign-in has ended, was open for too long, or was begun in another browser. Please start again.')

/** Mounts the addresses of answers: `callback` of OpenID Connect, `acs` of SAML; and `here`, for who is to sign in without a source. */
export function externalReturnDoor({ waysOut, base, secure, arrive, metadataOf }: ReturnOptions): Middleware {
  const router = new Router({ prefix: base })
  /** True where somebody waits for it, and the browser is led there. */
  const lead = async (ctx: Context, handle: unknown, params: Record<string, string>): Promise<boolean> => {
    if (typeof handle !== 'string' || handle === '' || handle.length > 80) return false
    const page = await waysOut.receive({ handle, sourceId: String(ctx.params.source), params })
    if (page === undefined) return false
    ctx.status = 303
    ctx.redirect(page)
    return true
  }
  router.get('/external/:source/callback', async (ctx) => {
    if (ctx.querystring.length > longestQuery) throw new Refusal('too-large', 'That answer is too long.')
    if (!await lead(ctx, ctx.query.state, onlyOnce(ctx.query))) throw expired()
  })
  router.post('/external/:source/acs', async (ctx) => {
    const { SAMLResponse = '', RelayState = '' } = await readForm(ctx, limits)
    if (!await lead(ctx, RelayState, { SAMLResponse })) await arrive(ctx, String(ctx.params.source), { SAMLResponse, RelayState })
  })
  router.get('/external/:source/metadata', async (ctx) => {
    const metadata = await metadataOf(String(ctx.params.source))
    if (metadata === undefined) throw new Refusal('not-found', 'No page has this address.')
    ctx.type = 'application/samlmetadata+xml'
    ctx.body = metadata
  })
  router.get('/here', (ctx) => {
    ctx.cookies.set(cookieName(hereCookie, secure), '1', cookieOptions(secure, hereLasts))
    ctx.redirect('/start/')
  })
  return router.routes() as unknown as Middleware
}

/** Of a parameter that comes twice two readers could take different values. */
function onlyOnce(query: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => {
    if (typeof value !== 'string') throw new Refusal('invalid-input', 'A parameter of that answer is there twice.')
    return [name, value]
  }))
}
