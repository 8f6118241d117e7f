// Every element that a SAML message may consist of, and what may stand in it: written in all its lawful forms.
const signatures = 'http://www.w3.org/2000/09/xmldsig#'
export const namespaces = `xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:d="${signatures}" xmlns:e="http://www.w3.org/2001/10/xml-exc-c14n#" xmlns:x="http://www.w3.org/2001/04/xmlenc#" xmlns:y="http://www.w3.org/2009/xmlenc11#" xmlns:w="urn:w"`

/** By name: the attributes and the elements inside, as often as their signs say: `?` once or not at all, `*` as often as one likes, in any order, `+` once or more. */
interface Form { attributes: string; inside: string; isText?: boolean; isLoose?: boolean; isMixed?: boolean; /** Not even blanks stand in it. */ isHollow?: boolean; /** The kind of its text. */ kind?: string; /** Stands in it where nothing else does, because something has to. */ least?: string[] }

const form = (attributes: string, inside = '', more: Partial<Form> = {}): Form => ({ attributes, inside, ...more })
const text = (attributes = '', kind?: string): Form => form(attributes, '', { isText: true, ...(kind && { kind }) })
const nameAttributes = 'Format? NameQualifier? SPNameQualifier? SPProvidedID?'

export const forms: Record<string, Form> = {
  'p:Response': form('ID Version IssueInstant Destination? Consent? InResponseTo?', 'a:Issuer? d:Signature? p:Status a:Assertion'),
  'p:LogoutRequest': form('ID Version IssueInstant Destination? Consent? Reason? NotOnOrAfter?', 'a:Issuer? d:Signature? a:NameID p:SessionIndex*'),
  'p:SessionIndex': text(),
  'p:LogoutResponse': form('ID Version IssueInstant Destination? Consent? InResponseTo?', 'a:Issuer? d:Signature? p:Status'),
  'p:Status': form('', 'p:StatusCode p:StatusMessage?'),
  'p:StatusCode': form('Value', 'p:StatusCode?'),
  'p:StatusMessage': text(),
  'a:Assertion': form('ID Version IssueInstant', 'a:Issuer d:Signature? a:Subject? a:Conditions? a:AuthnStatement* a:AttributeStatement*'),
  'a:Issuer': text(nameAttributes),
  'a:Subject': form('', 'a:NameID? a:SubjectConfirmation*', { least: ['a:SubjectConfirmation'] }),
  'a:NameID': text(nameAttributes),
  'a:SubjectConfirmation': form('Method', 'a:SubjectConfirmationData?'),
  'a:SubjectConfirmationData': form('NotBefore? NotOnOrAfter? Recipient? InResponseTo? Address?'),
  'a:Conditions': form('NotBefore? NotOnOrAfter?', 'a:AudienceRestriction* a:OneTimeUse* a:ProxyRestriction*'),
  'a:AudienceRestriction': form('', 'a:Audience+'),
  'a:Audience': text('', 'uri'),
  'a:OneTimeUse': form('', '', { isHollow: true }),
  'a:ProxyRestriction': form('Count?', 'a:Audience*'),
  'a:AuthnStatement': form('AuthnInstant SessionIndex? SessionNotOnOrAfter?', 'a:SubjectLocality? a:AuthnContext'),
  'a:SubjectLocality': form('Address? DNSName?', '', { isHollow: true }),
  'a:AuthnContext': form('', 'a:AuthnContextClassRef? a:AuthnContextDeclRef? a:AuthenticatingAuthority*', { least: ['a:AuthnContextDeclRef'] }),
  'a:AuthnContextClassRef': text('', 'uri'),
  'a:AuthnContextDeclRef': text('', 'uri'),
  'a:AuthenticatingAuthority': text('', 'uri'),
  'a:AttributeStatement': form('', 'a:Attribute+'),
  'a:Attribute': form('Name NameFormat? FriendlyName?', 'a:AttributeValue*', { isLoose: true }),
  'a:AttributeValue': form('', 'a:NameID?', { isLoose: true, isMixed: true }),
  'd:Signature': form('Id?', 'd:SignedInfo d:SignatureValue d:KeyInfo?'),
  'd:SignedInfo': form('Id?', 'd:CanonicalizationMethod d:SignatureMethod d:Reference'),
  'd:CanonicalizationMethod': form('Algorithm', 'e:InclusiveNamespaces?'),
  'd:SignatureMethod': form('Algorithm'),
  'd:Reference': form('URI Id? Type?', 'd:Transforms d:DigestMethod d:DigestValue'),
  'd:Transforms': form('', 'd:Transform+'),
  'd:Transform': form('Algorithm', 'e:InclusiveNamespaces?'),
  'e:InclusiveNamespaces': form('PrefixList'),
  'd:DigestMethod': form('Algorithm'),
  'd:DigestValue': text('', 'base64'),
  'd:SignatureValue': text('Id?', 'base64'),
  'd:KeyInfo': form('Id?', 'd:X509Data* d:KeyName* d:KeyValue* d:RetrievalMethod* x:EncryptedKey*', { least: ['d:KeyName'] }),
  'd:RetrievalMethod': form('URI? Type?'),
  'd:KeyName': text(),
  'd:KeyValue': form('', 'd:RSAKeyValue'),
  'd:RSAKeyValue': form('', 'd:Modulus d:Exponent'),
  'd:Modulus': text('', 'any base64'),
  'd:Exponent': text('', 'any base64'),
  'd:X509Data': form('', 'd:X509Certificate* d:X509SubjectName* d:X509IssuerSerial* d:X509SKI*', { least: ['d:X509SubjectName'] }),
  'd:X509Certificate': text('', 'any base64'),
  'd:X509SubjectName': text(),
  'd:X509SKI': text('', 'any base64'),
  'd:X509IssuerSerial': form('', 'd:X509IssuerName d:X509SerialNumber'),
  'd:X509IssuerName': text(),
  'd:X509SerialNumber': text('', 'any number'),
  'a:EncryptedAssertion': form('', 'x:EncryptedData x:EncryptedKey*'),
  'x:EncryptedData': form('Id? Type? MimeType? Encoding?', 'x:EncryptionMethod d:KeyInfo x:CipherData'),
  'x:EncryptedKey': form('Id? Type? Recipient?', 'x:EncryptionMethod d:KeyInfo? x:CipherData x:ReferenceList? x:CarriedKeyName?'),
  'x:EncryptionMethod': form('Algorithm', 'x:KeySize? d:DigestMethod? y:MGF?'),
  'x:KeySize': text('', 'number'),
  'y:MGF': form('Algorithm'),
  'x:CipherData': form('', 'x:CipherValue'),
  'x:CipherValue': text('', 'base64'),
  'x:ReferenceList': form('', 'x:DataReference+'),
  'x:DataReference': form('URI'),
  'x:CarriedKeyName': text(),
}

