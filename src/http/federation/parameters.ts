// What a request says: in the query, or in a form where the session's token is too long for one. Unknown parameters do not matter.
import type { Context } from 'koa'
import { Refusal } from '../../platform/errors.js'
import { readBody } from '../middleware/form.js'

export type Parameters = Readonly<Record<string, string | undefined>>

const longestBody = 128 * 1024
const names = ['Action', 'Session', 'SessionDuration', 'Issuer', 'Destination', 'SigninToken', 'redirect_uri']

/** Reads the parameters of a request; one that is there twice is refused. */
export async function readParameters(ctx: Context): Promise<Parameters> {
  const form = ctx.method === 'POST' ? (await readBody(ctx, longestBody)).toString('utf8') : ''
  const found: Record<string, string> = {}
  for (const [name, value] of [...new URLSearchParams(ctx.querystring), ...new URLSearchParams(form)]) {
    if (!names.includes(name)) continue
    if (Object.hasOwn(found, name)) throw new Refusal('invalid-input', `${name} was sent twice.`)
    found[name] = value
  }
  return found
}
