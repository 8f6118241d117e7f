// Behind a proxy that ends TLS: addresses and cookies are those of the public https address.
import { password, startApp, type TestApp } from '../support/app.js'
import { get, post } from '../support/oidc.js'

const publicUrl = 'https://login.example.test'
let home: TestApp
beforeAll(async () => { home = await startApp({ env: { PUBLIC_URL: publicUrl, TRUSTED_PROXIES: '127.0.0.0/8,::1' } }) }, 90_000)
afterAll(async () => { await home?.stop() })

test('every cookie of a sign-in is bound to the host or its path, secure, and out of reach of scripts', async () => {
  const jar = new Map<string, string>()
  const seen: string[] = []
  const visit = async (url: string, fields?: Record<string, string>): Promise<{ url: string; text: string }> => {
    const headers = { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '), 'x-forwarded-proto': 'https', accept: 'text/html' }
    const at = url.replace(publicUrl, home.origin)
    const answer = fields ? await post(at, fields, { ...headers, origin: publicUrl }) : await get(at, headers)
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      seen.push(line)
      if (value) jar.set(name!, value)
      else jar.delete(name!)
    }
    const next = answer.headers.get('location')
    return next ? visit(new URL(next, publicUrl).href) : { url: at.replace(home.origin, publicUrl), text: answer.text }
  }
  const submit = ({ url, text }: { url: string; text: string }, fields: Record<string, string>): ReturnType<typeof visit> => visit(url, { csrf: /name="csrf" value="([^"]+)"/.exec(text)![1]!, ...fields })

  const page = await submit(await submit(await visit(`${publicUrl}/start/`), { userName: 'jane', remember: 'on' }), { password })
  expect([page.url, page.text.includes('Jane Doe')]).toEqual([`${publicUrl}/start/`, true])
  const names = new Set(seen.map((line) => line.split('=')[0]!))
  expect([...names].filter((name) => !name.endsWith('.sig')).toSorted()).toEqual(['__Host-gatehouse-csrf', '__Host-gatehouse-known', '__Host-gatehouse-session', '__Host-gatehouse-user-name', '__Secure-gatehouse-interaction', '__Secure-gatehouse-resume'])
  for (const line of seen) {
    expect(line).toMatch(/; secure/i)
    expect(line).toMatch(/; httponly/i)
    expect(line).toMatch(/; samesite=lax/i)
    expect(line).not.toMatch(/; domain=/i)
    if (line.startsWith('__Host-')) expect(line).toMatch(/; path=\/(;|$)/i)
  }
})

test('addresses are the public ones, and browsers are told to stay on https', async () => {
  const { json, headers } = await get(`${home.origin}/oidc/.well-known/openid-configuration`)
  expect(json).toMatchObject({ issuer: `${publicUrl}/oidc`, authorization_endpoint: `${publicUrl}/oidc/auth`, jwks_uri: `${publicUrl}/oidc/jwks` })
  expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains')
})
