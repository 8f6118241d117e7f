// A SAML provider outside as our service provider meets it: samlify in its role, and messages made by hand.
import { createCipheriv, publicEncrypt, constants, randomBytes, sign, X509Certificate } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import samlify from 'samlify'
import { ExternalRefusal, ExternalSteps, readCertificates, SamlAssertions, SamlRefusal, SamlServiceProvider, type SamlConnection, type SamlKeyPair } from '../../src/domain/federation/index.js'
import { base64, idp, metadataOf, responseOf, signed, signerOf, type ResponseWords, type Signer } from './saml.js'

export const now = Date.parse('2026-11-21T12:00:00Z')
const home = 'https://login.example.com/signin/external/6f1c8f0e-0000-4000-8000-000000000001'
export const addresses = { entityId: home, acs: `${home}/acs`, slo: `${home}/slo` }
export const theirs = signerOf()
export const stranger = signerOf()
export const [ourSigning, ourEncryption] = [signerOf(), signerOf()]
export const keys: SamlKeyPair = { signing: ourSigning, encryption: ourEncryption }
export const certificates = readCertificates(theirs.certificate)
export const connection: SamlConnection = { entityId: idp, signOn: { address: 'https://idp.example.com/sso', binding: 'redirect' }, singleLogout: { address: 'https://idp.example.com/slo', binding: 'redirect' }, unsolicited: false }
export const at = (seconds: number): string => new Date(now + seconds * 1000).toISOString()

/** A service provider whose messages are used up in memory. */
export function serviceProvider(more: Partial<SamlKeyPair> = {}): SamlServiceProvider {
  const used = new Set<string>()
  const store = { add: async (key: string) => !used.has(key) && Boolean(used.add(key)) }
  return new SamlServiceProvider({ keys: { get: async () => ({ ...keys, ...more }) }, assertions: new SamlAssertions({ store, clock: () => now }), clock: () => now })
}

/** samlify as the provider, and what it knows of us. */
export function samlifyPartner(ourMetadata: string, { wantMessageSigned = false, isAssertionEncrypted = false } = {}) {
  samlify.setSchemaValidator({ validate: async () => 'read' })
  const places = ['HTTP-Redirect', 'HTTP-POST'].map((name) => ({ Binding: `urn:oasis:names:tc:SAML:2.0:bindings:${name}`, Location: 'https://idp.example.com/sso' }))
  const provider = samlify.IdentityProvider({
    entityID: idp, privateKey: theirs.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, signingCert: theirs.certificate, wantAuthnRequestsSigned: true,
    singleSignOnService: places, singleLogoutService: places.map((place) => ({ ...place, Location: 'https://idp.example.com/slo' })), wantLogoutRequestSigned: true, wantLogoutResponseSigned: true,
    isAssertionEncrypted, dataEncryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm', keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p', messageSigningOrder: 'encrypt-then-sign',
  } as never)
  const consumer = samlify.ServiceProvider({ metadata: ourMetadata, wantMessageSigned, wantLogoutRequestSigned: true, wantLogoutResponseSigned: true } as never)
  return { provider, consumer }
}

/** The words of a response to us that answers a request. */
export const words = (more: Partial<ResponseWords> = {}, requestId: string | undefined = '_q1'): string => {
  const answers = requestId === undefined ? '' : ` InResponseTo="${requestId}"`
  return responseOf({ now, recipient: addresses.acs, audience: addresses.entityId, response: answers, confirmation: `NotOnOrAfter="${at(240)}" Recipient="${addresses.acs}"${answers}`, attributes: { mail: ['jane@example.com'] }, ...more })
}

export const good = (more: Partial<ResponseWords> = {}, requestId?: string): string => signed(words(more, requestId), theirs)

interface Sealing { data?: string; wrap?: string; digest?: string; mask?: string; oaepHash?: string; to?: Pick<Signer, 'certificate'>; padding?: number; change?: (bytes: Buffer) => Buffer }
const xenc11 = 'http://www.w3.org/2009/xmlenc11#'

