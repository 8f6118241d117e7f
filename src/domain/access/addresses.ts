// Addresses that people and tokens are sent to: what is wrong with one?

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Says what is wrong with an address that people or tokens are sent to; undefined where nothing is. */
export function addressFault(text: string): string | undefined {
  // What the URL parser would quietly repair is not the same text any more, and redirects are compared as text.
  if (text.length > 2048 || !/^[\x21-\x7e]+$/.test(text) || /["<>\\^`{|}]/.test(text)) return 'must be an absolute address such as https://app.example.com/callback'
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) return 'must be an absolute address such as https://app.example.com/callback'
  const url = new URL(text)
  if (url.protocol === 'http:' && !loopback.has(url.hostname)) return 'must start with https:// (http:// is for this machine only: localhost, 127.0.0.1, [::1])'
  if (url.username !== '' || url.password !== '') return 'must not have a user name or password in it'
  if (url.hostname.includes('*')) return 'must be exact: no wildcards'
  return undefined
}

/** The same of a redirect URI, which is compared exactly (RFC 9700 section 2.1). */
export function redirectFault(text: string): string | undefined {
  if (text.includes('#')) return 'must not have a fragment (#)'
  if (text.includes('*')) return 'must be exact: no wildcards'
  return addressFault(text)
}
