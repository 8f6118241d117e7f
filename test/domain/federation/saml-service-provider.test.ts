// Gatehouse as a SAML service provider, from request to response: with another library as the provider, and with responses that
// somebody has laid hands on. saml-response.test.ts has the table of what the verifier refuses.
import { constants, verify } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { DOMParser, type Element } from '@xmldom/xmldom'
import fc from 'fast-check'
import { ExternalSteps, readCertificates } from '../../../src/domain/federation/index.js'
import { certified } from '../../support/certificates.js'
import { signed, type ResponseWords } from '../../support/saml.js'
import { addresses, at, certificates, connection, finish, good, now, ourEncryption, ourSigning, refusalOf, samlifyPartner, sealed, sealedAssertion, serviceProvider, signedThenSealed, stranger, theirs, words, type Finish } from '../../support/saml-partner.js'

const begin = (more: Record<string, unknown> = {}, wanted: Partial<typeof connection> = {}) => {
  const steps = new ExternalSteps()
  return serviceProvider().begin({ ...connection, ...wanted }, { ...addresses, relayState: 'r-1', ...more }, steps).then((beginning) => ({ ...beginning, steps }))
}
const namesOf = ({ steps }: ExternalSteps): string[] => steps.map(({ name, outcome }) => `${name} ${outcome}`)
const allSteps = ['opened', 'status', 'signature', 'issuer', 'destination', 'answer', 'subject', 'audience', 'times', 'attributes', 'replay'].map((name) => `${name} passed`)

describe('metadata', () => {
  const childrenOf = (element: Element): string[] => Array.from(element.childNodes).filter(({ nodeType }) => nodeType === 1).map(({ nodeName }) => nodeName)

  test('is signed, in the order of the schema, and names our addresses and keys', async () => {
    const metadata = await serviceProvider().metadata(addresses)
    const root = new DOMParser().parseFromString(metadata, 'text/xml').documentElement!
    expect(childrenOf(root)).toEqual(['ds:Signature', 'md:SPSSODescriptor'])
    const role = Array.from(root.childNodes)[1] as unknown as Element
    expect(childrenOf(role)).toEqual(['md:KeyDescriptor', 'md:KeyDescriptor', 'md:SingleLogoutService', 'md:SingleLogoutService', 'md:NameIDFormat', 'md:NameIDFormat', 'md:NameIDFormat', 'md:AssertionConsumerService'])
    expect(childrenOf(Array.from(role.childNodes)[1] as unknown as Element)).toEqual(['ds:KeyInfo', ...Array(4).fill('md:EncryptionMethod') as string[]])
    expect(root.getAttribute('entityID')).toBe(addresses.entityId)
    for (const part of [ourSigning.certificate, ourEncryption.certificate, `Location="${addresses.acs}"`, `Location="${addresses.slo}"`, `URI="#${root.getAttribute('ID')}"`, 'AuthnRequestsSigned="true"', 'validUntil="2026-11-28T12:00:00Z"']) expect(metadata).toContain(part)
  })

  test('is understood by another library', async () => {
    const { consumer } = samlifyPartner(await serviceProvider().metadata(addresses, { nameIdFormat: 'urn:x & y' }))
    expect(consumer.entityMeta.getEntityID()).toBe(addresses.entityId)
    expect(consumer.entityMeta.getAssertionConsumerService('post')).toBe(addresses.acs)
    expect(consumer.entityMeta.getX509Certificate('encryption')).toBe(ourEncryption.certificate)
    expect(consumer.entityMeta.getNameIDFormat()).toEqual('urn:x & y')
  })
})

