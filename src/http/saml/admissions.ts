// Proved assertions that wait for their browser. A provider's page sends the browser here by a form of another site, which
// brings no cookies of ours: so what was proved is kept for a few minutes under a secret in a cookie of its own, and the browser
// comes back for it by itself, with its cookies, so that the console sessions it has stay as they are.
import { createHash } from 'node:crypto'
import type { Context } from 'koa'
import type { SamlAdmission } from '../../domain/credentials/index.js'
import { Refusal } from '../../platform/errors.js'
import { newSecret } from '../../platform/ids.js'
import { cookieName, cookieOptions } from '../middleware/cookies.js'
import type { SamlOptions } from './options.js'

export interface Admission extends SamlAdmission {
  /** A path of the console. */
  destination?: string
}

type Options = Pick<SamlOptions, 'store' | 'publicUrl'>

/** Seconds to choose a role in. */
const lifetime = 600

const isSecure = ({ publicUrl }: Options): boolean => publicUrl.protocol === 'https:'
const keyOf = (secret: string): string => `saml-admission:${createHash('sha256').update(secret).digest('base64url')}`
const secretOf = (ctx: Context, options: Options): string | undefined => ctx.cookies.get(cookieName('saml', isSecure(options)))

/** Keeps an admission for this browser. */
export async function keepAdmission(ctx: Context, admission: Admission, options: Options): Promise<void> {
  const secret = newSecret()
  await options.store.put(keyOf(secret), JSON.stringify(admission), { ttl: lifetime })
  ctx.cookies.set(cookieName('saml', isSecure(options)), secret, cookieOptions(isSecure(options), lifetime * 1000))
}

/** Returns the admission of this browser, or refuses. */
export async function getAdmission(ctx: Context, options: Options): Promise<Admission> {
  const secret = secretOf(ctx, options)
  const entry = secret ? await options.store.get(keyOf(secret)) : undefined
  return entry ? JSON.parse(entry.value) as Admission : isOver()
}

/** Uses the admission of this browser up: true for one request, others are refused. */
export async function redeemAdmission(ctx: Context, options: Options): Promise<void> {
  const secret = secretOf(ctx, options)
  if (!secret || await options.store.take(keyOf(secret)) === undefined) isOver()
  ctx.cookies.set(cookieName('saml', isSecure(options)), null, cookieOptions(isSecure(options)))
}

const isOver = (): never => {
  throw new Refusal('expired', 'This sign-in is over. Start again from the page of your organization that led you here.')
}
