// The portal's own hosts: the organization's subdomain, and its directory id, below the host of the public address.
import type { Middleware } from 'koa'
import type { Organization } from '../../domain/settings/index.js'

type Named = Pick<Organization, 'id' | 'portalSubdomain'>

const hostsOf = ({ id, portalSubdomain }: Named, publicUrl: URL): string[] => [...(portalSubdomain === undefined ? [] : [portalSubdomain]), id].map((label) => `${label}.${publicUrl.host}`)

/** The start URLs at these hosts, which command lines may name. */
export const hostStartUrls = (organization: Named, publicUrl: URL): string[] => hostsOf(organization, publicUrl).map((host) => `${publicUrl.protocol}//${host}/start`)

interface PortalHostOptions {
  publicUrl: URL
  /** The organization, where there is one already. */
  find: () => Promise<Named | undefined>
}

/** Leads from such a host to the portal, where they are let in: everything that is signed in to has one origin. */
export const portalHosts = ({ publicUrl, find }: PortalHostOptions): Middleware => async (ctx, next) => {
  const host = ctx.host.toLowerCase()
  const isPage = (ctx.method === 'GET' || ctx.method === 'HEAD') && /^\/(start(\/|$)|$)/.test(ctx.path)
  const organization = isPage && host !== publicUrl.host && host.endsWith(`.${publicUrl.host}`) ? await find() : undefined
  if (!organization || !hostsOf(organization, publicUrl).includes(host)) return next()
  ctx.redirect(`${publicUrl.origin}${ctx.path === '/' ? '/start/' : ctx.path}${ctx.search}`)
}
