import { familyOf } from '../../../src/domain/authentication/trusted-browsers.js'
import { networkOf } from '../../../src/platform/addresses.js'

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0'

test.each([
  ['an update', firefox.replaceAll('150', '151.0.2'), true],
  ['another browser', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36', false],
  ['another system', firefox.replace('X11; Linux x86_64', 'Windows NT 10.0; Win64; x64'), false],
  ['nothing', '', false],
])('%s: the family of a browser', (_name, other, same) => {
  expect(familyOf(other) === familyOf(firefox)).toBe(same)
})

test.each([
  ['192.0.2.1', '192.0.2.200', true],
  ['192.0.2.1', '192.0.3.1', false],
  ['2001:db8:1:2::1', '2001:db8:1:ffff::9', true],
  ['2001:db8:1:2::1', '2001:db8:2:2::1', false],
  ['::1', '::1', true],
  ['127.0.0.1', '::1', false],
])('%s and %s: one network is %s', (one, other, same) => {
  expect(networkOf(one) === networkOf(other)).toBe(same)
})
