// What is a value of each kind, and what is none.
import { isBase64, isOfKind, isPlainUri, isTime, isUri, trimmed, type ValueKind } from '../../../src/domain/federation/saml-values.js'

const judged = (is: (text: string) => boolean, texts: readonly string[]): string[] => texts.filter((text) => is(text))

test('a time is one that the calendar and the clock have', () => {
  const times = [
    '2026-11-21T10:00:00Z', '2026-01-01T00:00:00', '2026-12-31T23:59:59.999999Z', '0001-01-01T00:00:00Z', '2024-02-29T00:00:00Z', '2000-02-29T00:00:00Z', '2026-04-30T00:00:00Z',
    '2026-11-21T10:00:00+13:59', '2026-11-21T10:00:00-05:30', '2026-11-21T10:00:00.5', '9999-12-31T00:00:00Z',
  ]
  expect(judged(isTime, times)).toEqual(times)
  const none = [
    '0000-01-01T00:00:00Z', '2026-00-01T00:00:00Z', '2026-13-01T00:00:00Z', '2026-01-00T00:00:00Z', '2026-01-32T00:00:00Z', '2026-02-29T00:00:00Z', '1900-02-29T00:00:00Z', '2026-04-31T00:00:00Z',
    '2026-11-21T24:00:00Z', '2026-11-21T10:60:00Z', '2026-11-21T10:00:60Z', '2026-11-21T10:00:00+14:00', '2026-11-21T10:00:00+01:60', '2026-11-21T10:00:00+1:00', '2026-11-21T10:00:00+01',
    '2026-11-21', '2026-11-21T10:00Z', '2026-11-21T10:00:00.Z', '2026-11-21 10:00:00Z', '26-11-21T10:00:00Z', '12026-11-21T10:00:00Z', '-2026-11-21T10:00:00Z', '2026-11-21T10:00:00z', '2026-11-21T10:00:00Zx', ' 2026-11-21T10:00:00Z', '',
  ]
  expect(judged(isTime, none)).toEqual([])
})

test('a URI is one of RFC 3986, or would be with codes in the place of other characters', () => {
  const plain = [
    'https://idp.example.com', 'https://idp.example.com:8443/saml?a=b&c=d/?#e?f/', 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic', 'mailto:jane@example.com', 'a.b+c-1:x', '//idp.example.com/x', '/x', 'x/y:z', '', '?a', '#', '#a',
    'https://jane:secret%20@idp.example.com', 'https://%41b.example.com/%7E%2f', 'https://[2001:db8::1]:443/', 'https://[::ffff:192.0.2.1]', `https://a!$&'()*+,;=-._~/!$&'()*+,;=:@-._~`, 'http://', 'http:///x', 'https://idp.example.com:1', 'https://@a',
  ]
  expect(judged(isUri, plain)).toEqual(plain)
  expect(judged(isPlainUri, plain)).toEqual(plain)
  const spelled = ['https://idp.example.com/ä', 'https://idp.example.com/{a}', 'urn:a b', 'urn:"<>|\\^`', ' urn:x\n', 'https://ä.example.com', 'urn:\u007f']
  expect([judged(isUri, spelled), judged(isPlainUri, spelled)]).toEqual([spelled, []])
  const none = [
    ':x', '1a:x', 'a_b:x', '-a:x', 'ä:x', 'a b:x', 'http://[', 'http://[x]', 'http://[::1', 'http://a]', 'http://a:b', 'http://a:123456', 'http://a:1:2', 'http://a@b@c', 'http://a%4', 'http://%zz@a', 'http://a%zz',
    'urn:%4', 'urn:%zz', 'urn:%', 'urn:[x]', 'urn:x?[', 'urn:x?%g0', 'urn:x#[', 'urn:x#a#b', 'urn:x#%4',
  ]
  expect(judged(isUri, none)).toEqual([])
})

test('base64 has one spelling, over lines where that is liked', () => {
  const good = ['', 'AA==', 'AAA=', 'AAAA', '+/+/', ' A\tA\r\n= = ']
  expect(judged(isBase64, good)).toEqual(good)
  expect(judged(isBase64, ['A', 'AA', 'AAA', 'AB==', 'AAB=', '-_-_', 'AAAA=', 'AA==AA==', 'AA\u00A0==', 'ä'])).toEqual([])
})

test('blanks of XML are none of others', () => {
  expect([' \t\r\n a b \n\r\t ', 'a', '', ' ', '\u00A0a\v', '\n'].map(trimmed)).toEqual(['a b', 'a', '', '', '\u00A0a\v', ''])
})

test.each<[ValueKind, string[], string[]]>([
  ['name', ['a', '_', '_a-1.b', 'Z9'], ['', '1a', '-a', '.a', 'a b', 'a:b', ' a', 'a ', 'ä']],
  ['count', ['0', '12', ' 7\n'], ['', '-1', '+1', '1.0', '1 2', 'x', '1x', 'x1']],
  ['uri', ['urn:x'], [':x']], ['time', ['2026-11-21T10:00:00Z'], ['now']], ['base64', ['AA=='], ['A']],
])('a %s', (kind, good, none) => {
  expect([judged(isOfKind[kind], good), judged(isOfKind[kind], none)]).toEqual([good, []])
})
