// Which SAML responses count, and why the others do not: a table of manipulations, each refused for its own reason.
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import * as samlify from 'samlify'
import { readSamlIssuer, SamlAssertions, SamlRefusal, SamlResponse, type SamlExpectations } from '../../../src/domain/federation/index.js'
import { base64, enveloped, exclusive, idp, metadataOf, responseOf, rsaSha256, signed, signerOf, type ResponseWords } from '../../support/saml.js'

const now = Date.parse('2026-11-21T12:00:00Z')
const recipient = 'http://localhost/saml'
const signer = signerOf()
const stranger = signerOf()
const elliptic = signerOf('ec')
const weak = signerOf('rsa', 1024)
const expected: SamlExpectations = { issuer: idp, keys: [signer.publicKey, stranger.publicKey], audiences: ['urn:amazon:webservices', recipient], recipient, now }
const only: SamlExpectations = { ...expected, keys: [signer.publicKey] }
const prove = (xml: string, more: Partial<SamlExpectations> = {}) => SamlResponse.open(base64(xml)).prove({ ...only, ...more })
const words = (more: Partial<ResponseWords> = {}): string => responseOf({ now, id: '_a1', responseId: '_r1', attributes: { Role: ['a', 'b'], __proto__x: ['c'] }, ...more })
const good = (more: Partial<ResponseWords> = {}): string => signed(words(more), signer)
const at = (seconds: number): string => new Date(now + seconds * 1000).toISOString()

function reasonOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof SamlRefusal) return error.reason
    throw error
  }
  return 'none'
}

