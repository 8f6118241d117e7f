// One model per state of the pages of identity sources.
import { sourceFields, sourceModel } from '../../src/http/admin/identity-source-form.js'
import { testModel } from '../../src/http/admin/source-test-model.js'
import { frame, long, nothing } from './admin-frame.js'

const source = {
  name: long, enabled: false, button: true, domains: ['example.com', 'subsidiary.example.org'], secondStep: 'unless-theirs',
  oidc: {
    issuer: 'https://login.example.com/a-tenant-with-a-rather-long-name/v2.0', client_id: 'b3c4d5e6-0000-4000-8000-000000000000', scopes: ['profile', 'email', 'groups'], token_endpoint_auth_method: 'client_secret_post', signOutThere: true, attributes: { userName: 'upn' },
    provisioning: { create: true, update: false, match: 'email', administrators: true, groups: { 'CN=Engineers,OU=Groups,DC=example,DC=com': 'Developers' } },
  },
}
const page = { ...frame('Identity sources'), ...nothing }
const one = { ...page, isNew: false, title: long, answersTo: 'https://access.example.com/signin/external/5900d690-ee9c-4ece-996b-a842edb1424e/callback', returnsTo: 'https://access.example.com/signin/external/5900d690-ee9c-4ece-996b-a842edb1424e/signed-out', backChannel: 'https://access.example.com/signin/external/5900d690-ee9c-4ece-996b-a842edb1424e/back-channel-logout', hasSecret: true, ...sourceModel(sourceFields(source), 'oidc') }

const saml = {
  ...page, isNew: false, title: 'Corporate', hasSecret: false, provider: 'https://idp.example.com/a-tenant-with-a-rather-long-name/saml2', ...sourceModel(sourceFields({ ...source, name: 'Corporate', oidc: undefined, saml: { metadataUrl: 'https://idp.example.com/metadata', signOutThere: true, unsolicited: true, provisioning: source.oidc.provisioning } }), 'saml'),
  fetch: { address: 'https://idp.example.com/metadata', fetchedAt: '2026-11-21T08:00:00.000Z', triedAt: '2026-11-21T08:00:00.000Z', dueAt: '2026-11-21T14:00:00.000Z' },
  ours: { entityId: 'https://access.example.com/signin/external/5900d690-ee9c-4ece-996b-a842edb1424e', acs: 'https://access.example.com/signin/external/5900d690-ee9c-4ece-996b-a842edb1424e/acs', slo: 'https://access.example.com/x/slo', metadata: 'https://access.example.com/signin/external/5900d690-ee9c-4ece-996b-a842edb1424e/metadata' },
  certificates: [
    { fingerprint: 'ab'.repeat(32), subject: 'CN=signing.idp.example.com', state: 'in use', from: '2024-12-01T08:00:00.000Z', until: '2026-12-01T08:00:00.000Z', isOver: false, endsSoon: true, usedFirst: '2025-01-01T08:00:00.000Z', usedLast: '2026-11-21T08:00:00.000Z', canPromote: false, canRetire: true, canRollBack: false },
    { fingerprint: 'cd'.repeat(32), subject: `CN=${long}`, state: 'next: counts already, and takes over by itself', from: '2026-11-01T08:00:00.000Z', until: '2028-12-01T08:00:00.000Z', isOver: false, endsSoon: false, canPromote: true, canRetire: true, canRollBack: false },
    { fingerprint: 'ef'.repeat(32), subject: 'CN=old.idp.example.com', state: 'retired: does not count', from: '2022-12-01T08:00:00.000Z', until: '2024-12-01T08:00:00.000Z', isOver: true, endsSoon: false, usedFirst: '2023-01-01T08:00:00.000Z', usedLast: '2024-11-21T08:00:00.000Z', canPromote: false, canRetire: false, canRollBack: true },
  ],
}

