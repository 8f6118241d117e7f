// Single logout, both ways: what is sent to a provider, and which of what it sends counts.
import { sign } from 'node:crypto'
import fc from 'fast-check'
import type { SamlInbound } from '../../../src/domain/federation/index.js'
import { base64, idp, signed } from '../../support/saml.js'
import { addresses, certificates, connection, logoutOf, now, queryOf, refusalOf, samlifyPartner, serviceProvider, stranger, theirs } from '../../support/saml-partner.js'

const read = (inbound: SamlInbound, { by = serviceProvider(), requestId }: { by?: ReturnType<typeof serviceProvider>; requestId?: string } = {}) =>
  by.readLogout(connection, { inbound, slo: addresses.slo, certificates, requestId })
const byQuery = (query: string): SamlInbound => ({ binding: 'redirect', query })
const byForm = (xml: string): SamlInbound => ({ binding: 'post', message: base64(xml), relayState: 'r-2' })
const signedLogout = (xml = logoutOf(), signer = theirs): string => signed(xml, signer, { what: /<samlp:(\w+)/.exec(xml)![1] as 'Response' })
const success = '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
const answerOf = (more = ' InResponseTo="_q9"', status = success): string => logoutOf({ name: 'LogoutResponse', more, inside: status })

describe('a request of the provider counts', () => {
  test.each<[string, () => SamlInbound]>([
    ['by Redirect', () => byQuery(queryOf(logoutOf(), { relayState: 'r-2' }))],
    ['by Redirect, with a question mark and in another order', () => byQuery(`?${queryOf(logoutOf(), { relayState: 'r-2' }).split('&').toReversed().join('&')}`)],
    ['by Redirect, spelled with small letters', () => {
      const spell = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())
      const query = queryOf(logoutOf(), { relayState: 'r-2', octets: spell })
      const [octets, signature] = query.split('&Signature=')
      return byQuery(`${spell(octets!)}&Signature=${signature!}`)
    }],
    ['by POST', () => byForm(signedLogout())],
  ])('%s', async (_, inbound) => {
    expect(await read(inbound())).toMatchObject({
      kind: 'request', id: '_l1', issuer: idp, relayState: 'r-2', fingerprint: certificates[0]!.fingerprint, indexes: ['_s1'],
      subject: { nameId: 'jane', format: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified' },
    })
  })

  test('where another library made it', async () => {
    const { provider, consumer } = samlifyPartner(await serviceProvider().metadata(addresses))
    const made = provider.createLogoutRequest(consumer, 'redirect', { logoutNameID: 'jane', sessionIndex: '_s1' }, { relayState: 'r-2', customTagReplacement: () => ({ id: '_l1', context: logoutOf() }) }) as { context: string }
    expect(await read(byQuery(made.context.split('?')[1]!))).toMatchObject({ kind: 'request', subject: { nameId: 'jane' } })
    const posted = provider.createLogoutRequest(consumer, 'post', { logoutNameID: 'jane' }, { customTagReplacement: () => ({ id: '_l1', context: logoutOf() }) }) as { context: string }
    expect(await read({ binding: 'post', message: posted.context })).toMatchObject({ kind: 'request', id: '_l1' })
  })
})

