// The shapes of what an organization file may say and this release does not apply yet. They are checked all
// the same, and using one is a fault: nothing in a file is ignored.
import { z } from 'zod'
import { duration, label, name, policyArn, policyDocument } from './fields.js'
import { secret, type Outside } from './secrets.js'

const iamName = (max: number) => name(max, /^[\w+=,.@-]+$/, 'letters, digits and + = , . @ - _')
const policies = z.array(policyArn)
const inlinePolicies = z.record(z.string(), policyDocument)
const trustPolicy = z.looseObject({ Version: z.string(), Statement: z.union([z.looseObject({}), z.array(z.looseObject({}))]) })
const fileOrText = z.union([z.string(), z.strictObject({ file: z.string() })], { error: 'must be text or { file: path }' })

const anything = (): undefined => undefined

/** The parts of an account that a later release applies. */
export const laterAccountParts = (outside: Outside) => ({
  rootPassword: secret(outside, anything).optional(),
  iamUsers: z
    .array(
      z.strictObject({
        userName: iamName(64),
        password: secret(outside, anything).optional(),
        passwordResetRequired: z.boolean().optional(),
        policies: policies.optional(),
        inlinePolicies: inlinePolicies.optional(),
        groups: z.array(z.string()).optional(),
      }),
    )
    .optional(),
  groups: z.array(z.strictObject({ groupName: iamName(128), policies: policies.optional(), inlinePolicies: inlinePolicies.optional() })).optional(),
  roles: z
    .array(
      z.strictObject({
        roleName: iamName(64),
        trustPolicy,
        policies: policies.optional(),
        inlinePolicies: inlinePolicies.optional(),
        maxSessionDuration: duration('1h', '12h').optional(),
      }),
    )
    .optional(),
  identityProviders: z.array(z.looseObject({})).optional(),
})

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

export const laterAccountKeys = ['rootPassword', 'iamUsers', 'groups', 'roles', 'identityProviders'] as const
