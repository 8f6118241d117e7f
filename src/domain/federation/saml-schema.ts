// What a SAML response, or a message of single logout, may consist of: for each element its attributes, and what stands in it, in which order. Narrower than
// the schema of the standard, in elements and in values: what nobody reads here has no place in a message that is believed. Only the
// certificates and names in a KeyInfo are not looked at, because nobody acts on them.
import type { Attr, Element } from '@xmldom/xmldom'
import { refuseSaml } from './saml-refusal.js'
import { isOfType } from './saml-types.js'
import { isOfKind, kindWords, type ValueKind } from './saml-values.js'
import { allOf, childrenOf, nameOf, textOf } from './saml-xml.js'

interface Shape {
  /** By name, with the kind of their values; any text, where there is none. */
  attributes: readonly (readonly [name: string, kind: ValueKind | undefined])[]
  /** Of these attributes the first so many have to be there. */
  required: number
  /** The names of the elements inside, in order; undefined for text alone. */
  inside: RegExp | undefined
  /** Whether attributes of other namespaces stand beside the ones named. */
  loose: boolean
  /** Whether text stands beside the elements. */
  mixed: boolean
  /** Whether not even blanks stand in it. */
  hollow: boolean
  /** The kind of the text. */
  kind?: ValueKind | undefined
}

type More = Partial<Pick<Shape, 'required' | 'loose' | 'mixed' | 'hollow'>>

const listed = (attributes: string): Shape['attributes'] => attributes.split(' ').map((word) => word.split('=') as [string, ValueKind | undefined])

/** `inside` and `attributes` are lists; an attribute may be followed by the kind of its values. */
const holding = (inside: string, attributes = '', { required = 0, loose = false, mixed = false, hollow = false }: More = {}): Shape =>
  ({ attributes: listed(attributes), required, loose, mixed, hollow, inside: new RegExp(`^${inside.replaceAll(/\w+:\w+/g, '(?:$&;)').replaceAll(' ', '')}$`) })

const text = (attributes = '', kind?: ValueKind): Shape => ({ attributes: listed(attributes), required: 0, loose: false, mixed: true, hollow: false, inside: undefined, kind })

const named = 'Format=uri NameQualifier SPNameQualifier SPProvidedID'
const algorithm = 'Algorithm=uri'
const message = 'ID Version IssueInstant=time Destination=uri Consent=uri'

