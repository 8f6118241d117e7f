// Identity sources in the words of the organization file: what may be said of one, and its way to what is kept.
import { z } from 'zod'
import { Refusal, type Fault } from '../../platform/errors.js'
import { preferredEndpoint, readCertificates, readSamlSource, type Certificate, type SamlConnection } from '../federation/index.js'
import type { CertificateState, IdentitySource, NewIdentitySource, Provisioning } from '../identity-sources/index.js'
import { address } from './addresses.js'
import { faultsOf, wording } from './faults.js'
import { distinct, groupName, label } from './fields.js'
import { ldapConnectionOf, ldapDirectory, namesServers, writtenDirectory } from './identity-source-ldap.js'
import { expanded, nowhere, secret, type Outside } from './secrets.js'

const choice = <const T extends readonly string[]>(values: T) => z.enum(values, { error: `must be one of ${values.join(', ')}` })

/** A mail domain, as it is kept. */
export const domainOf = (text: string): string => text.trim().toLowerCase().replace(/^@/, '')

const mailDomain = z.string().max(253, 'must be at most 253 characters').transform(domainOf)
  .refine((text) => /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/.test(text), 'must be a domain such as example.com')

const claim = z.string().trim().min(1, 'must not be empty').max(300, 'must be at most 300 characters')

const attributes = z.strictObject({ userName: claim.optional(), displayName: claim.optional(), givenName: claim.optional(), familyName: claim.optional(), email: claim.optional(), groups: claim.optional() })

const usually: Provisioning = { create: true, update: true, match: 'none', administrators: false, groups: 'none' }

const provisioning = z.union([
  z.literal('justInTime').transform((): Partial<Provisioning> => usually),
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
  signOutThere: z.boolean().optional(),
  attributes: attributes.optional(),
  provisioning: provisioning.optional(),
})

const nameIdFormat = z.string().regex(/^urn:oasis:names:tc:SAML:(1\.1|2\.0):nameid-format:[A-Za-z0-9]{1,60}$/, 'must be the name of a format, such as urn:oasis:names:tc:SAML:2.0:nameid-format:persistent')

const endpoint = (outside: Outside) => z.strictObject({ address: address(outside), binding: choice(['redirect', 'post']), answers: address(outside).optional() })

const mostDeclared = 100
const certificate = z.strictObject({
  certificate: z.string().transform((text, ctx): Certificate => {
    try {
      const [only, ...others] = readCertificates(text)
      if (only && others.length === 0) return only
      ctx.addIssue({ code: 'custom', message: 'must be one certificate' })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      ctx.addIssue({ code: 'custom', message: `cannot be used: ${error.message.replace(/\.$/, '')}` })
    }
    return z.NEVER
  }),
  state: choice(['next', 'current', 'retiring', 'retired']).optional(),
})

const certificates = z.array(certificate).max(mostDeclared, `must have at most ${mostDeclared} entries`).superRefine((list, ctx) => {
  const seen = new Set<string>()
  list.forEach(({ certificate: { fingerprint }, state }, index) => {
    if (seen.has(fingerprint)) ctx.addIssue({ code: 'custom', path: [index, 'certificate'], message: 'is in the list already' })
    seen.add(fingerprint)
    if (state === 'current' && list.findIndex((one) => one.state === 'current') < index) ctx.addIssue({ code: 'custom', path: [index, 'state'], message: 'cannot be current: one of the list is already' })
  })
})

const metadataFault = (value: string): string | undefined => (value.length > 1024 * 1024 ? 'must be at most 1 MB' : undefined)

const saml = (outside: Outside) => z.strictObject({
  metadata: secret(outside, metadataFault).optional(),
  metadataUrl: z.string().refine(isIssuer, issuerFault).nullable().optional(),
  entityId: z.string().min(1, 'must not be empty').max(1024, 'must be at most 1024 characters').optional(),
  signOn: endpoint(outside).optional(),
  singleLogout: endpoint(outside).nullable().optional(),
  certificates: certificates.optional(),
  nameIdFormat: nameIdFormat.nullable().optional(),
  signOutThere: z.boolean().optional(),
  unsolicited: z.boolean().optional(),
  refuseExpiredCertificates: z.boolean().optional(),
  attributes: attributes.optional(),
  provisioning: provisioning.optional(),
})

const ldap = (outside: Outside) => ldapDirectory(outside).extend({ attributes: attributes.optional(), provisioning: provisioning.optional() })
  .refine(namesServers, { path: ['urls'], error: 'must name at least one server, unless url does' })

/** The schema of one. */
export const identitySource = (outside: Outside) => z.strictObject({
  name: label(100),
  enabled: z.boolean().optional(),
  button: z.boolean().optional(),
  domains: distinct(mailDomain, 100).optional(),
  secondStep: choice(['ours', 'unless-theirs', 'theirs']).optional(),
  oidc: oidc(outside).optional(),
  saml: saml(outside).optional(),
  ldap: ldap(outside).optional(),
}).refine(({ oidc, saml, ldap }) => [oidc, saml, ldap].filter((one) => one !== undefined).length === 1, { error: 'must say one of oidc, saml and ldap' })

export type Declared = z.output<ReturnType<typeof identitySource>>

