// Cookies: bound to this host by their prefix where the address is https; plain http is only ever localhost.

interface CookieOptions {
  httpOnly: true
  sameSite: 'lax'
  secure: boolean
  path: '/'
  signed: false
  maxAge?: number
}

/** The name of a cookie of ours. */
export const cookieName = (name: string, secure: boolean): string => (secure ? `__Host-gatehouse-${name}` : `gatehouse-${name}`)

/** How our cookies are set; `maxAge` in milliseconds, none for as long as the browser runs. */
export const cookieOptions = (secure: boolean, maxAge?: number): CookieOptions => (
  { httpOnly: true, sameSite: 'lax', secure, path: '/', signed: false, ...(maxAge !== undefined && { maxAge }) })
