// Which start URLs mean this organization: our own, however it is spelled, and its aliases.

/** True when a start URL is the portal's own, or one of the aliases that the organization accepts. */
export function isPortalStartUrl(startUrl: string, publicUrl: URL, aliases: string[]): boolean {
  const own = new URL('/start', publicUrl).href
  return [own, ...aliases].map(plain).includes(plain(startUrl))
}

/** Without the `/`, `#` or `#/` that people copy along. */
function plain(url: string): string {
  if (!URL.canParse(url)) return ''
  const { origin, pathname, search } = new URL(url)
  return `${origin}${pathname.replace(/\/+$/, '')}${search}`
}
