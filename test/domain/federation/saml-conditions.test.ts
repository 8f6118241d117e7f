// The policy of an assertion, held to its bounds: the last moment that counts and the first that does not, names, and for whom it is.
import type { Element } from '@xmldom/xmldom'
import { SamlRefusal, type SamlExpectations } from '../../../src/domain/federation/index.js'
import { checkConditions, isAhead, isOver, readSubject, readTimes, slack, subjectOf, timeOf } from '../../../src/domain/federation/saml-conditions.js'
import { parseXml } from '../../../src/domain/federation/saml-xml.js'

const now = Date.parse('2026-11-21T12:00:00Z')
const at = (seconds: number): string => new Date(now + seconds * 1000).toISOString()
const recipient = 'https://login.example.com/acs'
const expected: SamlExpectations = { issuer: 'https://idp.example.com', keys: [], audiences: ['urn:one', 'urn:two'], recipient, now }
const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'

const element = (xml: string): Element => parseXml(xml.replace(/^<(\w+)/, '<$1 xmlns="urn:oasis:names:tc:SAML:2.0:assertion"')).documentElement!

function outcome(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    if (error instanceof SamlRefusal) return `! ${error.reason}`
    throw error
  }
}

describe('a time', () => {
  test.each<[string, number | string]>([
    ['2026-11-21T12:00:00Z', now],
    ['2026-11-21T12:00:00.5Z', now + 500],
    ['2026-11-21T12:00:00.123456789Z', now + 123],
    ['2026-11-21T12:00:00.1234567891Z', '! structure'],
    ['2026-11-21T12:00:00.Z', '! structure'],
    ['2026-11-21T12:00:00', '! structure'],
    ['2026-11-21T12:00:00+00:00', '! structure'],
    ['2026-11-21 12:00:00Z', '! structure'],
    ['2026-11-21', '! structure'],
    [' 2026-11-21T12:00:00Z', '! structure'],
    ['2026-11-21T12:00:00Z ', '! structure'],
    ['+012026-11-21T12:00:00Z', '! structure'],
    ['2026-11-21T12:00:00Z (noon)', '! structure'],
    ['2026-13-21T12:00:00Z', '! structure'],
    ['2026-11-21T25:00:00Z', '! structure'],
    ['2026-11-21T12:00:00z', '! structure'],
    ['202x-11-21T12:00:00Z', '! structure'],
    ['', '! structure'],
  ])('%j', (text, result) => {
    expect(outcome(() => timeOf(element(`<x At="${text}"/>`), 'At', 'structure'))).toBe(result)
  })

  test('is missing, or wrong for the reason that the caller gives', () => {
    expect(timeOf(element('<x/>'), 'At', 'structure')).toBeUndefined()
    expect(outcome(() => timeOf(element('<x At="soon"/>'), 'At', 'conditions'))).toBe('! conditions')
  })

  test('is over, or ahead, with the minute that clocks may differ by', () => {
    expect([slack({ now }), slack({ now, skew: 5 }), slack({ now, skew: 0 })]).toEqual([60_000, 5000, 0])
    expect([-60_001, -60_000, -59_999].map((by) => isOver(now + by, { now }))).toEqual([true, true, false])
    expect([59_999, 60_000, 60_001].map((by) => isAhead(now + by, { now }))).toEqual([false, false, true])
    expect([isOver(now - 5000, { now, skew: 5 }), isOver(now - 4999, { now, skew: 5 }), isAhead(now + 5000, { now, skew: 5 }), isAhead(now + 5001, { now, skew: 5 })]).toEqual([true, false, false, true])
  })
})

const confirmation = (attributes = `NotOnOrAfter="${at(60)}" Recipient="${recipient}"`, method = bearer): string => `<SubjectConfirmation Method="${method}"><SubjectConfirmationData ${attributes}/></SubjectConfirmation>`

