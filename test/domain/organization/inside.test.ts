// What is inside of accounts in the organization file: read with every fault at its line, applied, applied again, pruned, and exported.
import { applyOrganization, exportOrganization, planChanges, readSnapshot } from '../../../src/domain/organization/index.js'
import { iamUserPrincipal, PasswordHashes, HashQueue, Passwords, rootPrincipal } from '../../../src/domain/authentication/index.js'
import { IamUsers, PoliciesInForce, Roles } from '../../../src/domain/accounts/index.js'
import { MasterKey } from '../../../src/platform/keys/master-key.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'
import { metadataOf, signerOf } from '../../support/saml.js'
import { declared, faultsIn } from './support.js'

const file = `
organization: { name: Example }
accounts:
  - id: "111122223333"
    name: Management
    email: root@example.com
    management: true
    rootPassword: Root-password-1
    policies:
      - policyName: Look
        path: /team/
        description: Looks
        document: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "iam:List*", Resource: "*" }] }
    groups:
      - { groupName: Ops, policies: [arn:aws:iam::aws:policy/ReadOnlyAccess] }
    iamUsers:
      - userName: deploy
        password: Deploy-password-1
        passwordResetRequired: true
        policies: [arn:aws:iam::111122223333:policy/team/Look]
        inlinePolicies:
          Own: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/*" }] }
        groups: [Ops]
        permissionsBoundary: arn:aws:iam::aws:policy/AdministratorAccess
        tags: { team: build }
      - userName: plain
    roles:
      - roleName: Build
        trustPolicy: { Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "sts:AssumeRole" }] }
        policies: [arn:aws:iam::aws:policy/ReadOnlyAccess]
        maxSessionDuration: 2h
        description: Builds
    identityProviders:
      - oidc: { url: https://token.example.com, clientIds: [sts.amazonaws.com] }
      - saml: { name: corp, metadata: ${JSON.stringify(metadataOf([signerOf()]))} }
`

