// Gatehouse as a SAML service provider: it sends people to a provider outside, proves who comes back, and ends sessions with it.
import { X509Certificate, type KeyObject } from 'node:crypto'
import type { Clock } from '../../platform/clock.js'
import type { Certificate } from './certificates.js'
import type { SamlConnection } from './connections.js'
import type { ExternalIdentity, ExternalStep, ExternalSteps } from './external-identity.js'
import type { SamlAssertions } from './saml-assertions.js'
import { openingWithAny } from './saml-decryption.js'
import type { SamlKey, SamlKeys } from './saml-keys.js'
import { proveLogout, type SamlInbound, type SamlLogout } from './saml-logout.js'
import { packed, type SamlOutbound } from './saml-messages.js'
import { refuseSaml, SamlRefusal } from './saml-refusal.js'
import { SamlResponse, type SamlAssertion } from './saml-response.js'
import { serviceProviderMetadata, type SamlAddresses } from './saml-service-metadata.js'
import { failBy, takeDown, type SamlWanted } from './saml-steps.js'
import { agreementOf, secondsAhead } from './saml-times.js'
import { authnRequest, logoutRequest, logoutResponse, newMessageId, type SamlSession } from './saml-writing.js'

export interface SamlServiceProviderOptions {
  keys: Pick<SamlKeys, 'get'> & Partial<Pick<SamlKeys, 'noteUse'>>
  /** Uses messages up, so that each counts once. */
  assertions: Pick<SamlAssertions, 'redeem'>
  clock: Clock
}

/** A sign-in on its way to a provider. The id is for the caller to keep with the browser, and to use up with the answer. */
export interface SamlBeginning {
  requestId: string
  outbound: SamlOutbound
}

export interface SamlAnswer {
  /** The field of the form. */
  base64: string
  /** Of the request that was made in this browser; undefined where none was. */
  requestId: string | undefined
  /** All of the source that count. */
  certificates: readonly Certificate[]
  /** What we are called towards the source. */
  audience: string
  /** The address that the form was posted to. */
  recipient: string
}

/** Somebody proved, by which certificate, and how the provider is to be told that their session ends. */
export interface SamlSignIn {
  identity: ExternalIdentity
  fingerprint: string
  session: SamlSession
  /** When the provider's session ends, in milliseconds since the epoch, where it says so. */
  sessionEndsAt: number | undefined
  warnings: ExternalStep[]
}

interface Begin extends SamlAddresses {
  relayState: string
  loginHint?: string | undefined
  forceAuthn?: boolean | undefined
}

const validity = 7 * 86_400_000
const logoutTime = 300_000
const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'

export class SamlServiceProvider {
  constructor(private readonly options: SamlServiceProviderOptions) {}

  /** Writes our metadata for one source. */
  async metadata(addresses: SamlAddresses, connection?: Pick<SamlConnection, 'nameIdFormat'>): Promise<string> {
    return serviceProviderMetadata(addresses, await this.options.keys.get(), { nameIdFormat: connection?.nameIdFormat, validUntil: this.options.clock() + validity })
  }

