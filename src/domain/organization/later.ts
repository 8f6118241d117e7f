// The shapes of what an organization file may say and this release does not apply yet. They are checked all
// the same, and using one is a fault: nothing in a file is ignored.
import { z } from 'zod'

const fileOrText = z.union([z.string(), z.strictObject({ file: z.string() })], { error: 'must be text or { file: path }' })

/** A SAML application. */
export const samlApplication = z.strictObject({ metadata: fileOrText, nameIdFormat: z.string().optional(), attributes: z.record(z.string(), z.string()).optional() })
