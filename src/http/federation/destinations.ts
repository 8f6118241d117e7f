// Where a sign-in may lead: within this deployment, or to an address that the organization lists.
import { Refusal } from '../../platform/errors.js'

/** Checks a destination and returns it as a browser is sent there; the console's home where none is given. */
export function checkDestination(destination: string | undefined, { origin, listed }: { origin: string; listed: readonly string[] }): string {
  if (!destination) return '/console'
  // What browsers read leniently (backslashes, control characters) is not read at all.
  // eslint-disable-next-line no-control-regex
  if (destination.length > 2048 || /[\u0000-\u0020\\\u007f]/.test(destination) || !URL.canParse(destination, origin)) throw refused()
  const url = new URL(destination, origin)
  if (url.username || url.password || !/^https?:$/.test(url.protocol)) throw refused()
  if (url.origin === origin) return `${url.pathname.replace(/^\/{2,}/, '/')}${url.search}${url.hash}`
  if (!listed.some((one) => isUnder(url, one))) throw refused()
  return url.href
}

const refused = (): Refusal => new Refusal('invalid-input', 'The destination is not an address of this service, nor one that the organization lists.')

/** True for an address with the same origin, below the path that is listed. */
function isUnder(url: URL, listed: string): boolean {
  if (!URL.canParse(listed)) return false
  const { origin, pathname } = new URL(listed)
  return url.origin === origin && (pathname === '/' || url.pathname === pathname || url.pathname.startsWith(pathname.endsWith('/') ? pathname : `${pathname}/`))
}
