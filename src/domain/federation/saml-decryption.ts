// Assertions that were encrypted for us. Only what cannot be tried out piece by piece is opened (AES-GCM, with RSA-OAEP around
// the key), and whatever goes wrong looks the same from outside.
import { constants, createDecipheriv, privateDecrypt, randomBytes, type KeyObject } from 'node:crypto'
import type { Element } from '@xmldom/xmldom'
import { refuseSaml, SamlRefusal } from './saml-refusal.js'
import { attributeOf, childOf, childrenOf, textOf } from './saml-xml.js'

/** Opens an EncryptedAssertion, as it stands in a response, and returns the XML in it. Throws `SamlRefusal`. */
export type OpenAssertion = (encrypted: Element) => string

const encryption = 'http://www.w3.org/2001/04/xmlenc#'
const encryption11 = 'http://www.w3.org/2009/xmlenc11#'

/** Bytes of the key. */
const ciphers: Readonly<Record<string, { name: 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm'; length: number }>> = {
  [`${encryption11}aes128-gcm`]: { name: 'aes-128-gcm', length: 16 },
  [`${encryption11}aes192-gcm`]: { name: 'aes-192-gcm', length: 24 },
  [`${encryption11}aes256-gcm`]: { name: 'aes-256-gcm', length: 32 },
}
const wraps = [`${encryption}rsa-oaep-mgf1p`, `${encryption11}rsa-oaep`]
// SHA-1 inside of OAEP is no signature, and what most providers send: RFC 8017 section 7.1 asks nothing of it that SHA-1 lacks.
const digests: Readonly<Record<string, string>> = {
  'http://www.w3.org/2000/09/xmldsig#sha1': 'sha1',
  [`${encryption}sha256`]: 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384': 'sha384',
  [`${encryption}sha512`]: 'sha512',
}
const nonceLength = 12
const tagLength = 16

const fail = (): never => refuseSaml('decryption', 'the assertion does not open with our key')

/** Opens with one key of ours. */
export const openingWith = (key: KeyObject): OpenAssertion => (encrypted) => {
  const sealed = childOf(encrypted, 'x:EncryptedData') ?? fail()
  if ((attributeOf(sealed, 'Type') ?? `${encryption}Element`) !== `${encryption}Element`) fail()
  const cipher = ciphers[algorithmOf(sealed)] ?? fail()
  const inside = childOf(sealed, 'd:KeyInfo')
  const [wrapped, ...others] = [...(inside ? childrenOf(inside, 'x:EncryptedKey') : []), ...childrenOf(encrypted, 'x:EncryptedKey')]
  if (!wrapped || others.length > 0) return fail()
  return opened(cipher, unwrapped(wrapped, key, cipher.length), bytesOf(sealed))
}

/** Opens with the first of our keys that does; what the others say to it tells nothing. */
export const openingWithAny = (keys: readonly KeyObject[]): OpenAssertion => (encrypted) => {
  const opened = keys.map((key) => openedOr(openingWith(key), encrypted)).find((xml) => xml !== undefined)
  return opened ?? fail()
}

function openedOr(open: OpenAssertion, encrypted: Element): string | undefined {
  try {
    return open(encrypted)
  } catch (error) {
    if (error instanceof SamlRefusal) return undefined
    throw error
  }
}

const algorithmOf = (element: Element): string => attributeOf(childOf(element, 'x:EncryptionMethod'), 'Algorithm') ?? ''

function bytesOf(element: Element): Buffer {
  const value = childOf(element, 'x:CipherData', 'x:CipherValue') ?? fail()
  return Buffer.from(textOf(value).replace(/\s/g, ''), 'base64')
}

/** A key that does not open gives another one that opens nothing: how long it takes tells nothing of where it went wrong. */
function unwrapped(wrapped: Element, key: KeyObject, length: number): Buffer {
  const oaepHash = hashOf(wrapped)
  try {
    const plain = privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, bytesOf(wrapped))
    if (plain.length === length) return plain
  } catch {
    // As if it had opened.
  }
  return randomBytes(length)
}

/** XML Encryption 1.1 section 5.5.2. The two hashes of OAEP have to be one, as our library knows no other. */
function hashOf(wrapped: Element): string {
  const name = algorithmOf(wrapped)
  const method = childOf(wrapped, 'x:EncryptionMethod')
  const digest = digests[attributeOf(childOf(method, 'd:DigestMethod'), 'Algorithm') ?? 'http://www.w3.org/2000/09/xmldsig#sha1']
  const mask = name === wraps[1] ? attributeOf(childOf(method, 'y:MGF'), 'Algorithm') ?? `${encryption11}mgf1sha1` : `${encryption11}mgf1sha1`
  return wraps.includes(name) && digest !== undefined && mask === `${encryption11}mgf1${digest}` ? digest : fail()
}

function opened({ name }: (typeof ciphers)[string], key: Buffer, bytes: Buffer): string {
  if (bytes.length < nonceLength + tagLength) return fail()
  try {
    const decipher = createDecipheriv(name, key, bytes.subarray(0, nonceLength), { authTagLength: tagLength })
    decipher.setAuthTag(bytes.subarray(-tagLength))
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat([decipher.update(bytes.subarray(nonceLength, -tagLength)), decipher.final()]))
  } catch {
    return fail()
  }
}