export interface Part { name: string; sign: string }

export const partsOf = (list: string): Part[] => list.split(' ').filter(Boolean).map((word) => ({ name: word.replace(/[?*+]$/, ''), sign: /[?*+]$/.exec(word)?.[0] ?? '' }))
export const needed = ({ sign }: Part): boolean => sign === '' || sign === '+'

const values: Readonly<Record<string, string>> = { base64: 'AAAA', number: '12', time: '2026-11-21T12:00:00Z' }
/** A value that an attribute may have; IDs are all different. */
export const valueOf = (attribute: string, id = 'v'): string => (/^Id$/i.test(attribute) ? id : /Instant|Not(?:On|Before)/.test(attribute) ? values['time']! : attribute === 'Count' ? '12' : 'v')

/** Writes an element with these attributes and these elements inside. */
export function written(name: string, attributes: readonly string[], inside: readonly string[], more = '', around: readonly string[] = []): string {
  const content = forms[name]!.isText ? values[(forms[name]!.kind ?? '').replace('any ', '')] ?? 'x' : inside.map((child) => leastOf(child, [...around, name])).join('\n')
  return `<${name} ${around.length === 0 ? namespaces : ''} ${attributes.map((attribute) => `${attribute}="${valueOf(attribute)}"`).join(' ')}>${content}${more}</${name}>`
}

/** An element with no more than it needs. */
export const leastOf = (name: string, around: readonly string[]): string => {
  const { attributes, inside, least = [] } = forms[name]!
  return written(name, partsOf(attributes).filter(needed).map((part) => part.name), [...least, ...partsOf(inside).filter(needed).map((part) => part.name)], '', around)
}

/** An element with all that it may have, and so everything in it; each ID is another one. */
export function fullOf(name: string, around: readonly string[] = []): string {
  const { attributes, inside, isText, kind = '' } = forms[name]!
  const content = isText ? values[kind.replace('any ', '')] ?? 'x' : partsOf(inside).filter((part) => !around.includes(part.name)).map((part) => fullOf(part.name, [...around, name])).join('')
  const xml = `<${name} ${around.length === 0 ? namespaces : ''} ${partsOf(attributes).map((part) => `${part.name}="${valueOf(part.name)}"`).join(' ')}>${content}</${name}>`
  return around.length > 0 ? xml : withIds(xml)
}

/** Gives each element an ID of its own. */
export function withIds(xml: string): string {
  let count = 0
  return xml.replaceAll(/ I[dD]="v"/g, (attribute) => attribute.replace('v', `v${count += 1}`))
}