describe('a response counts', () => {
  test('where its assertion is signed', () => {
    expect(prove(good())).toEqual({
      id: '_a1', issuer: idp, subject: { nameId: 'jane', format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' }, recipient, audiences: ['urn:amazon:webservices'],
      attributes: new Map([['Role', ['a', 'b']], ['__proto__x', ['c']]]), issuedAt: now, authenticatedAt: now - 30_000, expiresAt: now + 300_000, sessionIndex: '_s1',
      contextClass: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password',
    })
  })

  test.each([
    ['where all of it is signed', signed(words(), signer, { what: 'Response' })],
    ['where both are signed', signed(signed(words(), signer), signer, { what: 'Response' })],
    ['with RSA-SHA512 and SHA-512', signed(words(), signer, { algorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', digest: 'http://www.w3.org/2001/04/xmlenc#sha512' })],
    ['with RSA-PSS', signed(words(), signer, { algorithm: 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1' })],
    ['where its assertion alone says where it was sent', good({ destination: undefined })],
    ['without an issuer around the assertion', good({ outerIssuer: '' })],
    ['where a clock is a little off', good({ conditions: `NotBefore="${at(45)}" NotOnOrAfter="${at(240)}"`, issuedAt: now + 45_000 })],
    ['where it is for several, of which we are one', good({ audience: `urn:amazon:webservices</saml:Audience><saml:Audience>https://other.example.com` })],
    ['with what stands for characters', good({ nameId: 'jane &amp; joe &#x41;' })],
    ['with an XML declaration', `<?xml version="1.0" encoding="UTF-8"?>\n${good()}`],
    ['with attributes of other namespaces on values', good({ statement: '<saml:AttributeStatement><saml:Attribute Name="a" NameFormat="urn:x"><saml:AttributeValue xsi:type="xs:string" xmlns:xs="http://www.w3.org/2001/XMLSchema">x</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>' })],
    ['with lines in its signature', good().replace(/(<ds:SignatureValue>.{60})/, '$1\n')],
  ])('%s', (_, xml) => {
    expect(prove(xml).id).toBe('_a1')
  })

  test('with ECDSA', () => {
    expect(prove(signed(words(), elliptic, { algorithm: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256' }), { keys: [signer.publicKey, elliptic.publicKey] }).id).toBe('_a1')
  })

  test('by any of the certificates of its provider, also one whose years are over', () => {
    const { keys, entityId } = readSamlIssuer(metadataOf([stranger, signer]))
    expect(prove(good(), { keys, issuer: entityId }).id).toBe('_a1')
  })

  test('in answer to the request that was made', () => {
    const answer = good({ response: ' InResponseTo="_q1"', confirmation: `NotOnOrAfter="${at(60)}" Recipient="${recipient}" InResponseTo="_q1"` })
    expect(prove(answer, { inResponseTo: '_q1' }).id).toBe('_a1')
    expect(reasonOf(() => prove(answer, { inResponseTo: '_q2' }))).toBe('in-response-to')
    expect(reasonOf(() => prove(answer))).toBe('in-response-to')
    expect(reasonOf(() => prove(good(), { inResponseTo: '_q1' }))).toBe('in-response-to')
  })

  test('where another library made it', async () => {
    const pem = signer.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    const place = { Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', Location: 'https://idp.example.com/sso' }
    const provider = samlify.IdentityProvider({ entityID: idp, privateKey: pem, signingCert: signer.certificate, singleSignOnService: [place], singleLogoutService: [place] })
    const consumer = samlify.ServiceProvider({ entityID: 'urn:amazon:webservices', wantAssertionsSigned: true, assertionConsumerService: [{ ...place, Location: recipient }] })
    const template = () => ({ id: '_a1', context: words({ nameId: 'jane@example.com' }) })
    const { context } = await provider.createLoginResponse(consumer, { extract: {} }, 'post', { email: 'jane@example.com' }, template) as { context: string }
    const assertion = SamlResponse.open(context).prove(only)
    expect(assertion).toMatchObject({ issuer: idp, recipient, subject: { nameId: 'jane@example.com' } })
  })
})

const inside = (xml: string, element: string): string => new RegExp(`<(\\w+:)?${element}[ >][\\s\\S]*</(\\w+:)?${element}>`).exec(xml)![0]
const signatureOf = (xml: string): string => inside(xml, 'Signature')
const assertionOf = (xml: string): string => inside(xml, 'Assertion')
const unsignedOf = (xml: string): string => xml.replace(signatureOf(xml), '')
const namespaces = 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
/** The assertion with a name and an id of the attacker's choice. */
const forged = (xml: string, id = '_evil'): string => unsignedOf(assertionOf(xml)).replace('_a1', id).replace('>jane<', '>root<')
const valid = good()
const whole = signed(words(), signer, { what: 'Response' })

describe('a signature is not taken', () => {
  test.each<[string, string, string]>([
    ['where there is none', 'unsigned', words()],
    ['of another key', 'signature', signed(words(), stranger)],
    ['of another key, with the certificate of the provider beside it', 'signature', signed(words(), stranger).replace(stranger.certificate, signer.certificate)],
    ['where a value was changed', 'signature', valid.replace('>jane<', '>root<')],
    ['where an attribute was changed', 'signature', valid.replace('SessionIndex="_s1"', 'SessionIndex="_s2"')],
    ['where something was added', 'signature', valid.replace('<saml:AttributeValue>a<', '<saml:AttributeValue>z</saml:AttributeValue><saml:AttributeValue>a<')],
    ['where its digest is another', 'signature', valid.replace(/<ds:DigestValue>.{4}/, '<ds:DigestValue>AAAA')],
    ['where its value is another', 'signature', valid.replace(/<ds:SignatureValue>.{4}/, '<ds:SignatureValue>AAAA')],
    ['where its value is empty', 'signature', valid.replace(/<ds:SignatureValue>[^<]+/, '<ds:SignatureValue>')],
    ['where its value is no base64', 'structure', valid.replace(/<ds:SignatureValue>.{4}/, '<ds:SignatureValue>!!!!')],
    ['where the outer one is bad, though the inner one is good', 'signature', signed(signed(words(), signer), stranger, { what: 'Response' })],
    ['where the inner one is bad, though the outer one is good', 'signature', signed(signed(words(), stranger), signer, { what: 'Response' })],
    ['with RSA-SHA1', 'algorithm', signed(words(), signer, { algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' })],
    ['with a digest by SHA-1', 'algorithm', signed(words(), signer, { digest: 'http://www.w3.org/2000/09/xmldsig#sha1' })],
    ['with a secret that everybody knows: the certificate', 'algorithm', signed(words(), signer, { algorithm: 'http://www.w3.org/2000/09/xmldsig#hmac-sha1', key: signer.certificate })],
    ['of a kind that nobody knows', 'algorithm', valid.replace(rsaSha256, 'urn:x')],
    ['of a kind that every object has', 'algorithm', valid.replace(rsaSha256, '__proto__')],
    ['of a kind that is not the key\'s', 'certificate', valid.replace(rsaSha256, 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256')],
    ['over inclusive canonical XML', 'transform', signed(words(), signer, { canonical: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315' })],
    ['over what was spelled with comments', 'transform', signed(words(), signer, { canonical: `${exclusive}WithComments` })],
    ['over a transform with comments', 'transform', signed(words(), signer, { transforms: [enveloped, `${exclusive}WithComments`] })],
    ['over one transform alone', 'transform', signed(words(), signer, { transforms: [enveloped] })],
    ['over an XPath transform', 'transform', valid.replace(`<ds:Transform Algorithm="${exclusive}"/>`, '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"/>')],
    ['over an XSLT transform', 'transform', valid.replace(`<ds:Transform Algorithm="${exclusive}"/>`, '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/>')],
    ['over three transforms', 'structure', valid.replace('</ds:Transforms>', `<ds:Transform Algorithm="${exclusive}"/></ds:Transforms>`)],
    ['over the whole document by an empty name', 'reference', valid.replace('URI="#_a1"', 'URI=""')],
    ['over an element elsewhere', 'reference', valid.replace('URI="#_a1"', 'URI="http://evil.example.com/"')],
    ['over an XPointer', 'reference', valid.replace('URI="#_a1"', 'URI="#xpointer(/)"')],
    ['over another element of the message', 'reference', valid.replace('URI="#_a1"', 'URI="#_r1"')],
    ['over two references', 'structure', valid.replace('</ds:SignedInfo>', `${inside(valid, 'Reference')}</ds:SignedInfo>`)],
    ['with two lists of what was signed', 'structure', valid.replace('<ds:SignatureValue>', `${inside(valid, 'SignedInfo')}<ds:SignatureValue>`)],
    ['with an object in it', 'structure', valid.replace('</ds:Signature>', '<ds:Object/></ds:Signature>')],
    ['with a manifest in it', 'structure', valid.replace('</ds:Signature>', '<ds:Object><ds:Manifest/></ds:Object></ds:Signature>')],
    ['twice in one element', 'signature-place', valid.replace(signatureOf(valid), signatureOf(valid).repeat(2))],
  ])('%s', (_, reason, xml) => {
    expect(reasonOf(() => prove(xml))).toBe(reason)
  })

  test('by a key that is too weak', () => {
    expect(reasonOf(() => prove(signed(words(), weak), { keys: [weak.publicKey] }))).toBe('certificate')
    expect(reasonOf(() => readSamlIssuer(metadataOf([weak])))).toBe('metadata')
    expect(reasonOf(() => prove(good(), { keys: [] }))).toBe('certificate')
  })

  test('where a secret was made of the public key', () => {
    const pem = signer.publicKey.export({ type: 'spki', format: 'pem' })
    const xml = signed(words(), signer, { algorithm: 'http://www.w3.org/2000/09/xmldsig#hmac-sha1', key: pem })
    expect(createHmac('sha1', pem).update('x').digest('hex')).toHaveLength(40)
    expect(reasonOf(() => prove(xml.replace('http://www.w3.org/2000/09/xmldsig#hmac-sha1', rsaSha256)))).toBe('signature')
  })
})

/** What is known of wrapping: the signed element is kept somewhere, so that the signature holds, and another is read. */
describe('a signature does not cover', () => {
  const original = assertionOf(valid)
  const bare = unsignedOf(original)
  const around = (assertion: string, more = ''): string => valid.replace(original, assertion).replace('<samlp:Status>', `${more}<samlp:Status>`)
  const evil = forged(valid)
  const withSignature = (assertion: string, signature: string): string => assertion.replace('</saml:Issuer>', `</saml:Issuer>${signature}`)
  const wrappedIn = (signature: string, content: string): string => signature.replace('</ds:Signature>', `<ds:Object>${content}</ds:Object></ds:Signature>`)
  test.each<[string, string, string]>([
    ['another response around the one that was signed', 'several-assertions', whole.replace('_r1', '_r2').replace('_a1', '_a2').replace(signatureOf(whole), wrappedIn(signatureOf(whole), unsignedOf(whole)))],
    ['another response behind the one that was signed', 'several-assertions', unsignedOf(whole).replace('_r1', '_r2').replace('_a1', '_a2').replace('</samlp:Response>', `${whole}</samlp:Response>`)],
    ['an assertion before the one that was signed', 'several-assertions', valid.replace(original, evil + original)],
    ['an assertion behind the one that was signed', 'several-assertions', valid.replace(original, original + evil)],
    ['an assertion around the one that was signed', 'several-assertions', around(evil.replace('</saml:Assertion>', `${original}</saml:Assertion>`))],
    ['an assertion whose signature holds the original', 'several-assertions', around(withSignature(evil, wrappedIn(signatureOf(valid), bare)))],
    ['an assertion whose extensions hold the original', 'several-assertions', around(evil, `<samlp:Extensions>${original}</samlp:Extensions>`)],
    ['an assertion whose advice holds the original', 'several-assertions', around(evil.replace('<saml:AuthnStatement', `<saml:Advice>${original}</saml:Advice><saml:AuthnStatement`))],
    ['an assertion whose status holds the original', 'several-assertions', valid.replace(original, evil).replace('</samlp:Status>', `<samlp:StatusDetail>${original}</samlp:StatusDetail></samlp:Status>`)],
    ['an assertion whose attribute holds the original', 'several-assertions', around(evil.replace('<saml:AttributeValue>a<', `<saml:AttributeValue>${original}<`))],
    ['an assertion of the same ID', 'duplicate-id', valid.replace(original, forged(valid, '_a1') + original)],
    ['an assertion whose ID another element has, spelled otherwise', 'duplicate-id', valid.replace('<samlp:Status>', '<samlp:Status Id="_a1">')],
    ['an assertion whose ID another element has in another namespace', 'duplicate-id', valid.replace('<samlp:Status>', '<samlp:Status xmlns:w="urn:w" w:Id="_a1">')],
    ['what its signature was moved to', 'reference', unsignedOf(valid).replace('<samlp:Status>', `${signatureOf(valid)}<samlp:Status>`)],
    ['an assertion that took the signature of another', 'reference', around(withSignature(evil, signatureOf(valid)))],
    ['where its signature stands inside the subject', 'signature-place', unsignedOf(valid).replace('<saml:Subject>', `<saml:Subject>${signatureOf(valid)}`)],
    ['where its signature stands inside the extensions', 'signature-place', unsignedOf(valid).replace('<samlp:Status>', `<samlp:Extensions>${signatureOf(valid)}</samlp:Extensions><samlp:Status>`)],
    ['an assertion in a namespace of its own', 'no-assertion', valid.replace(original, original.replace('<saml:Assertion ', '<x:Assertion xmlns:x="urn:x" ').replace('</saml:Assertion>', '</x:Assertion>'))],
    ['an assertion deeper down', 'no-assertion', valid.replace(original, `<samlp:Extensions>${original}</samlp:Extensions>`)],
    ['a response inside of something', 'structure', `<soap:Body xmlns:soap="urn:soap">${valid}</soap:Body>`],
    ['a lone assertion', 'structure', original.replace('<saml:Assertion ', `<saml:Assertion ${namespaces.split(' ')[0]} `)],
    ['a request of the same shape', 'structure', valid.replaceAll('samlp:Response', 'samlp:LogoutResponse')],
  ])('%s', (_, reason, xml) => {
    expect(reasonOf(() => prove(xml))).toBe(reason)
  })
})

describe('XML is not taken', () => {
  const replaced = (from: string, to: string): string => valid.replace(from, to)
  test.each<[string, string, string]>([
    ['with a comment that cuts a name in two', 'markup', replaced('>jane<', '>jane<!-- -->.evil<')],
    ['with a comment anywhere', 'markup', `${valid}<!-- -->`],
    ['with a document type', 'markup', `<!DOCTYPE x>${valid}`],
    ['with a document type in small letters', 'markup', `<!doctype x>${valid}`],
    ['with an entity of its own', 'markup', `<!DOCTYPE x [<!ENTITY e "root">]>${replaced('>jane<', '>&e;<')}`],
    ['with entities that multiply', 'markup', `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>${replaced('>jane<', '>&b;<')}`],
    ['with an entity of a file', 'markup', `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${replaced('>jane<', '>&e;<')}`],
    ['with an entity that nobody declared', 'markup', replaced('>jane<', '>&jane;<')],
    ['with a lone ampersand', 'markup', replaced('>jane<', '>jane & joe<')],
    ['with an instruction', 'markup', replaced('<samlp:Status>', '<?php evil ?><samlp:Status>')],
    ['with a section', 'markup', replaced('>jane<', '><![CDATA[jane]]><')],
    ['of version 1.1', 'markup', `<?xml version="1.1"?>${valid}`],
    ['of another encoding', 'markup', `<?xml version="1.0" encoding="UTF-7"?>${valid}`],
    ['with the end of a section', 'not-xml', replaced('>jane<', '>jane]]><')],
    ['with a character that XML does not have', 'not-xml', replaced('>jane<', '>ja\u0001ne<')],
    ['with a reference to one', 'not-xml', replaced('>jane<', '>ja&#0;ne<')],
    ['with an attribute twice', 'not-xml', replaced('SessionIndex="_s1"', 'SessionIndex="_s1" SessionIndex="_s2"')],
    ['with an attribute without quotes', 'not-xml', replaced('SessionIndex="_s1"', 'SessionIndex=_s1')],
    ['with a prefix that stands for nothing', 'not-xml', replaced('<samlp:Status>', '<x:Status/><samlp:Status>')],
    ['with two roots', 'not-xml', valid + valid],
    ['with text behind it', 'not-xml', `${valid}x`],
    ['that ends early', 'not-xml', valid.slice(0, -30)],
    ['that ends inside of a tag', 'not-xml', valid.slice(0, 40)],
    ['that is empty', 'not-xml', ' '],
    ['that is none', 'not-xml', 'hello'],
    ['that is deep', 'too-deep', '<a>'.repeat(100_000).slice(0, 250_000)],
    ['that is wide', 'too-deep', replaced('<samlp:Status>', `${'<b/>'.repeat(9000)}<samlp:Status>`)],
    ['that is huge', 'too-large', replaced('>jane<', `>${'j'.repeat(262_144)}<`)],
    ['with elements of nobody', 'structure', replaced('<samlp:Status>', '<samlp:Extensions/><samlp:Status>')],
    ['with attributes of nobody', 'structure', replaced('SessionIndex="_s1"', 'SessionIndex="_s1" Evil="1"')],
    ['with text between elements', 'structure', replaced('<samlp:Status>', 'evil<samlp:Status>')],
    ['in another order', 'structure', valid.replace(inside(valid, 'Subject'), '').replace('</saml:Assertion>', `${inside(valid, 'Subject')}</saml:Assertion>`)],
    ['without an ID', 'structure', replaced(' ID="_r1"', '')],
    ['with an ID that is none', 'structure', replaced('_r1', '1 2')],
  ])('%s', (_, reason, xml) => {
    expect(reasonOf(() => prove(xml))).toBe(reason)
  })

  test.each([
    ['cut off', base64(valid).slice(0, -5)], ['of the URL kind', base64(`${valid}???>>>`).replaceAll('+', '-').replaceAll('/', '_')], ['with blanks', ` ${base64(valid)}`], ['empty', ''], ['percent encoded', encodeURIComponent(base64(valid))],
    ['with more behind it', `${base64(valid)}=AAAA`],
  ])('in base64 that is %s', (_, text) => {
    expect(reasonOf(() => SamlResponse.open(text))).toBe('not-base64')
  })

  test('in base64 that is huge, or of no text', () => {
    expect(reasonOf(() => SamlResponse.open('A'.repeat(1_000_000)))).toBe('too-large')
    expect(reasonOf(() => SamlResponse.open(Buffer.from([0xff, 0xfe, 0x3c, 0x00]).toString('base64')))).toBe('not-xml')
  })
})

const subjectWith = (content: string): Partial<ResponseWords> => ({ subject: `<saml:Subject>${content}</saml:Subject>` })
const confirmation = (method: string, data: string): string => `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:${method}">${data}</saml:SubjectConfirmation>`
const bearing = confirmation('bearer', `<saml:SubjectConfirmationData NotOnOrAfter="${at(60)}" Recipient="${recipient}"/>`)
const nobody = '<saml:NameID>jane</saml:NameID>'

describe('what is signed is refused', () => {
  test.each<[string, string, Partial<ResponseWords>]>([
    ['of another issuer', 'issuer', { issuer: 'https://evil.example.com' }],
    ['of an issuer with a blank', 'issuer', { issuer: `${idp} ` }],
    ['in a response of another issuer', 'issuer', { outerIssuer: '<saml:Issuer>https://evil.example.com</saml:Issuer>' }],
    ['sent to another address', 'destination', { destination: 'https://evil.example.com/saml' }],
    ['sent to an address that is longer', 'destination', { destination: `${recipient}/` }],
    ['for another address', 'recipient', { confirmation: `NotOnOrAfter="${at(60)}" Recipient="https://other.example.com/saml"` }],
    ['for no address', 'recipient', { confirmation: `NotOnOrAfter="${at(60)}"` }],
    ['for somebody else', 'audience', { audience: 'https://other.example.com' }],
    ['for somebody almost like us', 'audience', { audience: 'urn:amazon:webservices:china' }],
    ['for nobody', 'audience', { conditionsElement: `<saml:Conditions NotOnOrAfter="${at(60)}"/>` }],
    ['for us and, in another restriction, for others', 'audience', { audience: 'urn:amazon:webservices</saml:Audience></saml:AudienceRestriction><saml:AudienceRestriction><saml:Audience>https://other.example.com' }],
    ['without conditions', 'conditions', { conditionsElement: '' }],
    ['that is over', 'expired', { conditions: `NotOnOrAfter="${at(-61)}"` }],
    ['that is over to the second', 'expired', { conditions: `NotOnOrAfter="${at(-60)}"` }],
    ['that is not good yet', 'not-yet', { conditions: `NotBefore="${at(90)}"` }],
    ['that is of the future', 'not-yet', { issuedAt: now + 90_000 }],
    ['whose bearer is late', 'expired', { confirmation: `NotOnOrAfter="${at(-61)}" Recipient="${recipient}"` }],
    ['whose bearer has all the time', 'confirmation', { confirmation: `Recipient="${recipient}"` }],
    ['whose bearer has to wait', 'confirmation', { confirmation: `NotBefore="${at(-60)}" NotOnOrAfter="${at(60)}" Recipient="${recipient}"` }],
    ['with a time that is none', 'structure', { confirmation: `NotOnOrAfter="tomorrow" Recipient="${recipient}"` }],
    ['with a time of another zone', 'conditions', { conditions: 'NotOnOrAfter="2026-11-21T14:00:00+02:00"' }],
    ['in answer to a question of nobody', 'in-response-to', { confirmation: `NotOnOrAfter="${at(60)}" Recipient="${recipient}" InResponseTo="_q"` }],
    ['in a response to a question of nobody', 'in-response-to', { response: ' InResponseTo="_q"' }],
    ['about nobody', 'subject', { subject: '' }],
    ['about somebody without a name', 'subject', subjectWith(bearing)],
    ['about an empty name', 'subject', subjectWith(`<saml:NameID/>${bearing}`)],
    ['about a blank name', 'subject', subjectWith(`<saml:NameID> </saml:NameID>${bearing}`)],
    ['about a name with blanks around it', 'subject', subjectWith(`<saml:NameID> jane</saml:NameID>${bearing}`)],
    ['about two names', 'structure', subjectWith(`${nobody}${nobody}${bearing}`)],
    ['that nobody bears', 'confirmation', subjectWith(nobody)],
    ['for whoever holds a key', 'confirmation', subjectWith(`${nobody}${bearing.replace('cm:bearer', 'cm:holder-of-key')}`)],
    ['for two bearers', 'confirmation', subjectWith(`${nobody}${bearing}${bearing}`)],
    ['for a bearer of nothing', 'confirmation', subjectWith(`${nobody}${confirmation('bearer', '')}`)],
    ['without saying that somebody was authenticated', 'authentication', { authnElement: '' }],
    ['of an authentication in the future', 'authentication', { authn: `AuthnInstant="${at(90)}"` }],
    ['whose session is over', 'expired', { authn: `AuthnInstant="${at(-90)}" SessionNotOnOrAfter="${at(0)}"` }],
    ['with an attribute twice', 'attributes', { statement: '<saml:AttributeStatement><saml:Attribute Name="Role"/><saml:Attribute Name="Role"/></saml:AttributeStatement>' }],
    ['with attributes without end', 'attributes', { attributes: { Role: Array.from({ length: 2001 }, () => 'x') } }],
    ['of a provider that says no', 'status', { status: '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"/></samlp:Status>' }],
    ['of a provider that says almost yes', 'status', { status: '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success "/></samlp:Status>' }],
    ['without a status', 'structure', { status: '' }],
    ['that is encrypted beside', 'encrypted', { behind: '<saml:EncryptedAssertion/>' }],
  ])('%s', (_, reason, more) => {
    expect(reasonOf(() => prove(good(more)))).toBe(reason)
  })

  test.each<[string, string, string]>([
    ['without an address in a response that is signed', 'destination', signed(words({ destination: undefined }), signer, { what: 'Response' })],
    ['of another version', 'version', signed(words().replaceAll('Version="2.0"', 'Version="1.1"'), signer)],
    ['of an assertion of another version', 'version', signed(words().replace(/(<saml:Assertion.*?)Version="2.0"/, '$1Version="2.1"'), signer)],
  ])('%s', (_, reason, xml) => {
    expect(reasonOf(() => prove(xml))).toBe(reason)
  })

  test('where it is older than it may be', () => {
    const old = good({ issuedAt: now - 400_000 })
    expect(prove(old).id).toBe('_a1')
    expect(reasonOf(() => prove(old, { age: 300 }))).toBe('expired')
  })
})

test('whatever is changed in what was signed, it is refused or says the same', () => {
  const [from, to] = [valid.indexOf('<saml:Assertion'), valid.indexOf('</samlp:Response>')]
  const read = prove(valid)
  fc.assert(fc.property(fc.integer({ min: from, max: to - 1 }), fc.integer({ min: 0, max: 3 }), fc.string({ unit: 'grapheme', maxLength: 6 }), (place, cut, put) => {
    const changed = valid.slice(0, place) + put + valid.slice(place + cut)
    try {
      expect(prove(changed)).toEqual(read)
    } catch (error) {
      expect(error).toBeInstanceOf(SamlRefusal)
    }
  }), { numRuns: 400 })
})

test('whatever comes, it is refused and nothing breaks', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('<', '>', '/', '"', "'", '=', 'a', ' ', '&', ':', 'xmlns', 'samlp:Response', 'ID') })), (text) => {
    expect(() => SamlResponse.open(text)).toThrow(SamlRefusal)
    expect(() => SamlResponse.open(base64(text.toWellFormed()))).toThrow(SamlRefusal)
  }))
})

test('a refusal says little outside, and its reason to the log', () => {
  const refusal = (() => {
    try {
      return prove(good({ audience: 'https://other.example.com' }))
    } catch (error) {
      return error as SamlRefusal
    }
  })() as SamlRefusal
  expect(refusal.message).toBe('The message of the identity provider cannot be accepted.')
  expect((refusal.cause as Error).message).toMatch(/^saml audience: /)
})

test('an assertion counts once, whoever asks at the same time; and nobody is believed while the marks cannot be written', async () => {
  const used = new Set<string>()
  const lives: number[] = []
  const store = { add: async (key: string, _value: string, { ttl }: { ttl: number }) => (lives.push(ttl), !used.has(key) && Boolean(used.add(key))) }
  const assertions = new SamlAssertions({ store, clock: () => now })
  const tries = await Promise.allSettled(Array.from({ length: 5 }, () => assertions.prove(base64(valid), only)))
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(tries.flatMap((one) => (one.status === 'rejected' ? [(one.reason as SamlRefusal).reason] : []))).toEqual(Array.from({ length: 4 }, () => 'replayed'))
  // As long as the message would be taken, clocks that differ counted in.
  expect(Math.min(...lives)).toBeGreaterThanOrEqual(300)
  expect((await assertions.prove(base64(good({ id: '_a2' })), only)).id).toBe('_a2')
  const broken = new SamlAssertions({ store: { add: async () => { throw new Error('gone') } }, clock: () => now })
  await expect(broken.prove(base64(valid), only)).rejects.toThrow('gone')
})

describe('metadata', () => {
  test.each([
    ['of nobody', metadataOf([signer]).replace(/entityID="[^"]*"/, '')],
    ['without a certificate', metadataOf([])],
    ['with a certificate for encryption alone', metadataOf([signer]).replace('use="signing"', 'use="encryption"')],
    ['with a certificate that is none', metadataOf([{ certificate: 'AAAA' }])],
    ['of another protocol', metadataOf([signer]).replace('SAML:2.0:protocol', 'SAML:1.1:protocol')],
    ['that holds until no time', metadataOf([signer], idp, ' validUntil="soon"')],
    ['that holds until a day that there is not', metadataOf([signer], idp, ' validUntil="2030-02-30T00:00:00Z"')],
    ['of somebody whose name is no URI', metadataOf([signer], 'http://[')],
  ])('%s is not taken', (_, metadata) => {
    expect(reasonOf(() => readSamlIssuer(metadata))).toBe('metadata')
  })

  test('names all keys for signing, and until when it holds', () => {
    const { keys, validUntil } = readSamlIssuer(metadataOf([signer, weak, elliptic], idp, ' validUntil="2030-01-01T00:00:00Z"'))
    expect(keys).toHaveLength(2)
    expect(validUntil).toBe(Date.parse('2030-01-01T00:00:00Z'))
    expect(reasonOf(() => readSamlIssuer(`<!DOCTYPE x>${metadataOf([signer])}`))).toBe('markup')
  })
})
