// The first thing every request meets: who asks and from where, under which name. Nothing behind this
// trusts Host or a forwarded header.
import type { BlockList } from 'node:net'
import { isIP } from 'node:net'
import type { Context, Middleware } from 'koa'
import type { RequestOrigin } from '../../platform/audit/index.js'
import { Refusal } from '../../platform/errors.js'
import { newUuid } from '../../platform/ids.js'

interface FrontOptions {
  publicUrl: URL
  allowedHosts: string[]
  trustedProxies: BlockList
}

const forwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-port', 'x-real-ip']

/** Gives the request an id and an origin (`ctx.state.origin`), and refuses names that are not ours. */
export function front(options: FrontOptions): Middleware {
  const isOurs = hostMatcher(options)
  return async (ctx, next) => {
    const requestId = newUuid()
    const address = clientAddress(ctx, options.trustedProxies)
    ctx.state.requestId = requestId
    ctx.state.origin = { requestId, sourceIPAddress: address, userAgent: ctx.get('user-agent').slice(0, 256) } satisfies RequestOrigin
    for (const name of forwarded) delete ctx.req.headers[name]
    // Libraries behind us that ask for the scheme get the configured one.
    ctx.req.headers['x-forwarded-proto'] = options.publicUrl.protocol.slice(0, -1)
    if (!isOperations(ctx.path) && !hasOneHost(ctx, isOurs)) throw new Refusal('wrong-host', `This is not the address of this service. Use ${options.publicUrl.origin}.`)
    await next()
  }
}

/** Where the request came from, for events and limits. */
export const originOf = (ctx: Context): RequestOrigin => ctx.state.origin as RequestOrigin

const isOperations = (path: string): boolean => path === '/healthz' || path === '/readyz'

/** HTTP/1.1 allows one Host header; an absolute-form request line would overrule it. */
function hasOneHost(ctx: Context, isOurs: (host: string) => boolean): boolean {
  const hosts = ctx.req.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host')
  return hosts.length === 1 && ctx.req.url!.startsWith('/') && isOurs(ctx.req.headers.host ?? '')
}

function hostMatcher({ publicUrl, allowedHosts }: FrontOptions): (host: string) => boolean {
  const exact = new Set([publicUrl.host, ...allowedHosts.filter((host) => !host.startsWith('*.'))])
  const suffixes = allowedHosts.filter((host) => host.startsWith('*.')).map((host) => host.slice(1))
  return (host) => {
    const name = host.toLowerCase()
    return exact.has(name) || suffixes.some((suffix) => name.endsWith(suffix) && /^[a-z0-9-]+$/.test(name.slice(0, -suffix.length)))
  }
}

/** The peer's address, or, behind trusted proxies, the last address that is none of them. */
function clientAddress(ctx: Context, trusted: BlockList): string {
  let address = plainAddress(ctx.req.socket.remoteAddress ?? '')
  if (!isTrusted(address, trusted)) return address
  const header = ctx.req.headers['x-forwarded-for']
  const hops = (Array.isArray(header) ? header.join(',') : header ?? '').split(',').map((hop) => plainAddress(withoutPort(hop.trim())))
  for (const hop of hops.toReversed()) {
    if (!isIP(hop)) break
    address = hop
    if (!isTrusted(address, trusted)) break
  }
  return address
}

const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')

/** Some proxies name the port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
const withoutPort = (hop: string): string => hop.replace(/^\[([^\]]*)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1')

function isTrusted(address: string, trusted: BlockList): boolean {
  const family = trusted.rules.length === 0 ? 0 : isIP(address)
  return family !== 0 && trusted.check(address, family === 6 ? 'ipv6' : 'ipv4')
}
