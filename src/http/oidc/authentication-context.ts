// How strongly a client wants its person proved (`acr_values`, and `acr` in `claims`), and whether a session is that strong.
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import { acr1fa, acr2fa } from '../../domain/sessions/index.js'

/** The levels there are, the weakest first. */
export const levels = [acr1fa, acr2fa]

interface Wanted {
  /** Levels the client takes, those it likes best first; those nobody has heard of left out. */
  values: string[]
  /** The client takes nothing else. */
  essential: boolean
}

interface AcrRequest {
  essential?: unknown
  value?: unknown
  values?: unknown
}

/** Reads what a request says about its level; undefined where it says nothing. */
export function wantedLevel(request: unknown): Wanted | undefined {
  if (typeof request !== 'object' || request === null) return undefined
  const { essential, value, values } = request as AcrRequest
  const named = value !== undefined ? [value] : Array.isArray(values) ? values as unknown[] : []
  return named.length === 0 ? undefined : { values: levels.filter((level) => named.includes(level)).toSorted((a, b) => named.indexOf(a) - named.indexOf(b)), essential: essential === true }
}

/** True where a second factor is what the request likes best. */
export const wantsTwoFactors = (request: unknown): boolean => wantedLevel(request)?.values[0] === acr2fa

/** The part of `claims` and `acr_values` that is about the level, as stored with an interaction. */
export function levelRequest(params: Record<string, unknown>): unknown {
  if (typeof params.acr_values === 'string' && params.acr_values !== '') return { values: params.acr_values.split(' ') }
  try {
    return (JSON.parse(String(params.claims)) as { id_token?: { acr?: unknown } } | null)?.id_token?.acr
  } catch {
    return undefined
  }
}

/** Asks for a sign-in where the session is weaker than what the client wants, once; refuses where it wants what nobody can do. */
export function levelCheck(): interactionPolicy.Check {
  const { Check } = interactionPolicy
  return new Check('stronger', 'a stronger sign-in is required', 'login_required', (ctx: KoaContextWithOIDC) => {
    const request = levelRequest(ctx.oidc.params as Record<string, unknown>)
    const wanted = wantedLevel(request)
    if (wanted?.essential && wanted.values.length === 0) throw new errors.CustomOIDCProviderError('unmet_authentication_requirements', 'none of the requested acr values is supported')
    const isTooWeak = wantsTwoFactors(request) && ctx.oidc.session?.acr !== acr2fa
    return ctx.oidc.session?.accountId && isTooWeak && !ctx.oidc.result?.login ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT
  })
}

const askable = ['acr', 'auth_time', 'amr', 'sub']

/** Takes of the `claims` parameter what is about the sign-in itself; anything else is asked for by scope. */
export function assertClaims(_ctx: KoaContextWithOIDC, claims: { id_token?: object; userinfo?: object }): void {
  const others = [...Object.keys(claims.id_token ?? {}), ...Object.keys(claims.userinfo ?? {})].filter((claim) => !askable.includes(claim))
  if (others.length > 0) throw new errors.InvalidRequest('claims may ask for acr, auth_time, amr and sub only; ask for others by scope')
}