const shapes: Readonly<Record<string, Shape>> = {
  'p:Response': holding('(a:Issuer)? (d:Signature)? p:Status (a:Assertion|a:EncryptedAssertion)', `${message} InResponseTo=name`, { required: 3 }),
  'p:LogoutRequest': holding('(a:Issuer)? (d:Signature)? a:NameID (p:SessionIndex)*', `${message} Reason NotOnOrAfter=time`, { required: 3 }),
  'p:SessionIndex': text(),
  'p:LogoutResponse': holding('(a:Issuer)? (d:Signature)? p:Status', `${message} InResponseTo=name`, { required: 3 }),
  'p:Status': holding('p:StatusCode (p:StatusMessage)?'),
  'p:StatusCode': holding('(p:StatusCode)?', 'Value=uri', { required: 1 }),
  'p:StatusMessage': text(),
  'a:Assertion': holding('a:Issuer (d:Signature)? (a:Subject)? (a:Conditions)? (a:AuthnStatement|a:AttributeStatement)*', 'ID Version IssueInstant=time', { required: 3 }),
  'a:Issuer': text(named),
  'a:Subject': holding('(a:NameID (a:SubjectConfirmation)*|(a:SubjectConfirmation)+)'),
  'a:NameID': text(named),
  'a:SubjectConfirmation': holding('(a:SubjectConfirmationData)?', 'Method=uri', { required: 1 }),
  'a:SubjectConfirmationData': holding('', 'NotBefore=time NotOnOrAfter=time Recipient=uri InResponseTo=name Address'),
  'a:Conditions': holding('(a:AudienceRestriction|a:OneTimeUse|a:ProxyRestriction)*', 'NotBefore=time NotOnOrAfter=time'),
  'a:AudienceRestriction': holding('(a:Audience)+'),
  'a:Audience': text('', 'uri'),
  'a:OneTimeUse': holding('', '', { hollow: true }),
  'a:ProxyRestriction': holding('(a:Audience)*', 'Count=count'),
  'a:AuthnStatement': holding('(a:SubjectLocality)? a:AuthnContext', 'AuthnInstant=time SessionIndex SessionNotOnOrAfter=time', { required: 1 }),
  'a:SubjectLocality': holding('', 'Address DNSName', { hollow: true }),
  'a:AuthnContext': holding('(a:AuthnContextClassRef (a:AuthnContextDeclRef)?|a:AuthnContextDeclRef) (a:AuthenticatingAuthority)*'),
  'a:AuthnContextClassRef': text('', 'uri'),
  'a:AuthnContextDeclRef': text('', 'uri'),
  'a:AuthenticatingAuthority': text('', 'uri'),
  'a:AttributeStatement': holding('(a:Attribute)+'),
  'a:Attribute': holding('(a:AttributeValue)*', 'Name NameFormat=uri FriendlyName', { required: 1, loose: true }),
  'a:AttributeValue': holding('(a:NameID)?', '', { loose: true, mixed: true }),
  'd:Signature': holding('d:SignedInfo d:SignatureValue (d:KeyInfo)?', 'Id'),
  'd:SignedInfo': holding('d:CanonicalizationMethod d:SignatureMethod d:Reference', 'Id'),
  'd:CanonicalizationMethod': holding('(e:InclusiveNamespaces)?', algorithm, { required: 1 }),
  'd:SignatureMethod': holding('', algorithm, { required: 1 }),
  'd:Reference': holding('d:Transforms d:DigestMethod d:DigestValue', 'URI=uri Id Type=uri', { required: 1 }),
  'd:Transforms': holding('(d:Transform){1,2}'),
  'd:Transform': holding('(e:InclusiveNamespaces)?', algorithm, { required: 1 }),
  'e:InclusiveNamespaces': holding('', 'PrefixList', { required: 1 }),
  'd:DigestMethod': holding('', algorithm, { required: 1 }),
  'd:DigestValue': text('', 'base64'),
  'd:SignatureValue': text('Id', 'base64'),
  'd:KeyInfo': holding('(d:X509Data|d:KeyName|d:KeyValue|d:RetrievalMethod|x:EncryptedKey)+', 'Id'),
  'd:RetrievalMethod': holding('', 'URI=uri Type=uri'),
  'd:KeyName': text(),
  'd:KeyValue': holding('d:RSAKeyValue'),
  'd:RSAKeyValue': holding('d:Modulus d:Exponent'),
  'd:Modulus': text(),
  'd:Exponent': text(),
  'd:X509Data': holding('(d:X509Certificate|d:X509SubjectName|d:X509IssuerSerial|d:X509SKI)+'),
  'd:X509Certificate': text(),
  'd:X509SubjectName': text(),
  'd:X509SKI': text(),
  'd:X509IssuerSerial': holding('d:X509IssuerName d:X509SerialNumber'),
  'd:X509IssuerName': text(),
  'd:X509SerialNumber': text(),
  'a:EncryptedAssertion': holding('x:EncryptedData (x:EncryptedKey)*'),
  'x:EncryptedData': holding('x:EncryptionMethod d:KeyInfo x:CipherData', 'Id Type=uri MimeType Encoding=uri'),
  'x:EncryptedKey': holding('x:EncryptionMethod (d:KeyInfo)? x:CipherData (x:ReferenceList)? (x:CarriedKeyName)?', 'Id Type=uri Recipient'),
  'x:EncryptionMethod': holding('(x:KeySize)? (d:DigestMethod)? (y:MGF)?', algorithm, { required: 1 }),
  'x:KeySize': text('', 'count'),
  'y:MGF': holding('', algorithm, { required: 1 }),
  'x:CipherData': holding('x:CipherValue'),
  'x:CipherValue': text('', 'base64'),
  'x:ReferenceList': holding('(x:DataReference)+'),
  'x:DataReference': holding('', 'URI=uri', { required: 1 }),
  'x:CarriedKeyName': text(),
}

