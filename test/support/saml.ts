// SAML identity providers on this machine: keys, certificates, metadata, and responses of any kind.
import { createHash, randomBytes, sign, type KeyObject } from 'node:crypto'
import { SignedXml } from 'xml-crypto'
import { certified } from './certificates.js'

export interface Signer {
  privateKey: KeyObject
  publicKey: KeyObject
  /** Base64 of DER. */
  certificate: string
}

/** A self-signed certificate, of years that are over. */
export const signerOf = (kind: 'rsa' | 'ec' = 'rsa', modulusLength = 2048): Signer =>
  certified({ kind, modulusLength, commonName: 'idp.example.com', from: Date.UTC(2020, 0, 1), until: Date.UTC(2025, 0, 1) })

export const idp = 'https://idp.example.com/saml'

/** The metadata of a provider that signs with these. */
export const metadataOf = (signers: readonly Pick<Signer, 'certificate'>[], entityId = idp, more = ''): string => `<?xml version="1.0"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"${more}><!-- for a test -->
<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
${signers.map(({ certificate }) => `<KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>`).join('\n')}
<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/sso"/></IDPSSODescriptor></EntityDescriptor>`

export interface ResponseWords {
  id: string
  responseId: string
  issuer: string
  /** Replaces the issuer element of the response. */
  outerIssuer: string
  now: number
  recipient: string
  destination: string | undefined
  audience: string
  nameId: string
  attributes: Record<string, readonly string[]>
  /** Attributes of these elements, which replace what they would have. */
  response: string
  confirmation: string
  conditions: string
  authn: string
  /** Replaces whole elements. */
  subject: string
  conditionsElement: string
  authnElement: string
  statement: string
  status: string
  /** Stands before the assertion, and behind it. */
  before: string
  behind: string
  issuedAt: number
}

const iso = (time: number): string => new Date(time).toISOString()

/** A response that nobody has signed. */
export function responseOf(words: Partial<ResponseWords> = {}): string {
  const {
    id = `_a${randomBytes(8).toString('hex')}`, responseId = `_r${randomBytes(8).toString('hex')}`, issuer = idp, now = Date.now(), recipient = 'http://localhost/saml', audience = 'urn:amazon:webservices',
    nameId = 'jane', attributes = {}, before = '', behind = '',
  } = words
  const issuedAt = words.issuedAt ?? now
  const destination = 'destination' in words ? words.destination : recipient
  const [past, soon] = [iso(now - 30_000), iso(now + 240_000)]
  const confirmation = words.confirmation ?? `NotOnOrAfter="${soon}" Recipient="${recipient}"`
  const subject = words.subject ?? `<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${nameId}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData ${confirmation}/></saml:SubjectConfirmation></saml:Subject>`
  const conditions = words.conditionsElement ?? `<saml:Conditions ${words.conditions ?? `NotBefore="${past}" NotOnOrAfter="${soon}"`}><saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>`
  const authn = words.authnElement ?? `<saml:AuthnStatement ${words.authn ?? `AuthnInstant="${past}" SessionIndex="_s1"`}><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`
  const values = Object.entries(attributes).map(([name, all]) => `<saml:Attribute Name="${name}">${all.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join('')}</saml:Attribute>`).join('')
  const statement = words.statement ?? (values && `<saml:AttributeStatement>${values}</saml:AttributeStatement>`)
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${responseId}" Version="2.0" IssueInstant="${iso(issuedAt)}"${destination === undefined ? '' : ` Destination="${destination}"`}${words.response ?? ''}>${words.outerIssuer ?? `<saml:Issuer>${issuer}</saml:Issuer>`}${words.status ?? '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'}${before}<saml:Assertion xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="${id}" Version="2.0" IssueInstant="${iso(issuedAt)}"><saml:Issuer>${issuer}</saml:Issuer>${subject}${conditions}${authn}${statement}</saml:Assertion>${behind}</samlp:Response>`
}

interface Signing {
  what?: 'Assertion' | 'Response' | 'LogoutRequest'
  algorithm?: string
  digest?: string
  transforms?: string[]
  canonical?: string
  /** Attributes of the reference's element by which it is found. */
  xpath?: string
  key?: unknown
  isEmptyUri?: boolean
}

export const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
export const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
export const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'

/** Signs the assertion of a message, or all of it. */
export function signed(xml: string, signer: Signer, { what = 'Assertion', algorithm = rsaSha256, digest = 'http://www.w3.org/2001/04/xmlenc#sha256', transforms = [enveloped, exclusive], canonical = exclusive, xpath, key, isEmptyUri = false }: Signing = {}): string {
  const tool = new SignedXml({ privateKey: (key ?? signer.privateKey.export({ type: 'pkcs8', format: 'pem' })) as string, publicCert: `-----BEGIN CERTIFICATE-----\n${signer.certificate}\n-----END CERTIFICATE-----`, signatureAlgorithm: algorithm, canonicalizationAlgorithm: canonical })
  const ecdsa = class {
    getAlgorithmName = () => algorithm
    getSignature = (text: string) => sign('sha256', Buffer.from(text), { key: signer.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64')
    verifySignature = () => false
  }
  if (algorithm.includes('ecdsa')) tool.SignatureAlgorithms[algorithm] = ecdsa as never
  const sha384 = class {
    getAlgorithmName = () => digest
    getHash = (text: string) => createHash('sha384').update(text).digest('base64')
  }
  if (digest.endsWith('#sha384')) tool.HashAlgorithms[digest] = sha384
  if (algorithm.includes('hmac')) tool.enableHMAC()
  tool.addReference({ xpath: xpath ?? `//*[local-name(.)='${what}']`, transforms, digestAlgorithm: digest, isEmptyUri })
  tool.computeSignature(xml, { prefix: 'ds', location: { reference: `//*[local-name(.)='${what}']/*[local-name(.)='Issuer']`, action: 'after' } })
  return tool.getSignedXml()
}

export const base64 = (xml: string): string => Buffer.from(xml, 'utf8').toString('base64')
