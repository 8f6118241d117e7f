import { applyOrganization, exportOrganization, planChanges, readSnapshot } from '../../../src/domain/organization/index.js'
import { Applications, ClientSecrets, hashClientSecret } from '../../../src/domain/access/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'
import { applying, emptied } from './database.js'
import { declared, faultsIn, head } from './support.js'

const actorPolicy = '{ Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "sso-oauth:CreateTokenWithIAM", Resource: "*" }] }'
const whole = `${head.replace('{ name: Example }', `
  name: Example
  instance: { name: acme, tags: { team: identity } }
  accessControlAttributes: { CostCenter: "\${path:enterprise.costCenter}" }`)}
trustedTokenIssuers:
  - { name: corp, issuerUrl: https://idp.example.com, claim: email, attribute: emails.value, tags: { a: b } }
  - { name: spare, issuerUrl: https://spare.example.com, claim: sub, attribute: userName }
applications:
  - name: Data
    provider: custom
    description: Queries
    enabled: false
    visible: false
    assignmentRequired: false
    backgroundSessions: true
    signInOrigin: IDENTITY_CENTER
    accessScopes: { "redshift:connect": ["arn:aws:redshift:us-east-1:111122223333:namespace/one"], "s3:access": [] }
    authenticationMethods: { iam: { actorPolicy: ${actorPolicy} } }
    grants:
      authorizationCode: { redirectUris: [https://data.example.com/back] }
      refreshToken: true
      jwtBearer: [{ issuer: CORP, audiences: [data] }]
      tokenExchange: true
    tags: { env: prod }
  - name: Wiki
    oidc: { client_id: wiki, client_secret: ${'s'.repeat(40)}, redirect_uris: [https://wiki.example.com/callback] }
`

let database: Database
beforeAll(async () => { database = await openEmpty() }, 60_000)
afterAll(() => database.close())
beforeEach(() => emptied(database))

const snapshotOf = () => readSnapshot(database, applying.hashes)