const ldap = {
  ...page, isNew: false, title: 'Head office', hasSecret: true, canChange: true, deleteUrl: '/admin/identity-sources/1?end=yes',
  ...sourceModel(sourceFields({
    ...source, name: 'Head office', secondStep: 'ours', oidc: undefined,
    ldap: {
      urls: ['ldaps://dc1.head-office.example.com', 'ldaps://dc2.head-office.example.com:3636'], startTls: true, bindDn: 'CN=gatehouse,OU=Services,DC=head-office,DC=example,DC=com', baseDn: 'DC=head-office,DC=example,DC=com', subject: 'objectGUID',
      userFilter: '(&(objectCategory=person)(objectClass=user)(|(sAMAccountName={name})(userPrincipalName={name})))', groups: { baseDn: 'OU=Groups,DC=example,DC=com', filter: '(&(objectClass=group)(member={dn}))', name: 'cn', nested: true }, sync: { every: '90m' }, provisioning: source.oidc.provisioning,
    },
  }), 'ldap'),
}
const sync = { url: '/admin/identity-sources/1', isUnderWay: false, startedAt: undefined, startedBy: undefined, last: { isDone: true, isStopped: false, at: '2026-11-21T08:00:00.000Z', says: undefined, advice: undefined, numbers: [{ count: '10,412', text: 'in the directory' }, { count: '3', text: 'made' }] }, plan: undefined, canRun: false, forces: undefined }
const noPlan = { problem: undefined, advice: undefined, people: '', parts: [], isNothing: true, stops: false, disabled: '' }
const syncs = {
  stopped: {
    ...sync, canRun: true, forces: '1,200 people', last: { isDone: false, isStopped: true, at: '2026-11-21T08:00:00.000Z', says: '1,200 people would be disabled, which is more than a tenth of 10,412.', advice: undefined, numbers: undefined },
    plan: {
      ...noPlan, people: '9,212 people', isNothing: false, stops: true, disabled: '1,200 people',
      parts: [{ title: 'Made: 2', names: ['ada', long], says: [], more: undefined }, { title: 'Disabled: 1,200', names: Array.from({ length: 20 }, (_, n) => `person.with.a.long.name-${n}@example.com`), says: [], more: '1,180' }, { title: 'Left alone: 2', names: [], says: ['The user name ada is somebody’s here who is not linked to the source.', 'jane has a say in the management account, and the source may not vouch for such people by itself.'], more: undefined }],
    },
  },
  failed: { ...sync, last: { isDone: false, isStopped: false, at: '2026-11-21T08:00:00.000Z', says: 'No server answered.', advice: 'Look whether the servers run, and whether OUTBOUND_NETWORKS names their networks.', numbers: undefined }, plan: { ...noPlan, problem: 'No server answered.', advice: 'Look whether the servers run.' } },
  underWay: { ...sync, isUnderWay: true, startedAt: '2026-11-21T08:00:00.000Z', startedBy: 'jane' },
  nothing: { ...sync, canRun: true, last: undefined, plan: { ...noPlan, people: '30 people' } },
}
const openFields = { ...sourceFields(undefined), name: 'Lab', urls: 'ldap://lab.example.com', startTls: '', userFilter: '(uid=', baseDn: 'people' }
const failures = [
  { at: '2026-11-21T08:00:00.000Z', says: 'The provider refused the code: 401, invalid_client (client authentication failed).', advice: 'The client secret is wrong or was changed at the provider: enter the new one.', url: '/admin/events/5900d690-ee9c-4ece-996b-a842edb1424e' },
  { at: '2026-11-20T08:00:00.000Z', says: `${long} is disabled here.`, url: undefined },
]
const at = Date.parse('2026-11-21T14:32:05.000Z')
const discovered = JSON.stringify({ issuer: 'https://login.example.com/v2.0', authorization_endpoint: 'https://login.example.com/v2.0/authorize', scopes_supported: ['openid', 'profile'] }, null, 2)
const response = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r" Version="2.0" Destination="https://access.example.com/signin/external/5900d690-ee9c-4ece-996b-a842edb1424e/acs"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://idp.example.com</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:Response>`
const test = { ...page, sourceName: 'Corporate', backUrl: '/admin/identity-sources/5900d690-ee9c-4ece-996b-a842edb1424e' }
const works = testModel({
  Name: 'Corporate', Enabled: false, Shape: 'browser', Test: {
    sourceId: '1', at, subject: '00u1abcdEFGHijklMNOP', steps: [
      { name: 'discovery', outcome: 'passed', says: 'The issuer is who it is expected to be, and says where its endpoints are.', sent: 'GET https://login.example.com/v2.0/.well-known/openid-configuration', received: discovered },
      { name: 'discovery', outcome: 'warned', says: 'The issuer does not say that it knows PKCE with S256, which is used in any case.', advice: 'Ask the provider to support it: it keeps a stolen code from being of use.' },
      { name: 'request', outcome: 'passed', says: 'The browser is sent to the provider.', sent: 'https://login.example.com/v2.0/authorize\nclient_id: b3c4d5e6-0000-4000-8000-000000000000\nstate: x3Jc… (43 characters)' },
      { name: 'person', outcome: 'passed', says: `It is ${long}.` }, { name: 'groups', outcome: 'passed', says: 'By the source, they are in Developers.' },
    ],
    claims: [
      { name: 'preferred_username', values: ['ada'], more: 0, readAs: ['userName'] }, { name: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/an-attribute-with-a-rather-long-name', values: [long], more: 0, readAs: [] },
      { name: 'groups', values: ['CN=Engineers,OU=Groups,DC=example,DC=com', 'CN=Everybody,OU=Groups,DC=example,DC=com'], more: 31, readAs: ['groups'] },
    ],
    person: {
      userId: '5900d690-ee9c-4ece-996b-a842edb1424e', userName: 'ada', displayName: long, email: 'ada.byron.countess.of.lovelace@subsidiary.example.org', how: 'recognised',
      changes: [{ part: 'displayName', before: 'Ada Byron', after: long }, { part: 'givenName', before: '', after: 'Ada' }], groups: { joined: ['Developers'], left: [] }, secondStep: { rule: 'unless-theirs', isTold: true, amr: ['pwd', 'otp'], acr: 'urn:example:two' },
    },
  },
})
const fails = testModel({
  Name: long, Enabled: true, Shape: 'browser', Test: {
    sourceId: '1', at, reason: 'signature', claims: [], steps: [
      { name: 'request', outcome: 'passed', says: 'A signed request goes to https://idp.example.com/sso by HTTP-Redirect.', sent: response.replaceAll('Response', 'AuthnRequest') }, { name: 'opened', outcome: 'passed', says: 'The response is SAML 2.0, with one assertion.', received: response },
      { name: 'signature', outcome: 'failed', says: `None of the 2 certificates that are known of the source made this signature; the message names one of CN=idp.example.com with the SHA-256 fingerprint ${'AB:'.repeat(31)}AB.`, advice: 'If the provider has a new certificate, and its fingerprint is the one that the provider’s own pages show, add it to the source. If not, somebody changed the message on its way.', received: '{"a": 1}' },
    ],
  },
})

export const samples: { name: string; view: string; model: Record<string, unknown> }[] = [
  { name: 'admin-identity-source-test-works', view: 'admin/identity-source-test', model: { ...test, ...works } },
  { name: 'admin-identity-source-test-fails', view: 'admin/identity-source-test', model: { ...test, sourceName: long, ...fails } },
  { name: 'admin-identity-source-test-typed', view: 'admin/identity-source-test', model: { ...test, ...fails, isTyped: true } },
  { name: 'admin-identity-source-typed', view: 'admin/identity-source', model: { ...one, canChange: true, canTest: true, isTyped: true } },
  { name: 'admin-identity-source-new', view: 'admin/identity-source', model: { ...page, isNew: true, title: 'New identity source', hasSecret: false, canChange: true, ...sourceModel(sourceFields(undefined), 'oidc') } },
  { name: 'admin-identity-source-saml-new', view: 'admin/identity-source', model: { ...page, isNew: true, title: 'New identity source', hasSecret: false, canChange: true, ...sourceModel(sourceFields(undefined), 'saml') } },
  { name: 'admin-identity-source-saml', view: 'admin/identity-source', model: { ...saml, canChange: true, canTest: true, failures, deleteUrl: '/admin/identity-sources/1?end=yes' } },
  { name: 'admin-identity-source-saml-read', view: 'admin/identity-source', model: { ...saml, canChange: false } },
  { name: 'admin-identity-source-saml-stale', view: 'admin/identity-source', model: { ...saml, canChange: true, refusesExpired: true, fetch: { address: `https://idp.example.com/${'x'.repeat(90)}`, triedAt: '2026-11-21T08:00:00.000Z', dueAt: '2026-11-22T08:00:00.000Z', fault: `The metadata at the address is of another provider now, https://${'y'.repeat(80)}.example.com, and is not taken. If that is right, give the new metadata yourself.` } } },
  { name: 'admin-identity-source', view: 'admin/identity-source', model: { ...one, canChange: true, canTest: true, deleteUrl: '/admin/identity-sources/1?end=yes', done: 'Saved. It counts from the next sign-in on.' } },
  { name: 'admin-identity-source-ldap-new', view: 'admin/identity-source', model: { ...page, isNew: true, title: 'New identity source', hasSecret: false, canChange: true, ...sourceModel(sourceFields(undefined), 'ldap') } },
  { name: 'admin-identity-source-ldap', view: 'admin/identity-source', model: { ...ldap, canTest: true, isTyped: true, failures, sync } },
  ...Object.entries(syncs).map(([name, state]) => ({ name: `admin-identity-source-ldap-sync-${name.toLowerCase()}`, view: 'admin/identity-source', model: { ...ldap, sync: state } })),
  { name: 'admin-identity-source-ldap-read', view: 'admin/identity-source', model: { ...ldap, canChange: false, deleteUrl: undefined } },
  {
    name: 'admin-identity-source-ldap-problem', view: 'admin/identity-source',
    model: { ...page, isNew: true, title: 'New identity source', hasSecret: false, canChange: true, ...sourceModel(openFields, 'ldap'), problem: 'Something in the form needs another look.', faults: [{ path: 'userFilter', message: 'The filter of a person must have {name} where what was typed goes.' }, { path: 'baseDn', message: 'Where people are must be a distinguished name, such as ou=people,dc=example,dc=com.' }] },
  },
  { name: 'admin-identity-source-read', view: 'admin/identity-source', model: { ...one, canChange: false } },
  {
    name: 'admin-identity-source-problem', view: 'admin/identity-source',
    model: { ...one, canChange: true, problem: 'Something in the form needs another look.', faults: [{ path: 'issuer', message: 'The issuer must be an https address without a query, a fragment or a password, or http on this machine.' }, { path: 'domains', message: 'A mail domain must be a domain such as example.com.' }, { path: 'groupNames', message: 'A group must not be empty.' }] },
  },
]
