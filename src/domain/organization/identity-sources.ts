// Identity sources in the words of the organization file: what may be said of one, and its way to what is kept.
import { z } from 'zod'
import { Refusal, type Fault } from '../../platform/errors.js'
import { readSamlSource, type Certificate, type SamlEndpoint } from '../federation/index.js'
import type { IdentitySource, NewIdentitySource, Provisioning } from '../identity-sources/index.js'
import { faultsOf, wording } from './faults.js'
import { distinct, groupName, label } from './fields.js'
import { expanded, nowhere, secret, type Outside } from './secrets.js'

const choice = <const T extends readonly string[]>(values: T) => z.enum(values, { error: `must be one of ${values.join(', ')}` })

const mailDomain = z.string().max(253, 'must be at most 253 characters').transform((text) => text.trim().toLowerCase().replace(/^@/, ''))
  .refine((text) => /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/.test(text), 'must be a domain such as example.com')

const claim = z.string().trim().min(1, 'must not be empty').max(300, 'must be at most 300 characters')

const attributes = z.strictObject({ userName: claim.optional(), displayName: claim.optional(), givenName: claim.optional(), familyName: claim.optional(), email: claim.optional(), groups: claim.optional() })

const provisioning = z.union([
  z.literal('justInTime').transform(() => ({})),
  z.strictObject({
    create: z.boolean().optional(),
    update: z.boolean().optional(),
    match: choice(['none', 'userName', 'email', 'externalId']).optional(),
    administrators: z.boolean().optional(),
    groups: z.union([choice(['none', 'same-name']), z.record(z.string().min(1, 'must not be empty').max(1024, 'must be at most 1024 characters'), groupName)], { error: 'must be none, same-name, or the names of groups here by those of the source' }).optional(),
  }),
], { error: 'must be justInTime, or say create, update, match, administrators and groups' })

const issuerFault = 'must be an https address without a query, a fragment or a password, or http on this machine'
const isIssuer = (text: string): boolean => {
  const url = /^https?:\/\/[\x21-\x7e]{1,504}$/.test(text) && URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && url.search === '' && url.hash === '' && url.username === '' && url.password === '' && (url.protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname))
}
const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'may only have the characters of a scope')
const clientSecretFault = (value: string): string | undefined => (value.length > 1000 ? 'must be at most 1000 characters' : undefined)

const oidc = (outside: Outside) => z.strictObject({
  issuer: expanded(outside).pipe(z.string().refine(isIssuer, issuerFault)),
  client_id: z.string().min(1, 'must not be empty').max(500, 'must be at most 500 characters').regex(/^[\x20-\x7e]+$/, 'may only have printable ASCII characters'),
  client_secret: secret(outside, clientSecretFault).optional(),
  scopes: distinct(scope, 20).optional(),
  token_endpoint_auth_method: choice(['client_secret_basic', 'client_secret_post', 'none']).optional(),
  attributes: attributes.optional(),
  provisioning: provisioning.optional(),
})

const nameIdFormat = z.string().regex(/^urn:oasis:names:tc:SAML:(1\.1|2\.0):nameid-format:[A-Za-z0-9]{1,60}$/, 'must be the name of a format, such as urn:oasis:names:tc:SAML:2.0:nameid-format:persistent')

const saml = z.strictObject({
  metadata: z.string().max(1024 * 1024, 'must be at most 1 MB').optional(),
  metadataUrl: z.string().refine(isIssuer, 'must be an https address without a query, a fragment or a password, or http on this machine').optional(),
  nameIdFormat: nameIdFormat.optional(),
  attributes: attributes.optional(),
  provisioning: provisioning.optional(),
})

/** The schema of one. */
export const identitySource = (outside: Outside) => z.strictObject({
  name: label(100),
  enabled: z.boolean().optional(),
  button: z.boolean().optional(),
  domains: distinct(mailDomain, 100).optional(),
  secondStep: choice(['ours', 'unless-theirs', 'theirs']).optional(),
  oidc: oidc(outside).optional(),
  saml: saml.optional(),
}).refine((given) => (given.oidc === undefined) !== (given.saml === undefined), { error: 'must say either oidc or saml' })

