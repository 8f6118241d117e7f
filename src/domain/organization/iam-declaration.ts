// The shape of what a file says about the inside of an account, in the words of IAM.
import { z } from 'zod'
import { mostAttached, mostGroupsPerUser, mostTags } from '../accounts/index.js'
import { readSamlMetadata } from '../federation/index.js'
import { Refusal } from '../../platform/errors.js'
import { distinct, duration, isStorable, name, policyArn, policyDocument, prose, tags } from './fields.js'
import { secret, type Outside } from './secrets.js'

const iamName = (max: number) => name(max, /^[\w+=,.@-]+$/, 'letters, digits and + = , . @ - _')
const path = z.string().max(512, 'must be at most 512 characters').regex(/^\/([\u0021-\u007e]+\/)?$/, 'must begin and end with a slash')
const inlinePolicies = z.record(iamName(128), policyDocument)
const policies = distinct(policyArn, mostAttached)
const trustPolicy = z.looseObject({ Version: z.string(), Statement: z.union([z.looseObject({}), z.array(z.looseObject({}))]) }).refine(isStorable, 'must have no control character NUL and only numbers that are finite')

const passwordFault = (value: string): string | undefined => (value.length < 8 || value.length > 128 ? 'must be 8 to 128 characters' : undefined)
const withPolicies = { policies: policies.optional(), inlinePolicies: inlinePolicies.optional() }

const iamUser = (outside: Outside) => z.strictObject({
  userName: iamName(64),
  path: path.optional(),
  password: secret(outside, passwordFault).optional(),
  passwordResetRequired: z.boolean().optional(),
  groups: distinct(iamName(128), mostGroupsPerUser).optional(),
  permissionsBoundary: policyArn.nullable().optional(),
  tags: tags(mostTags).optional(),
  ...withPolicies,
})

const iamGroup = z.strictObject({ groupName: iamName(128), path: path.optional(), ...withPolicies })

const role = z.strictObject({
  roleName: iamName(64),
  path: path.optional(),
  description: prose(1000).nullable().optional(),
  trustPolicy,
  maxSessionDuration: duration('1h', '12h').optional(),
  permissionsBoundary: policyArn.nullable().optional(),
  tags: tags(mostTags).optional(),
  ...withPolicies,
})

const iamPolicy = z.strictObject({ policyName: iamName(128), path: path.optional(), description: prose(1000).nullable().optional(), document: policyDocument, tags: tags(mostTags).optional() })

function metadataFault(metadata: string): string | undefined {
  if (metadata.length > 200_000) return 'must be at most 200,000 characters'
  try {
    readSamlMetadata(metadata)
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return `cannot be used: ${error.message}`
    throw error
  }
}

/** An issuer's address; its value is what a provider is found by. */
const issuer = z.string().max(255, 'must be at most 255 characters').transform((text, ctx) => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:' || url.username || url.password || url.search || url.hash) {
    ctx.addIssue({ code: 'custom', message: 'must be an address that begins with https://, without a query' })
    return text
  }
  return `${url.host}${url.pathname === '/' ? '' : url.pathname}`
})

const identityProvider = (outside: Outside) => z.strictObject({
  oidc: z.strictObject({
    url: issuer,
    clientIds: distinct(z.string().min(1, 'must not be empty').max(255, 'must be at most 255 characters'), 100).optional(),
    thumbprints: distinct(z.string().regex(/^[0-9a-f]{40}$/, 'must be 40 of 0-9 and a-f'), 5).optional(),
    tags: tags(mostTags).optional(),
  }).optional(),
  saml: z.strictObject({
    name: name(128, /^[\w.-]+$/, 'letters, digits and . _ -'),
    metadata: secret(outside, metadataFault),
    tags: tags(mostTags).optional(),
  }).optional(),
}).transform(({ oidc, saml }, ctx) => {
  if (oidc && !saml) return { oidc }
  if (saml && !oidc) return { saml }
  ctx.addIssue({ code: 'custom', message: 'must be { oidc: … } or { saml: … }' })
  return z.NEVER
})

/** The parts of an account that are inside of it. */
export const accountParts = (outside: Outside) => ({
  rootPassword: secret(outside, passwordFault).optional(),
  iamUsers: z.array(iamUser(outside)).max(5000, 'must have at most 5000 entries').optional(),
  groups: z.array(iamGroup).max(300, 'must have at most 300 entries').optional(),
  roles: z.array(role).max(1000, 'must have at most 1000 entries').optional(),
  policies: z.array(iamPolicy).max(1500, 'must have at most 1500 entries').optional(),
  identityProviders: z.array(identityProvider(outside)).max(100, 'must have at most 100 entries').optional(),
})
