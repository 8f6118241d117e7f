// Addresses in the file: pages to open, and where an OIDC client may be sent back to.
import { z } from 'zod'
import { expanded, type Outside } from './secrets.js'

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

function redirectFault(text: string): string | undefined {
  if (text.includes('#')) return 'must not have a fragment (#)'
  if (text.includes('*')) return 'must be exact: no wildcards'
  return addressFault(text)
}

const checked = (outside: Outside, fault: (text: string) => string | undefined) =>
  expanded(outside).superRefine((text, ctx) => {
    const message = fault(text)
    if (message) ctx.addIssue({ code: 'custom', message })
  })

/** An address that people may be sent to. */
export const address = (outside: Outside) => checked(outside, addressFault)

/** A redirect URI, compared exactly (RFC 9700 section 2.1). */
export const redirectUri = (outside: Outside) => checked(outside, redirectFault)

/** An https address that is only ever compared, such as an alias of the start URL. */
export const startUrlAlias = z.string().refine((text) => text.startsWith('https://') && addressFault(text) === undefined, 'must be an address such as https://d-0123456789.example.com/start')