describe('a subject', () => {
  const read = (inside: string, more: Partial<SamlExpectations> = {}): unknown => outcome(() => readSubject(element(`<Assertion>${inside}</Assertion>`), { ...expected, ...more }))
  const about = (name: string): string => `<Subject><NameID>${name}</NameID>${confirmation()}</Subject>`
  const bornBy = (confirmed: string): string => `<Subject><NameID>jane</NameID>${confirmed}</Subject>`
  const jane = { subject: { nameId: 'jane', format: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified' }, recipient }

  test.each<[string, unknown, string, Partial<SamlExpectations>?]>([
    ['has a name', jane, about('jane')],
    ['has a name of 1024 characters', { ...jane, subject: { ...jane.subject, nameId: 'j'.repeat(1024) } }, about('j'.repeat(1024))],
    ['has a name with a blank in it', { ...jane, subject: { ...jane.subject, nameId: 'jane doe' } }, about('jane doe')],
    ['has no name of 1025', '! subject', about('j'.repeat(1025))],
    ['has no blank before its name', '! subject', about(' jane')],
    ['has no blank behind its name', '! subject', about('jane\n')],
    ['is not nobody', '! subject', about('')],
    ['is there', '! subject', ''],
    ['has a NameID', '! subject', `<Subject>${confirmation()}</Subject>`],
    ['is confirmed', '! confirmation', bornBy('')],
    ['is confirmed once', '! confirmation', bornBy(confirmation() + confirmation())],
    ['is confirmed as the bearer', '! confirmation', bornBy(confirmation(undefined, bearer.replace('bearer', 'sender-vouches')))],
    ['is confirmed with data', '! confirmation', bornBy(`<SubjectConfirmation Method="${bearer}"/>`)],
    ['is borne here', '! recipient', bornBy(confirmation(`NotOnOrAfter="${at(60)}" Recipient="${recipient}/"`))],
    ['is borne somewhere', '! recipient', bornBy(confirmation(`NotOnOrAfter="${at(60)}"`))],
    ['is borne at once', '! confirmation', bornBy(confirmation(`NotBefore="${at(-60)}" NotOnOrAfter="${at(60)}" Recipient="${recipient}"`))],
    ['is borne until some time', '! confirmation', bornBy(confirmation(`Recipient="${recipient}"`))],
    ['is borne until a time', '! confirmation', bornBy(confirmation(`NotOnOrAfter="soon" Recipient="${recipient}"`))],
    ['answers nothing that was not asked', '! in-response-to', bornBy(confirmation(`NotOnOrAfter="${at(60)}" Recipient="${recipient}" InResponseTo="_q"`))],
    ['answers what was asked', jane, bornBy(confirmation(`NotOnOrAfter="${at(60)}" Recipient="${recipient}" InResponseTo="_q"`)), { inResponseTo: '_q' }],
    ['answers what was asked, and not something else', '! in-response-to', bornBy(confirmation(`NotOnOrAfter="${at(60)}" Recipient="${recipient}" InResponseTo="_p"`)), { inResponseTo: '_q' }],
    ['answers what was asked, and not nothing', '! in-response-to', bornBy(confirmation()), { inResponseTo: '_q' }],
  ])('%s', (_, result, inside, ...[more]) => {
    expect(read(inside, more)).toEqual(result)
  })

  test('has what makes it one of its own', () => {
    expect(subjectOf(element('<NameID Format="f" NameQualifier="q" SPNameQualifier="s">jane</NameID>'))).toEqual({ nameId: 'jane', format: 'f', qualifier: 'q', spQualifier: 's' })
    expect(Object.keys(subjectOf(element('<NameID>jane</NameID>')))).toEqual(['nameId', 'format'])
    expect(subjectOf(element('<NameID NameQualifier="">jane</NameID>'))).toMatchObject({ qualifier: '' })
  })
})

test.each<[string, unknown, string]>([
  ['has conditions', '! conditions', ''],
  ['is for somebody', '! audience', '<Conditions/>'],
  ['is for us', { audiences: ['urn:one'] }, '<Conditions><AudienceRestriction><Audience>urn:one</Audience></AudienceRestriction></Conditions>'],
  ['is for us and for others', { audiences: ['urn:x', 'urn:two'] }, '<Conditions><AudienceRestriction><Audience>urn:x</Audience><Audience>urn:two</Audience></AudienceRestriction></Conditions>'],
  ['is for us twice', { audiences: ['urn:one', 'urn:two'] }, '<Conditions><AudienceRestriction><Audience>urn:one</Audience></AudienceRestriction><AudienceRestriction><Audience>urn:one</Audience><Audience>urn:two</Audience></AudienceRestriction></Conditions>'],
  ['is not for others in one of two restrictions', '! audience', '<Conditions><AudienceRestriction><Audience>urn:one</Audience></AudienceRestriction><AudienceRestriction><Audience>urn:x</Audience></AudienceRestriction></Conditions>'],
  ['is not for others', '! audience', '<Conditions><AudienceRestriction><Audience>urn:x</Audience></AudienceRestriction></Conditions>'],
  ['is not for a proxy alone', '! audience', '<Conditions><ProxyRestriction><Audience>urn:one</Audience></ProxyRestriction></Conditions>'],
])('an assertion %s', (_, result, inside) => {
  expect(outcome(() => checkConditions(element(`<Assertion>${inside}</Assertion>`), expected))).toEqual(result)
})

interface Wish { issued?: number; conditions?: string; confirmed?: string; authn?: string; authnElement?: string; more?: Partial<SamlExpectations> }

describe('an assertion counts in its time', () => {
  const read = ({ issued = 0, conditions = '', confirmed = `NotOnOrAfter="${at(240)}"`, authn = `AuthnInstant="${at(-30)}"`, authnElement, more = {} }: Wish): unknown =>
    outcome(() => readTimes(element(`<Assertion IssueInstant="${at(issued)}"><Subject>${confirmation(confirmed)}</Subject><Conditions ${conditions}/>${authnElement ?? `<AuthnStatement ${authn}><AuthnContext/></AuthnStatement>`}</Assertion>`), { ...expected, ...more }))
  const times = (more: object = {}): object => ({ issuedAt: now, authenticatedAt: now - 30_000, expiresAt: now + 300_000, ...more })

  test.each<[string, unknown, Wish]>([
    ['that it says', times(), {}],
    ['that it says, at its longest', times({ expiresAt: now + 660_000 }), { conditions: `NotBefore="${at(-30)}" NotOnOrAfter="${at(600)}"` }],
    ['that its bearer has', times(), { conditions: `NotOnOrAfter="${at(100)}"` }],
    ['where it is a little early', times(), { conditions: `NotBefore="${at(60)}"` }],
    ['and not before', '! not-yet', { conditions: `NotBefore="${at(61)}"` }],
    ['where it is a little late', times(), { conditions: `NotOnOrAfter="${at(-59)}"` }],
    ['and not after', '! expired', { conditions: `NotOnOrAfter="${at(-60)}"` }],
    ['where its bearer is a little late: its mark lasts until nobody would take it', times({ expiresAt: now + 60_000 }), { confirmed: `NotOnOrAfter="${at(-59)}"` }],
    ['and not where its bearer is later', '! expired', { confirmed: `NotOnOrAfter="${at(-60)}"` }],
    ['where it is of a little later', times({ issuedAt: now + 60_000 }), { issued: 60 }],
    ['and not where it is of the future', '! not-yet', { issued: 61 }],
    ['however old it is', times({ issuedAt: now - 9_000_000 }), { issued: -9000 }],
    ['where it is not too old', times({ issuedAt: now - 359_000 }), { issued: -359, more: { age: 300 } }],
    ['and not where it is', '! expired', { issued: -360, more: { age: 300 } }],
    ['and clocks differ by as much as the caller says', '! not-yet', { issued: 6, more: { skew: 5 } }],
    ['that is a time', '! conditions', { conditions: 'NotOnOrAfter="soon"' }],
    ['that begins at a time', '! conditions', { conditions: 'NotBefore="soon"' }],
    ['that its bearer has as a time', '! confirmation', { confirmed: 'NotOnOrAfter="soon"' }],
  ])('%s', (_, result, wish) => {
    expect(read(wish)).toEqual(result)
  })

  test.each<[string, unknown, Wish]>([
    ['just now', times({ authenticatedAt: now + 60_000 }), { authn: `AuthnInstant="${at(60)}"` }],
    ['and not in the future', '! authentication', { authn: `AuthnInstant="${at(61)}"` }],
    ['at a time', '! authentication', { authn: 'AuthnInstant="soon"' }],
    ['at all', '! authentication', { authnElement: '' }],
    ['once', '! authentication', { authnElement: `<AuthnStatement AuthnInstant="${at(0)}"/>`.repeat(2) }],
    ['for a session', times({ sessionIndex: '_s', sessionEndsAt: now + 1000 }), { authn: `AuthnInstant="${at(-30)}" SessionIndex="_s" SessionNotOnOrAfter="${at(1)}"` }],
    ['and not for one that is over', '! expired', { authn: `AuthnInstant="${at(-30)}" SessionNotOnOrAfter="${at(0)}"` }],
    ['and not for one that ends at no time', '! authentication', { authn: `AuthnInstant="${at(-30)}" SessionNotOnOrAfter="late"` }],
    ['in a way', times({ contextClass: 'urn:c' }), { authnElement: `<AuthnStatement AuthnInstant="${at(-30)}"><AuthnContext><AuthnContextClassRef>urn:c</AuthnContextClassRef></AuthnContext></AuthnStatement>` }],
  ])('where somebody was authenticated %s', (_, result, wish) => {
    expect(read(wish)).toEqual(result)
  })

  test('is issued at a time', () => {
    expect(outcome(() => readTimes(element('<Assertion IssueInstant="soon"/>'), expected))).toBe('! structure')
  })

  test('says nothing that it does not know', () => {
    expect(Object.keys(read({}) as object).toSorted()).toEqual(['authenticatedAt', 'expiresAt', 'issuedAt'])
  })

  test('has conditions, and may have no confirmation by then', () => {
    const xml = `<Assertion IssueInstant="${at(0)}"><AuthnStatement AuthnInstant="${at(0)}"/></Assertion>`
    expect(outcome(() => readTimes(element(xml), expected))).toBe('! conditions')
    expect(readTimes(element(xml.replace('<Authn', '<Conditions/><Authn')), expected)).toEqual({ issuedAt: now, authenticatedAt: now, expiresAt: now + 60_000 })
  })
})
