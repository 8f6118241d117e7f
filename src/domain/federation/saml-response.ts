// SAML responses: opened within bounds, then proved against what is known of the provider. Every value of a proved one is read
// from what the signature covers, parsed anew, and never from the message around it.
import type { KeyObject } from 'node:crypto'
import type { Element } from '@xmldom/xmldom'
import { checkConditions, readSubject, readTimes } from './saml-conditions.js'
import type { OpenAssertion } from './saml-decryption.js'
import { refuseSaml } from './saml-refusal.js'
import { checkIds, checkShape } from './saml-schema.js'
import { provedIn, rootOf } from './saml-signature.js'
import { allOf, attributeOf, childOf, childrenOf, decodeMessage, nameOf, parseXml, textOf } from './saml-xml.js'

/** What a response has to agree with. */
export interface SamlExpectations {
  /** The provider's entity id. */
  issuer: string
  /** The provider's public keys, of which any may have signed. */
  keys: readonly KeyObject[]
  /** Names that the message may be for, of which one has to be named. */
  audiences: readonly string[]
  /** The address that the message was sent to. */
  recipient: string
  /** The id of the request that it answers; without one it may answer none. */
  inResponseTo?: string | undefined
  /** Milliseconds since the epoch. */
  now: number
  /** Seconds that clocks may differ by. */
  skew?: number
  /** Seconds since it was issued, at most. */
  age?: number
}

/** What a provider says of somebody, proved. Times are in milliseconds since the epoch. */
export interface SamlAssertion {
  id: string
  issuer: string
  subject: { nameId: string; format: string; qualifier?: string; spQualifier?: string }
  recipient: string
  audiences: string[]
  /** Values by name; a name has all its values. */
  attributes: ReadonlyMap<string, readonly string[]>
  issuedAt: number
  authenticatedAt: number
  /** When the message is over, clocks that differ counted in. */
  expiresAt: number
  sessionIndex?: string
  sessionEndsAt?: number
  contextClass?: string
}

const success = 'urn:oasis:names:tc:SAML:2.0:status:Success'

/** The assertion of a response, proved, and the key of the provider that proves it. */
export interface ProvedResponse {
  assertion: SamlAssertion
  key: KeyObject
}

interface Opened { text: string; root: Element; assertion: Element; decrypt: OpenAssertion | undefined }

export class SamlResponse {
  /** The assertion as it is looked at: opened, where it was encrypted. */
  #seen: Element
  #openedText: string | undefined
  #provedBy: KeyObject | undefined

  private constructor(private readonly opened: Opened) {
    this.#seen = opened.assertion
  }

  /** Opens a response as a form or a parameter has it, in base64; an encrypted assertion only with `decrypt`. Throws `SamlRefusal`. Nothing of it is believed yet. */
  static open(base64: string, decrypt?: OpenAssertion): SamlResponse {
    const text = decodeMessage(base64)
    const root = parseXml(text).documentElement
    if (!root || nameOf(root) !== 'p:Response') return refuseSaml('structure', 'the message is no response')
    checkIds(root)
    const status = attributeOf(childOf(root, 'p:Status', 'p:StatusCode'), 'Value')
    if (status !== undefined && status !== success) return refuseSaml('status', 'the provider says that it did not succeed')
    const everything = allOf(root)
    const named = (...names: string[]): Element[] => everything.filter((element) => names.includes(nameOf(element)))
    if (named('a:EncryptedID', 'a:EncryptedAttribute', ...(decrypt ? [] : ['a:EncryptedAssertion'])).length > 0) return refuseSaml('encrypted', 'the message is encrypted')
    const [assertion, ...others] = named('a:Assertion', 'a:EncryptedAssertion')
    if (others.length > 0) return refuseSaml('several-assertions', 'there are several assertions')
    if (!assertion || assertion.parentNode !== root) return refuseSaml('no-assertion', 'there is no assertion where one belongs')
    const signatures = named('d:Signature')
    if (signatures.some(({ parentNode }) => parentNode !== root && parentNode !== assertion)) return refuseSaml('signature-place', 'a signature stands where none belongs')
    if ([root, assertion].some((signed) => childrenOf(signed, 'd:Signature').length > 1)) return refuseSaml('signature-place', 'an element has two signatures')
    checkShape(root)
    return new SamlResponse({ text, root, assertion, decrypt })
  }

  /** Says whether its assertion is encrypted. */
  get isEncrypted(): boolean {
    return isEncrypted(this.opened.assertion)
  }

