// Signatures of SAML messages: which algorithms count, what a signature has to cover, and whose keys it is held against. What
// a message says of keys is never looked at.
import { constants, createHash, verify, type KeyObject } from 'node:crypto'
import type { Element } from '@xmldom/xmldom'
import { SignedXml } from 'xml-crypto'
import { refuseSaml } from './saml-refusal.js'
import { checkShape } from './saml-schema.js'
import { isBase64 } from './saml-values.js'
import { attributeOf, childOf, childrenOf, parseXml, textOf } from './saml-xml.js'

interface Algorithm {
  key: 'rsa' | 'ec'
  hash: string
  pss?: true
}

const more = 'http://www.w3.org/2001/04/xmldsig-more#'

/** XML Signature 1.1 and RFC 9231; nothing with SHA-1, and nothing with a secret. */
const algorithms: Readonly<Record<string, Algorithm>> = {
  [`${more}rsa-sha256`]: { key: 'rsa', hash: 'sha256' },
  [`${more}rsa-sha384`]: { key: 'rsa', hash: 'sha384' },
  [`${more}rsa-sha512`]: { key: 'rsa', hash: 'sha512' },
  'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1': { key: 'rsa', hash: 'sha256', pss: true },
  'http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1': { key: 'rsa', hash: 'sha384', pss: true },
  'http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1': { key: 'rsa', hash: 'sha512', pss: true },
  [`${more}ecdsa-sha256`]: { key: 'ec', hash: 'sha256' },
  [`${more}ecdsa-sha384`]: { key: 'ec', hash: 'sha384' },
  [`${more}ecdsa-sha512`]: { key: 'ec', hash: 'sha512' },
}

const digests: Readonly<Record<string, string>> = {
  'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
  [`${more}sha384`]: 'sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512': 'sha512',
}

const canonical = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'

/** What a signature covers, as it was signed, and the key that made it. */
interface Signed {
  covered: string
  key: KeyObject
}

/** Checks the signature that stands in an element. */
function signedBy(element: Element, message: string, keys: readonly KeyObject[]): Signed {
  const signature = childrenOf(element, 'd:Signature')[0] ?? refuseSaml('unsigned', 'the element is not signed')
  const algorithm = checkMethods(signature)
  const id = attributeOf(element, 'ID')
  if (attributeOf(childOf(signature, 'd:SignedInfo', 'd:Reference'), 'URI') !== `#${id}`) refuseSaml('reference', 'the signature is of another element than the one it stands in')
  for (const key of fitting(keys, algorithm)) {
    const covered = covers(signature, message, key)
    if (covered !== undefined) return { covered, key }
  }
  return refuseSaml('signature', 'no certificate of the provider signed this')
}

/** What the signature in an element covers, parsed anew, and its key; undefined where there is no signature. */
export function provedIn(element: Element, message: string, keys: readonly KeyObject[]): { element: Element; key: KeyObject } | undefined {
  if (childrenOf(element, 'd:Signature').length === 0) return undefined
  const { covered, key } = signedBy(element, message, keys)
  const anew = rootOf(covered)
  checkShape(anew, { isPart: true })
  return { element: anew, key }
}

/** Checks a signature that stands beside what it covers, and returns the key that made it. */
export function octetsSignedBy({ octets, method, value }: { octets: string; method: string; value: string }, keys: readonly KeyObject[]): KeyObject {
  const algorithm = Object.hasOwn(algorithms, method) ? algorithms[method]! : refuseSaml('algorithm', 'the signature is of a kind that is not taken')
  if (/[ \t]/.test(value) || !isBase64(value)) refuseSaml('signature', 'the signature is no base64')
  const verifier = new (verifying(method, algorithm))()
  return fitting(keys, algorithm).find((key) => verifier.verifySignature(octets, key, value)) ?? refuseSaml('signature', 'no certificate of the provider signed this')
}

