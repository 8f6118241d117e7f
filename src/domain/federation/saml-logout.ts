// Messages of single logout that come from a provider. Whoever can send one ends somebody's sessions: each has to be signed, to
// be meant for us, and to be fresh, and every value is read from what is signed.
import type { KeyObject } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import type { Element } from '@xmldom/xmldom'
import { isAhead, isOver, slack, subjectOf, timeOf } from './saml-conditions.js'
import { refuseSaml } from './saml-refusal.js'
import { checkIds, checkShape } from './saml-schema.js'
import { octetsSignedBy, provedIn } from './saml-signature.js'
import type { SamlSession } from './saml-writing.js'
import { attributeOf, childOf, childrenOf, decodeBase64, decodeMessage, decodeText, largestMessage, nameOf, parseXml, textOf } from './saml-xml.js'

/** A message as it came: the query exactly as it stands in the address, or the field of a form. */
export type SamlInbound =
  | { binding: 'redirect'; query: string }
  | { binding: 'post'; message: string; relayState?: string | undefined }

export interface SamlLogoutExpectations {
  issuer: string
  keys: readonly KeyObject[]
  /** The address that the message was sent to. */
  destination: string
  now: number
}

/** A message, proved. */
export type SamlLogout = { id: string; issuer: string; key: KeyObject; relayState: string | undefined; expiresAt: number } & (
  | { kind: 'request'; subject: Omit<SamlSession, 'index'>; /** Of these sessions; of all, where there is none. */ indexes: string[] }
  | { kind: 'response'; inResponseTo: string | undefined; isDone: boolean }
)

const kinds: Readonly<Record<string, { kind: SamlLogout['kind']; parameter: string }>> = {
  'p:LogoutRequest': { kind: 'request', parameter: 'SAMLRequest' },
  'p:LogoutResponse': { kind: 'response', parameter: 'SAMLResponse' },
}
const success = 'urn:oasis:names:tc:SAML:2.0:status:Success'
/** Milliseconds from when it was made that a message counts. */
const oldest = 300_000

/** Proves a message of single logout; that it came before is for the caller to look at. Throws `SamlRefusal`. */
export function proveLogout(inbound: SamlInbound, expected: SamlLogoutExpectations): SamlLogout {
  const { root, key, relayState } = inbound.binding === 'redirect' ? ofQuery(inbound.query, expected.keys) : ofForm(inbound, expected.keys)
  const { kind } = kindOf(root)
  const expiresAt = checkEnvelope(root, expected)
  const common = { id: attributeOf(root, 'ID')!, issuer: expected.issuer, key, relayState, expiresAt }
  if (kind === 'response') {
    return { ...common, kind, inResponseTo: attributeOf(root, 'InResponseTo'), isDone: attributeOf(childOf(root, 'p:Status', 'p:StatusCode'), 'Value') === success }
  }
  const subject = subjectOf(childOf(root, 'a:NameID')!)
  if (subject.nameId === '' || subject.nameId.length > 1024) return refuseSaml('subject', 'the message is about nobody')
  return { ...common, kind, subject, indexes: childrenOf(root, 'p:SessionIndex').map(textOf) }
}

interface Proved { root: Element; key: KeyObject; relayState: string | undefined }

const kindOf = (root: Element): (typeof kinds)[string] => kinds[nameOf(root)] ?? refuseSaml('structure', 'the message is not one of single logout')

function rootOf(xml: string): Element {
  const root = parseXml(xml).documentElement ?? refuseSaml('not-xml', 'there is no element')
  kindOf(root)
  checkIds(root)
  checkShape(root)
  return root
}

function ofForm({ message, relayState }: Extract<SamlInbound, { binding: 'post' }>, keys: readonly KeyObject[]): Proved {
  const xml = decodeMessage(message)
  const root = rootOf(xml)
  const { element, key } = provedIn(root, xml, keys) ?? refuseSaml('unsigned', 'the message is not signed')
  if (nameOf(element) !== nameOf(root)) return refuseSaml('reference', 'the signature is of something else')
  return { root: element, key, relayState }
}

