// What is said of times that do not hold: the one that is furthest off, by how much, and whether a clock may be wrong.
import type { Element } from '@xmldom/xmldom'
import { clockWords, secondsAhead, timeWords } from '../../../src/domain/federation/saml-times.js'
import { parseXml } from '../../../src/domain/federation/saml-xml.js'

const now = Date.parse('2026-11-21T12:00:00Z')
const at = (seconds: number): string => new Date(now + seconds * 1000).toISOString()

interface Times { issued?: string; from?: string; until?: string; confirmed?: string; session?: string }

const attribute = (name: string, value: string | undefined): string => (value === undefined ? '' : ` ${name}="${value}"`)
const assertionOf = ({ issued, from, until, confirmed, session }: Times): Element => parseXml(`<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"${attribute('IssueInstant', issued)}><Subject><SubjectConfirmation><SubjectConfirmationData${attribute('NotOnOrAfter', confirmed)}/></SubjectConfirmation></Subject><Conditions${attribute('NotBefore', from)}${attribute('NotOnOrAfter', until)}/><AuthnStatement${attribute('SessionNotOnOrAfter', session)}/></Assertion>`).documentElement!
const saysOf = (times: Times): string => timeWords({ root: undefined, assertion: assertionOf(times) }, { now })[0]

test.each<[string, Times, string]>([
  ['when it was issued', { issued: at(90) }, `IssueInstant is ${at(90)}: 90 seconds ahead of our clock, which says ${at(0)}.`],
  ['when it begins', { issued: at(0), from: at(70) }, `NotBefore is ${at(70)}: 70 seconds ahead of our clock, which says ${at(0)}.`],
  ['when it ends', { issued: at(-400), until: at(-100) }, `NotOnOrAfter is ${at(-100)}: 100 seconds ago by our clock, which says ${at(0)}.`],
  ['until when it can be borne', { until: at(-50), confirmed: at(-80) }, `NotOnOrAfter of the confirmation is ${at(-80)}: 80 seconds ago by our clock, which says ${at(0)}.`],
  ['until when the session lasts', { until: at(20), confirmed: at(20), session: at(-1) }, `SessionNotOnOrAfter is ${at(-1)}: 1 seconds ago by our clock, which says ${at(0)}.`],
  ['the time that is furthest off', { issued: at(30), from: at(500), until: at(-400) }, `NotBefore is ${at(500)}: 500 seconds ahead of our clock, which says ${at(0)}.`],
  ['one that is over just now', { until: at(0) }, `NotOnOrAfter is ${at(0)}: 0 seconds ago by our clock, which says ${at(0)}.`],
  ['none where all hold', { issued: at(-5), from: at(-5), until: at(60), confirmed: at(60), session: at(600) }, 'The response does not count at this time.'],
  ['none where none can be read', { issued: 'soon', until: '' }, 'The response does not count at this time.'],
])('names %s', (_, times, says) => {
  expect(saysOf(times)).toBe(says)
})

test('says nothing of times where there is no assertion, or less in it', () => {
  expect(timeWords({ root: undefined, assertion: undefined }, { now })).toEqual(['The response does not count at this time.', 'It is not known when the provider wrote it. Set both clocks by a time server. Up to 60 seconds make no difference.'])
  const bare = parseXml('<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/>').documentElement!
  expect(timeWords({ root: undefined, assertion: bare }, { now })[0]).toBe('The response does not count at this time.')
})

test('compares clocks by when the response was written, or else its assertion', () => {
  const root = parseXml(`<r IssueInstant="${at(120)}"/>`).documentElement!
  const assertion = assertionOf({ issued: at(90) })
  expect(timeWords({ root, assertion }, { now })[1]).toBe('The provider’s clock is 120 seconds ahead of ours. Set both clocks by a time server. Up to 60 seconds make no difference.')
  expect(timeWords({ root: parseXml('<r/>').documentElement!, assertion }, { now })[1]).toMatch(/^The provider’s clock is 90 seconds ahead/)
})

test.each<[number | undefined, string]>([
  [undefined, 'It is not known when the provider wrote it.'],
  [1, 'The provider’s clock is 1 seconds ahead of ours.'],
  [0, 'The provider wrote it 0 seconds ago by its clock: it lay that long in the browser, or the provider’s clock is behind ours.'],
  [-30, 'The provider wrote it 30 seconds ago by its clock: it lay that long in the browser, or the provider’s clock is behind ours.'],
])('a clock that is ahead by %s seconds is told of', (ahead, words) => {
  expect(clockWords(ahead === undefined ? undefined : now + ahead * 1000, now).replace(' -0 ', ' 0 ')).toBe(words)
})

test('a clock is worth a look from 20 seconds on', () => {
  expect(secondsAhead(now + 20_000, now)).toBeUndefined()
  expect(secondsAhead(now + 20_400, now)).toBe(20)
  expect(secondsAhead(now + 40_000, now)).toBe(40)
  expect(secondsAhead(now - 40_000, now)).toBeUndefined()
})
