// How a response went, step by step, in words for an administrator: what was found, what it must be, and what to do about it. It
// may name what the message says, because nobody acts on these words but people.
import { X509Certificate, type KeyObject } from 'node:crypto'
import type { Element } from '@xmldom/xmldom'
import type { Certificate } from './certificates.js'
import type { ExternalSteps } from './external-identity.js'
import type { SamlReason, SamlRefusal } from './saml-refusal.js'
import type { SamlResponse } from './saml-response.js'
import { timeWords } from './saml-times.js'
import { allOf, attributeOf, childOf, childrenOf, decodeMessage, nameOf, parseXml, textOf } from './saml-xml.js'

/** What a response was held against. */
export interface SamlWanted {
  issuer: string
  audience: string
  recipient: string
  requestId: string | undefined
  now: number
  /** How many certificates are known. */
  certificates: number
}

/** In the order in which they are taken. */
const order = ['opened', 'status', 'decrypted', 'signature', 'issuer', 'destination', 'answer', 'subject', 'audience', 'times', 'attributes', 'replay'] as const
type Step = (typeof order)[number]

/** The step that each reason ends; what is not named here was no message to begin with. */
const stepOf: Partial<Record<SamlReason, Step>> = {
  status: 'status', encrypted: 'decrypted', decryption: 'decrypted',
  unsigned: 'signature', 'signature-place': 'signature', reference: 'signature', transform: 'signature', algorithm: 'signature', certificate: 'signature', signature: 'signature',
  issuer: 'issuer', destination: 'destination', recipient: 'destination', confirmation: 'destination', 'in-response-to': 'answer', subject: 'subject', audience: 'audience', conditions: 'audience',
  'not-yet': 'times', expired: 'times', authentication: 'times', attributes: 'attributes', replayed: 'replay',
}

const passing: Record<Step, (wanted: SamlWanted) => string> = {
  opened: () => 'The response is SAML 2.0, with one assertion.',
  status: () => 'The provider says that the sign-in succeeded.',
  decrypted: () => 'The assertion was encrypted for us, and opens.',
  signature: () => 'The signature is of a certificate of the source.',
  issuer: ({ issuer }) => `The provider calls itself ${issuer}, as it must.`,
  destination: ({ recipient }) => `It was sent to ${recipient}, as it must be.`,
  answer: ({ requestId }) => (requestId === undefined ? 'It answers no request: the provider began by itself, as it may.' : `It answers our request ${requestId}.`),
  subject: () => 'It says whom it is about.',
  audience: ({ audience }) => `It is for ${audience}, as it must be.`,
  times: () => 'It counts now.',
  attributes: () => 'Its attributes can be read.',
  replay: () => 'Nobody used it before.',
}

/** Takes down the steps that passed before one; all of them, without one. */
export function takeDown(steps: ExternalSteps, wanted: SamlWanted, { base64, response, certificate, until, words = {} }: Taken): void {
  const said: Partial<Record<Step, string>> = { ...(certificate && { signature: signedBy(certificate) }), ...words }
  const opened = response?.found.opened
  const seen: Partial<Record<Step, object>> = { opened: { received: textOfMessage(base64) }, decrypted: opened === undefined ? {} : { received: unsigned(opened) }, signature: certificate ? { certificate: certificate.fingerprint } : {} }
  for (const step of order.slice(0, until === undefined ? order.length : order.indexOf(until))) {
    if (step !== 'decrypted' || response?.isEncrypted === true) steps.passed(step, said[step] ?? passing[step](wanted), seen[step])
  }
}

interface Taken { base64: string; response: SamlResponse | undefined; certificate?: Certificate | undefined; until?: Step; words?: Partial<Record<Step, string>> }

const signedBy = ({ subject, fingerprint, notAfter }: Certificate): string => `It is signed by the certificate of ${subject} with the SHA-256 fingerprint ${fingerprint}, which ends at ${notAfter.toISOString()}.`

/** Takes down how far a response came, and ends the sign-in. */
export function failBy(steps: ExternalSteps, refusal: SamlRefusal, { base64, response, wanted, certificateOf }: { base64: string; response: SamlResponse | undefined; wanted: SamlWanted; certificateOf: (key: KeyObject) => Certificate | undefined }): never {
  const step = stepOf[refusal.reason] ?? 'opened'
  const root = response?.seen.root ?? rootOf(base64)
  const seen = { root, assertion: response?.seen.assertion ?? (root && childOf(root, 'a:Assertion')) }
  const key = response?.found.key
  const certificate = key && certificateOf(key)
  takeDown(steps, wanted, { base64, response, certificate, until: step })
  const [says, advice] = (words[refusal.reason] ?? plain)(seen, wanted, refusal)
  const received = textOfMessage(base64)
  const concerned = certificate?.fingerprint ?? (step === 'signature' ? certificateIn(seen)?.fingerprint : undefined)
  return steps.fail({ name: step, reason: refusal.reason, says, advice, cause: refusal, ...(received !== undefined && { received }), ...(concerned !== undefined && { certificate: concerned }) })
}

interface Seen { root: Element | undefined; assertion: Element | undefined }
type Words = (seen: Seen, wanted: SamlWanted, refusal: SamlRefusal) => [says: string, advice: string]

const longest = 300
const named = (text: string | undefined, missing: string): string => (text === undefined || text.trim() === '' ? missing : text.length > longest ? `${text.slice(0, longest)}…` : text)
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

const plain: Words = (_, __, { detail }) => [sentence(detail.replace(/^saml \S+: /, '')), 'The provider has to send a response as SAML 2.0 has it. Compare it with what is shown here.']

