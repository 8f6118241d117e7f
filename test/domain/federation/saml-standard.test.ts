// Held against the schemas of the standard: everything that we send and publish is valid, and nothing is taken that is not.
import { inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { ExternalSteps, type SamlConnection, type SamlOutbound, type SamlSession } from '../../../src/domain/federation/index.js'
import { checkIds, checkShape } from '../../../src/domain/federation/saml-schema.js'
import { SamlRefusal } from '../../../src/domain/federation/saml-refusal.js'
import { escaped } from '../../../src/domain/federation/saml-writing.js'
import { parseXml } from '../../../src/domain/federation/saml-xml.js'
import { serviceMetadata } from '../../../src/http/saml/metadata.js'
import { needs } from '../../support/needs.js'
import { fullOf, leastOf, withIds } from '../../support/saml-forms.js'
import { mutated, respelled, values } from '../../support/saml-mutations.js'
import { addresses, connection, good, logoutOf, serviceProvider, signedThenSealed, stranger, theirs, words } from '../../support/saml-partner.js'
import { openSamlSchemas, type SamlSchemas } from '../../support/saml-schemas.js'
import { signed } from '../../support/saml.js'

const xmlOf = (outbound: SamlOutbound): string => {
  const message = (fields: Record<string, string>): Buffer => Buffer.from(fields['SAMLRequest'] ?? fields['SAMLResponse']!, 'base64')
  return outbound.binding === 'post' ? message(outbound.fields).toString() : inflateRawSync(message(Object.fromEntries(new URL(outbound.location).searchParams))).toString()
}

/** Nobody here acts on what a KeyInfo names, so its values are not looked at, as the schema does. */
const withoutKeyValues = (xml: string): string => xml.replace(/(<(?:\w+:)?(X509Certificate|X509SKI|Modulus|Exponent|X509SerialNumber)(?:\s[^<>]*)?>)[^<]*(?=<\/)/g, (_, tag: string, name: string) => `${tag}${name === 'X509SerialNumber' ? '1' : 'AAAA'}`)

function isTaken(xml: string): boolean {
  try {
    const root = parseXml(xml).documentElement!
    checkIds(root)
    checkShape(root)
    return true
  } catch (error) {
    if (error instanceof SamlRefusal) return false
    throw error
  }
}

needs('simplesamlphp').describe('by the schemas of the standard', () => {
  let schemas: SamlSchemas
  beforeAll(async () => { schemas = await openSamlSchemas() })
  afterAll(() => schemas?.close())

  test('a schema tells what is valid from what is not', () => {
    expect(schemas.faultOf(words())).toBeUndefined()
    expect(schemas.faultOf(words().replace('Version="2.0"', ''))).toContain('Version')
    expect(schemas.faultOf(words().slice(0, -1))).toEqual(expect.any(String))
    expect(schemas.faultOf('<x/>')).toContain('No matching global declaration')
  })

  test('our metadata is valid, whatever is set', async () => {
    const formats = [undefined, 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent', 'urn:x & y']
    for (const nameIdFormat of formats) expect(schemas.faultOf(await serviceProvider().metadata(addresses, { ...(nameIdFormat !== undefined && { nameIdFormat }) }))).toBeUndefined()
    expect(schemas.faultOf(await serviceProvider({ alsoSigning: [stranger, theirs], alsoOpening: [stranger] }).metadata({ entityId: 'https://login.example.com/a?b=c&d', acs: 'https://login.example.com/"<acs>', slo: 'https://login.example.com/slo' }))).toBeUndefined()
    expect(schemas.faultOf(serviceMetadata(new URL('https://login.example.com:8443/')))).toBeUndefined()
  })

  describe.each(['redirect', 'post'] as const)('by %s', (binding) => {
    const there: SamlConnection = { ...connection, signOn: { binding, address: 'https://idp.example.com/sso?a=b&c' }, singleLogout: { binding, address: 'https://idp.example.com/slo?a=b&c' } }

    test.each<[string, Partial<SamlConnection>, object]>([
      ['a plain request', {}, {}], ['one that asks for a new proof', {}, { forceAuthn: true }], ['one with a hint', {}, { loginHint: 'jane"<&>\'@example.com\n' }], ['one with a format', { nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' }, {}],
      ['one with all of it', { nameIdFormat: 'urn:x & y' }, { forceAuthn: true, loginHint: 'é' }],
    ])('%s is valid', async (_, more, asked) => {
      const { outbound } = await serviceProvider().begin({ ...there, ...more }, { ...addresses, relayState: 'r-1', ...asked }, new ExternalSteps())
      expect(schemas.faultOf(xmlOf(outbound))).toBeUndefined()
    })

    test.each<[string, SamlSession]>([
      ['a name', { nameId: 'jane', format: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified' }], ['a name of its own', { nameId: 'ja<ne> & "joe"\t', format: 'urn:x', qualifier: 'a & b', spQualifier: '<c>' }], ['a session', { nameId: 'jane', format: 'urn:x', index: '_s"1<&' }],
    ])('a request to end the session of %s is valid', async (_, session) => {
      const begun = await serviceProvider().endSession(there, { entityId: addresses.entityId, session, relayState: 'r-1' })
      expect(schemas.faultOf(xmlOf(begun!.outbound))).toBeUndefined()
    })

    test.each([true, false])('an answer to one is valid (done: %s)', async (isDone) => {
      const outbound = await serviceProvider().answerLogout(there, { entityId: addresses.entityId, request: { id: '_l1', relayState: undefined }, isDone })
      expect(schemas.faultOf(xmlOf(outbound!))).toBeUndefined()
    })
  })

  const roots = ['p:Response', 'p:LogoutRequest', 'p:LogoutResponse', 'a:Assertion', 'a:EncryptedAssertion']
  const messages = [
    ...roots.flatMap((name) => [withIds(leastOf(name, [])), fullOf(name)]), good(), signed(good(), theirs, { what: 'Response' }), signedThenSealed(words()), signed(logoutOf(), theirs, { what: 'LogoutRequest' }),
    words({ statement: '<saml:AttributeStatement><saml:Attribute Name="a" xmlns:xs="http://www.w3.org/2001/XMLSchema"><saml:AttributeValue xsi:type="xs:string">x</saml:AttributeValue><saml:AttributeValue xsi:type="xs:integer">1</saml:AttributeValue><saml:AttributeValue xsi:nil="true"/></saml:Attribute></saml:AttributeStatement>' }),
  ]

  test.each(messages.map((xml) => [/^<(\S+)/.exec(xml)![1]!, xml]))('what is taken as a whole is valid: %s', (_, xml) => {
    expect([isTaken(xml), schemas.faultOf(xml)]).toEqual([true, undefined])
  })

  test.each([['changed', mutated(messages)], ['spelled otherwise', respelled(messages)]])('whatever is %s in a message, what is still taken is still valid', (_, changed) => {
    fc.assert(fc.property(changed, (xml) => {
      if (isTaken(xml)) expect(schemas.faultOf(withoutKeyValues(xml))).toBeUndefined()
    }), { numRuns: 1500 })
  })

  const around = 'xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
  const places: [string, (value: string) => string][] = [
    ['a URI', (value) => `<a:Audience ${around}>${value}</a:Audience>`], ['a URI of an attribute', (value) => `<p:StatusCode ${around} Value="${value}"/>`], ['a time', (value) => `<a:Conditions ${around} NotBefore="${value}"/>`],
    ['a name', (value) => `<a:SubjectConfirmationData ${around} InResponseTo="${value}"/>`], ['a number', (value) => `<a:ProxyRestriction ${around} Count="${value}"/>`], ['base64', (value) => `<d:DigestValue xmlns:d="http://www.w3.org/2000/09/xmldsig#">${value}</d:DigestValue>`],
    ['an ID', (value) => `<a:Assertion ${around} ID="${value}" Version="2.0" IssueInstant="2026-11-21T12:00:00Z"><a:Issuer>x</a:Issuer></a:Assertion>`],
    ...['boolean', 'integer', 'int', 'long', 'nonNegativeInteger', 'decimal', 'double', 'float', 'dateTime', 'date', 'anyURI', 'base64Binary', 'token', 'string'].map((type): [string, (value: string) => string] =>
      [`a value that is said to be of the type ${type}`, (value) => `<a:AttributeValue ${around} i:type="xs:${type}">${value}</a:AttributeValue>`]),
    ['what a value is', (value) => `<a:AttributeValue ${around} i:type="${value}"/>`], ['whether a value is one', (value) => `<a:AttributeValue ${around} i:nil="${value}"/>`], ['a language', (value) => `<a:AttributeValue ${around} xml:lang="${value}"/>`],
  ]
  test.each(places)('what is taken for %s is valid', (_, place) => {
    fc.assert(fc.property(values, (value) => {
      const xml = place(escaped(value.toWellFormed()))
      if (isTaken(xml)) expect([value, schemas.faultOf(xml)]).toEqual([value, undefined])
    }), { numRuns: 600 })
  })
})