function fitting(keys: readonly KeyObject[], algorithm: Algorithm): KeyObject[] {
  const fit = keys.filter((key) => isFit(key, algorithm))
  return fit.length > 0 ? fit : refuseSaml('certificate', 'the provider has no certificate that could have signed so')
}

function checkMethods(signature: Element): Algorithm {
  const info = childOf(signature, 'd:SignedInfo')
  const methodOf = (...path: string[]): string => attributeOf(childOf(info, ...path), 'Algorithm') ?? ''
  if (methodOf('d:CanonicalizationMethod') !== canonical) refuseSaml('transform', 'what was signed is spelled in a way that is not taken')
  const transforms = childrenOf(childOf(info, 'd:Reference', 'd:Transforms')!).map((transform) => attributeOf(transform, 'Algorithm'))
  // In this order and no other: then what is digested is the element without its signature, spelled canonically.
  if (transforms.join(' ') !== `${enveloped} ${canonical}`) refuseSaml('transform', 'what was signed was transformed in a way that is not taken')
  if (!Object.hasOwn(digests, methodOf('d:Reference', 'd:DigestMethod'))) refuseSaml('algorithm', 'the digest is one that is not taken')
  const value = textOf(childOf(signature, 'd:SignatureValue')!)
  if (/^[ \t\r\n]*$/.test(value) || !isBase64(value)) refuseSaml('signature', 'the signature is no base64')
  const method = methodOf('d:SignatureMethod')
  return Object.hasOwn(algorithms, method) ? algorithms[method]! : refuseSaml('algorithm', 'the signature is of a kind that is not taken')
}

const leastBits = 2048

/** True for keys that are strong enough to count at all. */
export const isStrong = (key: KeyObject): boolean =>
  key.asymmetricKeyType === 'ec' || ((key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'rsa-pss') && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= leastBits)

const isFit = (key: KeyObject, { key: kind }: Algorithm): boolean => isStrong(key) && (key.asymmetricKeyType === 'ec' ? kind === 'ec' : kind === 'rsa')

/** What a signature covers, where this key made it; the library is given no algorithm but ours. */
function covers(signature: Element, message: string, key: KeyObject): string | undefined {
  const signed = new SignedXml({ publicCert: key, getCertFromKeyInfo: () => null })
  const { [enveloped]: withoutSignature, [canonical]: spelled } = signed.CanonicalizationAlgorithms
  signed.CanonicalizationAlgorithms = { [enveloped]: withoutSignature!, [canonical]: spelled! }
  signed.HashAlgorithms = Object.fromEntries(Object.entries(digests).map(([name, hash]) => [name, hashing(name, hash)]))
  signed.SignatureAlgorithms = Object.fromEntries(Object.entries(algorithms).map(([name, algorithm]) => [name, verifying(name, algorithm)]))
  try {
    signed.loadSignature(signature as never)
    if (!signed.checkSignature(message)) return undefined
  } catch {
    // The library throws for what does not verify, and for what it cannot read.
    return undefined
  }
  const [covered, ...others] = signed.getSignedReferences()
  return others.length === 0 ? covered : undefined
}

const hashing = (name: string, hash: string) => class {
  getAlgorithmName = (): string => name
  getHash = (text: string): string => createHash(hash).update(text, 'utf8').digest('base64')
}

const verifying = (name: string, { hash, key: kind, pss }: Algorithm) => class {
  getAlgorithmName = (): string => name
  getSignature = (): never => refuseSaml('signature', 'nothing is signed here')
  verifySignature = (text: string, key: unknown, value: string): boolean => {
    const padding = pss && { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    // XML Signature 1.1 section 6.4.3: the two numbers of an ECDSA signature, one after the other.
    return verify(hash, Buffer.from(text, 'utf8'), { key: key as KeyObject, ...padding, ...(kind === 'ec' && { dsaEncoding: 'ieee-p1363' as const }) }, Buffer.from(value, 'base64'))
  }
}

/** Parses what a signature covers. */
export const rootOf = (text: string): Element => parseXml(text).documentElement ?? refuseSaml('not-xml', 'there is no element')