describe('a request', () => {
  test('goes by Redirect, signed over exactly what stands in the address', async () => {
    const { requestId, outbound, steps } = await begin({ loginHint: 'jane"<&@example.com', forceAuthn: true }, { nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' })
    if (outbound.binding !== 'redirect') throw new Error('it is by Redirect')
    const [address, query] = outbound.location.split('?') as [string, string]
    expect(address).toBe('https://idp.example.com/sso')
    const [octets, signature] = query.split('&Signature=') as [string, string]
    expect(octets.split('&').map((part) => part.split('=')[0])).toEqual(['SAMLRequest', 'RelayState', 'SigAlg'])
    expect(verify('sha256', Buffer.from(octets), ourSigning.publicKey, Buffer.from(decodeURIComponent(signature), 'base64'))).toBe(true)
    const parameters = new URLSearchParams(query)
    expect(parameters.get('RelayState')).toBe('r-1')
    const xml = inflateRawSync(Buffer.from(parameters.get('SAMLRequest')!, 'base64')).toString()
    const root = new DOMParser().parseFromString(xml, 'text/xml').documentElement!
    expect(Object.fromEntries(['ID', 'Destination', 'AssertionConsumerServiceURL', 'ForceAuthn', 'IssueInstant'].map((name) => [name, root.getAttribute(name)]))).toEqual({
      ID: requestId, Destination: connection.signOn.address, AssertionConsumerServiceURL: addresses.acs, ForceAuthn: 'true', IssueInstant: '2026-11-21T12:00:00Z',
    })
    expect(Array.from(root.childNodes).map(({ nodeName, textContent }) => [nodeName, textContent])).toEqual([['saml:Issuer', addresses.entityId], ['saml:Subject', 'jane"<&@example.com'], ['samlp:NameIDPolicy', '']])
    expect(steps.steps).toMatchObject([{ name: 'request', outcome: 'passed', sent: xml }])
  })

  test('is believed by another library, by either binding', async () => {
    const { provider, consumer } = samlifyPartner(await serviceProvider().metadata(addresses))
    const { requestId, outbound } = await begin()
    if (outbound.binding !== 'redirect') throw new Error('it is by Redirect')
    const query = outbound.location.split('?')[1]!
    const read = await provider.parseLoginRequest(consumer, 'redirect', { query: Object.fromEntries(new URLSearchParams(query)), octetString: query.split('&Signature=')[0]! })
    expect(read.extract.request!).toMatchObject({ id: requestId, assertionConsumerServiceUrl: addresses.acs })
    const posted = await begin({}, { signOn: { address: 'https://idp.example.com/sso', binding: 'post' } })
    if (posted.outbound.binding !== 'post') throw new Error('it is by POST')
    expect(posted.outbound).toMatchObject({ action: 'https://idp.example.com/sso', fields: { RelayState: 'r-1' } })
    expect((await provider.parseLoginRequest(consumer, 'post', { body: posted.outbound.fields })).extract.request!.id).toBe(posted.requestId)
  })

  test('keeps the parameters that an address has, and its RelayState short', async () => {
    const { outbound } = await begin({}, { signOn: { address: 'https://idp.example.com/sso?tenant=7', binding: 'redirect' } })
    expect(outbound).toMatchObject({ location: expect.stringMatching(/^https:\/\/idp\.example\.com\/sso\?tenant=7&SAMLRequest=/) })
    await expect(begin({ relayState: 'x'.repeat(81) })).rejects.toThrow('80 bytes')
  })
})

describe('a response counts', () => {
  test('and says who it is, by which certificate, and how to end the session', async () => {
    const { done, steps } = finish(good())
    expect(await done).toEqual({
      fingerprint: certificates[0]!.fingerprint, sessionEndsAt: undefined,
      identity: { subject: 'jane', claims: new Map([['mail', ['jane@example.com']]]), authenticatedAt: now - 30_000, amr: ['urn:oasis:names:tc:SAML:2.0:ac:classes:Password'], acr: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password', session: '_s1', nameId: { format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' } },
      session: { nameId: 'jane', format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent', index: '_s1' },
      // Its years are over, and it counts all the same.
      warnings: [expect.objectContaining({ name: 'certificate', outcome: 'warned' })],
    })
    expect(namesOf(steps)).toEqual([...allSteps, 'certificate warned'])
    expect(steps.steps[2]!.says).toContain(certificates[0]!.fingerprint)
    expect(steps.steps[0]!.received).toMatch(/<ds:SignatureValue>…</)
  })

  const gcm = 'http://www.w3.org/2009/xmlenc11#'
  test.each<[string, () => string]>([
    ['where all of it is signed', () => signed(words(), theirs, { what: 'Response' })],
    ['where both are signed', () => signed(good(), theirs, { what: 'Response' })],
    ['where it is signed, then encrypted', () => signedThenSealed(words())],
    ['where it is encrypted, then signed', () => signed(sealed(words()), theirs, { what: 'Response' })],
    ['where it is signed, encrypted, and signed', () => signed(signedThenSealed(words()), theirs, { what: 'Response' })],
    ['with AES-128-GCM', () => signedThenSealed(words(), { data: `${gcm}aes128-gcm` })],
    ['with RSA-OAEP and SHA-256 throughout', () => signedThenSealed(words(), { wrap: `${gcm}rsa-oaep`, oaepHash: 'sha256', digest: 'http://www.w3.org/2001/04/xmlenc#sha256', mask: `${gcm}mgf1sha256` })],
  ])('%s', async (_, xml) => {
    const { done, steps } = finish(xml())
    expect((await done).identity.subject).toBe('jane')
    expect(namesOf(steps).includes('decrypted passed')).toBe(xml().includes('EncryptedAssertion'))
    const opened = steps.steps.find(({ name }) => name === 'decrypted')?.received
    expect(opened === undefined || (opened.startsWith('<saml:Assertion') && !/SignatureValue>[^…<]/.test(opened))).toBe(true)
    expect(steps.steps.find(({ name }) => name === 'signature')).toMatchObject({ certificate: certificates[0]!.fingerprint, says: expect.stringContaining('which ends at 2025-01-01') })
  })

  test.each([[false, false], [false, true], [true, false], [true, true]])('where another library made it (message signed: %s, encrypted: %s)', async (wantMessageSigned, isAssertionEncrypted) => {
    const { provider, consumer } = samlifyPartner(await serviceProvider().metadata(addresses), { wantMessageSigned, isAssertionEncrypted })
    const xml = words().replace('<saml:Assertion', '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"')
    const made = await provider.createLoginResponse(consumer, { extract: { request: { id: '_q1' } } }, 'post', { email: 'jane' }, { customTagReplacement: () => ({ id: '_r', context: xml }), encryptThenSign: true } as never) as { context: string }
    const text = Buffer.from(made.context, 'base64').toString()
    expect(text.includes('EncryptedAssertion')).toBe(isAssertionEncrypted)
    expect((await finish(text).done).identity).toMatchObject({ subject: 'jane', claims: new Map([['mail', ['jane@example.com']]]) })
  })

  test('by whichever of the certificates signed it', async () => {
    const both = [...readCertificates(stranger.certificate), ...certificates]
    expect((await finish(good(), { certificates: both }).done).fingerprint).toBe(certificates[0]!.fingerprint)
    expect((await finish(signed(words(), stranger), { certificates: both }).done).fingerprint).toBe(both[0]!.fingerprint)
    const fresh = certified({ kind: 'rsa', from: now - 1000, until: now + 86_400_000 })
    expect((await finish(signed(words(), fresh), { certificates: readCertificates(fresh.pem) }).done).warnings).toEqual([])
  })

  test('without a request only where the source allows that', async () => {
    const unasked = { requestId: undefined, connection: { unsolicited: true } }
    expect((await finish(good({}, undefined as never).replaceAll(' InResponseTo="_q1"', ''), { requestId: undefined }).done.catch((error: Error) => error.message))).toMatch(/It is not you/)
    const xml = signed(words().replaceAll(' InResponseTo="_q1"', ''), theirs)
    expect((await finish(xml, unasked).done).identity.subject).toBe('jane')
    expect(await refusalOf(finish(xml, { requestId: undefined }).done)).toMatchObject({ reason: 'in-response-to', name: 'answer' })
    expect(await refusalOf(finish(xml).done)).toMatchObject({ reason: 'in-response-to', says: 'The response answers no request and must answer _q1.' })
    expect(await refusalOf(finish(good(), unasked).done)).toMatchObject({ reason: 'in-response-to' })
  })

  test('with a warning where the clock of the provider is ahead', async () => {
    const { warnings } = await finish(good({ issuedAt: now + 40_000 })).done
    expect(warnings.map(({ says }) => says)).toContain('The provider’s clock is 40 seconds ahead of ours.')
  })
})

describe('a response is refused, in words that say what to do', () => {
  const said = (more: Partial<ResponseWords>): string => good(more)
  test.each<[string, string, string, RegExp, () => string, Finish?]>([
    ['of another key', 'signature', 'signature', /None of the 1 certificates .* the message names one of CN=idp\.example\.com with the SHA-256 fingerprint/, () => signed(words(), stranger)],
    ['with no certificate known', 'certificate', 'signature', /No certificate of the source is known/, () => good(), { certificates: [] }],
    ['unsigned', 'unsigned', 'signature', /Neither/, () => words()],
    ['stripped of its signature', 'unsigned', 'signature', /Neither/, () => good().replace(/<ds:Signature [\s\S]*<\/ds:Signature>/, '')],
    ['by SHA-1', 'algorithm', 'signature', /signed by rsa-sha1/, () => signed(words(), theirs, { algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' })],
    ['of another provider', 'issuer', 'issuer', /calls itself https:\/\/evil\.example\.com and must be/, () => said({ issuer: 'https://evil.example.com' })],
    ['sent elsewhere', 'destination', 'destination', /was sent to https:\/\/evil\.example\.com\/acs and must be sent to/, () => said({ destination: 'https://evil.example.com/acs' })],
    ['to be borne elsewhere', 'recipient', 'destination', /is for https:\/\/evil\.example\.com\/acs and must be for/, () => said({ confirmation: `NotOnOrAfter="${at(60)}" Recipient="https://evil.example.com/acs" InResponseTo="_q1"` })],
    ['for somebody else', 'audience', 'audience', /is for urn:other and must be for https:\/\/login/, () => said({ audience: 'urn:other' })],
    ['in answer to another request', 'in-response-to', 'answer', /answers the request _q1 and must answer _q2/, () => good(), { requestId: '_q2' }],
    ['too late', 'expired', 'times', /NotOnOrAfter is 2026-11-21T11:54:20\.000Z: 340 seconds ago by our clock/, () => said({ conditions: `NotOnOrAfter="${at(-340)}"` })],
    ['too late to bear', 'expired', 'times', /NotOnOrAfter of the confirmation .*: 61 seconds ago/, () => said({ confirmation: `NotOnOrAfter="${at(-61)}" Recipient="${addresses.acs}" InResponseTo="_q1"` })],
    ['too early', 'not-yet', 'times', /NotBefore is .*: 90 seconds ahead of our clock/, () => said({ conditions: `NotBefore="${at(90)}" NotOnOrAfter="${at(240)}"` })],
    ['about nobody', 'subject', 'subject', /names nobody/, () => said({ nameId: ' ' })],
    ['with a comment in the name', 'markup', 'opened', /more than elements and text/, () => said({ nameId: 'root@example.com<!-- -->.evil.example' })],
    ['with a document type', 'markup', 'opened', /more than elements and text/, () => `<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>${good()}`],
    ['with two assertions', 'several-assertions', 'opened', /several assertions/, () => said({ behind: '<saml:Assertion ID="_b" Version="2.0" IssueInstant="2026-11-21T12:00:00Z"><saml:Issuer>x</saml:Issuer></saml:Assertion>' })],
    ['that says no', 'status', 'status', /The provider refused: Requester, AuthnFailed \(Not assigned\)/, () => said({ status: '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Requester"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"/></samlp:StatusCode><samlp:StatusMessage>Not assigned</samlp:StatusMessage></samlp:Status>' })],
    ['in another format than asked for', 'subject', 'name-id', /is urn:.*persistent and must be urn:x/, () => good(), { connection: { nameIdFormat: 'urn:x' } }],
    ['about somebody who is another each time', 'subject', 'name-id', /transient/, () => said({ subject: words().match(/<saml:Subject>.*<\/saml:Subject>/)![0].replace(':persistent"', ':transient"') })],
    ['that is a page', 'structure', 'opened', /is no response/, () => '<html/>'],
  ])('%s', async (_, reason, name, says, xml, ...[more]) => {
    const { done, steps } = finish(xml(), more)
    expect(await refusalOf(done)).toMatchObject({ reason, name, message: expect.stringContaining('It is not you') })
    const last = steps.steps.at(-1)!
    expect(last).toMatchObject({ name, outcome: 'failed', says: expect.stringMatching(says), advice: expect.stringMatching(/\w/) })
    expect(steps.steps.slice(0, -1).filter(({ outcome }) => outcome === 'failed')).toEqual([])
    expect(last.received ?? '').not.toMatch(/SignatureValue>[^…<]/)
  })

  test('at its second use', async () => {
    const by = serviceProvider()
    const xml = good()
    await finish(xml, { by }).done
    expect(await refusalOf(finish(xml, { by }).done)).toMatchObject({ reason: 'replayed', name: 'replay' })
    const again = await Promise.allSettled([good({ id: '_twice' }), good({ id: '_twice' })].map((one) => finish(one, { by }).done))
    expect(again.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  test('with the same words, whatever is wrong with what was encrypted', async () => {
    const pkcs1 = { wrap: 'http://www.w3.org/2001/04/xmlenc#rsa-1_5', padding: constants.RSA_PKCS1_PADDING }
    const tampered = (at: number) => ({ change: (bytes: Buffer) => { bytes[at < 0 ? bytes.length + at : at]! ^= 1; return bytes } })
    const wrong = [
      signedThenSealed(words(), { to: stranger }), signedThenSealed(words(), pkcs1), signedThenSealed(words(), { data: 'http://www.w3.org/2001/04/xmlenc#aes256-cbc' }),
      signedThenSealed(words(), tampered(0)), signedThenSealed(words(), tampered(40)), signedThenSealed(words(), tampered(-1)), signedThenSealed(words(), { change: (bytes) => bytes.subarray(0, 20) }),
      signedThenSealed(words(), { digest: 'http://www.w3.org/2001/04/xmlenc#sha256' }), signedThenSealed(words(), { wrap: 'http://www.w3.org/2009/xmlenc11#rsa-oaep', mask: 'http://www.w3.org/2009/xmlenc11#mgf1sha256' }),
      signedThenSealed(words()).replace(/<ds:KeyInfo[\s\S]*<\/ds:KeyInfo>/, '<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:KeyName>x</ds:KeyName></ds:KeyInfo>'),
      signedThenSealed(words()).replace('xmlenc#Element', 'xmlenc#Content'),
    ]
    const told = await Promise.all(wrong.map((xml) => refusalOf(finish(xml).done)))
    expect(new Set(told.map(({ reason, says, message }) => JSON.stringify([reason, says, message])))).toEqual(new Set([JSON.stringify(['decryption', 'The assertion does not open with our key.', told[0]!.message])]))
  })

  test.each<[string, string, () => string]>([
    ['encrypted and signed by nobody', 'unsigned', () => sealed(words())],
    ['with another encrypted assertion put in', 'signature', () => signed(sealed(words()), theirs, { what: 'Response' }).replace(/<saml:EncryptedAssertion>.*<\/saml:EncryptedAssertion>/, sealed(words({ nameId: 'root' })).match(/<saml:EncryptedAssertion>.*<\/saml:EncryptedAssertion>/)![0])],
    ['with an assertion beside the encrypted one', 'several-assertions', () => signedThenSealed(words()).replace('</samlp:Response>', `${good().match(/<saml:Assertion[\s\S]*<\/saml:Assertion>/)![0]}</samlp:Response>`)],
    ['with something else encrypted', 'no-assertion', () => words().replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, sealedAssertion('<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">x</saml:Issuer>'))],
    ['with a document type inside', 'markup', () => words().replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, sealedAssertion('<!DOCTYPE x><x/>'))],
    ['with two assertions inside', 'not-xml', () => words().replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, (assertion) => sealedAssertion(assertion.replace('<saml:Assertion', '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"').repeat(2)))],
    ['signed by a stranger inside', 'signature', () => words().replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, (assertion) => sealedAssertion(signed(assertion.replace('<saml:Assertion', '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'), stranger)))],
    ['with a signature of the provider of another assertion inside', 'reference', () => {
      const other = good({ id: '_other' }).match(/<ds:Signature [\s\S]*<\/ds:Signature>/)![0]
      return words().replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, (assertion) => sealedAssertion(assertion.replace('<saml:Assertion', '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"').replace('</saml:Issuer>', `</saml:Issuer>${other}`)))
    }],
    ['wrapped: the signed assertion moved aside, a forged one in its place', 'several-assertions', () => {
      const xml = good()
      const assertion = xml.match(/<saml:Assertion[\s\S]*<\/saml:Assertion>/)![0]
      return xml.replace(assertion, `${assertion.replace(/<ds:Signature [\s\S]*<\/ds:Signature>/, '').replace('>jane<', '>root<').replace(/ID="[^"]*"/, 'ID="_evil"')}<samlp:Extensions>${assertion}</samlp:Extensions>`)
    }],
  ])('%s', async (_, reason, xml) => {
    expect((await refusalOf(finish(xml()).done)).reason).toBe(reason)
  })

  test('a byte changed anywhere in a signed message is refused, or changes nothing that is read', async () => {
    const xml = signed(words({ id: '_a', responseId: '_r' }), theirs, { what: 'Response' }).replace(/<ds:KeyInfo>.*<\/ds:KeyInfo>/, '')
    const bytes = Buffer.from(xml)
    const whole = JSON.stringify((await finish(xml).done).identity)
    let refused = 0
    await fc.assert(fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (place, bits) => {
      const changed = Buffer.from(bytes)
      changed[place]! ^= bits
      const steps = new ExternalSteps()
      const answer = { base64: changed.toString('base64'), requestId: '_q1', certificates, audience: addresses.entityId, recipient: addresses.acs }
      const read = await serviceProvider().finish(connection, answer, steps).then(({ identity }) => JSON.stringify(identity), (error: { code?: string }) => { expect(error.code).toBe('credentials-wrong'); refused += 1; return undefined })
      expect([undefined, whole]).toContain(read)
    }), { numRuns: 250 })
    expect(refused).toBeGreaterThan(240)
  })
})