  /** Begins a sign-in: a signed request for the browser to carry. */
  async begin({ signOn, nameIdFormat }: SamlConnection, { entityId, acs, relayState, loginHint, forceAuthn = false }: Begin, steps: ExternalSteps): Promise<SamlBeginning> {
    const requestId = newMessageId()
    const xml = authnRequest({ id: requestId, at: this.options.clock(), destination: signOn.address, issuer: entityId }, { acs, forceAuthn, nameIdFormat, loginHint })
    const outbound = await packed(xml, { kind: 'SAMLRequest', binding: signOn.binding, address: signOn.address, relayState }, await this.#signer())
    steps.passed('request', `A signed request goes to ${signOn.address} by HTTP-${signOn.binding === 'post' ? 'POST' : 'Redirect'}.`, { sent: xml })
    return { requestId, outbound }
  }

  /** Finishes one: proves the response, and uses it up. Throws `ExternalRefusal`. */
  async finish(connection: SamlConnection, answer: SamlAnswer, steps: ExternalSteps): Promise<SamlSignIn> {
    const { base64, requestId, certificates, audience, recipient } = answer
    const wanted: SamlWanted = { issuer: connection.entityId, audience, recipient, requestId, now: this.options.clock(), certificates: certificates.length }
    checkBeginning(connection, requestId, steps)
    const { encryption, alsoOpening = [] } = await this.options.keys.get()
    const opening = openingWithAny([encryption, ...alsoOpening].map(({ privateKey }) => privateKey))
    const known = keysOf(certificates)
    let response: SamlResponse | undefined
    try {
      response = SamlResponse.open(base64, opening)
      const { assertion, key } = response.proveBy({ issuer: connection.entityId, keys: [...known.keys()], audiences: [audience], recipient, inResponseTo: requestId, now: wanted.now })
      await this.options.assertions.redeem(assertion)
      const certificate = known.get(key)!
      takeDown(steps, wanted, { base64, response, certificate, words: wordsOf(assertion, wanted) })
      checkNameId(connection, assertion, steps)
      checkCertificate(connection, certificate, wanted.now, steps)
      const warnings = warningsOf(certificate, assertion, wanted, steps)
      return { identity: identityOf(assertion), fingerprint: certificate.fingerprint, session: sessionOf(assertion), sessionEndsAt: assertion.sessionEndsAt, warnings }
    } catch (error) {
      if (!(error instanceof SamlRefusal)) throw error
      return failBy(steps, error, { base64, response, wanted, certificateOf: (key) => known.get(key) })
    }
  }

  /** Asks a provider to end a session. The id is for the caller to keep until the answer comes. */
  async endSession({ singleLogout }: SamlConnection, { entityId, session, relayState }: { entityId: string; session: SamlSession; relayState?: string | undefined }): Promise<SamlBeginning | undefined> {
    if (!singleLogout) return undefined
    const [id, at] = [newMessageId(), this.options.clock()]
    const xml = logoutRequest({ id, at, destination: singleLogout.address, issuer: entityId }, session, at + logoutTime)
    return { requestId: id, outbound: await packed(xml, { kind: 'SAMLRequest', ...singleLogout, relayState }, await this.#signer()) }
  }

  /** Answers a provider that asked for it; `isDone` where every session that it meant is over here. */
  async answerLogout({ singleLogout }: SamlConnection, { entityId, request, isDone }: { entityId: string; request: Pick<SamlLogout, 'id' | 'relayState'>; isDone: boolean }): Promise<SamlOutbound | undefined> {
    if (!singleLogout) return undefined
    const { binding, address, answers = address } = singleLogout
    const xml = logoutResponse({ id: newMessageId(), at: this.options.clock(), destination: answers, issuer: entityId }, { inResponseTo: request.id, isDone })
    return packed(xml, { kind: 'SAMLResponse', binding, address: answers, relayState: request.relayState }, await this.#signer())
  }

  /** Proves a message of single logout, and uses it up. An answer has to be to the request that was made. Throws `SamlRefusal`. */
  async readLogout({ entityId }: SamlConnection, { inbound, slo, certificates, requestId }: { inbound: SamlInbound; slo: string; certificates: readonly Certificate[]; requestId?: string | undefined }): Promise<SamlLogout & { fingerprint: string }> {
    const known = keysOf(certificates)
    const logout = proveLogout(inbound, { issuer: entityId, keys: [...known.keys()], destination: slo, now: this.options.clock() })
    if (logout.kind === 'response' && (requestId === undefined || logout.inResponseTo !== requestId)) refuseSaml('in-response-to', 'the message answers another request')
    await this.options.assertions.redeem(logout)
    return { ...logout, fingerprint: known.get(logout.key)!.fingerprint }
  }

  async #signer(): Promise<SamlKey> {
    const { signing } = await this.options.keys.get()
    this.options.keys.noteUse?.(signing)
    return signing
  }
}

const keysOf = (certificates: readonly Certificate[]): Map<KeyObject, Certificate> =>
  new Map(certificates.map((certificate) => [new X509Certificate(Buffer.from(certificate.der, 'base64')).publicKey, certificate]))

function checkBeginning({ unsolicited }: SamlConnection, requestId: string | undefined, steps: ExternalSteps): void {
  if (requestId !== undefined || unsolicited) return
  steps.fail({
    name: 'answer', reason: 'in-response-to', says: 'A response came that this browser did not ask for, or asked for too long ago.',
    advice: 'Begin again at our sign-in page. If people are to begin at the provider, allow that for the source.',
  })
}

const wordsOf = ({ subject, attributes, issuedAt, expiresAt }: SamlAssertion, { now }: SamlWanted) => ({
  subject: `It is about ${subject.nameId}; the format is ${subject.format}.`,
  times: `It counts until ${new Date(expiresAt).toISOString()}, with the minute that clocks may differ by. ${agreementOf(issuedAt, now)}`,
  attributes: attributes.size === 0 ? 'It has no attributes.' : `It has ${attributes.size} attributes: ${[...attributes.keys()].join(', ').slice(0, 1000)}.`,
})

function checkNameId({ nameIdFormat }: SamlConnection, { subject: { format } }: SamlAssertion, steps: ExternalSteps): void {
  if (nameIdFormat !== undefined && format !== nameIdFormat) {
    steps.fail({ name: 'name-id', reason: 'subject', attribute: 'NameID', says: `The format of the NameID is ${format} and must be ${nameIdFormat}.`, advice: 'Set this format at the provider, or let the source take whatever comes.' })
  }
  if (format === transient) {
    steps.fail({ name: 'name-id', reason: 'subject', attribute: 'NameID', says: 'The NameID is transient: the same person comes with another one each time.', advice: 'Set a persistent one at the provider, or another that a person has for ever.' })
  }
}

function checkCertificate({ refuseExpiredCertificates = false }: SamlConnection, { notAfter, fingerprint }: Certificate, now: number, steps: ExternalSteps): void {
  if (!refuseExpiredCertificates || notAfter.getTime() > now) return
  steps.fail({
    name: 'certificate', reason: 'certificate', says: `The certificate ${fingerprint} is over since ${notAfter.toISOString()}, and the source refuses such.`, advice: 'Ask the provider when it signs with a new one, and add that; or let the source take certificates that are over.',
  })
}

function warningsOf({ notAfter, fingerprint }: Certificate, { issuedAt }: SamlAssertion, { now }: SamlWanted, steps: ExternalSteps): ExternalStep[] {
  const before = steps.steps.length
  if (notAfter.getTime() <= now) steps.warned('certificate', `The certificate ${fingerprint} is over since ${notAfter.toISOString()}; it counts all the same.`, 'Ask the provider when it signs with a new one, and add that.')
  const ahead = secondsAhead(issuedAt, now)
  if (ahead !== undefined) steps.warned('clock', `The provider’s clock is ${ahead} seconds ahead of ours.`, 'Set both clocks by a time server: beyond 60 seconds nobody can sign in.')
  return steps.steps.slice(before)
}

const identityOf = ({ subject, attributes, authenticatedAt, contextClass, sessionIndex }: SamlAssertion): ExternalIdentity => ({
  subject: subject.nameId, claims: attributes, authenticatedAt, amr: contextClass === undefined ? [] : [contextClass], acr: contextClass, session: sessionIndex,
  nameId: { format: subject.format, qualifier: subject.qualifier, spQualifier: subject.spQualifier },
})

const sessionOf = ({ subject: { nameId, format, qualifier, spQualifier }, sessionIndex }: SamlAssertion): SamlSession => ({ nameId, format, qualifier, spQualifier, index: sessionIndex })