describe('a message is refused', () => {
  const query = queryOf(logoutOf(), { relayState: 'r-2' })
  const without = (name: string): string => query.split('&').filter((part) => !part.startsWith(`${name}=`)).join('&')
  const other = queryOf(logoutOf({ id: '_l2', inside: '<saml:NameID>root</saml:NameID>' }), { relayState: 'r-2' })
  const signatureOf = (text: string): string => text.split('&Signature=')[1]!
  test.each<[string, string, () => SamlInbound]>([
    ['by Redirect, unsigned', 'unsigned', () => byQuery(without('Signature'))],
    ['by Redirect, without saying how it is signed', 'unsigned', () => byQuery(without('SigAlg'))],
    ['by Redirect, signed by a stranger', 'signature', () => byQuery(queryOf(logoutOf(), { signer: stranger }))],
    ['by Redirect, signed in another order', 'signature', () => byQuery(queryOf(logoutOf(), { relayState: 'r-2', octets: (all) => all.split('&').toReversed().join('&') }))],
    ['by Redirect, with the signature of another message', 'signature', () => byQuery(`${query.split('&Signature=')[0]!}&Signature=${signatureOf(other)}`)],
    ['by Redirect, with another RelayState', 'signature', () => byQuery(query.replace('RelayState=r-2', 'RelayState=r-3'))],
    ['by Redirect, with a question mark in its RelayState', 'signature', () => byQuery(query.replace('RelayState=r-2', 'RelayState=r-?2'))],
    ['by Redirect, with a second sign in its RelayState', 'signature', () => byQuery(query.replace('RelayState=r-2', 'RelayState=r=-2'))],
    ['by Redirect, with its RelayState taken away', 'signature', () => byQuery(without('RelayState'))],
    ['by Redirect, spelled in another way than signed', 'signature', () => byQuery(query.replace('SigAlg=http%3A', 'SigAlg=http:'))],
    ['by Redirect, with two messages', 'structure', () => byQuery(`${query}&SAMLResponse=x`)],
    ['by Redirect, with a parameter twice', 'structure', () => byQuery(`${query}&SAMLRequest=${other.split('&')[0]!.slice('SAMLRequest='.length)}`)],
    ['by Redirect, with a parameter spelled in another way', 'structure', () => byQuery(`${query}&%53AMLRequest=x`)],
    ['by Redirect, packed otherwise', 'structure', () => byQuery(`${query}&SAMLEncoding=urn:other`)],
    ['by Redirect, with nothing in it', 'structure', () => byQuery('')],
    ['by Redirect, spelled wrongly', 'structure', () => byQuery(`${without('Signature')}&Signature=%E0%A4%A`)],
    ['by Redirect, called an answer', 'structure', () => byQuery(queryOf(logoutOf(), { parameter: 'SAMLResponse' }))],
    ['by Redirect, by SHA-1', 'algorithm', () => byQuery(queryOf(logoutOf(), { method: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }))],
    ['by Redirect, that unpacks to very much', 'not-xml', () => byQuery(queryOf(logoutOf({ inside: `<saml:NameID>${' '.repeat(3_000_000)}</saml:NameID>` })))],
    ['by Redirect, with a signature inside too', 'signature-place', () => byQuery(queryOf(signedLogout()))],
    ['by POST, unsigned', 'unsigned', () => byForm(logoutOf())],
    ['by POST, signed by a stranger', 'signature', () => byForm(signedLogout(logoutOf(), stranger))],
    ['by POST, changed', 'signature', () => byForm(signedLogout().replace('>jane<', '>root<'))],
    ['by POST, with the signature of another message', 'reference', () => byForm(logoutOf({ id: '_l3', inside: '<saml:NameID>root</saml:NameID>' }).replace('</saml:Issuer>', `</saml:Issuer>${/<ds:Signature [\s\S]*<\/ds:Signature>/.exec(signedLogout())![0]}`))],
    ['by POST, with a signed one wrapped into it', 'structure', () => byForm(logoutOf({ id: '_l3', inside: `<samlp:Extensions>${signedLogout()}</samlp:Extensions><saml:NameID>root</saml:NameID>` }))],
    ['by POST, with a comment in the name', 'markup', () => byForm(signedLogout().replace('>jane<', '>ja<!-- -->ne<'))],
    ['by POST, with a document type', 'markup', () => byForm(`<!DOCTYPE x>${signedLogout()}`)],
    ['of another issuer', 'issuer', () => byForm(signedLogout(logoutOf({ issuer: 'https://evil.example.com' })))],
    ['sent to another address', 'destination', () => byForm(signedLogout(logoutOf({ destination: 'https://other.example.com/slo' })))],
    ['sent to no address', 'destination', () => byForm(signedLogout(logoutOf({ destination: '' })))],
    ['of long ago', 'expired', () => byForm(signedLogout(logoutOf({ issuedAt: now - 361_000 })))],
    ['that is over', 'expired', () => byForm(signedLogout(logoutOf({ more: ` NotOnOrAfter="${new Date(now - 61_000).toISOString()}"` })))],
    ['of the future', 'not-yet', () => byForm(signedLogout(logoutOf({ issuedAt: now + 61_000 })))],
    ['about nobody', 'subject', () => byForm(signedLogout(logoutOf({ inside: '<saml:NameID></saml:NameID>' })))],
    ['of another kind', 'structure', () => byForm(signedLogout(logoutOf({ name: 'AuthnRequest' })))],
    ['of another version', 'version', () => byForm(signedLogout(logoutOf().replace('Version="2.0"', 'Version="1.1"')))],
    ['that answers another request', 'in-response-to', () => byForm(signedLogout(answerOf(' InResponseTo="_q8"')))],
    ['that answers none', 'in-response-to', () => byForm(signedLogout(answerOf('')))],
  ])('%s', async (_, reason, inbound) => {
    expect((await refusalOf(read(inbound(), { requestId: '_q9' }))).reason).toBe(reason)
  })

  test('at its second coming, by whichever binding', async () => {
    const by = serviceProvider()
    await read(byQuery(query), { by })
    expect((await refusalOf(read(byQuery(query), { by }))).reason).toBe('replayed')
    expect((await refusalOf(read(byForm(signedLogout()), { by }))).reason).toBe('replayed')
  })

  test('where it answers, and nobody asked', async () => {
    expect((await refusalOf(read(byForm(signedLogout(answerOf()))))).reason).toBe('in-response-to')
  })

  test('with a byte changed anywhere, or nothing that is read has changed', async () => {
    const whole = await read(byQuery(query))
    await fc.assert(fc.asyncProperty(fc.nat(query.length - 1), fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 }), async (place, character) => {
      const found = await read(byQuery(query.slice(0, place) + character + query.slice(place + 1))).catch((error: { code?: string }) => { expect(error.code).toMatch(/credentials-wrong|expired|too-large/); return undefined })
      if (found) expect({ ...found, key: undefined }).toEqual({ ...whole, key: undefined })
    }), { numRuns: 250 })
  })
})

