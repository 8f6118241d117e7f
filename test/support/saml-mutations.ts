// Messages with a few things changed that a schema looks at: elements and attributes dropped, doubled, moved and renamed, and
// values of other kinds in their places.
import { DOMParser, XMLSerializer, type Attr, type Element } from '@xmldom/xmldom'
import fc from 'fast-check'
import { allOf as elementsOf } from '../../src/domain/federation/saml-xml.js'

const names = ['Response', 'Assertion', 'Issuer', 'Subject', 'NameID', 'SubjectConfirmation', 'SubjectConfirmationData', 'Conditions', 'AudienceRestriction', 'Audience', 'OneTimeUse', 'AuthnStatement', 'AuthnContext', 'AttributeStatement', 'Attribute', 'AttributeValue', 'Status', 'StatusCode', 'Signature', 'KeyInfo', 'KeyDescriptor', 'SingleSignOnService', 'NameIDFormat', 'Extensions', 'Advice', 'Evil']
const attributes = ['ID', 'Id', 'Version', 'IssueInstant', 'Destination', 'InResponseTo', 'NotBefore', 'NotOnOrAfter', 'Recipient', 'Name', 'NameFormat', 'Format', 'Method', 'Algorithm', 'URI', 'Type', 'Count', 'Value', 'use', 'index', 'isDefault', 'Binding', 'Location', 'validUntil', 'cacheDuration', 'WantAuthnRequestsSigned', 'protocolSupportEnumeration', 'entityID', 'xsi:type', 'xsi:nil', 'xml:lang', 'xml:space', 'xml:base', 'xml:id', 'a:x', 'evil']

const schemaTypes = ['string', 'integer', 'boolean', 'anyURI', 'dateTime', 'base64Binary', 'anyType', 'int', 'long', 'date', 'decimal', 'double', 'float', 'token', 'nonNegativeInteger', 'hexBinary', 'QName', 'ID']
/** Values of all kinds, good and bad. */
export const values: fc.Arbitrary<string> = fc.oneof(
  // Times.
  fc.constantFrom('2026-11-21T12:00:00Z', '2026-02-30T00:00:00Z', '2023-02-29T00:00:00Z', '2024-02-29T00:00:00.5Z', '2026-11-21', '2026-11-21T24:00:00Z', '2026-11-21T12:00:60Z', '0000-01-01T00:00:00Z', '-2026-11-21T12:00:00Z', '2026-11-21T12:00:00', '2026-11-21T12:00:00+14:00', '2026-11-21T12:00:00+15:00', ' 2026-11-21T12:00:00Z', '2026-13-01T00:00:00Z', '2026-00-01T00:00:00Z', '2026-01-00T00:00:00Z', 'tomorrow', '2026'),
  fc.tuple(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }), fc.integer({ min: 0, max: 25 }), fc.integer({ min: 0, max: 61 }), fc.constantFrom('', 'Z', '+01:00', '-13:59', '+14:01', '.5Z', '.Z'))
    .map(([year, month, day, hour, minute, zone]) => `${String(year).padStart(4, '0')}-${[month, day].map((part) => String(part).padStart(2, '0')).join('-')}T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00${zone}`),
  // Truth, numbers, durations.
  fc.constantFrom('true', 'false', '1', '0', 'TRUE', 'yes', '', ' ', '-1', '+5', '1.5', '12', '65536', '1e3', 'NaN', 'PT1H', 'P1D', 'P', 'PT', '-PT1H', 'P1Y2M3DT4H5M6.7S', '1H', 'signing', 'encryption', 'both'),
  // Addresses, and what else is a URI.
  fc.string({ unit: fc.constantFrom('a', ':', '/', '?', '#', '%', '2', 'F', '[', ']', '@', '.', '-', ' ', 'é', '\\', '1', '&', '+', '{'), maxLength: 14 }),
  fc.constantFrom('urn:oasis:names:tc:SAML:2.0:cm:bearer', 'https://sp.example.com/a?b=c#d', 'http://[::1]:80/', 'http://user@host:99999/', '//', 'a b', '1a:b', 'urn:oasis:names:tc:SAML:2.0:protocol'),
  // Names.
  fc.constantFrom('_a', 'a:b', '1a', '-a', 'a b', '_é', 'a.b-c', 'é', '_x1', '_x2'),
  // Base64.
  fc.string({ unit: fc.constantFrom('A', 'Q', 'B', '=', '/', '+', ' ', '\n', '-', '_', '\u00a0'), maxLength: 12 }),
  fc.constantFrom('AAAA', 'AA==', 'AB==', 'AAA=', 'AA A=', 'AAAA=', '===='),
  // Types.
  fc.constantFrom(...schemaTypes.map((type) => `xs:${type}`), 'string', 'saml:NameIDType', 'q:string', 'en', 'preserve'),
  fc.string({ unit: 'grapheme', maxLength: 5 }),
)

type Mutation = (root: Element) => void
const insidesOf = (root: Element): Element[] => elementsOf(root).slice(1)
const at = <T>(all: readonly T[], place: number): T | undefined => all[place % Math.max(1, all.length)]
const own = (element: Element): Attr[] => (Array.from(element.attributes) as Attr[]).filter(({ name }) => !name.startsWith('xmlns'))
const everyAttribute = (root: Element): Attr[] => elementsOf(root).flatMap(own)
const leaves = (root: Element): Element[] => elementsOf(root).filter((element) => elementsOf(element).length === 1)

