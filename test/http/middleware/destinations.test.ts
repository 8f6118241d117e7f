// Where a sign-in may lead, asked by each of its doors.
import fc from 'fast-check'
import { checkDestination, consolePage, pageAfterSignIn } from '../../../src/http/middleware/destinations.js'

const origin = 'https://login.example.com'
const listed = ['https://grafana.example.com/aws', 'https://wiki.example.com', 'https://slash.example.com/in/', 'no address']
const destination = (wanted: string): string | undefined => {
  try {
    return checkDestination(wanted, { origin, listed })
  } catch {
    return undefined
  }
}

describe('an address', () => {
  // What the console's pages read, what a sign-in at the entrance leads to, and what a broker may name.
  test.each([
    ['/console', '/console', '/console', '/console'],
    ['/console/users?q=a#b', '/console/users?q=a#b', '/console/users?q=a#b', '/console/users?q=a#b'],
    [`${origin}/console/roles/Deploy`, '/console/roles/Deploy', '/console/roles/Deploy', '/console/roles/Deploy'],
    ['HTTPS://LOGIN.example.com:443/console', '/console', '/console', '/console'],
    ['/console/ü', '/console/%C3%BC', '/console/%C3%BC', '/console/%C3%BC'],
    ['/console/switch-role?account=111122223333', '/console/switch-role?account=111122223333', '/console/switch-role?account=111122223333', '/console/switch-role?account=111122223333'],
    ['/console/sign-in', '/console/sign-in', undefined, '/console/sign-in'],
    ['/console/sign-in?redirect_uri=/console', '/console/sign-in?redirect_uri=/console', undefined, '/console/sign-in?redirect_uri=/console'],
    ['/console/a/../sign-out', '/console/sign-out', undefined, '/console/sign-out'],
    ['/console/%2e%2e/console/switch', '/console/switch', undefined, '/console/switch'],
    ['/console/sign-up/x', '/console/sign-up/x', undefined, '/console/sign-up/x'],
    ['/console/forgot-password#x', '/console/forgot-password#x', undefined, '/console/forgot-password#x'],
    ['/start/', undefined, undefined, '/start/'],
    ['/consolette', undefined, undefined, '/consolette'],
    ['/console/../start/', undefined, undefined, '/start/'],
    ['/console/..//evil.example.com/console', undefined, undefined, '/evil.example.com/console'],
    ['/x/..///evil.example.com', undefined, undefined, '/evil.example.com'],
    ['https://grafana.example.com/aws/login?x=1', undefined, undefined, 'https://grafana.example.com/aws/login?x=1'],
    ['https://grafana.example.com/aws', undefined, undefined, 'https://grafana.example.com/aws'],
    ['https://wiki.example.com/any', undefined, undefined, 'https://wiki.example.com/any'],
    ['https://slash.example.com/in/x', undefined, undefined, 'https://slash.example.com/in/x'],
    ...[
      'https://grafana.example.com/awsome', 'https://grafana.example.com/aws/../other', 'https://grafana.example.com.evil.example.com/aws', 'http://grafana.example.com/aws', 'https://grafana.example.com:8443/aws',
      'https://slash.example.com/in', 'https://evil.example.com/console', '//evil.example.com/console', '///evil.example.com/console', '/\\evil.example.com', '\\\\evil.example.com', '/console\\@evil.example.com', '/\tconsole', '/console\n', ' /console',
      'console', 'javascript:alert(1)//console', 'data:text/html,x', 'https:/console', 'https:console', `https://jane@login.example.com/console`, 'https://login.example.com@evil.example.com/console', `${origin}.evil.example.com/console`,
      'http://login.example.com/console', 'https://login.example.com:444/console', `/console?${'x'.repeat(2048)}`, 'https://[', '/console\u007f', '/console\u0000',
    ].map((wanted): [string, undefined, undefined, undefined] => [wanted, undefined, undefined, undefined]),
  ])('%j', (wanted, page, after, named) => {
    expect([consolePage(wanted, origin), pageAfterSignIn(wanted, origin), destination(wanted)]).toEqual([page, after, named])
  })

  test('that is not given leads to the console', () => {
    expect([checkDestination(undefined, { origin, listed }), checkDestination('', { origin, listed }), consolePage('', origin), pageAfterSignIn(undefined, origin)]).toEqual(['/console', '/console', undefined, undefined])
  })
})

/** What somebody who means ill would build addresses of. */
const piece = fc.constantFrom('/', '//', '\\', '.', '..', '%2e', '%2f', '%5c', 'console', '/console', 'https:', 'http://', 'javascript:', '@', ':', '#', '?', 'evil.example.com', 'login.example.com', 'wiki.example.com', '\t', '\n', '\u0000', ' ', '%00', 'ü', '\u2044', '\uff0f', 'sign-in', '/switch')
const wanted = fc.oneof(fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')), fc.array(piece, { maxLength: 6 }).map((pieces) => `/console${pieces.join('')}`), fc.webUrl(), fc.string())

test('whatever is asked for leads to this origin or to what is listed, as a browser reads it, and is read the same again', () => {
  fc.assert(fc.property(wanted, (text) => {
    const named = destination(text)
    if (named !== undefined) {
      expect([origin, 'https://grafana.example.com', 'https://wiki.example.com', 'https://slash.example.com']).toContain(new URL(named, origin).origin)
      expect(named).toMatch(/^(\/(?!\/)|https:\/\/)/)
      if (named.length < 2048) expect(destination(named)).toBe(named)
    }
    for (const page of [consolePage(text, origin), pageAfterSignIn(text, origin)]) {
      if (page === undefined) continue
      const url = new URL(page, origin)
      expect(url.origin).toBe(origin)
      expect(url.pathname).toMatch(/^\/console(\/|$)/)
      expect(page).toBe(`${url.pathname}${url.search}${url.hash}`)
    }
    expect(pageAfterSignIn(text, origin) ?? '').not.toMatch(/^\/console\/(sign-in|sign-up|sign-out|switch|forgot-password)([/?#]|$)/)
  }), { numRuns: 3000 })
})
