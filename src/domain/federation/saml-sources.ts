// What the metadata of a SAML provider says that people sign in with: its name, its addresses, and its certificates. It is kept
// only where a sign-in with it can work, and what stands in the way is said in words.
import type { Element } from '@xmldom/xmldom'
import { OutboundFailure, type Outbound } from '../../platform/outbound/index.js'
import { Refusal } from '../../platform/errors.js'
import { readCertificates, type Certificate } from './certificates.js'
import { SamlRefusal } from './saml-refusal.js'
import { isTime, isUri } from './saml-values.js'
import { attributeOf, childrenOf, nameOf, parseXml, textOf } from './saml-xml.js'

export type SamlBinding = 'redirect' | 'post'

export interface SamlEndpoint {
  binding: SamlBinding
  address: string
  /** Where answers go, where that is another address. */
  answers?: string
}

export interface SamlSource {
  entityId: string
  /** In the order of the metadata. */
  signOn: SamlEndpoint[]
  singleLogout: SamlEndpoint[]
  nameIdFormats: string[]
  wantsSignedRequests: boolean
  certificates: Certificate[]
  /** When it has to be read anew. */
  validUntil: Date | undefined
  /** For how many milliseconds it may be kept before it is looked at again, where it says so. */
  cacheFor: number | undefined
}

const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol'
const bindings: Readonly<Record<string, SamlBinding>> = {
  'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect': 'redirect',
  'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST': 'post',
}
const longest = 1024 * 1024

/** Fetches metadata. Refuses with `invalid-input`, in words. */
export async function fetchSamlMetadata(outbound: Pick<Outbound, 'get'>, url: string): Promise<string> {
  try {
    const { status, body } = await outbound.get(url, { accept: 'application/samlmetadata+xml, application/xml, text/xml' })
    if (status !== 200) return refuse(`The address answered ${status}${status >= 300 && status < 400 ? ', which leads somewhere else: give the address that it leads to' : ''}.`)
    return body.toString('utf8')
  } catch (error) {
    if (!(error instanceof OutboundFailure)) throw error
    throw new Refusal('invalid-input', `The metadata could not be fetched: ${error.message}.`, { cause: error })
  }
}

/** Reads a provider's metadata. Refuses with `invalid-input`, in words for an administrator. */
export function readSamlSource(metadata: string): SamlSource {
  const text = metadata.replace(/^\uFEFF/, '').trim()
  checkKind(text)
  const entity = entityOf(rootOf(text))
  const entityId = attributeOf(entity, 'entityID') ?? ''
  if (entityId === '' || entityId.length > 1024 || !isUri(entityId)) refuse('The metadata does not say what the provider is called (entityID).')
  const roles = rolesOf(entity)
  const signOn = endpointsOf(roles, 'm:SingleSignOnService')
  if (signOn.length === 0) refuse('The metadata has no address to sign in at by HTTP-Redirect or HTTP-POST (SingleSignOnService).')
  return {
    entityId, signOn, singleLogout: endpointsOf(roles, 'm:SingleLogoutService'), nameIdFormats: [...new Set(named(roles, 'm:NameIDFormat').map((one) => textOf(one).trim()))],
    wantsSignedRequests: roles.some((role) => ['true', '1'].includes(attributeOf(role, 'WantAuthnRequestsSigned') ?? '')),
    certificates: certificatesOf(roles), validUntil: untilOf([entity, ...roles]), cacheFor: cacheOf([entity, ...roles]),
  }
}

const refuse = (sentence: string): never => {
  throw new Refusal('invalid-input', sentence)
}

const named = (roles: readonly Element[], name: string): Element[] => roles.flatMap((role) => childrenOf(role, name))

/** Which of several is used: redirects are what every provider and every browser bears. */
export const preferredEndpoint = (endpoints: readonly SamlEndpoint[]): SamlEndpoint | undefined => endpoints.find(({ binding }) => binding === 'redirect') ?? endpoints[0]

/** What people give instead of metadata is told apart before anything parses it. */
function checkKind(text: string): void {
  if (text === '') refuse('There is no metadata.')
  if (text.length > longest) refuse('The metadata is too long: it may have a megabyte. Give the metadata of the one provider that people sign in with.')
  if (/^(?:<\?[^>]*>\s*)?<(?:!doctype\s+)?html\b/i.test(text)) refuse('That is a web page, not metadata. Often it is a sign-in page: fetch the metadata yourself and give the file.')
  if (text.startsWith('-----BEGIN ')) refuse('That is a certificate, not metadata.')
  if (!text.startsWith('<')) refuse('That is no XML, and metadata is.')
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) refuse('The metadata has a document type, which no metadata needs and which is not read.')
}

