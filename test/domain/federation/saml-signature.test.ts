// Signatures of SAML messages: which algorithms and keys count, each with one that does and one that does not.
import { constants, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { SamlRefusal } from '../../../src/domain/federation/index.js'
import { isStrong, octetsSignedBy, provedIn, rootOf } from '../../../src/domain/federation/saml-signature.js'
import { attributeOf, nameOf, parseXml } from '../../../src/domain/federation/saml-xml.js'
import { enveloped, exclusive, responseOf, rsaSha256, signed, signerOf } from '../../support/saml.js'

const [rsa, other, elliptic] = [signerOf(), signerOf(), signerOf('ec')]
const weak = signerOf('rsa', 1024)
const edwards = generateKeyPairSync('ed25519')
const more = 'http://www.w3.org/2001/04/xmldsig-more#'
const newer = 'http://www.w3.org/2007/05/xmldsig-more#'

function outcome<Value>(read: () => Value): Value | string {
  try {
    return read()
  } catch (error) {
    if (error instanceof SamlRefusal) return `! ${error.reason}`
    throw error
  }
}

describe('beside what it covers', () => {
  const octets = 'SAMLRequest=x&SigAlg=ü'
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  const made = (hash: string, how: object = {}, by: KeyObject = rsa.privateKey): string => sign(hash, Buffer.from(octets), { key: by, ...how }).toString('base64')
  const read = (method: string, value: string, keys: readonly KeyObject[] = [rsa.publicKey]) => outcome(() => octetsSignedBy({ octets, method, value }, keys))

  test.each(['sha256', 'sha384', 'sha512'])('by RSA with %s', (hash) => {
    expect(read(`${more}rsa-${hash}`, made(hash))).toBe(rsa.publicKey)
    expect(read(`${more}rsa-${hash}`, made(hash === 'sha256' ? 'sha512' : 'sha256'))).toBe('! signature')
    expect(read(`${more}rsa-${hash}`, made(hash, pss))).toBe('! signature')
  })

  test.each(['sha256', 'sha384', 'sha512'])('by RSA-PSS with %s', (hash) => {
    expect(read(`${newer}${hash}-rsa-MGF1`, made(hash, pss))).toBe(rsa.publicKey)
    expect(read(`${newer}${hash}-rsa-MGF1`, made(hash))).toBe('! signature')
    expect(read(`${newer}${hash}-rsa-MGF1`, made(hash, { ...pss, saltLength: 8 }))).toBe('! signature')
    expect(read(`${newer}${hash}-rsa-MGF1`, made(hash === 'sha256' ? 'sha512' : 'sha256', pss))).toBe('! signature')
  })

  test.each(['sha256', 'sha384', 'sha512'])('by ECDSA with %s', (hash) => {
    const keys = [rsa.publicKey, elliptic.publicKey]
    expect(read(`${more}ecdsa-${hash}`, made(hash, { dsaEncoding: 'ieee-p1363' }, elliptic.privateKey), keys)).toBe(elliptic.publicKey)
    expect(read(`${more}ecdsa-${hash}`, made(hash, { dsaEncoding: 'der' }, elliptic.privateKey), keys)).toBe('! signature')
    expect(read(`${more}ecdsa-${hash}`, made(hash === 'sha256' ? 'sha512' : 'sha256', { dsaEncoding: 'ieee-p1363' }, elliptic.privateKey), keys)).toBe('! signature')
    expect(read(`${more}ecdsa-${hash}`, made(hash), [rsa.publicKey])).toBe('! certificate')
  })

  test.each<[string, string, string, KeyObject[]?]>([
    ['of a kind that every object has', '! algorithm', 'constructor'],
    ['of no kind', '! algorithm', ''],
    ['by SHA-1', '! algorithm', 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'],
    ['by nobody', '! certificate', rsaSha256, []],
    ['by a key that is too weak', '! certificate', rsaSha256, [weak.publicKey]],
    ['by a key of another kind', '! certificate', rsaSha256, [elliptic.publicKey]],
    ['by another key', '! signature', rsaSha256, [other.publicKey]],
  ])('not %s', (_, result, method, ...[keys]) => {
    expect(read(method, made('sha256'), keys)).toBe(result)
  })

  test('in base64 of one spelling, broken into lines or not', () => {
    const value = made('sha256')
    expect(read(rsaSha256, value.replace(/.{76}/g, '$&\r\n'))).toBe(rsa.publicKey)
    for (const wrong of [value.slice(0, -1), value.slice(0, -2), ` ${value}`, `${value} `, value.replace('==', '!='), value.slice(4), '', '%%%%']) expect(read(rsaSha256, wrong)).toBe('! signature')
  })

  test('by whichever key made it', () => {
    expect(read(rsaSha256, made('sha256'), [weak.publicKey, elliptic.publicKey, other.publicKey, rsa.publicKey])).toBe(rsa.publicKey)
  })
})

test('keys are strong from 2048 bits on, and elliptic ones as they are', () => {
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 })
  const weakPss = generateKeyPairSync('rsa-pss', { modulusLength: 1024 })
  expect([rsa, elliptic, pss].map(({ publicKey }) => isStrong(publicKey))).toEqual([true, true, true])
  expect([weak, signerOf('rsa', 2040), weakPss, edwards].map(({ publicKey }) => isStrong(publicKey))).toEqual([false, false, false, false])
  // One of DSA takes seconds to make.
  expect(isStrong({ asymmetricKeyType: 'dsa', asymmetricKeyDetails: { modulusLength: 3072 } } as KeyObject)).toBe(false)
})