const namespaceDeclarations = 'http://www.w3.org/2000/xmlns/'
const types = 'http://www.w3.org/2001/XMLSchema-instance'
const languages = 'http://www.w3.org/XML/1998/namespace'

/** Checks an element and all that is in it; `isPart` where it was parsed without the document that it stood in. */
export function checkShape(root: Element, { isPart = false } = {}): void {
  for (const element of allOf(root)) {
    const name = nameOf(element)
    const known = Object.hasOwn(shapes, name) ? shapes[name]! : refuseSaml('structure', 'an element has no place in a message')
    checkAttributes(element, known, isPart)
    const inside = childrenOf(element).map((child) => `${nameOf(child)};`).join('')
    if (!(known.inside ?? /^$/).test(inside)) refuseSaml('structure', `what stands in ${name} does not belong there`)
    if (known.hollow ? element.firstChild : !known.mixed && hasText(element)) refuseSaml('structure', `there is text in ${name}`)
    if (known.kind && !isOfKind[known.kind](textOf(element))) refuseSaml('structure', `what stands in ${name} is no ${kindWords[known.kind]}`)
  }
}

function checkAttributes(element: Element, { attributes, required, loose }: Shape, isPart: boolean): void {
  for (const attribute of Array.from(element.attributes) as Attr[]) {
    if (attribute.namespaceURI === namespaceDeclarations) continue
    if (attribute.namespaceURI) {
      if (!loose || !isLoose(element, attribute, isPart)) refuseSaml('structure', `an attribute of ${nameOf(element)} does not belong there`)
      continue
    }
    const [name, kind] = attributes.find(([known]) => known === attribute.localName) ?? refuseSaml('structure', `an attribute of ${nameOf(element)} does not belong there`)
    if (kind && !isOfKind[kind](attribute.value)) refuseSaml('structure', `${name} of ${nameOf(element)} is no ${kindWords[kind]}`)
  }
  if (!attributes.slice(0, required).every(([name]) => element.hasAttribute(name))) refuseSaml('structure', `an attribute of ${nameOf(element)} is missing`)
}

/** Attributes of other namespaces are nobody's to read, but those that say what a value is have to be true. */
function isLoose(element: Element, { namespaceURI, localName, value }: Attr, isPart: boolean): boolean {
  const isValue = nameOf(element) === 'a:AttributeValue'
  if (namespaceURI === types) return isValue && (localName === 'nil' ? isNil(element, value) : localName === 'type' && isOfType(element, value, isPart))
  if (namespaceURI === languages) return localName === 'space' ? /^(?:default|preserve)$/.test(value) : localName === 'lang' && /^(?:[A-Za-z]{1,8}(?:-[A-Za-z\d]{1,8})*)?$/.test(value)
  return isValue || namespaceURI !== element.namespaceURI
}

const isNil = (element: Element, value: string): boolean => value === 'false' || value === '0' || ((value === 'true' || value === '1') && !element.firstChild)

const hasText = (element: Element): boolean => Array.from(element.childNodes).some(({ nodeType, nodeValue }) => nodeType !== 1 && /[^ \t\r\n]/.test(nodeValue ?? ''))

/** Checks that no two elements answer to one ID, whatever the attribute is called. */
export function checkIds(root: Element): void {
  const ids = allOf(root).flatMap((element) => (Array.from(element.attributes) as Attr[]).filter(({ localName }) => /^id$/i.test(localName ?? '')).map(({ value }) => value))
  if (!ids.every((id) => /^[A-Za-z_][\w.-]{0,255}$/.test(id))) refuseSaml('structure', 'an ID is none')
  if (new Set(ids).size < ids.length) refuseSaml('duplicate-id', 'an ID is there twice')
}
