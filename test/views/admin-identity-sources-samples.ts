// One model per state of the pages of identity sources.
import { sourceFields, sourceModel } from '../../src/http/admin/identity-source-form.js'
import { frame, long, nothing } from './admin-frame.js'

const source = {
  name: long, enabled: false, button: true, domains: ['example.com', 'subsidiary.example.org'], secondStep: 'unless-theirs',
  oidc: {
    issuer: 'https://login.example.com/a-tenant-with-a-rather-long-name/v2.0', client_id: 'b3c4d5e6-0000-4000-8000-000000000000', scopes: ['profile', 'email', 'groups'], token_endpoint_auth_method: 'client_secret_post', attributes: { userName: 'upn' },
    provisioning: { create: true, update: false, match: 'email', administrators: true, groups: { 'CN=Engineers,OU=Groups,DC=example,DC=com': 'Developers' } },
  },
}
const page = { ...frame('Identity sources'), ...nothing }
const one = { ...page, isNew: false, title: long, answersTo: 'https://access.example.com/signin/external/5900d690-ee9c-4ece-996b-a842edb1424e/callback', hasSecret: true, ...sourceModel(sourceFields(source), 'oidc') }

const saml = {
  ...page, isNew: false, title: 'Corporate', hasSecret: false, provider: 'https://idp.example.com/a-tenant-with-a-rather-long-name/saml2', ...sourceModel(sourceFields({ ...source, name: 'Corporate', oidc: undefined, saml: { metadataUrl: 'https://idp.example.com/metadata', provisioning: source.oidc.provisioning } }), 'saml'),
  place: { entityId: 'https://access.example.com/signin/external/5900d690-ee9c-4ece-996b-a842edb1424e', acs: 'https://access.example.com/signin/external/5900d690-ee9c-4ece-996b-a842edb1424e/acs', slo: 'https://access.example.com/x/slo', metadata: 'https://access.example.com/signin/external/5900d690-ee9c-4ece-996b-a842edb1424e/metadata' },
  certificates: [
    { fingerprint: 'ab'.repeat(32), subject: 'CN=signing.idp.example.com', state: 'in use', from: '2024-12-01T08:00:00.000Z', until: '2026-12-01T08:00:00.000Z', isOver: false, endsSoon: true, usedFirst: '2025-01-01T08:00:00.000Z', usedLast: '2026-11-21T08:00:00.000Z', canPromote: false, canRetire: true, canRollBack: false },
    { fingerprint: 'cd'.repeat(32), subject: `CN=${long}`, state: 'next: counts already, and takes over by itself', from: '2026-11-01T08:00:00.000Z', until: '2028-12-01T08:00:00.000Z', isOver: false, endsSoon: false, canPromote: true, canRetire: true, canRollBack: false },
    { fingerprint: 'ef'.repeat(32), subject: 'CN=old.idp.example.com', state: 'retired: does not count', from: '2022-12-01T08:00:00.000Z', until: '2024-12-01T08:00:00.000Z', isOver: true, endsSoon: false, usedFirst: '2023-01-01T08:00:00.000Z', usedLast: '2024-11-21T08:00:00.000Z', canPromote: false, canRetire: false, canRollBack: true },
  ],
}

export const samples: { name: string; view: string; model: Record<string, unknown> }[] = [
  { name: 'admin-identity-source-new', view: 'admin/identity-source', model: { ...page, isNew: true, title: 'New identity source', hasSecret: false, canChange: true, ...sourceModel(sourceFields(undefined), 'oidc') } },
  { name: 'admin-identity-source-saml-new', view: 'admin/identity-source', model: { ...page, isNew: true, title: 'New identity source', hasSecret: false, canChange: true, ...sourceModel(sourceFields(undefined), 'saml') } },
  { name: 'admin-identity-source-saml', view: 'admin/identity-source', model: { ...saml, canChange: true, deleteUrl: '/admin/identity-sources/1?end=yes' } },
  { name: 'admin-identity-source-saml-read', view: 'admin/identity-source', model: { ...saml, canChange: false } },
  { name: 'admin-identity-source', view: 'admin/identity-source', model: { ...one, canChange: true, deleteUrl: '/admin/identity-sources/1?end=yes', done: 'Saved. It counts from the next sign-in on.' } },
  { name: 'admin-identity-source-read', view: 'admin/identity-source', model: { ...one, canChange: false } },
  {
    name: 'admin-identity-source-problem', view: 'admin/identity-source',
    model: { ...one, canChange: true, problem: 'Something in the form needs another look.', faults: [{ path: 'issuer', message: 'The issuer must be an https address without a query, a fragment or a password, or http on this machine.' }, { path: 'domains', message: 'A mail domain must be a domain such as example.com.' }, { path: 'groupNames', message: 'A group must not be empty.' }] },
  },
]
