// What is read of what a source says, and what its ways amount to.
import { profileOf, provedTwice } from '../../../src/domain/identity-sources/index.js'

const given = (claims: Record<string, string[]>) => ({ subject: 'sub-1', claims: new Map(Object.entries(claims)) })

test.each([
  [['pwd'], undefined, false], [['pwd', 'pin'], undefined, false], [['mfa'], undefined, true], [['pwd', 'otp'], undefined, true], [['pwd', 'face'], undefined, true], [['otp', 'hwk'], undefined, false],
  [[], 'https://refeds.org/profile/mfa', true], [['http://schemas.microsoft.com/claims/multipleauthn'], undefined, true], [[], 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport', false],
])('%j with %s is two factors: %s', (amr, acr, twice) => {
  expect(provedTwice({ amr, acr })).toBe(twice)
})

test('the usual claims are read in turn, and what is mapped is read alone', () => {
  expect(profileOf(given({ email: [' ann@example.com '], given_name: ['Ann'], groups: ['a', 'a', 'b'], email_verified: ['true'] }), { kind: 'oidc', mapping: {} }))
    .toEqual({ userName: 'ann@example.com', displayName: undefined, givenName: 'Ann', familyName: undefined, email: 'ann@example.com', emailVerified: true, groups: ['a', 'b'] })
  expect(profileOf(given({ preferred_username: ['ann'], login: ['a.arbor'] }), { kind: 'oidc', mapping: { userName: 'login', email: 'nothing' } })).toMatchObject({ userName: 'a.arbor', email: undefined, emailVerified: false })
  expect(profileOf(given({ 'urn:oid:0.9.2342.19200300.100.1.3': ['ann@example.com'] }), { kind: 'saml', mapping: {} })).toMatchObject({ userName: 'sub-1', email: 'ann@example.com' })
  expect(profileOf(given({ uid: [''], cn: ['x'.repeat(1025), 'Ann'] }), { kind: 'ldap', mapping: {} })).toMatchObject({ userName: 'Ann' })
})
