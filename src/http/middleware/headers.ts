// Headers that every answer carries: nothing may frame, sniff or keep it; pages run only our own files.
import type { Context, Middleware } from 'koa'

/** Sets the security headers; `secure` says whether the public address is https. */
export function securityHeaders(secure: boolean): Middleware {
  const headers: typeof always = [...always, ['Content-Security-Policy', policyWith([])]]
  if (secure) headers.push(['Strict-Transport-Security', 'max-age=31536000; includeSubDomains'])
  return async (ctx, next) => {
    for (const [name, value] of headers) ctx.res.setHeader(name, value)
    await next()
  }
}

const always: [name: string, value: string][] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['X-Frame-Options', 'DENY'],
  ['Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=()'],
  ['Cache-Control', 'no-store'],
]

/** Sets the page's policy; `formActions` are origins that a form on it may lead to, beside our own. */
export function contentSecurityPolicy(ctx: Context, formActions: string[] = []): void {
  ctx.set('Content-Security-Policy', policyWith(formActions))
}

const policyWith = (formActions: string[]): string => [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `img-src 'self' data:`,
  `connect-src 'self'`,
  `form-action ${[`'self'`, ...formActions].join(' ')}`,
  `frame-ancestors 'none'`,
  `base-uri 'none'`,
].join('; ')

/** Adds origins that a form may lead to, and leaves the rest of the page's policy as it is. */
export function allowFormActions(ctx: Context, origins: string[]): void {
  const policy = ctx.response.get('content-security-policy')
  ctx.set('Content-Security-Policy', policy.replace(/form-action [^;]*/, (directive) => [...new Set([...directive.split(' '), ...origins])].join(' ')))
}

/** Names the origin that a form may lead to through a redirect; a scheme for what has no origin or, as `[::1]`, no spelling in a policy. */
export function formActionOf(redirectUri: string): string[] {
  if (!URL.canParse(redirectUri)) return []
  const url = new URL(redirectUri)
  return [url.origin === 'null' || url.hostname.startsWith('[') ? url.protocol : url.origin]
}