const parameters = ['SAMLRequest', 'SAMLResponse', 'RelayState', 'SigAlg', 'Signature', 'SAMLEncoding']
const deflate = 'urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE'

/** SAML Bindings 3.4.4.1: signed is what stands in the address, spelled as it is there, in an order of its own. */
function ofQuery(query: string, keys: readonly KeyObject[]): Proved {
  if (query.length > largestMessage) refuseSaml('too-large', 'the address is too long')
  const raw = readQuery(query)
  const named = ['SAMLRequest', 'SAMLResponse'].filter((name) => raw.has(name))
  const [parameter, ...others] = named
  if (parameter === undefined || others.length > 0) return refuseSaml('structure', 'there is not one message in the address')
  if (raw.has('SAMLEncoding') && decoded(raw.get('SAMLEncoding')!) !== deflate) refuseSaml('structure', 'the message is packed in a way that is not known')
  const [method, value] = [raw.get('SigAlg'), raw.get('Signature')]
  if (method === undefined || value === undefined) return refuseSaml('unsigned', 'the message is not signed')
  const octets = [parameter, 'RelayState', 'SigAlg'].filter((name) => raw.has(name)).map((name) => `${name}=${raw.get(name)!}`).join('&')
  const key = octetsSignedBy({ octets, method: decoded(method), value: decoded(value) }, keys)
  const root = rootOf(inflated(decoded(raw.get(parameter)!)))
  if (kindOf(root).parameter !== parameter) refuseSaml('structure', 'the message is called what it is not')
  // SAML Bindings 3.4.4.1: a signature inside is to be taken out first; two would be two opinions.
  if (childrenOf(root, 'd:Signature').length > 0) refuseSaml('signature-place', 'a signature stands where none belongs')
  return { root, key, relayState: raw.has('RelayState') ? decoded(raw.get('RelayState')!) : undefined }
}

/** Of a parameter that came twice two readers could take different ones. */
function readQuery(query: string): Map<string, string> {
  const raw = new Map<string, string>()
  for (const part of query.replace(/^\?/, '').split('&')) {
    const [name, ...rest] = part.split('=')
    if (!parameters.includes(name!)) {
      // Spelled in another way it would be signed by nobody, and read by somebody.
      if (parameters.includes(decoded(name!))) refuseSaml('structure', 'a parameter is spelled in a way of its own')
      continue
    }
    if (raw.has(name!)) refuseSaml('structure', 'a parameter is there twice')
    raw.set(name!, rest.join('='))
  }
  return raw
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return refuseSaml('structure', 'the address is spelled wrongly')
  }
}

function inflated(text: string): string {
  const bytes = decodeBase64(text)
  try {
    return decodeText(inflateRawSync(bytes, { maxOutputLength: largestMessage }))
  } catch {
    return refuseSaml('not-xml', 'the message cannot be unpacked, or is too long')
  }
}

/** Checks from whom, for whom and of when a message is, and returns until when it could come again. */
function checkEnvelope(root: Element, expected: SamlLogoutExpectations): number {
  if (attributeOf(root, 'Version') !== '2.0') refuseSaml('version', 'the message is of another version')
  const issuer = childrenOf(root, 'a:Issuer')[0]
  if (!issuer || textOf(issuer) !== expected.issuer) refuseSaml('issuer', 'the message is of another issuer')
  // SAML Bindings 3.4.5.2 and 3.5.5.2: a signed message says where it was sent to.
  if (attributeOf(root, 'Destination') !== expected.destination) refuseSaml('destination', 'the message was sent to another address')
  const issuedAt = timeOf(root, 'IssueInstant', 'structure')!
  if (isAhead(issuedAt, expected)) refuseSaml('not-yet', 'the message is of the future')
  const until = timeOf(root, 'NotOnOrAfter', 'structure')
  if (isOver(issuedAt + oldest, expected) || (until !== undefined && isOver(until, expected))) refuseSaml('expired', 'the message is over')
  return issuedAt + oldest + slack(expected)
}
