// Where a sign-in leads afterwards: pages of this origin, or addresses that the organization lists; never one that somebody
// else chose. What browsers read leniently (backslashes, control characters, names before a host) is not read at all.
import { Refusal } from '../../platform/errors.js'

const longest = 2048
/** What every browser reads alike. */
// eslint-disable-next-line no-control-regex
const lenient = /[\u0000-\u0020\\\u007f]/

/** Reads an address with a host, or a path of `origin`. */
function read(wanted: string | undefined, origin: string): URL | undefined {
  if (!wanted || wanted.length > longest || lenient.test(wanted) || !/^(\/(?!\/)|https?:\/\/)/i.test(wanted) || !URL.canParse(wanted, origin)) return undefined
  const url = new URL(wanted, origin)
  return url.username || url.password ? undefined : url
}

/** A path that does not begin like a host, with its query and fragment. */
const pathOf = ({ pathname, search, hash }: URL): string => `${pathname.replace(/^\/{2,}/, '/')}${search}${hash}`

/** Reads an address as a page of the console, spelled from its path on; undefined for every other. */
export function consolePage(wanted: string | undefined, origin: string): string | undefined {
  const url = read(wanted, origin)
  return url?.origin === origin && /^\/console(\/|$)/.test(url.pathname) ? pathOf(url) : undefined
}

/** The same for whoever is about to sign in: not a page of signing in or out, nor one that is only posted to. */
export function pageAfterSignIn(wanted: string | undefined, origin: string): string | undefined {
  const page = consolePage(wanted, origin)
  return page && /^\/console\/(sign-in|sign-up|sign-out|switch|forgot-password)([/?#]|$)/.test(page) ? undefined : page
}

/** Reads an address as a page of the portal, spelled from its path on: not a page of signing in or out; undefined for every other. */
export function portalPage(wanted: string | undefined, origin: string): string | undefined {
  const url = read(wanted, origin)
  return url?.origin === origin && /^\/start(\/(?!sign)|$)/.test(url.pathname) ? pathOf(url) : undefined
}

/** Checks an address and returns it as a browser is sent there: of this origin, or listed; the console's home where none is given. */
export function checkDestination(wanted: string | undefined, { origin, listed }: { origin: string; listed: readonly string[] }): string {
  if (!wanted) return '/console'
  const url = read(wanted, origin)
  if (url?.origin === origin) return pathOf(url)
  if (!url || !listed.some((one) => isUnder(url, one))) throw new Refusal('invalid-input', 'The destination is not an address of this service, nor one that the organization lists.')
  return url.href
}

/** True for an address with the same origin, below the path that is listed. */
function isUnder(url: URL, listed: string): boolean {
  if (!URL.canParse(listed)) return false
  const { origin, pathname } = new URL(listed)
  return url.origin === origin && (pathname === '/' || url.pathname === pathname || url.pathname.startsWith(pathname.endsWith('/') ? pathname : `${pathname}/`))
}