  /** The response and its assertion as they came, to tell somebody what is wrong with them. Nothing of it is believed. */
  get seen(): { root: Element; assertion: Element } {
    return { root: this.opened.root, assertion: this.#seen }
  }

  /** What stood in an encrypted assertion, once it was opened; and the key that signed, once that is known. */
  get found(): { opened: string | undefined; key: KeyObject | undefined } {
    return { opened: this.#openedText, key: this.#provedBy }
  }

  /** Lists the values of an attribute as the message claims them, to find out which provider to hold it against. */
  claimed(attribute: string): string[] {
    return attributesOf(this.#seen).get(attribute) ?? []
  }

  /** Proves the response and reads it. Throws `SamlRefusal`. */
  prove(expected: SamlExpectations): SamlAssertion {
    return this.proveBy(expected).assertion
  }

  /** Proves the response, reads it, and says which key proves it. Throws `SamlRefusal`. */
  proveBy(expected: SamlExpectations): ProvedResponse {
    const { outer, assertion, key } = this.#signed(expected.keys)
    // Where only the assertion is signed, what stands around it may still be a reason to refuse.
    checkOuter(outer ?? this.opened.root, expected, outer !== undefined)
    checkAssertion(assertion, expected)
    const whom = { ...readSubject(assertion, expected), ...checkConditions(assertion, expected) }
    return { key, assertion: { id: attributeOf(assertion, 'ID')!, issuer: expected.issuer, ...whom, ...readTimes(assertion, expected), attributes: attributesOf(assertion) } }
  }

  /** The elements as they were signed; each signature that is there has to hold. */
  #signed(keys: readonly KeyObject[]): { outer: Element | undefined; assertion: Element; key: KeyObject } {
    const ofRoot = provedIn(this.opened.root, this.opened.text, keys)
    const outer = ofRoot?.element
    if (outer && nameOf(outer) !== 'p:Response') return refuseSaml('reference', 'the signature is of something else')
    // What is encrypted is opened from what is signed, where all of it is.
    const held = childrenOf(outer ?? this.opened.root).find((child) => isEncrypted(child) || nameOf(child) === 'a:Assertion')
    const inner = held && isEncrypted(held) ? this.#open(held) : { text: this.opened.text, element: this.opened.assertion }
    this.#seen = inner.element
    const ofAssertion = provedIn(inner.element, inner.text, keys)
    const { key } = ofRoot ?? ofAssertion ?? refuseSaml('unsigned', 'nothing is signed')
    this.#provedBy = key
    const assertion = outer ? (held && isEncrypted(held) ? inner.element : held) : ofAssertion?.element
    if (!assertion || nameOf(assertion) !== 'a:Assertion') return refuseSaml('reference', 'the signature is of something else')
    if (attributeOf(assertion, 'ID') !== attributeOf(inner.element, 'ID')) return refuseSaml('reference', 'the signature is of another assertion')
    return { outer, assertion, key }
  }

  #open(encrypted: Element): { text: string; element: Element } {
    const text = (this.opened.decrypt ?? refuseSaml('reference', 'the signature is of something else'))(encrypted)
    this.#openedText = text
    const element = rootOf(text)
    if (nameOf(element) !== 'a:Assertion') return refuseSaml('no-assertion', 'what was encrypted is no assertion')
    checkIds(element)
    checkShape(element, { isPart: true })
    return { text, element }
  }
}

const isEncrypted = (element: Element): boolean => nameOf(element) === 'a:EncryptedAssertion'

function checkOuter(response: Element, { issuer, recipient, inResponseTo }: SamlExpectations, isSigned: boolean): void {
  if (attributeOf(response, 'Version') !== '2.0') refuseSaml('version', 'the response is of another version')
  const said = childrenOf(response, 'a:Issuer')[0]
  if (said && textOf(said) !== issuer) refuseSaml('issuer', 'the response is of another issuer')
  const destination = attributeOf(response, 'Destination')
  // SAML Bindings 3.5.5.2: a signed message says where it was sent to.
  if (destination === undefined ? isSigned : destination !== recipient) refuseSaml('destination', 'the response was sent to another address')
  if (attributeOf(response, 'InResponseTo') !== inResponseTo) refuseSaml('in-response-to', 'the response answers another request')
  if (attributeOf(childOf(response, 'p:Status', 'p:StatusCode'), 'Value') !== success) refuseSaml('status', 'the provider says that it did not succeed')
}

const entity = 'urn:oasis:names:tc:SAML:2.0:nameid-format:entity'

function checkAssertion(assertion: Element, { issuer }: SamlExpectations): void {
  if (attributeOf(assertion, 'Version') !== '2.0') refuseSaml('version', 'the assertion is of another version')
  const said = childrenOf(assertion, 'a:Issuer')[0]
  if (!said || textOf(said) !== issuer || (attributeOf(said, 'Format') ?? entity) !== entity) refuseSaml('issuer', 'the assertion is of another issuer')
}

const mostValues = 2000

/** Values by name; of a name that came twice two readers could take different ones. */
function attributesOf(assertion: Element): Map<string, string[]> {
  const attributes = new Map<string, string[]>()
  let count = 0
  for (const statement of childrenOf(assertion, 'a:AttributeStatement')) {
    for (const attribute of childrenOf(statement, 'a:Attribute')) {
      const name = attributeOf(attribute, 'Name')!
      const values = childrenOf(attribute, 'a:AttributeValue').map(textOf)
      count += values.length + 1
      if (count > mostValues || name.length > 1024) refuseSaml('attributes', 'there are too many attributes')
      if (attributes.has(name)) refuseSaml('attributes', 'an attribute is there twice')
      attributes.set(name, values)
    }
  }
  return attributes
}
