// The shape of an organization file: what it may say, field by field. What its parts say about each other is
// checked in check-*.ts.
import { z } from 'zod'
import { mostInstanceTags, mostSetPolicies } from '../access/index.js'
import { mostTags } from '../accounts/index.js'
import { importFault, longestHistory } from '../authentication/index.js'
import { mostSources } from '../identity-sources/index.js'
import { accentFault, networkFault } from '../settings/index.js'
import { address, startUrlAlias } from './addresses.js'
import { accountAlias, accountId, directoryId, distinct, duration, email, groupName, label, permissionSetName, policyArn, policyDocument, policyReference, prose, subdomain, tags, userName } from './fields.js'
import { applicationSettings } from './application-settings.js'
import { icon } from './icons.js'
import { accountParts } from './iam-declaration.js'
import { identities } from './identities.js'
import { identitySource } from './identity-sources.js'
import { instanceMembers } from './instance.js'
import { trustedTokenIssuer } from './issuers.js'
import { samlApplication } from './later.js'
import { oidcClient } from './oidc-client.js'
import { emails, externalIds, nameMembers, profileMembers } from './profiles.js'
import { requestable } from './requestable.js'
import { savedViews } from './saved-views.js'
import { secret, type Outside } from './secrets.js'

const choice = <const T extends readonly string[]>(values: T) => z.enum(values, { error: `must be one of ${values.join(', ')}` })

const organization = z.strictObject({
  name: label(100).optional(),
  directoryId: directoryId.optional(),
  portalSubdomain: subdomain.nullable().optional(),
  startUrlAliases: distinct(startUrlAlias, 20).optional(),
  session: z.strictObject({ portal: duration('15m', '90d').optional() }).optional(),
  ...instanceMembers,
  mfa: z
    .strictObject({
      mode: choice(['always', 'context', 'never']).optional(),
      whenNoDevice: choice(['enroll', 'email', 'block', 'allow']).optional(),
      types: distinct(choice(['totp', 'passkey']), 2).optional(),
    })
    .optional(),
})

const account = (outside: Outside) =>
  z.strictObject({
    id: accountId,
    name: label(50),
    alias: accountAlias.nullable().optional(),
    email,
    management: z.boolean().optional(),
    tags: tags(mostTags).optional(),
    ...accountParts(outside),
  })

const passwordFault = (value: string): string | undefined => (value.length < 8 || value.length > 1024 ? 'must be 8 to 1024 characters' : undefined)

const hashFaults = {
  unknown: 'is in a form that is not known: bcrypt, argon2id, scrypt and PBKDF2 are',
  malformed: 'is not spelled as its form demands',
  'too-costly': 'asks for more memory or work than a sign-in may cost (the guide to the organization file has the limits)',
}
const hashFault = (value: string): string | undefined => {
  const fault = importFault(value)
  return fault && hashFaults[fault]
}

const user = (outside: Outside) =>
  z.strictObject({
    userName,
    displayName: label(1024).optional(),
    name: z.strictObject(nameMembers).optional(),
    emails,
    ...profileMembers,
    identities,
    active: z.boolean().optional(),
    password: secret(outside, passwordFault).optional(),
    passwordHash: secret(outside, hashFault).optional(),
    oneTimePassword: secret(outside, passwordFault).optional(),
    invite: z.boolean().optional(),
  })

const member = z.union([userName, z.strictObject({ group: groupName })], { error: 'must be a user name, or { group: Name }' })

const group = z.strictObject({
  displayName: groupName,
  description: prose(1024).nullable().optional(),
  externalIds,
  members: z.array(member).optional(),
})

const permissionSet = (outside: Outside) =>
  z.strictObject({
    name: permissionSetName,
    description: prose(700).nullable().optional(),
    sessionDuration: duration('1h', '12h').optional(),
    relayState: address(outside).nullable().optional(),
    managedPolicies: distinct(policyArn, mostSetPolicies).optional(),
    customerManagedPolicies: distinct(policyReference, mostSetPolicies).optional(),
    inlinePolicy: policyDocument.nullable().optional(),
    permissionsBoundary: z.union([policyArn, policyReference], { error: 'must be the ARN of a managed policy, or the name of a policy that every account has' }).nullable().optional(),
    tags: tags(mostInstanceTags).optional(),
    requestable: requestable.nullable().optional(),
  })