describe('a message says', () => {
  const signedQuery = (more: Parameters<typeof logoutOf>[0] = {}, options: Parameters<typeof queryOf>[1] = {}) => read(byQuery(queryOf(logoutOf(more), options)))
  const nameId = (text: string): string => `<saml:NameID>${text}</saml:NameID>`

  test.each<[string, number | string, Parameters<typeof logoutOf>[0]]>([
    ['that it is new', now + 360_000, {}],
    ['that it is a little ahead', now + 420_000, { issuedAt: now + 60_000 }],
    ['that it is too far ahead', 'not-yet', { issuedAt: now + 60_001 }],
    ['that it is almost too old', now + 1, { issuedAt: now - 359_999 }],
    ['that it is too old', 'expired', { issuedAt: now - 360_000 }],
    ['that it ends later', now + 360_000, { more: ` NotOnOrAfter="${new Date(now + 9_000_000).toISOString()}"` }],
    ['that it ended almost', now + 360_000, { more: ` NotOnOrAfter="${new Date(now - 59_999).toISOString()}"` }],
    ['that it ended', 'expired', { more: ` NotOnOrAfter="${new Date(now - 60_000).toISOString()}"` }],
    ['that it ends at no time', 'structure', { more: ' NotOnOrAfter="soon"' }],
    ['a name of 1024 characters', now + 360_000, { inside: nameId('j'.repeat(1024)) }],
    ['a name of 1025', 'subject', { inside: nameId('j'.repeat(1025)) }],
    ['no name', 'subject', { inside: nameId('') }],
    ['another issuer', 'issuer', { issuer: `${idp}/` }],
    ['another address', 'destination', { destination: `${addresses.slo}/` }],
  ])('%s', async (_, result, more) => {
    const done = signedQuery(more)
    if (typeof result === 'string') expect((await refusalOf(done)).reason).toBe(result)
    else expect((await done).expiresAt).toBe(result)
  })

  test('at no time when it was made, or by no issuer', async () => {
    expect((await refusalOf(read(byQuery(queryOf(logoutOf().replace(/IssueInstant="[^"]*"/, 'IssueInstant="soon"')))))).reason).toBe('structure')
    expect((await refusalOf(read(byQuery(queryOf(logoutOf().replace(/<saml:Issuer>.*<\/saml:Issuer>/, '')))))).reason).toBe('issuer')
  })

  test('which sessions it means, and whom exactly', async () => {
    expect(await signedQuery({ inside: nameId('jane') })).toMatchObject({ indexes: [], relayState: undefined })
    expect(await signedQuery({ inside: `<saml:NameID Format="f" NameQualifier="q" SPNameQualifier="s">jane</saml:NameID><samlp:SessionIndex>a</samlp:SessionIndex><samlp:SessionIndex>b</samlp:SessionIndex>` }))
      .toMatchObject({ subject: { nameId: 'jane', format: 'f', qualifier: 'q', spQualifier: 's' }, indexes: ['a', 'b'] })
  })

  test('in a query what belongs to it, and nothing of what stands beside', async () => {
    expect(await signedQuery({}, { relayState: '' })).toMatchObject({ relayState: '' })
    expect(await signedQuery({}, { relayState: 'a=b & c' })).toMatchObject({ relayState: 'a=b & c' })
    const query = queryOf(logoutOf())
    const deflated = 'SAMLEncoding=urn%3Aoasis%3Anames%3Atc%3ASAML%3A2.0%3Abindings%3AURL-Encoding%3ADEFLATE'
    for (const more of [`${query}&tenant=7`, `tenant&${query}`, `${query}&tenant=1&tenant=2`, `${query}&`, `${query}&${deflated}`]) expect(await read(byQuery(more))).toMatchObject({ kind: 'request' })
    expect((await refusalOf(read(byQuery(`${query}&%E0=1`)))).reason).toBe('structure')
    expect((await refusalOf(read(byQuery(`??${query}`)))).reason).toBe('structure')
    expect((await refusalOf(read(byQuery(`${query}&x=${'x'.repeat(262_144)}`)))).reason).toBe('too-large')
    const most = 262_144 - query.length - '&x='.length
    expect(await read(byQuery(`${query}&x=${'x'.repeat(most)}`))).toMatchObject({ kind: 'request' })
    expect((await refusalOf(read(byQuery(`${query}&x=${'x'.repeat(most + 1)}`)))).reason).toBe('too-large')
  })

  test('nothing where it is not packed, or no message', async () => {
    const signedOctets = (message: string): string => {
      const octets = `SAMLRequest=${encodeURIComponent(message)}&SigAlg=${encodeURIComponent('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')}`
      return `${octets}&Signature=${encodeURIComponent(sign('sha256', Buffer.from(octets), theirs.privateKey).toString('base64'))}`
    }
    expect((await refusalOf(read(byQuery(signedOctets(base64(logoutOf())))))).reason).toBe('not-xml')
    expect((await refusalOf(read(byQuery(signedOctets('%'))))).reason).toBe('not-base64')
    expect((await refusalOf(read(byQuery(queryOf('jane'))))).reason).toBe('not-xml')
    expect((await refusalOf(read(byQuery(queryOf('<constructor/>'))))).reason).toBe('structure')
    expect((await refusalOf(read(byQuery(queryOf(logoutOf().replace('ID="_l1"', 'ID="1"')))))).reason).toBe('structure')
    expect((await refusalOf(read(byQuery(queryOf(logoutOf({ inside: '<saml:NameID ID="_l1">jane</saml:NameID>' })))))).reason).toBe('duplicate-id')
    expect((await refusalOf(read(byQuery(queryOf(logoutOf({ inside: '<samlp:SessionIndex>a</samlp:SessionIndex>' })))))).reason).toBe('structure')
    expect((await refusalOf(read(byForm(signedLogout(logoutOf()).replace('ID="_l1"', 'ID="_l9"'))))).reason).toBe('reference')
  })

  test('in an answer whether all of it is done', async () => {
    const done = (code: string) => read(byQuery(queryOf(answerOf(undefined, success.replace(':Success', code)), { parameter: 'SAMLResponse' })), { requestId: '_q9' })
    expect(await done(':Success')).toMatchObject({ kind: 'response', isDone: true, inResponseTo: '_q9', id: '_l1' })
    expect(await done(':Requester')).toMatchObject({ isDone: false })
    expect(await read(byForm(signedLogout(answerOf())), { requestId: '_q9' })).toMatchObject({ relayState: 'r-2' })
  })
})

describe('what is sent to the provider', () => {
  const session = { nameId: 'ja<ne', format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent', qualifier: 'q', index: '_s1' }

  test.each(['redirect', 'post'] as const)('asks it to end a session, and answers it, so that another library believes it (%s)', async (binding) => {
    const by = serviceProvider()
    const { provider, consumer } = samlifyPartner(await by.metadata(addresses))
    const to = { ...connection, singleLogout: { address: 'https://idp.example.com/slo', binding } }
    const requestOf = (outbound: Awaited<ReturnType<typeof by.answerLogout>>) => {
      if (outbound?.binding === 'post') return { body: outbound.fields }
      const sent = outbound!.location.split('?')[1]!
      return { query: Object.fromEntries(new URLSearchParams(sent)), octetString: sent.split('&Signature=')[0]! }
    }
    const asked = (await by.endSession(to, { entityId: addresses.entityId, session, relayState: 'r-4' }))!
    const read = await provider.parseLogoutRequest(consumer, binding, requestOf(asked.outbound))
    expect(read.extract).toMatchObject({ request: { id: asked.requestId, destination: 'https://idp.example.com/slo' }, nameID: 'ja<ne', sessionIndex: '_s1', issuer: addresses.entityId })
    const answered = await by.answerLogout(to, { entityId: addresses.entityId, request: { id: '_l1', relayState: 'r-2' }, isDone: true })
    expect((await provider.parseLogoutResponse(consumer, binding, requestOf(answered))).extract.response).toMatchObject({ inResponseTo: '_l1' })
  })

  test('goes nowhere where the provider has no address for it, and answers go where it wants them', async () => {
    const by = serviceProvider()
    const silent = { ...connection, singleLogout: undefined }
    expect(await by.endSession(silent, { entityId: addresses.entityId, session })).toBeUndefined()
    expect(await by.answerLogout(silent, { entityId: addresses.entityId, request: { id: '_l1', relayState: undefined }, isDone: true })).toBeUndefined()
    const apart = { ...connection, singleLogout: { address: 'https://idp.example.com/slo', answers: 'https://idp.example.com/done', binding: 'redirect' as const } }
    expect(await by.answerLogout(apart, { entityId: addresses.entityId, request: { id: '_l1', relayState: undefined }, isDone: false })).toMatchObject({ location: expect.stringMatching(/^https:\/\/idp\.example\.com\/done\?SAMLResponse=/) })
  })

  test('is answered by it', async () => {
    expect(await read(byForm(signedLogout(answerOf())), { requestId: '_q9' })).toMatchObject({ kind: 'response', inResponseTo: '_q9', isDone: true })
    const partly = '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:PartialLogout"/></samlp:StatusCode></samlp:Status>'
    expect(await read(byQuery(queryOf(answerOf(undefined, partly.replace(':Success', ':Responder')), { parameter: 'SAMLResponse' })), { requestId: '_q9' })).toMatchObject({ kind: 'response', isDone: false })
  })
})
