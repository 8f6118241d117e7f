// The shapes of what an organization file may say and this release does not apply yet. They are checked all
// the same, and using one is a fault: nothing in a file is ignored.
import { z } from 'zod'
import { label } from './fields.js'
import { secret, type Outside } from './secrets.js'

const fileOrText = z.union([z.string(), z.strictObject({ file: z.string() })], { error: 'must be text or { file: path }' })

const anything = (): undefined => undefined

/** A SAML application. */
export const samlApplication = z.strictObject({ metadata: fileOrText, nameIdFormat: z.string().optional(), attributes: z.record(z.string(), z.string()).optional() })

/** Where people come from when it is not the directory. */
export const identitySource = (outside: Outside) =>
  z.strictObject({
    name: label(128),
    domains: z.array(z.string()).optional(),
    saml: z.strictObject({ metadata: fileOrText, attributes: z.record(z.string(), z.string()).optional(), provisioning: z.string().optional() }).optional(),
    oidc: z.strictObject({ issuer: z.string(), client_id: z.string(), client_secret: secret(outside, anything).optional(), scopes: z.array(z.string()).optional() }).optional(),
    ldap: z.looseObject({ url: z.string() }).optional(),
  })
