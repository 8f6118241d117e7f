// What a SAML response may say around its assertion and in its attributes, to the last value that is taken; and what is known of one
// before it is proved.
import { SamlRefusal, SamlResponse, type SamlExpectations } from '../../../src/domain/federation/index.js'
import { openingWith } from '../../../src/domain/federation/saml-decryption.js'
import { attributeOf, nameOf } from '../../../src/domain/federation/saml-xml.js'
import { base64, idp, responseOf, signed, signerOf, type ResponseWords } from '../../support/saml.js'
import { ourEncryption, sealed, sealedAssertion, signedThenSealed, theirs } from '../../support/saml-partner.js'

const now = Date.parse('2026-11-21T12:00:00Z')
const recipient = 'https://login.example.com/acs'
const [signer, other] = [signerOf(), signerOf()]
const expected: SamlExpectations = { issuer: idp, keys: [signer.publicKey], audiences: ['urn:us'], recipient, now }
const words = (more: Partial<ResponseWords> = {}): string => responseOf({ now, recipient, audience: 'urn:us', id: '_a1', responseId: '_r1', ...more })
const good = (more: Partial<ResponseWords> = {}): string => signed(words(more), signer)
const whole = (more: Partial<ResponseWords> = {}): string => signed(words(more), signer, { what: 'Response' })
const decrypt = openingWith(ourEncryption.privateKey)

function outcome<Value>(read: () => Value): Value | string {
  try {
    return read()
  } catch (error) {
    if (error instanceof SamlRefusal) return `! ${error.reason}`
    throw error
  }
}
const prove = (xml: string, more: Partial<SamlExpectations> = {}): string => outcome(() => SamlResponse.open(base64(xml), decrypt).prove({ ...expected, ...more }).id)
const statusOf = (code: string, inside = ''): string => `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${code}">${inside}</samlp:StatusCode></samlp:Status>`

describe('around the assertion', () => {
  test.each<[string, string, string]>([
    ['it is of this version', '! version', good().replace('Version="2.0"', 'Version="1.1"')],
    ['it is of this version, where all is signed', '! version', signed(words().replace('Version="2.0"', 'Version="1.1"'), signer, { what: 'Response' })],
    ['it is of this issuer', '! issuer', good({ outerIssuer: '<saml:Issuer>https://evil.example.com</saml:Issuer>' })],
    ['it may be of no issuer', '_a1', good({ outerIssuer: '' })],
    ['it was sent here', '! destination', good({ destination: `${recipient}/` })],
    ['it may say nothing of where it was sent', '_a1', good({ destination: undefined })],
    ['it says where it was sent, where that is signed', '! destination', whole({ destination: undefined })],
    ['it was sent somewhere', '! destination', good({ destination: '' })],
    ['it answers nothing', '! in-response-to', good({ response: ' InResponseTo="_q"' })],
    ['it succeeds', '! status', good({ status: statusOf('Responder', '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>') })],
    ['it succeeds, however that is spelled out', '_a1', good({ status: statusOf('Success', '<samlp:StatusCode Value="urn:x"/>') })],
    ['it says why not, before anything is missed', '! status', words({ status: statusOf('Requester') }).replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, '')],
    ['its assertion is there', '! no-assertion', words().replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, '')],
    ['its signature is of its assertion, or of all of it', '! signature-place', good().replace('<samlp:Status>', '<samlp:Status><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>')],
    ['there is one signature of all', '! signature-place', whole().replace(/<ds:Signature [\s\S]*<\/ds:Signature>/, '$&$&')],
    ['nobody in it is encrypted', '! encrypted', good({ subject: '<saml:Subject><saml:EncryptedID/></saml:Subject>' })],
    ['no attribute in it is encrypted', '! encrypted', good({ statement: '<saml:AttributeStatement><saml:EncryptedAttribute/></saml:AttributeStatement>' })],
    ['both may be signed by one provider', '_a1', signed(good(), signer, { what: 'Response' })],
    ['neither is signed by another', '! signature', signed(good(), other, { what: 'Response' })],
  ])('%s', (_, result, xml) => {
    expect(prove(xml)).toBe(result)
  })
})

describe('the issuer of the assertion', () => {
  const from = (issuer: string): string => signed(words().replace(/(<saml:Assertion [^>]*>)<saml:Issuer>[^<]*<\/saml:Issuer>/, `$1${issuer}`), signer)
  test.each<[string, string, string]>([
    ['is an entity', '_a1', `<saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">${idp}</saml:Issuer>`],
    ['is nothing else', '! issuer', `<saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${idp}</saml:Issuer>`],
    ['is known', '! issuer', '<saml:Issuer>https://evil.example.com</saml:Issuer>'],
    ['is not empty', '! issuer', '<saml:Issuer></saml:Issuer>'],
  ])('%s', (_, result, issuer) => {
    expect(prove(from(issuer))).toBe(result)
  })
})

