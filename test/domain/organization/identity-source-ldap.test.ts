import { readSource, writtenSource } from '../../../src/domain/organization/index.js'
import type { IdentitySource } from '../../../src/domain/identity-sources/index.js'
import { Refusal } from '../../../src/platform/errors.js'
import { certified } from '../../support/certificates.js'

const ldap = { url: 'ldaps://ldap.example.com', bindDn: 'cn=gatehouse,dc=example,dc=com', bindPassword: 'secret', baseDn: 'ou=people,dc=example,dc=com', userFilter: '(uid={name})', subject: 'entryUUID' }
const given = (more: object = {}, of: object = {}) => ({ name: 'Head office', ...of, ldap: { ...ldap, ...more } })
const kept = (source: object): IdentitySource => ({ ...source, id: '1', hasSecret: true, createdAt: new Date(), updatedAt: new Date() }) as IdentitySource

function faultsOf(declared: object, present?: IdentitySource): Record<string, string> {
  try {
    readSource(declared, present)
    return {}
  } catch (error) {
    return Object.fromEntries((error as Refusal).faults.map(({ path, message }) => [path, message]))
  }
}

test('what is not named is the usual, and what is written is read as the same', () => {
  const { source } = readSource(given())
  expect(source).toMatchObject({
    kind: 'ldap', secret: 'secret', connection: { urls: ['ldaps://ldap.example.com'], startTls: true, bindDn: ldap.bindDn, baseDn: ldap.baseDn, userFilter: '(uid={name})', subject: 'entryUUID' }, provisioning: { create: true, match: 'none' },
  })
  const { pem } = certified({ commonName: 'an authority', isAuthority: true })
  const whole = readSource(given({ url: undefined, urls: ['ldap://a.example.com:3389', 'ldap://b.example.com'], startTls: false, authorities: pem, groups: { filter: '(member={dn})' }, sync: { every: '90m' }, attributes: { userName: 'cn' } })).source
  expect(whole.connection).toMatchObject({ startTls: false, authorities: pem.trim(), groups: { baseDn: ldap.baseDn, filter: '(member={dn})', name: 'cn', nested: false }, sync: { every: 5400 } })
  const written = writtenSource(kept(whole))
  expect(JSON.stringify(written)).not.toContain('secret')
  expect(readSource(written, kept(whole)).source).toEqual({ ...whole, secret: undefined })
})

test.each([
  ['url', { url: 'https://ldap.example.com' }], ['url', { url: 'ldap://user:pass@ldap.example.com' }], ['url', { url: 'ldap://' }], ['url', { url: 'ldaps://ldap.example.com/dc=example' }], ['urls', { url: undefined }], ['urls', { url: undefined, urls: [] }],
  ['urls', { urls: ['ldaps://b.example.com'] }], ['authorities', { authorities: 'none' }], ['authorities', { authorities: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }], ['bindDn', { bindDn: ' ' }],
  ['baseDn', { baseDn: 'people' }], ['userFilter', { userFilter: '(uid=ada)' }], ['userFilter', { userFilter: '(uid={name}' }], ['subject', { subject: 'entry uuid' }], ['groups.filter', { groups: { filter: '(member=x)' } }],
  ['sync.every', { sync: { every: '5m' } }], ['sync.every', { sync: { every: '8d' } }], ['bindPassword', { bindPassword: undefined }], ['bindPassword', { bindPassword: '\0' }],
])('the fault stands at %s: %j', (path, more) => {
  expect(Object.keys(faultsOf(given(more)))).toEqual([`ldap.${path}`])
})

test('a source speaks one protocol', () => {
  expect(faultsOf({ name: 'None' })).toEqual({ '': 'This must say one of oidc, saml and ldap.' })
  expect(faultsOf(given({}, { oidc: { issuer: 'https://idp.example.com', client_id: 'us' } }))).toEqual({ '': 'This must say one of oidc, saml and ldap.' })
})