type Declared = z.output<ReturnType<typeof identitySource>>

const usually: Provisioning = { create: true, update: true, match: 'none', administrators: false, groups: 'none' }

/** What a declaration comes to; of a SAML provider's metadata also the certificates that it names. */
export interface ReadSource {
  source: NewIdentitySource
  certificates?: Certificate[] | undefined
}

/** What is kept of one that was declared; of what is not named, the usual. */
function sourceOf(declared: Declared, present: IdentitySource | undefined): ReadSource {
  const { name, enabled = true, button = true, domains = [], secondStep = 'ours' } = declared
  const { attributes: mapping, provisioning: given } = (declared.oidc ?? declared.saml)!
  const common = { name, enabled, button, domains, secondStep, mapping: named(mapping ?? {}), provisioning: { ...usually, ...named(given ?? {}) } }
  if (declared.oidc) {
    const { issuer, client_id: clientId, client_secret: secret, scopes = ['profile', 'email'], token_endpoint_auth_method: authentication = 'client_secret_basic' } = declared.oidc
    return { source: { ...common, kind: 'oidc', secret, connection: { issuer, clientId, scopes: scopes.filter((one) => one !== 'openid'), authentication } } }
  }
  const { metadata, metadataUrl, nameIdFormat: format } = declared.saml!
  const read = metadata === undefined ? undefined : readSamlSource(metadata)
  const known = present?.kind === 'saml' ? present.connection : undefined
  if (!read && !known) throw new Refusal('invalid-input', 'The metadata of the provider is missing.', { faults: [{ path: 'saml.metadata', message: 'This is missing: its text, or an address where it is.' }] })
  const { entityId, signOn, singleLogout } = read ? { entityId: read.entityId, signOn: preferred(read.signOn)!, singleLogout: preferred(read.singleLogout) } : known!
  return { source: { ...common, kind: 'saml', connection: { entityId, signOn, singleLogout, nameIdFormat: format, unsolicited: false, metadataUrl } }, certificates: read?.certificates }
}

/** Redirects are what every provider and every browser bears. */
const preferred = (endpoints: readonly SamlEndpoint[]): SamlEndpoint | undefined => endpoints.find(({ binding }) => binding === 'redirect') ?? endpoints[0]

/** Writes one as it is declared, without what is secret. */
export function writtenSource(source: IdentitySource): Record<string, unknown> {
  const { name, enabled, button, domains, secondStep, mapping, provisioning: kept } = source
  const common = { name, enabled, button, ...(domains.length > 0 && { domains }), secondStep }
  const along = { ...(Object.keys(mapping).length > 0 && { attributes: mapping }), provisioning: kept }
  switch (source.kind) {
    case 'oidc': {
      const { issuer, clientId, scopes, authentication } = source.connection
      return { ...common, oidc: { issuer, client_id: clientId, scopes, token_endpoint_auth_method: authentication, ...along } }
    }
    case 'saml': return { ...common, saml: { ...named({ metadataUrl: source.connection.metadataUrl, nameIdFormat: source.connection.nameIdFormat }), ...along } }
    case 'ldap': throw new Error('there is no way to write a source of the kind ldap')
  }
}

/** Reads one that was declared by itself, in the place of the one that is there; refuses it with every fault, by path. */
export function readSource(given: unknown, present?: IdentitySource): ReadSource {
  const shape = identitySource(nowhere).safeParse(given, { error: wording })
  if (shape.success) return sourceOf(shape.data, present)
  const faults: Fault[] = faultsOf(shape.error.issues, () => 1)
  throw new Refusal('invalid-input', 'Something in the form needs another look.', { faults: faults.map(({ path, message }) => ({ path, message: `This ${message}.` })) })
}

type Named<Given> = { [Name in keyof Given]?: Exclude<Given[Name], undefined> }

/** Only what is there. */
const named = <Given extends object>(given: Given): Named<Given> => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Named<Given>
