// Where a sign-in may lead: to a page of the console of this deployment, and nowhere else.

const longest = 2000

/** Reads the destination that came beside an assertion; undefined for any that is not a page of the console. */
export function destinationOf(relayState: string | undefined, publicUrl: URL): string | undefined {
  // What browsers read leniently (backslashes, control characters) is not read at all.
  // eslint-disable-next-line no-control-regex
  if (!relayState || relayState.length > longest || /[\u0000-\u0020\\\u007f]/.test(relayState) || !/^(\/(?!\/)|https?:\/\/)/i.test(relayState)) return undefined
  if (!URL.canParse(relayState, publicUrl.href)) return undefined
  const { origin, pathname, search, hash, username, password } = new URL(relayState, publicUrl)
  if (origin !== publicUrl.origin || username || password) return undefined
  return pathname === '/console' || pathname.startsWith('/console/') ? `${pathname}${search}${hash}` : undefined
}