/** An EncryptedAssertion of any kind. */
export function sealedAssertion(assertion: string, { data = `${xenc11}aes256-gcm`, wrap = 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p', digest, mask, oaepHash = 'sha1', to = ourEncryption, padding = constants.RSA_PKCS1_OAEP_PADDING, change = (bytes) => bytes }: Sealing = {}): string {
  const [, bits, mode] = /aes(\d+)-(gcm|cbc)/.exec(data)!
  const key = randomBytes(Number(bits) / 8)
  const nonce = randomBytes(mode === 'gcm' ? 12 : 16)
  const cipher = createCipheriv(`aes-${bits}-${mode}`, key, nonce)
  const parts = [nonce, cipher.update(assertion), cipher.final(), ...(mode === 'gcm' ? [(cipher as unknown as { getAuthTag(): Buffer }).getAuthTag()] : [])]
  const wrapped = publicEncrypt({ key: new X509Certificate(Buffer.from(to.certificate, 'base64')).publicKey, padding, ...(padding === constants.RSA_PKCS1_OAEP_PADDING && { oaepHash }) }, key)
  const inside = `${digest === undefined ? '' : `<ds:DigestMethod Algorithm="${digest}"/>`}${mask === undefined ? '' : `<y:MGF xmlns:y="${xenc11}" Algorithm="${mask}"/>`}`
  return `<saml:EncryptedAssertion><x:EncryptedData xmlns:x="http://www.w3.org/2001/04/xmlenc#" Type="http://www.w3.org/2001/04/xmlenc#Element"><x:EncryptionMethod Algorithm="${data}"/><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><x:EncryptedKey><x:EncryptionMethod Algorithm="${wrap}">${inside}</x:EncryptionMethod><x:CipherData><x:CipherValue>${wrapped.toString('base64')}</x:CipherValue></x:CipherData></x:EncryptedKey></ds:KeyInfo><x:CipherData><x:CipherValue>${change(Buffer.concat(parts)).toString('base64')}</x:CipherValue></x:CipherData></x:EncryptedData></saml:EncryptedAssertion>`
}

const assertionIn = /<saml:Assertion[\s\S]*<\/saml:Assertion>/

/** Puts the assertion of a response into one that is encrypted; it has to name its namespaces by itself. */
export const sealed = (xml: string, how: Sealing = {}): string =>
  xml.replace(assertionIn, (assertion) => sealedAssertion(assertion.replace('<saml:Assertion', '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'), how))

/** Signs an assertion that names its namespaces by itself, which is then encrypted. */
export const signedThenSealed = (xml: string, how: Sealing = {}): string =>
  xml.replace(assertionIn, (assertion) => sealedAssertion(signed(assertion.replace('<saml:Assertion', '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'), theirs), how))

export interface Finish { requestId?: string | undefined; connection?: Partial<SamlConnection>; by?: SamlServiceProvider; certificates?: typeof certificates }

/** Finishes a sign-in with a response. */
export function finish(xml: string, more: Finish = {}) {
  const steps = new ExternalSteps()
  const requestId = 'requestId' in more ? more.requestId : '_q1'
  const answer = { base64: base64(xml), requestId, certificates: more.certificates ?? certificates, audience: addresses.entityId, recipient: addresses.acs }
  return { steps, done: (more.by ?? serviceProvider()).finish({ ...connection, ...more.connection }, answer, steps) }
}

/** The reason that something is refused for, and the step that it ended. */
export async function refusalOf(done: Promise<unknown>): Promise<{ reason: string; says?: string; name?: string; message: string }> {
  try {
    await done
  } catch (error) {
    if (error instanceof ExternalRefusal) return { reason: error.reason, message: error.message, ...error.step }
    if (error instanceof SamlRefusal) return { reason: error.reason, message: error.message }
    throw error
  }
  return { reason: 'none', message: '' }
}

export const metadataOfPartner = metadataOf([theirs])

interface LogoutWords { id?: string; issuer?: string; destination?: string; issuedAt?: number; more?: string; inside?: string; name?: string }

/** A message of single logout that nobody has signed. */
export function logoutOf({ id = '_l1', issuer = idp, destination = addresses.slo, issuedAt = now, more = '', name = 'LogoutRequest', inside = '<saml:NameID>jane</saml:NameID><samlp:SessionIndex>_s1</samlp:SessionIndex>' }: LogoutWords = {}): string {
  return `<samlp:${name} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${new Date(issuedAt).toISOString()}"${destination === '' ? '' : ` Destination="${destination}"`}${more}><saml:Issuer>${issuer}</saml:Issuer>${inside}</samlp:${name}>`
}

/** Packs and signs a message for HTTP-Redirect; `octets` changes what is signed. */
export function queryOf(xml: string, { signer = theirs, parameter = 'SAMLRequest', relayState, method = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', octets = (all) => all }: { signer?: Signer; parameter?: string; relayState?: string; method?: string; octets?: (all: string) => string } = {}): string {
  const all = [`${parameter}=${encodeURIComponent(deflateRawSync(xml).toString('base64'))}`, ...(relayState === undefined ? [] : [`RelayState=${encodeURIComponent(relayState)}`]), `SigAlg=${encodeURIComponent(method)}`].join('&')
  return `${all}&Signature=${encodeURIComponent(sign('sha256', Buffer.from(octets(all)), signer.privateKey).toString('base64'))}`
}
