// What an organization looks like: its logo and its colour as files of their own, whose names carry what they hold, so that a
// browser keeps them for ever.
import { hash } from 'node:crypto'
import type { Middleware } from 'koa'
import { accentFault, accentOf, brandingOf, type Organization, type Shade } from '../../domain/settings/index.js'

/** Where a page finds them; nothing where there is none. */
export interface Brand {
  logo?: string
  accent?: string
}

type Branded = Pick<Organization, 'settings'>

const forever = 'public, max-age=31536000, immutable'
/** Who opens the picture by itself opens a document, which may do nothing. */
const pictureOnly = `default-src 'none'; style-src 'unsafe-inline'; sandbox`

const variables = ({ accent, ink, press, soft }: Shade): string => {
  const rgb = [1, 3, 5].map((at) => Number.parseInt(accent.slice(at, at + 2), 16)).join(',')
  return `--accent:${accent};--accent-ink:${ink};--accent-press:${press};--accent-soft:${soft};--g-link-color:${accent};--g-link-color-rgb:${rgb};--g-link-hover-color:${press};--g-link-hover-color-rgb:${rgb}`
}

/** The stylesheet of a colour; by-day and by-night are for showing both. */
function styleOf(colour: string): string {
  const { day, night } = accentOf(colour)
  return `:root,.by-day{${variables(day)}}@media (prefers-color-scheme:dark){:root{${variables(night)}}.by-day{${variables(day)}}}.by-night{${variables(night)}}\n`
}

const markOf = (text: string): string => hash('sha256', text, 'hex').slice(0, 16)

/** The address of the stylesheet of a colour. */
export const accentUrl = (colour: string): string => `/brand/accent-${colour.slice(1).toLowerCase()}-${markOf(styleOf(colour))}.css`

const logoUrl = (logo: string): string => `/brand/logo-${markOf(logo)}`

/** Makes what tells of an organization where its pages find what it looks like; remembers the last one that was asked about. */
export function brands(): (organization: Branded | undefined) => Brand {
  let known: { organization: Branded; brand: Brand } | undefined
  return (organization) => {
    if (!organization) return {}
    if (known?.organization !== organization) {
      const { logo, accent } = brandingOf(organization)
      known = { organization, brand: { ...(logo && { logo: logoUrl(logo) }), ...(accent && { accent: accentUrl(accent) }) } }
    }
    return known.brand
  }
}

/** Answers `/brand/…`, and passes everything else on. */
export function branding(find: () => Branded | undefined | Promise<Branded | undefined>): Middleware {
  return async (ctx, next) => {
    if (!ctx.path.startsWith('/brand/') || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next()
    const [, digits] = /^\/brand\/accent-([0-9a-f]{6})-[0-9a-f]{16}\.css$/.exec(ctx.path) ?? []
    if (digits && !accentFault(`#${digits}`) && accentUrl(`#${digits}`) === ctx.path) {
      ctx.set('Cache-Control', forever)
      ctx.type = 'text/css; charset=utf-8'
      ctx.body = styleOf(`#${digits}`)
      return
    }
    const organization = await find()
    const { logo } = organization ? brandingOf(organization) : {}
    if (!logo || logoUrl(logo) !== ctx.path) return next()
    const [, type, content] = /^data:(image\/(?:svg\+xml|png|webp));base64,(.+)$/.exec(logo) ?? []
    if (!type || !content) return next()
    ctx.set({ 'Cache-Control': forever, 'Content-Security-Policy': pictureOnly, 'Cross-Origin-Resource-Policy': 'same-origin', 'X-Content-Type-Options': 'nosniff' })
    ctx.type = type
    ctx.body = Buffer.from(content, 'base64')
  }
}
