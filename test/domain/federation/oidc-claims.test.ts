import fc from 'fast-check'
import { emptyScopes, identityOf, lacksClaims } from '../../../src/domain/federation/oidc-claims.js'
import { masked, shownJson, shownParameters, shownText } from '../../../src/domain/federation/oidc-masks.js'

const claimsOf = (claims: Record<string, unknown>) => identityOf({ sub: 'ada-7' }, claims).claims

test('claims of any form become texts, and never anything else', () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 300 }), (claims) => {
    for (const [name, values] of claimsOf(JSON.parse(JSON.stringify(claims)) as Record<string, unknown>)) {
      expect(name).not.toBe('__proto__')
      expect(values.length).toBeGreaterThan(0)
      expect(values.every((value) => typeof value === 'string' && value.length <= 2000)).toBe(true)
    }
  }))
})

test('a list is cut off, and what is about the token is left out', () => {
  const claims = claimsOf({ groups: Array.from({ length: 3000 }, (_, at) => `group ${at}`), aud: 'gatehouse', nonce: 'n', exp: 1, constructor: 'plain', tid: 'tenant' })
  expect(claims.get('groups')).toHaveLength(1000)
  expect([...claims.keys()]).toEqual(['groups', 'constructor', 'tid'])
})

test('what is said of a sign-in is taken where it has the form it has to have', () => {
  expect(identityOf({ sub: 'a', amr: 'pwd', acr: 7, sid: {}, auth_time: '9' }, {})).toMatchObject({ amr: ['pwd'], acr: undefined, session: undefined, authenticatedAt: undefined })
  expect(identityOf({ sub: 'a', amr: ['pwd', 7, 'x'.repeat(300)], acr: '2', sid: 's', auth_time: 9 }, {})).toMatchObject({ amr: ['pwd'], acr: '2', session: 's', authenticatedAt: 9000 })
})

test('scopes say which claims there should be', () => {
  expect(lacksClaims({}, ['openid', 'offline_access'])).toBe(false)
  expect(lacksClaims({ email: 'a' }, ['email'])).toBe(true)
  expect(lacksClaims({ email: 'a', email_verified: false }, ['email'])).toBe(false)
  expect(lacksClaims({}, ['constructor'])).toBe(true)
  expect(emptyScopes({ email: 'a' }, ['openid', 'email', 'groups', 'unknown'])).toEqual(['groups'])
})

test('a secret is never shown whole, whatever stands around it', () => {
  const secret = fc.stringMatching(/^[\w-]{24,80}$/)
  fc.assert(fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
    expect(masked(value)).not.toContain(value)
    expect(shownText(`${before}${value}${after}`, [value])).not.toContain(value)
    expect(shownParameters([['code', value], ['code_verifier', value], ['note', `${before}${value}`]], [value])).not.toContain(value)
    expect(shownJson({ access_token: value, deep: [{ id_token: value, refresh_token: { value } }] })).not.toContain(value)
  }))
})

test('what is shown has an end', () => {
  expect(shownJson(Array.from({ length: 10_000 }, () => 'text')).length).toBeLessThan(8100)
  expect(shownText('a\u0000b\n\n c\u2028d\u202Ee'.repeat(1000))).toMatch(/^[a-e ]{500}…$/)
})