const issuersOf = ({ root, assertion }: Seen): string[] => [...new Set([root, assertion].flatMap((one) => (one ? childrenOf(one, 'a:Issuer').map(textOf) : [])))]
const confirmationOf = (assertion: Element | undefined): Element | undefined => childOf(assertion, 'a:Subject', 'a:SubjectConfirmation', 'a:SubjectConfirmationData')
const audiencesOf = (assertion: Element | undefined): string[] => (assertion ? allOf(assertion).filter((one) => nameOf(one) === 'a:Audience').map(textOf) : [])

const key: Words = (seen, { certificates }) => {
  const inside = certificateIn(seen)?.name
  return [
    `${certificates === 0 ? 'No certificate of the source is known' : `None of the ${certificates} certificates that are known of the source made this signature`}${inside === undefined ? '.' : `; the message names ${inside}.`}`,
    'If the provider has a new certificate, and its fingerprint is the one that the provider’s own pages show, add it to the source. If not, somebody changed the message on its way.',
  ]
}

const words: Partial<Record<SamlReason, Words>> = {
  status: ({ root }) => {
    const status = root && childOf(root, 'p:Status')
    const codes = status ? allOf(status).filter((one) => nameOf(one) === 'p:StatusCode').map((one) => attributeOf(one, 'Value')?.split(':').at(-1) ?? '?') : []
    const message = status && childOf(status, 'p:StatusMessage')
    return [`The provider refused: ${named(codes.join(', '), 'it does not say why')}${message ? ` (${named(textOf(message), 'without a message')})` : ''}.`, 'Look at the provider’s own log. Often the person is not assigned to the application there.']
  },
  encrypted: () => ['A part of the message is encrypted that has to be readable.', 'Encrypt the assertion as a whole, or nothing.'],
  decryption: () => ['The assertion does not open with our key.', 'It has to be encrypted for the certificate in our metadata, with AES-GCM and with RSA-OAEP for the key: give the provider our metadata anew.'],
  unsigned: () => ['Neither the response nor its assertion is signed.', 'Let the provider sign the assertion, the response, or both.'],
  algorithm: ({ root, assertion }) => {
    const method = [root, assertion].flatMap((one) => (one ? allOf(one).filter((element) => nameOf(element) === 'd:SignatureMethod') : []))[0]
    return [`It is signed by ${named(attributeOf(method, 'Algorithm')?.split('#').at(-1), 'nothing that is known')}, which is not taken.`, 'Set RSA with SHA-256 at the provider. SHA-1 can be forged.']
  },
  signature: key,
  certificate: key,
  issuer: (seen, { issuer }) => [`The provider calls itself ${named(issuersOf(seen).join(' and '), 'nothing')} and must be ${issuer}.`, 'The entity ID of the source is another one, or the response is of another provider. Read the provider’s metadata anew.'],
  destination: ({ root }, { recipient }) => [`The response was sent to ${named(attributeOf(root, 'Destination'), 'no address')} and must be sent to ${recipient}.`, 'Set exactly this address as the one that assertions go to (ACS, reply URL) at the provider.'],
  recipient: ({ assertion }, { recipient }) => [`The assertion is for ${named(attributeOf(confirmationOf(assertion), 'Recipient'), 'no address')} and must be for ${recipient}.`, 'Set exactly this address as the one that assertions go to (ACS, recipient) at the provider.'],
  'in-response-to': ({ root, assertion }, { requestId }) => {
    const answers = attributeOf(root, 'InResponseTo') ?? attributeOf(confirmationOf(assertion), 'InResponseTo')
    if (requestId === undefined) return ['The response answers a request that nobody made here, or made in another browser, or long ago.', 'Begin again at our sign-in page.']
    return [`The response answers ${answers === undefined ? 'no request' : `the request ${named(answers, '?')}`} and must answer ${requestId}.`, 'Begin again. If it stays so, the provider does not hand the id of our request back (InResponseTo).']
  },
  subject: () => ['The assertion names nobody, or somebody with blanks around the name.', 'Choose at the provider what goes into the NameID: something that a person has for ever, and nobody else gets.'],
  audience: ({ assertion }, { audience }) => [`The assertion is for ${named(audiencesOf(assertion).join(' and '), 'nobody')} and must be for ${audience}.`, 'Set exactly this as the audience (SP entity ID, identifier) at the provider.'],
  'not-yet': timeWords,
  expired: timeWords,
  replayed: () => ['Somebody used this response already.', 'Begin again. Going back in the browser sends an old response.'],
}

interface NamedCertificate { name: string; fingerprint: string }

/** The certificate that a message names, which proves nothing. */
const certificateIn = ({ root, assertion }: Seen): NamedCertificate | undefined =>
  [root, assertion].flatMap((one) => (one ? allOf(one).filter((element) => nameOf(element) === 'd:X509Certificate') : [])).map((element) => readNamed(textOf(element))).find((one) => one !== undefined)

function readNamed(text: string): NamedCertificate | undefined {
  try {
    const { fingerprint256, subject } = new X509Certificate(Buffer.from(text, 'base64'))
    return { name: `one of ${named(subject?.replaceAll('\n', ', '), 'nobody')} with the SHA-256 fingerprint ${fingerprint256}`, fingerprint: fingerprint256.replaceAll(':', '').toLowerCase() }
  } catch {
    return undefined
  }
}

const unsigned = (xml: string): string => xml.replace(/(<(?:[\w.-]{1,100}:)?SignatureValue\b[^<>]*>)[^<]*/g, '$1…')

/** What came, where it is text at all; without its signatures, so that nobody who reads it can send it again. */
function textOfMessage(base64: string): string | undefined {
  try {
    return unsigned(decodeMessage(base64))
  } catch {
    return undefined
  }
}

function rootOf(base64: string): Element | undefined {
  try {
    return parseXml(decodeMessage(base64)).documentElement ?? undefined
  } catch {
    return undefined
  }
}