describe('reading', () => {
  const inAccount = (text: string): string => `organization: { name: Example }
accounts:
  - id: "111122223333"
    name: Management
    email: root@example.com
    management: true
${text}`

  test.each<[string, string, string[]]>([
    ['a name twice', '    iamUsers: [{ userName: a }, { userName: A }]', ['7 accounts[0].iamUsers[1].userName: is the name of iamUsers[0] already']],
    ['a group that is not there', '    iamUsers: [{ userName: a, groups: [Ops] }]', ['7 accounts[0].iamUsers[0].groups[0]: names the group Ops, which does not exist in this account']],
    ['a policy of another account', '    groups:\n      - groupName: g\n        policies:\n          - arn:aws:iam::444455556666:policy/x',
      ['10 accounts[0].groups[0].policies[0]: names the policy arn:aws:iam::444455556666:policy/x, which does not exist in this account']],
    ['a policy that the catalogue does not have', '    groups: [{ groupName: g, policies: [arn:aws:iam::aws:policy/Nothing] }]',
      ['7 accounts[0].groups[0].policies[0]: names the policy arn:aws:iam::aws:policy/Nothing, which is not in the catalogue']],
    ['the name of a permission set’s role', '    roles: [{ roleName: AWSReservedSSO_X, trustPolicy: { Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: "*", Action: "sts:AssumeRole" }] } }]',
      ['7 accounts[0].roles[0].roleName: begins as the roles of permission sets do']],
    ['a password to be replaced that is not given', '    iamUsers: [{ userName: a, passwordResetRequired: true }]', ['7 accounts[0].iamUsers[0].passwordResetRequired: needs a password, which is to be replaced']],
    ['an unknown key', '    iamUsers: [{ userName: a, colour: red }]', ['7 accounts[0].iamUsers[0].colour: is not known here']],
    ['a provider twice', '    identityProviders:\n      - { oidc: { url: https://a.example } }\n      - { oidc: { url: https://a.example/ } }', ['9 accounts[0].identityProviders[1]: is the same as identityProviders[0]']],
    ['a provider of neither kind', '    identityProviders: [{ ldap: {} }, {}]', [expect.stringContaining('identityProviders[0].ldap: is not known here') as unknown as string, '7 accounts[0].identityProviders[0]: must be { oidc: … } or { saml: … }', '7 accounts[0].identityProviders[1]: must be { oidc: … } or { saml: … }']],
    ['an issuer without TLS', '    identityProviders: [{ oidc: { url: http://a.example } }]', [expect.stringContaining('7 accounts[0].identityProviders[0]') as unknown as string]],
    ['whom a role trusts who is not there', `    iamUsers: [{ userName: a, path: /x/ }]
    roles:
      - roleName: r
        trustPolicy:
          Version: "2012-10-17"
          Statement:
            - { Effect: Allow, Action: "sts:AssumeRole", Principal: { AWS: [
                "arn:aws:iam::111122223333:user/x/a", "arn:aws:iam::999999999999:user/a", "arn:aws:iam::111122223333:role/r",
                "arn:aws:iam::111122223333:user/a" ] } }`,
    ['15 accounts[0].roles[0].trustPolicy.Statement[0].Principal.AWS[3]: trusts arn:aws:iam::111122223333:user/a, which does not exist']],
    ['metadata that nobody could sign in with', `    identityProviders:
      - saml: { name: a, metadata: "<x/>" }
      - saml: { name: b, metadata: ${JSON.stringify(metadataOf([]))} }
      - saml: { name: c, metadata: ${JSON.stringify(`<!DOCTYPE x>${metadataOf([signerOf()])}`)} }`,
    ['The metadata describes no entity.', 'The metadata has no certificate that counts.', 'The metadata has more than elements and text.']
      .map((why, at) => `${8 + at} accounts[0].identityProviders[${at}].saml.metadata: cannot be used: ${why}`)],
  ])('complains of %s', (_what, text, expected) => {
    expect(faultsIn(inAccount(text))).toEqual(expected)
  })

  test('complains of a policy at the line of what is wrong with it', () => {
    const [fault, ...more] = faultsIn(inAccount(`    iamUsers:
      - userName: a
        inlinePolicies:
          Own:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: s3:GetObject
                Resource: "*"
              - Effect: Perhaps
                Action: s3:GetObject
                Resource: "*"
`))
    expect(fault).toMatch(/^16 accounts\[0\]\.iamUsers\[0\]\.inlinePolicies\.Own\.Statement\[1\]\.Effect: is refused: /)
    expect(more).toEqual([])
    expect(faultsIn(inAccount('    roles: [{ roleName: r, trustPolicy: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "sts:AssumeRole" }] } }]'))[0]).toMatch(/^7 accounts\[0\]\.roles\[0\]\.trustPolicy\.Statement\[0\].*is refused: /)
  })
})