test('all that an application, an issuer and the instance can be is declared, applied, exported and applied again without a change', async () => {
  await applyOrganization(database, declared(whole), applying)
  const snapshot = await snapshotOf()
  expect(snapshot.organization).toMatchObject({ instanceName: 'acme', instanceTags: { team: 'identity' }, accessControlAttributes: { CostCenter: '${path:enterprise.costCenter}' } })
  expect(snapshot.applications[0]).toMatchObject({
    enabled: false, visible: false, assignmentRequired: false, backgroundSessions: true, signInOrigin: 'IDENTITY_CENTER', tags: { env: 'prod' },
    grants: { authorizationCode: { redirectUris: ['https://data.example.com/back'] }, refreshToken: true, jwtBearer: [{ issuer: 'corp', audiences: ['data'] }], tokenExchange: true },
  })
  expect(snapshot.applications[1]).not.toHaveProperty('enabled')
  const { settings } = (await new Applications(database).list())[0]!
  expect(JSON.stringify(settings.grants)).toMatch(/"TrustedTokenIssuerArn":"arn:aws:sso::111122223333:trustedTokenIssuer\/ssoins-[0-9a-f]{16}\/tti-/)
  expect(settings.authenticationMethods).toHaveProperty('IAM.Iam.ActorPolicy.Statement')
  expect(await planChanges(declared(whole, { known: snapshot }), snapshot, { prune: true })).toEqual([])
  const text = exportOrganization(snapshot)
  const env = { WIKI_CLIENT_SECRET: 's'.repeat(40) }
  expect(await planChanges(declared(text, { known: snapshot, env }), snapshot, { prune: true })).toEqual([])
  await emptied(database)
  await applyOrganization(database, declared(text, { env }), applying)
  expect(exportOrganization(await snapshotOf())).toBe(text)
})

test('what the file names is the whole of it, and what it does not name stays', async () => {
  await applyOrganization(database, declared(whole), applying)
  const known = await snapshotOf()
  const apply = async (text: string) => applyOrganization(database, declared(text, { known: await snapshotOf() }), applying)
  expect(await planChanges(declared('applications: [{ name: Data }]', { known }), known)).toEqual([])
  const [change] = await apply('applications: [{ name: Data, enabled: true, grants: { tokenExchange: true }, accessScopes: {}, signInOrigin: null }]')
  expect(change!.details).toEqual(expect.arrayContaining(['enabled: false → not set', 'jwtBearer: - {"audiences":["data"],"issuer":"corp"}', 'refreshToken: true → not set']))
  expect((await apply('organization: { accessControlAttributes: null, instance: { name: null } }'))[0]!.details).toEqual(expect.arrayContaining(['accessControlAttributes: not in use', 'instanceName: acme → not set']))
  expect((await snapshotOf()).organization).toMatchObject({ instanceTags: { team: 'identity' } })
  expect((await apply('trustedTokenIssuers: [{ name: corp, issuerUrl: https://idp.example.com, claim: sub, attribute: userName }]'))[0]).toMatchObject({ kind: 'trusted token issuer', action: 'update', details: ['claim: email → sub', 'attribute: emails.value → userName'] })
})

test('pruning takes issuers that no grant names, and leaves those that one does', async () => {
  await applyOrganization(database, declared(whole), applying)
  const known = await snapshotOf()
  const gone = async (text: string) => (await planChanges(declared(text, { known, prune: true }), known, { prune: true })).filter(({ action }) => action === 'delete').map(({ kind, name }) => `${kind} ${name}`)
  expect(await gone('trustedTokenIssuers: []')).toEqual(['trusted token issuer spare'])
  expect(await gone('trustedTokenIssuers: []\napplications: [{ name: Data, grants: {} }]')).toEqual(['application Wiki', 'trusted token issuer corp', 'trusted token issuer spare'])
  await applyOrganization(database, declared('trustedTokenIssuers: []', { known, prune: true }), { ...applying, prune: true })
  expect((await snapshotOf()).trustedTokenIssuers.map(({ name }) => name)).toEqual(['corp'])
})

test('while two secrets count, a file with either changes nothing; any other is the only one from then on', async () => {
  await applyOrganization(database, declared(whole), applying)
  const { id } = (await new Applications(database).findByClientId('wiki'))!
  const { secret } = await new ClientSecrets(database, Date.now).rotate(id, 3600)
  const known = await snapshotOf()
  const file = (value: string): string => `applications: [{ name: Wiki, oidc: { client_id: wiki, client_secret: "${value}", redirect_uris: [https://wiki.example.com/callback] } }]`
  expect(await planChanges(declared(file('s'.repeat(40)), { known }), known)).toEqual([])
  expect(await planChanges(declared(file(secret), { known }), known)).toEqual([])
  await applyOrganization(database, declared(file('t'.repeat(40)), { known }), applying)
  expect(await new Applications(database).find(id)).toMatchObject({ clientSecretHash: hashClientSecret('t'.repeat(40)), oldSecret: undefined })
})

test.each([
  ['applications: [{ name: A, startUrl: https://a.example.com, grants: { jwtBearer: [{ issuer: none, audiences: [a] }] } }]', 'names the trusted token issuer none, which does not exist'],
  ['applications: [{ name: A, oidc: { client_id: a, token_endpoint_auth_method: none, redirect_uris: [https://a.example.com] }, grants: { refreshToken: true } }]', 'is said by grant_types and redirect_uris of oidc'],
  ['applications: [{ name: A, oidc: { client_id: reg-a, token_endpoint_auth_method: none, redirect_uris: [https://a.example.com] } }]', 'must be another'],
  ['applications: [{ name: A, provider: other }]', 'must be one of custom, custom-saml'],
  ['applications: [{ name: A, startUrl: https://a.example.com, accessScopes: { "a b": [] } }]', 'accessScopes'],
  ['trustedTokenIssuers: [{ name: a, issuerUrl: http://a.example.com, claim: sub, attribute: userName }]', 'must be an https address'],
  ['trustedTokenIssuers: [{ name: a, issuerUrl: https://a.example.com, claim: sub, attribute: userName }, { name: A, issuerUrl: https://a.example.com, claim: sub, attribute: userName }]', 'is the address of trustedTokenIssuers[0] already'],
])('refuses %s', (text, fault) => {
  expect(faultsIn(`${head}${text}\n`).join('\n')).toContain(fault)
})