function rootOf(text: string): Element {
  try {
    return parseXml(text, { comments: true }).documentElement ?? refuse('The metadata is empty.')
  } catch (error) {
    if (!(error instanceof SamlRefusal)) throw error
    if (error.reason === 'too-deep') throw new Refusal('invalid-input', 'The metadata has too many elements. Give the metadata of the one provider that people sign in with.', { cause: error })
    throw new Refusal('invalid-input', 'The metadata cannot be read: it is no plain XML.', { cause: error })
  }
}

/** The one entity; a list with one in it is as good. */
function entityOf(root: Element): Element {
  if (nameOf(root) === 'm:EntityDescriptor') return root
  if (nameOf(root) !== 'm:EntitiesDescriptor') return refuse('That is XML, but not metadata: it does not begin with an EntityDescriptor of SAML 2.0.')
  const inside = childrenOf(root).filter((one) => ['m:EntityDescriptor', 'm:EntitiesDescriptor'].includes(nameOf(one)))
  const [only, ...others] = inside
  if (!only || others.length > 0 || nameOf(only) !== 'm:EntityDescriptor') return refuse(`The metadata describes ${inside.length === 0 ? 'nobody' : 'several entities'}. Give the metadata of the one provider that people sign in with.`)
  return only
}

function rolesOf(entity: Element): Element[] {
  const roles = childrenOf(entity, 'm:IDPSSODescriptor').filter((role) => (attributeOf(role, 'protocolSupportEnumeration') ?? protocol).split(/\s+/).includes(protocol))
  if (roles.length > 0) return roles
  if (childrenOf(entity, 'm:SPSSODescriptor').length > 0) return refuse('That is the metadata of an application (a service provider). Give the metadata of the identity provider.')
  return refuse('The metadata does not describe an identity provider of SAML 2.0 (IDPSSODescriptor).')
}

function endpointsOf(roles: readonly Element[], name: string): SamlEndpoint[] {
  return named(roles, name).flatMap((service) => {
    const binding = bindings[attributeOf(service, 'Binding') ?? '']
    if (!binding) return []
    const [address, answers] = ['Location', 'ResponseLocation'].map((place) => attributeOf(service, place)?.trim())
    if (address === undefined || ![address, answers ?? address].every(isAddress)) return refuse('The metadata has an address that is none. One begins with “https://”, and plain “http://” is for this machine alone.')
    return [{ binding, address, ...(answers !== undefined && answers !== address && { answers }) }]
  })
}

/** People are sent there: nothing but the web will do. */
function isAddress(text: string): boolean {
  if (text.length > 2048 || !URL.canParse(text)) return false
  const { protocol: scheme, hostname, username } = new URL(text)
  return username === '' && (scheme === 'https:' || (scheme === 'http:' && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)))
}

/** A descriptor that does not say what its key is for is for signing too. */
function certificatesOf(roles: readonly Element[]): Certificate[] {
  const texts = named(roles, 'm:KeyDescriptor').filter((descriptor) => (attributeOf(descriptor, 'use') ?? 'signing') === 'signing')
    .flatMap((descriptor) => childrenOf(descriptor, 'd:KeyInfo')).flatMap((info) => childrenOf(info, 'd:X509Data')).flatMap((inside) => childrenOf(inside, 'd:X509Certificate')).map(textOf)
  if (texts.length === 0) return refuse('The metadata has no certificate to check signatures with (KeyDescriptor).')
  const read = texts.flatMap((text) => readCertificates(text))
  return read.filter(({ fingerprint }, index) => read.findIndex((other) => other.fingerprint === fingerprint) === index)
}

function untilOf(elements: readonly Element[]): Date | undefined {
  const ends = elements.map((element) => attributeOf(element, 'validUntil')).filter((text) => text !== undefined).map((text) => (isTime(text) ? Date.parse(text) : NaN))
  if (ends.some(Number.isNaN)) return refuse('The metadata says that it holds until a time that is none (validUntil).')
  return ends.length === 0 ? undefined : new Date(Math.min(...ends))
}

const units = [365 * 86_400_000, 30 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000]

/** The shortest duration of XML Schema that is said; one that is none says nothing. */
function cacheOf(elements: readonly Element[]): number | undefined {
  const durations = elements.flatMap((element) => {
    const [whole, ...parts] = /^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})(?:\.\d{1,9})?S)?)?$/.exec(attributeOf(element, 'cacheDuration')?.trim() ?? '') ?? []
    return whole === undefined ? [] : [parts.reduce((sum, part, index) => sum + Number(part ?? 0) * units[index]!, 0)]
  })
  return durations.length === 0 ? undefined : Math.min(...durations)
}
