// Assertions that were encrypted for us: what opens, and that whatever does not is refused with one and the same word.
import { constants, privateDecrypt, publicEncrypt, X509Certificate } from 'node:crypto'
import type { Element } from '@xmldom/xmldom'
import { SamlRefusal } from '../../../src/domain/federation/index.js'
import { openingWith } from '../../../src/domain/federation/saml-decryption.js'
import { parseXml } from '../../../src/domain/federation/saml-xml.js'
import { ourEncryption, sealedAssertion, stranger } from '../../support/saml-partner.js'

const encryption = 'http://www.w3.org/2001/04/xmlenc#'
const encryption11 = 'http://www.w3.org/2009/xmlenc11#'
const oaep = `${encryption}rsa-oaep-mgf1p`
const oaep11 = `${encryption11}rsa-oaep`
const hashes: Record<string, string> = { sha1: 'http://www.w3.org/2000/09/xmldsig#sha1', sha256: `${encryption}sha256`, sha384: 'http://www.w3.org/2001/04/xmldsig-more#sha384', sha512: `${encryption}sha512` }

const elementOf = (xml: string): Element => parseXml(xml.replace('<saml:EncryptedAssertion', '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"')).documentElement!
function opened(xml: string, key = ourEncryption.privateKey): string {
  try {
    return openingWith(key)(elementOf(xml))
  } catch (error) {
    if (error instanceof SamlRefusal) return `! ${error.reason}`
    throw error
  }
}
const inside = '<a>ü</a>'

test.each([['aes128-gcm'], ['aes192-gcm'], ['aes256-gcm']])('opens what was encrypted by %s', (name) => {
  expect(opened(sealedAssertion(inside, { data: encryption11 + name }))).toBe(inside)
})

test.each(Object.entries(hashes))('opens what has its key by RSA-OAEP with %s', (hash, digest) => {
  const mask = `${encryption11}mgf1${hash}`
  expect(opened(sealedAssertion(inside, { wrap: oaep11, oaepHash: hash, digest, mask }))).toBe(inside)
  expect(opened(sealedAssertion(inside, { wrap: oaep11, oaepHash: hash === 'sha1' ? 'sha256' : 'sha1', digest, mask }))).toBe('! decryption')
})

test.each<[string, string, Parameters<typeof sealedAssertion>[1]]>([
  ['by the older name alone', inside, { wrap: oaep }],
  ['by the older name, with its one hash', inside, { wrap: oaep, digest: hashes.sha1! }],
  ['by the older name, where a mask says nothing', inside, { wrap: oaep, mask: `${encryption11}mgf1sha256` }],
  ['by the newer name alone', inside, { wrap: oaep11 }],
  ['by the newer name, with another mask than hash', '! decryption', { wrap: oaep11, oaepHash: 'sha256', digest: hashes.sha256!, mask: `${encryption11}mgf1sha1` }],
  ['by the newer name, with a hash and no mask', '! decryption', { wrap: oaep11, oaepHash: 'sha256', digest: hashes.sha256! }],
  ['by the older name, with another hash', '! decryption', { wrap: oaep, oaepHash: 'sha256', digest: hashes.sha256! }],
  ['with a hash that nobody knows', '! decryption', { wrap: oaep11, digest: 'urn:x', mask: `${encryption11}mgf1sha1` }],
  ['with a hash that every object has', '! decryption', { wrap: oaep11, digest: 'constructor', mask: `${encryption11}mgf1sha1` }],
  ['by RSA without OAEP', '! decryption', { wrap: `${encryption}rsa-1_5`, padding: constants.RSA_PKCS1_PADDING }],
  ['by a name that is none', '! decryption', { wrap: 'urn:x' }],
  ['by AES-CBC', '! decryption', { data: `${encryption}aes256-cbc` }],
  ['for somebody else', '! decryption', { to: stranger }],
  ['and changed in its nonce', '! decryption', { change: (bytes) => { bytes[0]! ^= 1; return bytes } }],
  ['and changed in its text', '! decryption', { change: (bytes) => { bytes[12]! ^= 1; return bytes } }],
  ['and changed in its tag', '! decryption', { change: (bytes) => { bytes[bytes.length - 1]! ^= 1; return bytes } }],
  ['and cut off', '! decryption', { change: (bytes) => bytes.subarray(0, -1) }],
  ['and cut off to a tag of 12', '! decryption', { change: (bytes) => bytes.subarray(0, -4) }],
  ['and cut off to its nonce', '! decryption', { change: (bytes) => bytes.subarray(0, 12) }],
  ['and cut off to nothing', '! decryption', { change: () => Buffer.alloc(0) }],
])('what was encrypted %s', (_, result, how) => {
  expect(opened(sealedAssertion(inside, how))).toBe(result)
})

