// What a SAML response, or a message of single logout, may consist of: for each element its attributes, and what stands in it, in which order. Narrower than
// the schema of the standard: what nobody reads here has no place in a message that is believed.
import type { Attr, Element } from '@xmldom/xmldom'
import { refuseSaml } from './saml-refusal.js'
import { allOf, childrenOf, nameOf } from './saml-xml.js'

interface Shape {
  attributes: readonly string[]
  /** Of these attributes the first so many have to be there. */
  required: number
  /** The names of the elements inside, in order; undefined for text alone. */
  inside: RegExp | undefined
  /** Whether text stands beside the elements, and attributes of other namespaces beside the ones named. */
  loose: boolean
}

type More = Partial<Pick<Shape, 'required' | 'loose'>>

const holding = (inside: string, attributes = '', { required = 0, loose = false }: More = {}): Shape =>
  ({ attributes: attributes.split(' '), required, loose, inside: new RegExp(`^${inside.replaceAll(/\w+:\w+/g, '(?:$&;)').replaceAll(' ', '')}$`) })

const text = (attributes = ''): Shape => ({ attributes: attributes.split(' '), required: 0, loose: false, inside: undefined })

const named = 'Format NameQualifier SPNameQualifier SPProvidedID'
const algorithm = 'Algorithm'

const shapes: Readonly<Record<string, Shape>> = {
  'p:Response': holding('(a:Issuer)? (d:Signature)? p:Status (a:Assertion|a:EncryptedAssertion)', 'ID Version IssueInstant Destination Consent InResponseTo', { required: 3 }),
  'p:LogoutRequest': holding('(a:Issuer)? (d:Signature)? a:NameID (p:SessionIndex)*', 'ID Version IssueInstant Destination Consent Reason NotOnOrAfter', { required: 3 }),
  'p:SessionIndex': text(),
  'p:LogoutResponse': holding('(a:Issuer)? (d:Signature)? p:Status', 'ID Version IssueInstant Destination Consent InResponseTo', { required: 3 }),
  'p:Status': holding('p:StatusCode (p:StatusMessage)?'),
  'p:StatusCode': holding('(p:StatusCode)?', 'Value', { required: 1 }),
  'p:StatusMessage': text(),
  'a:Assertion': holding('a:Issuer (d:Signature)? (a:Subject)? (a:Conditions)? (a:AuthnStatement|a:AttributeStatement)*', 'ID Version IssueInstant', { required: 3 }),
  'a:Issuer': text(named),
  'a:Subject': holding('(a:NameID)? (a:SubjectConfirmation)*'),
  'a:NameID': text(named),
  'a:SubjectConfirmation': holding('(a:SubjectConfirmationData)?', 'Method', { required: 1 }),
  'a:SubjectConfirmationData': holding('', 'NotBefore NotOnOrAfter Recipient InResponseTo Address'),
  'a:Conditions': holding('(a:AudienceRestriction|a:OneTimeUse|a:ProxyRestriction)*', 'NotBefore NotOnOrAfter'),
  'a:AudienceRestriction': holding('(a:Audience)+'),
  'a:Audience': text(),
  'a:OneTimeUse': holding(''),
  'a:ProxyRestriction': holding('(a:Audience)*', 'Count'),
  'a:AuthnStatement': holding('(a:SubjectLocality)? a:AuthnContext', 'AuthnInstant SessionIndex SessionNotOnOrAfter', { required: 1 }),
  'a:SubjectLocality': holding('', 'Address DNSName'),
  'a:AuthnContext': holding('(a:AuthnContextClassRef)? (a:AuthnContextDeclRef)? (a:AuthenticatingAuthority)*'),
  'a:AuthnContextClassRef': text(),
  'a:AuthnContextDeclRef': text(),
  'a:AuthenticatingAuthority': text(),
  'a:AttributeStatement': holding('(a:Attribute)+'),
  'a:Attribute': holding('(a:AttributeValue)*', 'Name NameFormat FriendlyName', { required: 1, loose: true }),
  'a:AttributeValue': holding('(a:NameID)?', '', { loose: true }),
  'd:Signature': holding('d:SignedInfo d:SignatureValue (d:KeyInfo)?', 'Id'),
  'd:SignedInfo': holding('d:CanonicalizationMethod d:SignatureMethod d:Reference', 'Id'),
  'd:CanonicalizationMethod': holding('(e:InclusiveNamespaces)?', algorithm, { required: 1 }),
  'd:SignatureMethod': holding('', algorithm, { required: 1 }),
  'd:Reference': holding('d:Transforms d:DigestMethod d:DigestValue', 'URI Id Type', { required: 1 }),
  'd:Transforms': holding('(d:Transform){1,2}'),
  'd:Transform': holding('(e:InclusiveNamespaces)?', algorithm, { required: 1 }),
  'e:InclusiveNamespaces': holding('', 'PrefixList', { required: 1 }),
  'd:DigestMethod': holding('', algorithm, { required: 1 }),
  'd:DigestValue': text(),
  'd:SignatureValue': text('Id'),
  'd:KeyInfo': holding('(d:X509Data|d:KeyName|d:KeyValue|d:RetrievalMethod|x:EncryptedKey)*', 'Id'),
  'd:RetrievalMethod': holding('', 'URI Type'),
  'd:KeyName': text(),
  'd:KeyValue': holding('d:RSAKeyValue'),
  'd:RSAKeyValue': holding('d:Modulus d:Exponent'),
  'd:Modulus': text(),
  'd:Exponent': text(),
  'd:X509Data': holding('(d:X509Certificate|d:X509SubjectName|d:X509IssuerSerial|d:X509SKI)*'),
  'd:X509Certificate': text(),
  'd:X509SubjectName': text(),
  'd:X509SKI': text(),
  'd:X509IssuerSerial': holding('d:X509IssuerName d:X509SerialNumber'),
  'd:X509IssuerName': text(),
  'd:X509SerialNumber': text(),
  'a:EncryptedAssertion': holding('x:EncryptedData (x:EncryptedKey)*'),
  'x:EncryptedData': holding('x:EncryptionMethod d:KeyInfo x:CipherData', 'Id Type MimeType Encoding'),
  'x:EncryptedKey': holding('x:EncryptionMethod (d:KeyInfo)? x:CipherData (x:ReferenceList)? (x:CarriedKeyName)?', 'Id Type Recipient'),
  'x:EncryptionMethod': holding('(x:KeySize)? (d:DigestMethod)? (y:MGF)?', algorithm, { required: 1 }),
  'x:KeySize': text(),
  'y:MGF': holding('', algorithm, { required: 1 }),
  'x:CipherData': holding('x:CipherValue'),
  'x:CipherValue': text(),
  'x:ReferenceList': holding('(x:DataReference)+'),
  'x:DataReference': holding('', 'URI', { required: 1 }),
  'x:CarriedKeyName': text(),
}