describe('attributes', () => {
  const attribute = (name: string, amount: number): string => `<saml:Attribute Name="${name}">${'<saml:AttributeValue>x</saml:AttributeValue>'.repeat(amount)}</saml:Attribute>`
  const statement = (...attributes: string[]): string => `<saml:AttributeStatement>${attributes.join('')}</saml:AttributeStatement>`
  test.each<[string, string, string]>([
    ['may have 1999 values', '_a1', statement(attribute('a', 1999))],
    ['may not have 2000', '! attributes', statement(attribute('a', 2000))],
    ['are counted with their values', '_a1', statement(attribute('a', 998), attribute('b', 1000))],
    ['are counted together', '! attributes', statement(attribute('a', 999), attribute('b', 1000))],
    ['are counted over all statements', '! attributes', statement(attribute('a', 999)) + statement(attribute('b', 1000))],
    ['may have a name of 1024 characters', '_a1', statement(attribute('n'.repeat(1024), 1))],
    ['may not have one of 1025', '! attributes', statement(attribute('n'.repeat(1025), 1))],
    ['are there once', '! attributes', statement(attribute('a', 1), attribute('b', 1), attribute('a', 1))],
    ['are there once in all statements', '! attributes', statement(attribute('a', 1)) + statement(attribute('a', 1))],
  ])('%s', (_, result, xml) => {
    expect(prove(good({ statement: xml }))).toBe(result)
  })

  test('are read with all their values, in their order', () => {
    const { attributes } = SamlResponse.open(base64(good({ statement: statement(attribute('a', 0), '<saml:Attribute Name="b"><saml:AttributeValue>1</saml:AttributeValue><saml:AttributeValue/></saml:Attribute>') + statement(attribute('c', 1)) }))).prove(expected)
    expect(attributes).toEqual(new Map([['a', []], ['b', ['1', '']], ['c', ['x']]]))
  })
})

describe('before it is proved', () => {
  test('it says what it claims, and whether it is encrypted', () => {
    const response = SamlResponse.open(base64(words({ attributes: { tenant: ['7', '8'] } })))
    expect([response.claimed('tenant'), response.claimed('other'), response.isEncrypted]).toEqual([['7', '8'], [], false])
    expect([nameOf(response.seen.root), attributeOf(response.seen.assertion, 'ID')]).toEqual(['p:Response', '_a1'])
  })

  test('it is opened where it is encrypted, and somebody can', () => {
    const xml = sealed(words({ attributes: { tenant: ['7'] } }))
    expect(outcome(() => SamlResponse.open(base64(xml)))).toBe('! encrypted')
    const response = SamlResponse.open(base64(xml), decrypt)
    expect([response.isEncrypted, nameOf(response.seen.assertion), response.claimed('tenant')]).toEqual([true, 'a:EncryptedAssertion', []])
    expect(outcome(() => response.prove(expected))).toBe('! unsigned')
    expect([nameOf(response.seen.assertion), response.claimed('tenant')]).toEqual(['a:Assertion', ['7']])
  })
})

describe('an encrypted assertion', () => {
  const wholeOf = (xml: string): string => signed(xml, theirs, { what: 'Response' })
  const instead = (xml: string): string => words().replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, sealedAssertion(xml))
  const declared = (xml: string): string => xml.match(/<saml:Assertion[\s\S]*<\/saml:Assertion>/)![0].replace('<saml:Assertion', '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"')
  test.each<[string, string, string]>([
    ['counts where it is signed', '_a1', signedThenSealed(words())],
    ['counts where all is signed', '_a1', wholeOf(sealed(words()))],
    ['counts where both are', '_a1', wholeOf(signedThenSealed(words()))],
    ['is one', '! several-assertions', words().replace('</samlp:Response>', `${sealedAssertion('<x/>')}</samlp:Response>`)],
    ['has its shape', '! structure', instead(declared(words()).replace('<saml:Conditions', '<saml:Advice/><saml:Conditions'))],
    ['has IDs that differ', '! duplicate-id', instead(declared(words()).replace('<saml:Subject>', '<saml:Subject ID="_a1">'))],
    ['is an assertion', '! no-assertion', wholeOf(instead('<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">x</saml:Issuer>'))],
    ['was sent here', '! destination', signedThenSealed(words({ destination: 'https://evil.example.com' }))],
  ])('%s', (_, result, xml) => {
    expect(prove(xml, { keys: [theirs.publicKey] })).toBe(result)
  })
})

test('the key is of the outer signature where there is one', () => {
  const keys = [signer.publicKey, other.publicKey]
  expect(SamlResponse.open(base64(signed(good(), other, { what: 'Response' }))).proveBy({ ...expected, keys }).key).toBe(other.publicKey)
  expect(SamlResponse.open(base64(good())).proveBy({ ...expected, keys }).key).toBe(signer.publicKey)
})