describe('inside of a message', () => {
  const xml = responseOf({ id: '_a1', responseId: '_r1', now: Date.parse('2026-11-21T12:00:00Z') })
  const assertionIn = (message: string) => Array.from(parseXml(message).getElementsByTagNameNS('urn:oasis:names:tc:SAML:2.0:assertion', 'Assertion'))[0]!
  const read = (message: string, keys: readonly KeyObject[] = [rsa.publicKey]) => outcome(() => provedIn(assertionIn(message), message, keys))
  const good = signed(xml, rsa)

  test('covers its element without itself, spelled canonically', () => {
    const proved = read(good, [other.publicKey, rsa.publicKey])
    if (typeof proved !== 'object') throw new Error(String(proved))
    expect(proved.key).toBe(rsa.publicKey)
    expect([nameOf(proved.element), attributeOf(proved.element, 'ID')]).toEqual(['a:Assertion', '_a1'])
    expect(Array.from(proved.element.childNodes).map(({ nodeName }) => nodeName)).toEqual(['saml:Issuer', 'saml:Subject', 'saml:Conditions', 'saml:AuthnStatement'])
  })

  test('is not there', () => {
    expect(read(xml)).toBeUndefined()
    expect(outcome(() => rootOf('x'))).toBe('! not-xml')
  })

  test.each([`${more}rsa-sha512`, `${newer}sha256-rsa-MGF1`])('is by %s', (algorithm) => {
    expect(read(signed(xml, rsa, { algorithm }))).toMatchObject({ key: rsa.publicKey })
  })

  test.each(['http://www.w3.org/2001/04/xmlenc#sha256', `${more}sha384`, 'http://www.w3.org/2001/04/xmlenc#sha512'])('has a digest by %s', (digest) => {
    expect(read(signed(xml, rsa, { digest }))).toMatchObject({ key: rsa.publicKey })
  })

  const value = /<ds:SignatureValue>([^<]*)</.exec(good)![1]!
  const withValue = (text: string): string => good.replace(value, text)
  test.each<[string, unknown, string]>([
    ['a value in lines', { key: rsa.publicKey }, withValue(value.replace(/.{60}/g, '$& \n\t'))],
    ['a value of blanks', '! signature', withValue(' \n')],
    ['a value without its end', '! signature', withValue(value.slice(0, -1))],
    ['a digest that every object has', '! algorithm', good.replace('http://www.w3.org/2001/04/xmlenc#sha256', 'constructor')],
    ['a kind that every object has', '! algorithm', good.replace(rsaSha256, 'toString')],
    ['a canonical form of another kind', '! transform', good.replace(`<ds:CanonicalizationMethod Algorithm="${exclusive}"`, '<ds:CanonicalizationMethod Algorithm="urn:x"')],
    ['transforms in another order', '! transform', good.replace(enveloped, 'urn:swap').replace(`<ds:Transform Algorithm="${exclusive}"`, `<ds:Transform Algorithm="${enveloped}"`).replace('urn:swap', exclusive)],
    ['no reference to its own element', '! reference', good.replace('URI="#_a1"', 'URI="_a1"')],
  ])('has %s', (_, result, message) => {
    const found = read(message)
    if (typeof result === 'string') expect(found).toBe(result)
    else expect(found).toMatchObject(result as object)
  })

  test('is held against keys alone that could have made it', () => {
    expect(read(good, [])).toBe('! certificate')
    expect(read(good, [elliptic.publicKey])).toBe('! certificate')
    expect(read(good, [edwards.publicKey])).toBe('! certificate')
    expect(read(signed(xml, weak), [weak.publicKey])).toBe('! certificate')
    expect(read(good, [other.publicKey])).toBe('! signature')
    expect(read(signed(xml, other).replace(other.certificate, rsa.certificate))).toBe('! signature')
  })

  test('covers an element that has its shape', () => {
    const strange = signed(xml.replace('<saml:Conditions', '<saml:Advice/><saml:Conditions'), rsa)
    expect(read(strange)).toBe('! structure')
  })
})