describe('applying', () => {
  let database: Database
  const hashes = new PasswordHashes({ master: new MasterKey(Buffer.alloc(32, 1)), queue: new HashQueue({ concurrency: 1 }), cost: 4 })
  beforeAll(async () => { database = await openEmpty() })
  afterAll(() => database.close())

  const apply = async (text: string, prune = false) => {
    const known = await readSnapshot(database, hashes)
    return applyOrganization(database, declared(text, { known, prune }), { by: 'test', hashes, clock: Date.now, region: 'us-east-1', prune })
  }
  const lines = (changes: { action: string; kind: string; name: string; details: string[] }[]) => changes.map(({ action, kind, name, details }) => [`${action} ${kind} ${name}`, ...details].join('; '))

  test('makes everything, once', async () => {
    expect(lines(await apply(file))).toEqual([
      'create organization Example',
      'create account 111122223333 Management; root password: set',
      'create IAM policy 111122223333/Look',
      'create IAM group 111122223333/Ops',
      'create IAM user 111122223333/deploy; one-time password: set',
      'create IAM user 111122223333/plain',
      'create role 111122223333/Build',
      'create identity provider 111122223333/oidc token.example.com',
      'create identity provider 111122223333/saml corp',
    ])
    expect(await apply(file)).toEqual([])
    const passwords = new Passwords(database, hashes)
    const user = await new IamUsers(database).get('111122223333', 'deploy')
    expect(await passwords.check(rootPrincipal('111122223333'), 'Root-password-1', '192.0.2.1')).toBeDefined()
    expect(await passwords.check(iamUserPrincipal(user.id), 'Deploy-password-1', '192.0.2.1')).toMatchObject({ oneTime: true })
    const inForce = await new PoliciesInForce(database).policiesOf({ kind: 'iam-user', id: user.id })
    expect(inForce.identity.map(({ name }) => name).toSorted()).toEqual(['arn:aws:iam::111122223333:policy/team/Look', 'arn:aws:iam::aws:policy/ReadOnlyAccess', 'inline policy Own of user deploy'])
    expect(inForce.boundary?.name).toBe('arn:aws:iam::aws:policy/AdministratorAccess')
    expect(await new Roles(database).get('111122223333', 'build')).toMatchObject({ maxSessionDuration: 7200, description: 'Builds' })
  })

  test('roles may trust users and roles of the same file, each other too', async () => {
    const trust = (...names: string[]) => `{ Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: { AWS: [${names.map((name) => `"arn:aws:iam::444455556666:${name}"`).join(', ')}] }, Action: "sts:AssumeRole" }] }`
    const text = (roles: string, users = '[{ userName: z }]') => `
organization: { name: Example }
accounts:
  - { id: "444455556666", name: Second, email: second@example.com, iamUsers: ${users}, roles: [${roles}] }
`
    const both = `{ roleName: a, trustPolicy: ${trust('role/b', 'user/z')} }, { roleName: b, trustPolicy: ${trust('role/a')} }`
    await apply(text(both))
    expect(await apply(text(both))).toEqual([])
    const roles = new Roles(database)
    const [a, z] = [await roles.get('444455556666', 'a'), await new IamUsers(database).get('444455556666', 'z')]
    expect(JSON.parse(a.trustPolicy)).toMatchObject({ Statement: [{ Principal: { AWS: ['arn:aws:iam::444455556666:role/b', 'arn:aws:iam::444455556666:user/z'] } }] })

    // Whoever is gone stays in an export by id, which may be applied again.
    await new IamUsers(database).removeWhole([z.id])
    expect((await roles.get('444455556666', 'a')).trustPolicy).toContain(`"${z.id}"`)
    const exported = exportOrganization(await readSnapshot(database, hashes))
    expect(exported).toContain(z.id)
    expect(lines(await apply(exported))).toEqual([])
    expect(lines(await apply(text(both)))).toEqual(['create IAM user 444455556666/z', 'update role 444455556666/a; trustPolicy: changed'])
    expect((await roles.get('444455556666', 'a')).trustPolicy).not.toContain('AIDA')
    expect(faultsIn(text(both, '[]'), { known: await readSnapshot(database, hashes), prune: true })).toContainEqual(expect.stringContaining('trusts arn:aws:iam::444455556666:user/z, which does not exist'))
    await apply(text('', '[]'))
    await roles.removeWhole([a.id, (await roles.get('444455556666', 'b')).id])
    await new IamUsers(database).removeWhole([(await new IamUsers(database).get('444455556666', 'z')).id])
    await database.query(`delete from accounts where id = '444455556666'`)
  })

  test('leaves a password that its owner has chosen since', async () => {
    const { id } = await new IamUsers(database).get('111122223333', 'deploy')
    await new Passwords(database, hashes).put([{ principal: iamUserPrincipal(id), hash: await hashes.hash('Own-choice-99', ''), oneTime: false }])
    expect(await apply(file)).toEqual([])
  })

  test('exports a file that changes nothing', async () => {
    const text = exportOrganization(await readSnapshot(database, hashes))
    expect(text).toContain('iamUsers:')
    expect(text).not.toContain('password')
    expect(await apply(text)).toEqual([])
    const { declared: read } = { declared: declared(text, { known: await readSnapshot(database, hashes) }) }
    expect(lines(await planChanges(read, await readSnapshot(database, hashes), { prune: true }))).toEqual([])
  })

  test('tells what changes, and changes that', async () => {
    const next = file.replace('groups: [Ops]', 'groups: []').replace('maxSessionDuration: 2h', 'maxSessionDuration: 3h').replace('"iam:List*"', '"iam:Get*"').replace('team: build', 'team: other')
      .replace('clientIds: [sts.amazonaws.com]', 'clientIds: [other]').replace('Root-password-1', 'Root-password-2')
    expect(lines(await apply(next))).toEqual([
      'update account 111122223333 Management; root password: replaced',
      'update IAM policy 111122223333/Look; document: changed',
      'update IAM user 111122223333/deploy; groups: - Ops; team: build → other',
      'update role 111122223333/Build; maxSessionDuration: 2h → 3h',
      'update identity provider 111122223333/oidc token.example.com; clientIds: + other, - sts.amazonaws.com',
    ])
    expect(await apply(next)).toEqual([])
    expect(await database.query('select default_version, latest_version from iam_policies')).toEqual([{ default_version: 2, latest_version: 2 }])
    expect(await apply(file)).toHaveLength(5)
  })

  test('makes room for a sixth version of a policy', async () => {
    for (const action of ['a:A', 'a:B', 'a:C', 'a:D', 'a:E', 'a:F']) await apply(file.replace('"iam:List*"', `"${action}"`))
    const versions = await database.query<{ version: number }>('select version from iam_policy_versions order by version')
    expect(versions.length).toBe(5)
    await apply(file)
  })

  test('prunes what the sections that there are do not name', async () => {
    const smaller = file.replace(/ {6}- userName: plain\n/, '').replace(/ {4}roles:[\s\S]* {4}identityProviders/, '    roles: []\n    identityProviders')
    expect(await apply(smaller)).toEqual([])
    expect(lines(await apply(smaller, true)).toSorted()).toEqual(['delete IAM user 111122223333/plain', 'delete role 111122223333/Build'])
    const without = file.replace(/ {4}policies:\n[\s\S]* {4}groups:\n/, '    groups:\n')
    expect(lines(await apply(without, true))).toEqual(['create IAM user 111122223333/plain', 'create role 111122223333/Build'])
    const none = `organization: { name: Example }\naccounts:\n  - { id: "111122223333", name: Management, email: root@example.com, management: true, iamUsers: [], groups: [], roles: [], policies: [], identityProviders: [] }\n`
    expect(lines(await apply(none, true)).length).toBe(7)
    expect(await database.query('select * from iam_entities')).toEqual([])
    expect(await database.query('select * from iam_policies')).toEqual([])
    expect(await database.query(`select principal from passwords where principal like 'iam:%'`)).toEqual([])
  })

  test('refuses to take away a policy that something outside of the file has', async () => {
    await apply(file)
    await database.query(`insert into iam_attachments (entity_id, policy_arn, policy_id, account_id) select e.id, 'arn:aws:iam::111122223333:policy/team/Look', p.id, p.account_id from iam_entities e, iam_policies p where e.name = 'plain'`)
    const text = `organization: { name: Example }\naccounts:\n  - { id: "111122223333", name: Management, email: root@example.com, management: true, policies: [] }\n`
    await expect(apply(text, true)).rejects.toMatchObject({ code: 'in-use' })
  })

  test('writes an event for each, in the account it is in', async () => {
    const [event] = await database.query<{ event: Record<string, unknown> }>(`select event from audit_events where event_name = 'CreateUser' and event_source = 'iam.amazonaws.com' order by position limit 1`)
    expect(event?.event).toMatchObject({ recipientAccountId: '111122223333', requestParameters: { name: '111122223333/deploy' } })
    expect(JSON.stringify(await database.query('select event from audit_events'))).not.toContain('password-1')
  })
})