const namespaceDeclarations = 'http://www.w3.org/2000/xmlns/'

/** Checks an element and all that is in it. */
export function checkShape(root: Element): void {
  for (const element of allOf(root)) {
    const name = nameOf(element)
    const known = Object.hasOwn(shapes, name) ? shapes[name]! : refuseSaml('structure', 'an element has no place in a message')
    checkAttributes(element, known)
    const inside = childrenOf(element).map((child) => `${nameOf(child)};`).join('')
    if (!(known.inside ?? /^$/).test(inside)) refuseSaml('structure', `what stands in ${name} does not belong there`)
    if (known.inside && !known.loose && hasText(element)) refuseSaml('structure', `there is text in ${name}`)
  }
}

function checkAttributes(element: Element, { attributes, required, loose }: Shape): void {
  for (const { namespaceURI, localName } of Array.from(element.attributes) as Attr[]) {
    if (namespaceURI === namespaceDeclarations) continue
    const isKnown = namespaceURI ? loose : attributes.includes(localName ?? '')
    if (!isKnown) refuseSaml('structure', `an attribute of ${nameOf(element)} does not belong there`)
  }
  if (!attributes.slice(0, required).every((name) => element.hasAttribute(name))) refuseSaml('structure', `an attribute of ${nameOf(element)} is missing`)
}

const hasText = (element: Element): boolean => Array.from(element.childNodes).some(({ nodeType, nodeValue }) => nodeType !== 1 && /[^ \t\r\n]/.test(nodeValue ?? ''))

/** Checks that no two elements answer to one ID, whatever the attribute is called. */
export function checkIds(root: Element): void {
  const ids = allOf(root).flatMap((element) => (Array.from(element.attributes) as Attr[]).filter(({ localName }) => /^id$/i.test(localName ?? '')).map(({ value }) => value))
  if (!ids.every((id) => /^[A-Za-z_][\w.-]{0,255}$/.test(id))) refuseSaml('structure', 'an ID is none')
  if (new Set(ids).size < ids.length) refuseSaml('duplicate-id', 'an ID is there twice')
}