/** What a declaration comes to; of a SAML provider's metadata also the certificates that it names. */
export interface ReadSource {
  source: NewIdentitySource
  certificates?: DeclaredCertificate[] | undefined
}

/** A certificate, and its state where that is told. */
export type DeclaredCertificate = Certificate & { state?: CertificateState | undefined }

/** What of a source has nothing to do with where it is kept. */
export type StatedSource = IdentitySource extends infer Source ? Source extends IdentitySource ? Omit<Source, 'id' | 'createdAt' | 'updatedAt'> : never : never

/** What is kept of one that was declared; of what is not named, the usual. */
export function sourceOf(declared: Declared, present?: StatedSource): ReadSource {
  const { name, enabled = true, button = true, domains = [], secondStep = 'ours' } = declared
  const { attributes: mapping, provisioning: given } = (declared.oidc ?? declared.saml ?? declared.ldap)!
  const common = { name, enabled, button, domains, secondStep, mapping: named(mapping ?? {}), provisioning: { ...usually, ...named(given ?? {}) } }
  if (declared.oidc) {
    const { issuer, client_id: clientId, client_secret: secret, scopes = ['profile', 'email'], token_endpoint_auth_method: authentication = 'client_secret_basic', signOutThere = false } = declared.oidc
    return { source: { ...common, kind: 'oidc', secret, connection: { issuer, clientId, scopes: scopes.filter((one) => one !== 'openid'), authentication, signOutThere } } }
  }
  if (declared.ldap) {
    const { bindPassword: secret } = declared.ldap
    if (secret === undefined && !present?.hasSecret) throw new Refusal('invalid-input', 'The password to bind with is missing.', { faults: [{ path: 'ldap.bindPassword', message: 'This is missing.' }] })
    return { source: { ...common, kind: 'ldap', secret, connection: ldapConnectionOf(declared.ldap) } }
  }
  const { metadata, metadataUrl, nameIdFormat: format, certificates: listed, signOutThere = false, unsolicited = false, refuseExpiredCertificates } = declared.saml!
  const read = metadata === undefined ? undefined : readSamlSource(metadata)
  const place = read ? { entityId: read.entityId, signOn: preferredEndpoint(read.signOn)!, singleLogout: preferredEndpoint(read.singleLogout) } : placeOf(declared.saml!, present)
  const connection = { ...place, nameIdFormat: format ?? undefined, signOutThere, unsolicited, metadataUrl: metadataUrl ?? undefined, ...(refuseExpiredCertificates && { refuseExpiredCertificates }) }
  return { source: { ...common, kind: 'saml', connection }, certificates: read?.certificates ?? listed?.map(({ certificate: one, state }) => ({ ...one, state })) }
}

/** Where a provider is that no metadata tells of: as it is said, or as it is known. */
function placeOf({ entityId, signOn, singleLogout }: NonNullable<Declared['saml']>, present: StatedSource | undefined): Pick<SamlConnection, 'entityId' | 'signOn' | 'singleLogout'> {
  const known = present?.kind === 'saml' ? present.connection : undefined
  const [called, at] = [entityId ?? known?.entityId, signOn ?? known?.signOn]
  if (called === undefined || at === undefined) throw new Refusal('invalid-input', 'The metadata of the provider is missing.', { faults: [{ path: 'saml.metadata', message: 'This is missing: its text, or an address where it is.' }] })
  return { entityId: called, signOn: at, singleLogout: singleLogout === null ? undefined : singleLogout ?? known?.singleLogout }
}

/** Writes one as it is declared, without what is secret. */
export function writtenSource(source: StatedSource): Record<string, unknown> {
  const { name, enabled, button, domains, secondStep, mapping, provisioning: kept } = source
  const common = { name, enabled, button, ...(domains.length > 0 && { domains }), secondStep }
  const along = { ...(Object.keys(mapping).length > 0 && { attributes: mapping }), provisioning: kept }
  switch (source.kind) {
    case 'oidc': {
      const { issuer, clientId, scopes, authentication, signOutThere = false } = source.connection
      return { ...common, oidc: { issuer, client_id: clientId, scopes, token_endpoint_auth_method: authentication, signOutThere, ...along } }
    }
    case 'saml': {
      const { metadataUrl, nameIdFormat: format, signOutThere = false, unsolicited, refuseExpiredCertificates } = source.connection
      return { ...common, saml: { ...named({ metadataUrl, nameIdFormat: format, refuseExpiredCertificates }), signOutThere, unsolicited, ...along } }
    }
    case 'ldap': return { ...common, ldap: { ...writtenDirectory(source.connection), ...along } }
  }
}

/** Reads one that was declared by itself, in the place of the one that is there; refuses it with every fault, by path. */
export function readSource(given: unknown, present?: StatedSource): ReadSource {
  const shape = identitySource(nowhere).safeParse(given, { error: wording })
  if (shape.success) return sourceOf(shape.data, present)
  const faults: Fault[] = faultsOf(shape.error.issues, () => 1)
  throw new Refusal('invalid-input', 'Something in the form needs another look.', { faults: faults.map(({ path, message }) => ({ path, message: `This ${message}.` })) })
}

type Named<Given> = { [Name in keyof Given]?: Exclude<Given[Name], undefined> }

/** Only what is there. */
const named = <Given extends object>(given: Given): Named<Given> => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Named<Given>
