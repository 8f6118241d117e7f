// What is in an account: names, what hangs on what, and what cannot go while something hangs on it.
import { randomBytes } from 'node:crypto'
import {
  AccountPasswordPolicies, Accounts, Attachments, CredentialReports, CustomerPolicies, iamArn, IamGroups, IamUsers, IdentityProviders, InlinePolicies, InstanceProfiles, PoliciesInForce, readIamArn, Roles, summaryOf,
} from '../../../src/domain/accounts/index.js'
import { AccessKeys, KeyLookUp, KeyUses } from '../../../src/domain/accounts/index.js'
import { Sealer } from '../../../src/platform/keys/index.js'
import { MasterKey } from '../../../src/platform/keys/master-key.js'
import { openDatabase, type Database } from '../../../src/platform/storage/database.js'
import { silent } from '../../support/app.js'
import { openEmbedded } from '../../support/database.js'
import { needs } from '../../support/needs.js'
import { freshDatabase } from '../../support/postgres.js'

const [first, second] = ['111122223333', '444455556666'] as const
const document = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iam:List*', Resource: '*' }] })
const admin = 'arn:aws:iam::aws:policy/AdministratorAccess'
const page = { limit: 100 }
const trusting = (AWS: string): string => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' }] })

describe('on the embedded database', () => { collections(openEmbedded) })
needs('postgres').describe('on PostgreSQL', () => { collections(async () => openDatabase({ url: await freshDatabase(), dataDir: '', log: silent })) })

