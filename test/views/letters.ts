// One model for each letter. Imports nothing.

const common = { organization: { name: 'Example Corp' }, subject: 'A letter', home: 'https://login.example.com', userName: 'jane', colours: { day: { accent: '#1d665a', ink: '#ffffff' }, night: { accent: '#8ad0c1', ink: '#0b1f1a' } } }
const token = 'q7Yw2Zk9ExampleSecretKey0123456789abcdefghij'
const access = { ...common, permissionSet: 'AdministratorAccess', account: 'Production', accountId: '444455556666', link: 'https://login.example.com/start/requests/req-0123456789abcdef' }
const happening = { ...common, at: 1_795_271_525_000, place: '203.0.113.7', browser: 'Firefox on Linux', notMe: `https://login.example.com/not-me/${token}` }

/** By the name of its template. */
export const letters: Record<string, Record<string, unknown>> = {
  'reset-password': { ...common, link: `https://login.example.com/reset-password/${token}`, minutes: 30 },
  'reset-done': happening,
  invitation: { ...common, displayName: 'Jane Doe', link: `https://login.example.com/invitation/${token}`, days: 7 },
  code: { ...common, code: '482913', purpose: 'sign in', minutes: 10 },
  'address-code': { ...common, code: '482913', address: 'jane@example.org', minutes: 10 },
  'new-browser': happening,
  'factor-added': { ...happening, factor: 'authenticator app “Phone”' },
  'factor-removed': { ...happening, factor: 'security key “Blue one”' },
  'factor-renamed': { ...happening, factor: 'security key “Blue one”', was: 'Green one' },
  'passkey-copied': { ...happening, factor: 'passkey or security key “Blue one”' },
  'password-changed': happening,
  'address-changed': { ...happening, was: 'jane@example.com', is: 'j•••@example.org' },
  'recovery-code-used': { ...happening, left: 7 },
  'access-requested': { ...access, displayName: 'Jane Doe', seconds: 14_400, reason: 'The nightly import fails, ticket 4711. I want to look at the tables & repair them.' },
  'access-waiting': { ...access, displayName: 'Jane Doe', seconds: 14_400, reason: 'The nightly import fails, ticket 4711. I want to look at the tables & repair them.', askedAt: 1_794_969_125_000, expiresAt: 1_795_573_925_000 },
  'access-granted': { ...access, startsAt: 1_795_271_525_000, endsAt: 1_795_285_925_000, isExtension: true },
  'access-ending': { ...access, endsAt: 1_795_285_925_000 },
  'provisioning-token-ending': { ...common, name: 'Okta, since spring', days: 7, endsAt: 1_795_285_925_000, link: 'https://login.example.com/admin/provisioning' },
  'source-certificate-ending': { ...common, name: 'Staff of Example Corp', certificate: 'CN=sts.example.com, O=Example Corp', days: 30, endsAt: 1_795_285_925_000, link: 'https://login.example.com/admin/identity-sources' },
  'own-certificate-ending': { ...common, purpose: 'signing', isSigning: true, certificate: 'ab'.repeat(32), next: { certificate: 'cd'.repeat(32), endsAt: 1_795_285_926_000 }, days: 30, endsAt: 1_795_285_925_000, link: 'https://login.example.com/admin/settings/keys' },
  'access-closed': { ...access, outcome: 'denied', by: 'Nora New', reason: 'Please use the ReadOnly set for this.' },
  trial: { ...common, by: 'arn:aws:sts::111122223333:assumed-role/AdministratorAccess/jane' },
}
