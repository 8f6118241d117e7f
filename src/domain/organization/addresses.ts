// Addresses in the file: pages to open, and where an OIDC client may be sent back to.
import { z } from 'zod'
import { addressFault, redirectFault } from '../access/index.js'
import { expanded, type Outside } from './secrets.js'

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