function collections(open: () => Promise<Database>): void {
  let database: Database
  let users: IamUsers
  let groups: IamGroups
  let roles: Roles
  let policies: CustomerPolicies
  let attachments: Attachments
  let inline: InlinePolicies
  let keys: AccessKeys
  let lookUp: KeyLookUp

  beforeAll(async () => {
    database = await open()
    await new Accounts(database).create([first, second].map((id) => ({ id, name: id, alias: undefined, email: `${id}@example.com`, management: id === first })))
    users = new IamUsers(database)
    groups = new IamGroups(database)
    roles = new Roles(database)
    policies = new CustomerPolicies(database)
    attachments = new Attachments(database)
    inline = new InlinePolicies(database)
    const sealer = new Sealer(new MasterKey(randomBytes(32)), 'access keys')
    lookUp = new KeyLookUp({ sql: database, sealer, clock: Date.now })
    keys = new AccessKeys({ store: database, sealer, clock: Date.now, forget: (id) => lookUp.forget(id) })
  }, 120_000)
  afterAll(() => database.close())

  let count = 0
  const aUser = async (more: object = {}) => (await users.create([{ accountId: first, name: `user-${count += 1}`, path: '/', ...more }]))[0]!
  const aPolicy = (more: object = {}) => policies.create({ accountId: first, name: `policy-${count += 1}`, path: '/', document, ...more })

  describe('names', () => {
    test('a user has an id, an ARN with its path, and is found whatever the case', async () => {
      const [user] = await users.create([{ accountId: first, name: 'Deploy', path: '/ci/', tags: { team: 'a' } }])
      expect(user).toMatchObject({ id: expect.stringMatching(/^AIDA[A-Z2-7]{16}$/), arn: `arn:aws:iam::${first}:user/ci/Deploy`, tags: { team: 'a' } })
      expect(await users.find(first, 'deploy')).toEqual(user)
      expect(await users.find(second, 'Deploy')).toBeUndefined()
      await expect(users.create([{ accountId: first, name: 'DEPLOY', path: '/' }])).rejects.toMatchObject({ code: 'conflict' })
      await users.create([{ accountId: second, name: 'Deploy', path: '/' }])
      await groups.create([{ accountId: first, name: 'Deploy', path: '/' }])
    })

    test('an ARN reads back', () => {
      for (const path of ['/', '/a/', '/a/b/']) {
        const named = { accountId: first, path, name: 'x' }
        expect(readIamArn(iamArn('role', named))).toEqual({ kind: 'role', ...named })
      }
      for (const wrong of ['', 'arn:aws:iam::1:user/x', `arn:aws:iam::${first}:userx`, `arn:aws:s3:::${first}:user/x`, `arn:aws:iam::${first}:user/a b/`]) expect(readIamArn(wrong)).toBeUndefined()
    })

    test('lists come in pages, by name, under a path', async () => {
      await users.create(['c', 'A', 'b'].map((name) => ({ accountId: second, name, path: '/paged/' })))
      const one = await users.list(second, { limit: 2, pathPrefix: '/paged/' })
      expect(one.items.map(({ name }) => name)).toEqual(['A', 'b'])
      const two = await users.list(second, { limit: 2, pathPrefix: '/paged/', after: one.next })
      expect([two.items.map(({ name }) => name), two.next]).toEqual([['c'], undefined])
    })
  })

  describe('what hangs on what', () => {
    test('a user cannot go while it has groups, policies or keys, and the refusal says which', async () => {
      const user = await aUser()
      const [group] = await groups.create([{ accountId: first, name: 'Ops', path: '/' }])
      await groups.addUser({ groupId: group!.id, userId: user.id })
      await expect(users.remove(user)).rejects.toMatchObject({ code: 'in-use', message: expect.stringContaining('groups it is in (1)') })
      await expect(groups.remove(group!)).rejects.toMatchObject({ code: 'in-use' })
      await groups.removeUser({ groupId: group!.id, userId: user.id })
      await keys.issue({ accountId: first, userId: user.id })
      await expect(users.remove(user)).rejects.toMatchObject({ message: expect.stringContaining('access keys') })
      await users.removeWhole([user.id])
      expect(await users.findById(user.id)).toBeUndefined()
    })

    test('a policy is attached where it is there and of the same account, and cannot go meanwhile', async () => {
      const [user, policy] = [await aUser(), await aPolicy()]
      const [stranger] = await users.create([{ accountId: second, name: 'stranger', path: '/' }])
      await attachments.attach(user, policy.arn)
      await attachments.attach(user, policy.arn)
      await attachments.attach(user, admin)
      expect(await attachments.list(user.id)).toEqual([policy.arn, admin].toSorted())
      for (const arn of ['arn:aws:iam::aws:policy/NoSuchThing', `arn:aws:iam::${first}:policy/nothing`, 'nonsense', '']) await expect(attachments.attach(user, arn)).rejects.toMatchObject({ code: 'not-found' })
      await expect(attachments.attach(stranger!, policy.arn)).rejects.toMatchObject({ code: 'not-found' })
      await expect(policies.remove(policy.id)).rejects.toMatchObject({ code: 'in-use' })
      expect((await attachments.listEntities(first, policy.arn, page)).items).toEqual([{ id: user.id, kind: 'user', name: user.name }])
      expect(await attachments.detach(user.id, policy.arn)).toBe(true)
      expect(await attachments.detach(user.id, policy.arn)).toBe(false)
      await policies.remove(policy.id)
      expect(await policies.find(policy.arn)).toBeUndefined()
    })

    test('a policy has five versions at most, of which one counts', async () => {
      const policy = await aPolicy()
      for (let version = 2; version <= 5; version += 1) await policies.addVersion(policy.id, document, version === 3)
      await expect(policies.addVersion(policy.id, document, true)).rejects.toMatchObject({ code: 'limit-exceeded' })
      expect((await policies.listVersions(policy.id)).map(({ number, isDefault }) => [number, isDefault])).toEqual([[5, false], [4, false], [3, true], [2, false], [1, false]])
      await expect(policies.removeVersion(policy.id, 3)).rejects.toMatchObject({ code: 'in-use' })
      expect([await policies.removeVersion(policy.id, 5), await policies.removeVersion(policy.id, 5)]).toEqual([true, false])
      expect((await policies.addVersion(policy.id, document, false)).number).toBe(6)
      expect([await policies.setDefaultVersion(policy.id, 6), await policies.setDefaultVersion(policy.id, 5)]).toEqual([true, false])
    })

    test('policies of its own are limited together', async () => {
      const user = await aUser()
      await inline.put(user, 'one', document)
      await expect(inline.put(user, 'two', 'x'.repeat(2048))).rejects.toMatchObject({ code: 'limit-exceeded' })
      await inline.put(user, 'one', `${document} `)
      expect(await inline.list([user.id])).toEqual([{ entityId: user.id, name: 'one', document: `${document} ` }])
    })

    test('what counts for a user is its own, its groups and its boundary', async () => {
      const [bound, shared] = [await aPolicy(), await aPolicy()]
      const user = await aUser({ boundary: bound.arn })
      const [group] = await groups.create([{ accountId: first, name: `group-${count += 1}`, path: '/' }])
      await groups.addUser({ groupId: group!.id, userId: user.id })
      await attachments.attach(group!, shared.arn)
      await inline.put(user, 'own', document)
      await attachments.attach(user, admin)
      const inForce = await new PoliciesInForce(database).policiesOf({ kind: 'iam-user', id: user.id })
      expect(inForce.identity.map(({ name }) => name).toSorted()).toEqual([shared.arn, admin, `inline policy own of user ${user.name}`].toSorted())
      expect(inForce.boundary?.name).toBe(bound.arn)
      expect((await new PoliciesInForce(database).policiesOf({ kind: 'iam-user', id: 'AIDANOBODY' })).identity).toEqual([])
    })

    test('tags replace those of the same key whatever its case, up to fifty', async () => {
      const user = await aUser({ tags: { Team: 'a', other: 'x' } })
      await users.tag(user.id, { team: 'b' })
      await users.untag(user.id, ['OTHER'])
      expect((await users.findById(user.id))?.tags).toEqual({ team: 'b' })
      await expect(users.tag(user.id, Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, ''])))).rejects.toMatchObject({ code: 'limit-exceeded' })
    })
  })

  test('what is added to something that goes at the same moment is refused, and not our fault', async () => {
    const user = await aUser()
    const [group] = await groups.create([{ accountId: first, name: `group-${count += 1}`, path: '/' }])
    await users.removeWhole([user.id])
    const missing = { code: 'not-found' }
    await expect(attachments.attach(user, admin)).rejects.toMatchObject(missing)
    await expect(inline.put(user, 'own', document)).rejects.toMatchObject(missing)
    await expect(keys.issue({ accountId: first, userId: user.id })).rejects.toMatchObject(missing)
    await expect(groups.addUser({ groupId: group!.id, userId: user.id })).rejects.toMatchObject(missing)
    await expect(users.create([{ accountId: '999999999999', name: 'x', path: '/' }])).rejects.toMatchObject(missing)
    await expect(policies.create({ accountId: '999999999999', name: 'x', path: '/', document })).rejects.toMatchObject(missing)
    await expect(keys.issue({ accountId: '999999999999' })).rejects.toMatchObject(missing)
  })

  describe('access keys', () => {
    test('there are two at most, also when many are asked for at once', async () => {
      const user = await aUser()
      const tries = await Promise.allSettled(Array.from({ length: 6 }, () => keys.issue({ accountId: first, userId: user.id })))
      expect(tries.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(2)
      expect((await keys.list({ accountId: first, userId: user.id })).length).toBe(tries.filter(({ status }) => status === 'fulfilled').length)
    })

    test('a key is found with its secret and its holder, until it is turned off or deleted', async () => {
      const user = await aUser({ path: '/p/', tags: { a: 'b' } })
      const owner = { accountId: first, userId: user.id }
      const key = await keys.issue(owner)
      expect(key).toMatchObject({ id: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/), secret: expect.stringMatching(/^[\w+/]{40}$/), active: true })
      expect(await lookUp.findForSigning(key.id)).toEqual({ secret: key.secret, active: true, holder: { kind: 'iam-user', accountId: first, arn: user.arn, id: user.id, userName: user.name, tags: { a: 'b' } } })
      await keys.setActive(owner, key.id, false)
      expect(await lookUp.findForSigning(key.id)).toMatchObject({ active: false })
      expect(await keys.remove({ accountId: first, userId: 'AIDAOTHER' }, key.id)).toBe(false)
      expect(await keys.remove(owner, key.id)).toBe(true)
      expect(await lookUp.findForSigning(key.id)).toBeUndefined()
      expect((await database.query('select * from iam_access_keys where position($1::bytea in secret) > 0', [Buffer.from(key.secret)])).length).toBe(0)
    })

    test('the root user of an account may have keys too', async () => {
      const key = await keys.issue({ accountId: second })
      expect((await lookUp.findForSigning(key.id))?.holder).toEqual({ kind: 'root', accountId: second, arn: `arn:aws:iam::${second}:root`, id: second, tags: {} })
    })

    test('another node hears of a change within half a second', async () => {
      const user = await aUser()
      const key = await keys.issue({ accountId: first, userId: user.id })
      await lookUp.findForSigning(key.id)
      await database.query('delete from iam_access_keys where id = $1', [key.id])
      const deadline = performance.now() + 1000
      while (await lookUp.findForSigning(key.id) !== undefined && performance.now() < deadline) await new Promise((resolve) => { setTimeout(resolve, 50) })
      expect(await lookUp.findForSigning(key.id)).toBeUndefined()
    })

    test('the last use is written once for many uses', async () => {
      const user = await aUser()
      const key = await keys.issue({ accountId: first, userId: user.id })
      const uses = new KeyUses({ sql: database, clock: () => 1_800_000_000_000, log: silent })
      uses.record(key.id, { region: 'eu-west-1', service: 'sts' })
      uses.record(key.id, { region: 'us-east-1', service: 'iam' })
      await uses.flush()
      expect((await keys.find(key.id))?.lastUsed).toEqual({ at: new Date(1_800_000_000_000), region: 'us-east-1', service: 'iam' })
    })
  })

  test('identity providers are found by ARN, and there once', async () => {
    const providers = new IdentityProviders(database)
    const oidc = { kind: 'oidc' as const, accountId: first, name: 'ci.example.com/x', clientIds: ['a'], thumbprints: [], tags: {} }
    await providers.create([oidc])
    await expect(providers.create([oidc])).rejects.toMatchObject({ code: 'conflict' })
    const arn = `arn:aws:iam::${first}:oidc-provider/ci.example.com/x`
    await providers.update(oidc, (now) => (now.kind === 'oidc' ? { ...now, clientIds: [...now.clientIds, 'b'] } : now))
    expect(await providers.find(arn)).toMatchObject({ arn, clientIds: ['a', 'b'] })
    expect([await providers.remove(oidc), await providers.remove(oidc)]).toEqual([true, false])
  })

  test('instance profiles have one role, and forget one that goes', async () => {
    const profiles = new InstanceProfiles(database)
    const [role] = await roles.create([{ accountId: first, name: 'of-machines', path: '/', trustPolicy: trusting('*'), maxSessionDuration: 3600 }])
    const made = await profiles.create({ accountId: first, name: 'Box', path: '/', tags: { a: 'b' } })
    expect(await profiles.find(first, 'box')).toEqual(made)
    await profiles.addRole(made.id, role!.id)
    await expect(profiles.addRole(made.id, role!.id)).rejects.toMatchObject({ code: 'limit-exceeded' })
    await expect(profiles.remove(made.id)).rejects.toMatchObject({ code: 'in-use' })
    expect((await profiles.list(first, { roleId: role!.id, limit: 10 })).items).toMatchObject([{ name: 'Box', roleId: role!.id }])
    await profiles.tag(made.id, { A: 'c' })
    expect(await profiles.listOf([role!.id])).toMatchObject([{ tags: { A: 'c' } }])
    await roles.removeWhole([role!.id])
    expect(await profiles.find(first, 'Box')).toMatchObject({ roleId: undefined })
    await expect(profiles.addRole(made.id, 'AROAGONE')).rejects.toMatchObject({ code: 'not-found' })
    await profiles.remove(made.id)
  })

  test('roles that trust each other are made ahead, and learn then whom they trust', async () => {
    const arnOf = (name: string) => iamArn('role', { accountId: first, path: '/', name })
    const wish = (name: string, principal: string) => ({ accountId: first, name, path: '/', trustPolicy: trusting(principal), maxSessionDuration: 3600 })
    await expect(roles.create([wish('ping', arnOf('pong')), wish('pong', arnOf('ping'))])).rejects.toMatchObject({ code: 'policy-malformed' })
    const pair = await roles.createAhead([wish('ping', arnOf('pong')), wish('pong', arnOf('ping'))])
    await roles.update(pair.map(({ id, trustPolicy }) => ({ id, trustPolicy })))
    expect((await roles.get(first, 'ping')).trustPolicy).toBe(trusting(arnOf('pong')))
    await roles.removeWhole([pair[1]!.id])
    expect((await roles.listByIds([pair[0]!.id])).map(({ trustPolicy }) => trustPolicy)).toEqual([trusting(pair[1]!.id)])
    await roles.removeWhole([pair[0]!.id])
  })

  test('a credential report has everybody of the account, and the last one is kept', async () => {
    const reports = new CredentialReports({ sql: database, policies: new AccountPasswordPolicies(database), clock: () => 1_900_000_000_000 })
    expect(await reports.find(first)).toBeUndefined()
    const made = await reports.generate(first)
    expect(await reports.find(first)).toEqual(made)
    const total = (await users.list(first, { limit: 1000 })).items.length
    expect(made.content.split('\n')).toHaveLength(2 + total)
    await reports.generate(first)
  })

  test('an account goes with everything in it', async () => {
    const accounts = new Accounts(database)
    const third = '777788889999'
    await accounts.create([{ id: third, name: third, alias: 'third', email: 'third@example.com', management: false }])
    expect([(await accounts.findByAlias('third'))?.id, (await accounts.findByRootEmail('THIRD@example.com'))?.id]).toEqual([third, third])
    const policy = await policies.create({ accountId: third, name: 'p', path: '/', document })
    const [user] = await users.create([{ accountId: third, name: 'u', path: '/', boundary: policy.arn }])
    const [role] = await roles.create([{ accountId: third, name: 'r', path: '/', trustPolicy: document, maxSessionDuration: 3600 }])
    await attachments.attach(user!, policy.arn)
    await attachments.attach(role!, policy.arn)
    await keys.issue({ accountId: third, userId: user!.id })
    await database.query(`insert into passwords (principal, hash) values ('iam:' || $1, 'x'), ('root:' || $2, 'y')`, [user!.id, third])
    expect(await summaryOf(database, third)).toMatchObject({ users: 1, roles: 1, policies: 1, rootHasPassword: 1 })
    await accounts.remove([third])
    expect(await database.query(`select principal from passwords where principal = 'iam:' || $1 or principal = 'root:' || $2`, [user!.id, third])).toEqual([])
    expect(await users.findById(user!.id)).toBeUndefined()
  })
}