const assignment = z.strictObject({
  account: accountId,
  permissionSet: permissionSetName,
  user: userName.optional(),
  group: groupName.optional(),
})

const application = (outside: Outside) =>
  z.strictObject({
    name: label(128),
    description: prose(1024).nullable().optional(),
    startUrl: address(outside).nullable().optional(),
    icon: icon(outside).nullable().optional(),
    oidc: oidcClient(outside).optional(),
    saml: samlApplication.optional(),
    ...applicationSettings(outside),
    assignedTo: z.array(z.strictObject({ user: userName.optional(), group: groupName.optional() })).optional(),
  })

const between = (min: number, max: number) => z.int({ error: `must be a whole number from ${min} to ${max}` }).min(min, `must be at least ${min}`).max(max, `must be at most ${max}`)

const network = z.string().refine((text) => networkFault(text) === undefined, 'must be a network such as 203.0.113.0/24 or 2001:db8::/48, or one address')

const accent = z.string().superRefine((text, ctx) => {
  const message = accentFault(text)
  if (message) ctx.addIssue({ code: 'custom', message })
})

const settings = (outside: Outside) => z.strictObject({
  passwordPolicy: z
    .strictObject({
      style: choice(['kinds', 'nist']).optional(),
      minimumLength: between(8, 128).optional(),
      maximumLength: between(64, 256).optional(),
      requireLowercase: z.boolean().optional(),
      requireUppercase: z.boolean().optional(),
      requireDigit: z.boolean().optional(),
      requireOther: z.boolean().optional(),
      history: between(1, longestHistory).optional(),
    })
    .optional(),
  localSignIn: choice(['everybody', 'administrators', 'nobody']).optional(),
  accountCreation: z.boolean().optional(),
  mail: z.strictObject({ from: email.optional() }).optional(),
  profile: z.strictObject({ emailChange: z.boolean().optional() }).optional(),
  federation: z.strictObject({ destinations: z.array(z.url({ protocol: /^https$/, error: 'must be an https address' })).max(100).optional() }).optional(),
  networks: z.strictObject({ administration: distinct(network, 50).optional(), portal: distinct(network, 50).optional() }).optional(),
  branding: z.strictObject({ logo: icon(outside).optional(), accent: accent.optional() }).optional(),
})

/** The part of the file that an administrator may change by itself at run time; the instance has its own operations. */
export const settingsSchema = (outside: Outside) => z.strictObject({ organization: organization.omit({ instance: true, accessControlAttributes: true }).optional(), settings: settings(outside).optional() })

/** The schema of a whole file; references to the environment and to other files are resolved through `outside`. */
export const declarationSchema = (outside: Outside) =>
  z.strictObject({
    organization: organization.optional(),
    accounts: z.array(account(outside)).optional(),
    users: z.array(user(outside)).optional(),
    groups: z.array(group).optional(),
    permissionSets: z.array(permissionSet(outside)).optional(),
    assignments: z.array(assignment).optional(),
    trustedTokenIssuers: z.array(trustedTokenIssuer).optional(),
    applications: z.array(application(outside)).optional(),
    identitySources: z.array(identitySource(outside)).max(mostSources, `must have at most ${mostSources} entries`).optional(),
    settings: settings(outside).optional(),
    savedViews: savedViews.optional(),
  })

/** What an organization file declares: absent means not named, null means none. Durations are seconds, secrets are resolved. */
export type Declaration = z.output<ReturnType<typeof declarationSchema>>
export type DeclaredAccount = NonNullable<Declaration['accounts']>[number]
export type DeclaredUser = NonNullable<Declaration['users']>[number]
export type DeclaredGroup = NonNullable<Declaration['groups']>[number]
export type DeclaredPermissionSet = NonNullable<Declaration['permissionSets']>[number]
export type DeclaredAssignment = NonNullable<Declaration['assignments']>[number]
export type DeclaredApplication = NonNullable<Declaration['applications']>[number]