/** What cannot be done to a message leaves it as it is. */
function tried(change: () => void): void {
  try {
    change()
  } catch {
    // A name that is none, or a place where nothing goes.
  }
}

const namespaces: Readonly<Record<string, string>> = { xsi: 'http://www.w3.org/2001/XMLSchema-instance', xml: 'http://www.w3.org/XML/1998/namespace', a: 'urn:oasis:names:tc:SAML:2.0:assertion' }
function setAttribute(element: Element, name: string, value: string): void {
  const [local = '', prefix] = name.split(':').toReversed()
  if (prefix === undefined) element.setAttribute(local, value)
  else element.setAttributeNS(namespaces[prefix] ?? 'urn:w', name, value)
}

const place = fc.nat(2000)
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  place.map((n): Mutation => (root) => { const one = at(insidesOf(root), n); one?.parentNode?.removeChild(one) }),
  place.map((n): Mutation => (root) => { const one = at(insidesOf(root), n); one?.parentNode?.insertBefore(one.cloneNode(true), one) }),
  fc.tuple(place, place).map(([n, m]): Mutation => (root) => { const [one, other] = [at(insidesOf(root), n), at(insidesOf(root), m)]; tried(() => { if (one && other && !elementsOf(one).includes(other)) other.parentNode?.insertBefore(one, other) }) }),
  place.map((n): Mutation => (root) => { const one = at(insidesOf(root), n); tried(() => { if (one?.nextSibling) one.parentNode?.insertBefore(one.nextSibling, one) }) }),
  fc.tuple(place, place).map(([n, m]): Mutation => (root) => { const [one, other] = [at(insidesOf(root), n), at(elementsOf(root), m)]; tried(() => { if (one) other?.appendChild(one.cloneNode(true)) }) }),
  fc.tuple(place, fc.constantFrom(...names)).map(([n, name]): Mutation => (root) => {
    const one = at(insidesOf(root), n)
    if (!one) return
    const other = one.ownerDocument!.createElementNS(one.namespaceURI, one.prefix ? `${one.prefix}:${name}` : name)
    for (const { name: key, value } of own(one).filter(({ namespaceURI }) => !namespaceURI)) other.setAttribute(key, value)
    while (one.firstChild) other.appendChild(one.firstChild)
    one.parentNode?.replaceChild(other, one)
  }),
  place.map((n): Mutation => (root) => { const one = at(everyAttribute(root), n); if (one) one.ownerElement!.removeAttributeNode(one) }),
  fc.tuple(place, values).map(([n, value]): Mutation => (root) => { const one = at(everyAttribute(root), n); if (one) tried(() => { one.ownerElement!.setAttributeNS(one.namespaceURI, one.name, value) }) }),
  fc.tuple(place, fc.constantFrom(...attributes), values).map(([n, name, value]): Mutation => (root) => tried(() => setAttribute(at(elementsOf(root), n)!, name, value))),
  fc.tuple(place, fc.constantFrom(...attributes)).map(([n, name]): Mutation => (root) => { const one = at(everyAttribute(root), n); if (one) tried(() => { setAttribute(one.ownerElement!, name, one.value) }) }),
  fc.tuple(place, values).map(([n, value]): Mutation => (root) => { const one = at(leaves(root), n); if (one) one.textContent = value }),
  fc.tuple(place, fc.constantFrom(' ', '\n', 'x')).map(([n, text]): Mutation => (root) => { const one = at(elementsOf(root), n); one?.insertBefore(one.ownerDocument!.createTextNode(text), one.firstChild) }),
)

/** Changes a message in up to three places; what is no XML any more is no message. */
export const mutated = (messages: readonly string[]): fc.Arbitrary<string> =>
  fc.tuple(fc.constantFrom(...messages), fc.array(mutation, { minLength: 1, maxLength: 3 })).map(([message, mutations]) => {
    const document = new DOMParser().parseFromString(message, 'text/xml')
    for (const mutate of mutations) tried(() => mutate(document.documentElement!))
    return new XMLSerializer().serializeToString(document)
  })

const pieces = ['<', '>', '/', '"', "'", '=', ' ', '\n', '\u00a0', '\ufeff', '&', '&amp;', '&#65;', '&#0;', ':', 'a', 'é', '\u0001', ']]>', '<!-- x -->', '<?x?>', '<x/>', ' xmlns:q=""', ' xmlns="urn:x"', ' xmlns:q="urn:q" xmlns:r="urn:q" q:a="1" r:a="2"', ' xmlns:xml="urn:x"', ' ID="_z"', '/ ', '\u2028']

/** Changes the letters of a message in up to two places. */
export const respelled = (messages: readonly string[]): fc.Arbitrary<string> =>
  fc.tuple(fc.constantFrom(...messages), fc.array(fc.tuple(fc.nat(20_000), fc.integer({ min: 0, max: 2 }), fc.array(fc.constantFrom(...pieces), { maxLength: 2 })), { minLength: 1, maxLength: 2 }))
    .map(([message, edits]) => edits.reduce((text, [place, cut, put]) => text.slice(0, place % text.length) + put.join('') + text.slice(place % text.length + cut), message))