test('nothing at all may have been encrypted', () => {
  expect(opened(sealedAssertion(''))).toBe('')
})

describe('what stands around what was encrypted', () => {
  const good = sealedAssertion(inside)
  const key = /<x:EncryptedKey>.*<\/x:EncryptedKey>/.exec(good)![0]
  const keyInfo = /<ds:KeyInfo.*<\/ds:KeyInfo>/.exec(good)![0]
  const other = /<x:EncryptedKey>.*<\/x:EncryptedKey>/.exec(sealedAssertion(inside))![0]
  const outside = (text: string): string => good.replace('</x:EncryptedData>', `</x:EncryptedData>${text.replace('<x:EncryptedKey>', `<x:EncryptedKey xmlns:x="${encryption}">`)}`)
  test.each<[string, string, string]>([
    ['has a type', inside, good],
    ['may have no type', inside, good.replace(` Type="${encryption}Element"`, '')],
    ['has no other type', '! decryption', good.replace('xmlenc#Element', 'xmlenc#Content')],
    ['may have its key beside', inside, outside(key).replace(keyInfo, '<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>')],
    ['may have its key beside, and nothing inside', inside, outside(key).replace(keyInfo, '')],
    ['has one key', '! decryption', outside(other)],
    ['has no two keys inside', '! decryption', good.replace(key, key + other)],
    ['has a key', '! decryption', good.replace(key, '')],
    ['has something inside', '! decryption', '<saml:EncryptedAssertion/>'],
    ['says how', '! decryption', good.replace(`<x:EncryptionMethod Algorithm="${encryption11}aes256-gcm"/>`, '')],
    ['says how its key was encrypted', '! decryption', good.replace(/<x:EncryptionMethod Algorithm="[^"]*rsa-oaep-mgf1p"><\/x:EncryptionMethod>/, '')],
    ['has a value', '! decryption', good.replace(/<x:CipherData><x:CipherValue>[^<]*<\/x:CipherValue><\/x:CipherData><\/x:EncryptedData>/, '</x:EncryptedData>')],
    ['has a value of its key', '! decryption', good.replace(/<x:CipherData>.*?<\/x:CipherData><\/x:EncryptedKey>/, '</x:EncryptedKey>')],
    ['has blanks in its values', inside, good.replaceAll(/(<x:CipherValue>.{8})/g, '$1 \r\n\t')],
  ])('%s', (_, result, xml) => {
    expect(opened(xml)).toBe(result)
  })

  test('has a key that is as long as the cipher wants it', () => {
    const wrapped = Buffer.from(/<x:CipherValue>([^<]*)/.exec(key)![1]!, 'base64')
    const how = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
    const plain = privateDecrypt({ key: ourEncryption.privateKey, ...how }, wrapped)
    const to = new X509Certificate(Buffer.from(ourEncryption.certificate, 'base64')).publicKey
    const withKey = (bytes: Buffer): string => opened(good.replace(wrapped.toString('base64'), publicEncrypt({ key: to, ...how }, bytes).toString('base64')))
    expect(withKey(plain)).toBe(inside)
    expect([withKey(plain.subarray(0, 16)), withKey(plain.subarray(1)), withKey(Buffer.concat([plain, plain]))]).toEqual(['! decryption', '! decryption', '! decryption'])
  })
})

test('what opens and is no text is refused like the rest', () => {
  expect(opened(sealedAssertion(Buffer.from([0xff, 0xfe]) as unknown as string))).toBe('! decryption')
})
