// What administering access changes and lists, on both databases: permission sets, assignments with what came of the
// requests, applications and trusted token issuers.
import {
  ApplicationChanges, Applications, Assigning, AssignmentPages, AssignmentRequests, Assignments, instanceArn, permissionSetArn, PermissionSetChanges, PermissionSets, sessionTagsOf, TrustedTokenIssuers, type Principal,
} from '../../../src/domain/access/index.js'
import { Accounts, CustomerPolicies } from '../../../src/domain/accounts/index.js'
import { Groups, Users } from '../../../src/domain/directory/index.js'
import { Organizations } from '../../../src/domain/settings/index.js'
import { openDatabase, type Database } from '../../../src/platform/storage/database.js'
import type { Page, PageRequest } from '../../../src/platform/storage/paging.js'
import { silent } from '../../support/app.js'
import { openEmbedded } from '../../support/database.js'
import { needs } from '../../support/needs.js'
import { freshDatabase } from '../../support/postgres.js'

const [prod, staging] = ['111122223333', '444455556666'] as const
const about = { description: undefined, relayState: undefined, managedPolicies: [], inlinePolicy: undefined, permissionsBoundary: undefined, sessionDuration: 3600 }

/** Goes through all pages. */
async function all<Item>(limit: number, read: (request: PageRequest) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = []
  for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
    const page = await read({ after, limit })
    expect(page.items.length).toBeLessThanOrEqual(limit)
    items.push(...page.items)
    after = page.next
  }
  return items
}

function holdsTo(open: () => Promise<Database>): void {
  let database: Database
  let changes: PermissionSetChanges
  let assigning: Assigning
  let jane: Principal
  let team: Principal
  const time = { now: Date.UTC(2026, 0, 1) }
  const clock = () => time.now

  beforeAll(async () => {
    database = await open()
    changes = new PermissionSetChanges(database)
    assigning = new Assigning({ database, clock, endIssued: async () => undefined })
    await new Accounts(database).create([prod, staging].map((id, at) => ({ id, name: id, alias: undefined, email: `${id}@example.com`, management: at === 0 })))
    const [user] = await new Users(database).create([{ userName: 'jane', displayName: 'Jane', givenName: undefined, familyName: undefined, emails: [], active: true }])
    const [inner, outer] = await new Groups(database).create(['inner', 'outer'].map((displayName) => ({ displayName, description: undefined })))
    await new Groups(database).add([{ groupId: inner!, member: { userId: user! } }, { groupId: outer!, member: { groupId: inner! } }])
    jane = { type: 'USER', id: user! }
    team = { type: 'GROUP', id: outer! }
  })
  afterAll(() => database.close())

  test('permission sets are made, changed one after another, and listed in pages', async () => {
    const made = await Promise.all(['B', 'a', 'C'].map((name) => changes.create({ ...about, name, tags: { team: 'red' } })))
    expect(made[0]).toMatchObject({ id: expect.stringMatching(/^ps-[0-9a-f]{16}$/), name: 'B', customerPolicies: [], tags: { team: 'red' }, createdAt: expect.any(Date) })
    const sets = new PermissionSets(database)
    expect((await all(2, (page) => sets.page(page))).map(({ name }) => name)).toEqual(['a', 'B', 'C'])
    expect((await sets.page({ search: 'c', limit: 10 })).items.map(({ name }) => name)).toEqual(['C'])
    const { id } = made[0]!
    await Promise.all(Array.from({ length: 5 }, (_, at) => changes.attach(id, 'customerPolicies', `/p${at}`)))
    expect((await sets.find(id))!.customerPolicies.toSorted()).toEqual(['/p0', '/p1', '/p2', '/p3', '/p4'])
    await expect(changes.attach(id, 'customerPolicies', '/p0')).rejects.toMatchObject({ code: 'conflict' })
    await changes.change(id, () => ({ managedPolicies: Array.from({ length: 15 }, (_, at) => `arn:aws:iam::aws:policy/P${at}`) }))
    await expect(changes.attach(id, 'managedPolicies', 'arn:aws:iam::aws:policy/More')).rejects.toMatchObject({ code: 'limit-exceeded' })
    await changes.tag(id, { TEAM: 'blue', cost: '1' })
    await changes.untag(id, ['Cost'])
    expect((await sets.find(id))!.tags).toEqual({ TEAM: 'blue' })
    await expect(changes.change('ps-0000000000000000', () => ({}))).rejects.toMatchObject({ code: 'not-found' })
    await expect(changes.create({ ...about, name: 'c' })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('assignments are listed by place and by principal, a user\'s also through groups', async () => {
    const ids = await Promise.all(['X', 'Y', 'Z'].map(async (name) => (await changes.create({ ...about, name })).id))
    for (const permissionSetId of ids) await assigning.assign({ accountId: prod, permissionSetId, principal: team })
    await assigning.assign({ accountId: staging, permissionSetId: ids[0]!, principal: jane })
    await assigning.assign({ accountId: prod, permissionSetId: ids[0]!, principal: jane })
    const pages = new AssignmentPages(database)
    expect(await all(1, (page) => pages.ofPlace({ accountId: prod, permissionSetId: ids[0]! }, page))).toHaveLength(2)
    expect(await all(2, (page) => pages.ofPrincipal(jane, page))).toHaveLength(5)
    expect(await all(2, (page) => pages.ofPrincipal(jane, { ...page, accountId: staging }))).toEqual([{ accountId: staging, permissionSetId: ids[0], principal: jane }])
    expect(await all(2, (page) => pages.ofPrincipal(team, page))).toHaveLength(3)
    expect(await all(1, (page) => pages.setsIn(prod, page))).toEqual(ids.toSorted())
    expect(await all(1, (page) => pages.accountsOf(ids[0]!, page))).toEqual([prod, staging])
    const named = await all(2, (page) => pages.named({ ...page, permissionSetId: ids[0]! }))
    expect(named.map(({ accountName, permissionSetName, principalName, displayName }) => [accountName, permissionSetName, principalName, displayName]).toSorted()).toEqual(
      [[prod, 'X', 'jane', 'Jane'], [prod, 'X', 'outer', undefined], [staging, 'X', 'jane', 'Jane']])
    expect(await all(2, (page) => pages.named({ ...page, accountId: prod }))).toHaveLength(4)
    expect((await pages.countOf(ids)).get(ids[0]!)).toEqual({ assignments: 3, accounts: 2 })
    await expect(changes.remove(ids[0]!)).rejects.toMatchObject({ code: 'in-use' })
    await assigning.unassign({ accountId: prod, permissionSetId: ids[2]!, principal: team }, 'somebody')
    await expect(assigning.unassign({ accountId: prod, permissionSetId: ids[2]!, principal: team }, 'somebody')).rejects.toMatchObject({ code: 'not-found' })
    await changes.remove(ids[2]!)
    await expect(assigning.assign({ accountId: '999999999999', permissionSetId: ids[0]!, principal: jane })).rejects.toMatchObject({ code: 'not-found' })
  })

  test('requests are kept for a month, and say what is missing where', async () => {
    const { id } = await changes.create({ ...about, name: 'Missing', customerPolicies: ['/team/Base'], permissionsBoundary: '/Limit' })
    await new CustomerPolicies(database).create({ accountId: prod, name: 'Base', path: '/team/', document: '{}' })
    await new CustomerPolicies(database).create({ accountId: prod, name: 'Limit', path: '/', document: '{}' })
    const failed = await assigning.assign({ accountId: staging, permissionSetId: id, principal: jane })
    expect(failed.failure).toContain(`The policy /Limit does not exist in account ${staging}. The policy /team/Base does not exist in account ${staging}.`)
    time.now += 1000
    expect((await assigning.assign({ accountId: prod, permissionSetId: id, principal: jane })).failure).toBeUndefined()
    expect((await assigning.provision(id, undefined)).failure).toBeUndefined()
    await expect(assigning.provision(id, staging)).rejects.toMatchObject({ code: 'not-found' })
    const requests = new AssignmentRequests(database, clock)
    expect((await requests.list('assign', { failed: true, limit: 10 })).items).toEqual([failed])
    expect(await requests.find('assign', failed.id)).toEqual(failed)
    expect(await requests.find('unassign', failed.id)).toBeUndefined()
    const listed = await all(1, (page) => requests.list('assign', page))
    expect(listed.map(({ createdAt }) => createdAt.getTime())).toEqual(listed.map(({ createdAt }) => createdAt.getTime()).toSorted((one, other) => other - one))
    time.now += 31 * 24 * 3_600_000
    await assigning.provision(id, undefined)
    expect((await requests.list('assign', { limit: 10 })).items).toEqual([])
  })

  test('applications are made once by a token, changed and listed', async () => {
    const applications = new ApplicationChanges(database)
    const application = { name: 'CRM', description: undefined, startUrl: undefined, icon: undefined, clientId: undefined, clientMetadata: undefined, clientSecretHash: undefined }
    const made = await Promise.all([1, 2, 3].map(() => applications.create(application, { visible: false }, 'token')))
    expect(new Set(made.map(({ id }) => id)).size).toBe(1)
    await applications.change(made[0]!.id, ({ settings }) => ({ description: 'Customers', settings: { tags: { ...settings.tags, a: 'b' }, enabled: false } }))
    const all = new Applications(database)
    expect(await all.find(made[0]!.id)).toMatchObject({ name: 'CRM', description: 'Customers', settings: { visible: false, enabled: false, assignmentRequired: true, provider: 'custom', tags: { a: 'b' } } })
    expect((await all.page({ provider: 'custom', limit: 1 })).items).toHaveLength(1)
    const pages = new AssignmentPages(database)
    await new Assignments(database).assignApplications([{ applicationId: made[0]!.id, principal: team }])
    expect((await pages.applicationsOfPrincipal(jane, { limit: 10 })).items).toEqual([{ applicationId: made[0]!.id, principal: team }])
    expect((await pages.ofApplication(made[0]!.id, { limit: 10 })).items).toHaveLength(1)
  })

  test('trusted token issuers are made, changed, and kept while a grant names them', async () => {
    const issuers = new TrustedTokenIssuers(database, clock)
    const wanted = { name: 'idp', issuerUrl: 'https://idp.example.com', claimPath: 'email', storePath: 'emails.value', tags: {} }
    const issuer = await issuers.create({ ...wanted, token: 't' })
    expect(await issuers.create({ ...wanted, token: 't' })).toEqual(issuer)
    await expect(issuers.create({ ...wanted, name: 'IDP', issuerUrl: 'https://other.example.com' })).rejects.toMatchObject({ code: 'conflict' })
    await issuers.change(issuer.id, () => ({ claimPath: 'sub' }))
    expect((await issuers.list({ limit: 10 })).items).toEqual([{ ...issuer, claimPath: 'sub' }])
    await issuers.remove(issuer.id, 'arn')
    expect(await issuers.find(issuer.id)).toBeUndefined()
  })

  test('the settings of the instance outlive a change of the organization', async () => {
    const organizations = new Organizations(database)
    const row = { id: 'd-0123456789', name: 'Test', portalSubdomain: undefined, startUrlAliases: [], portalSession: 3600, mfa: { mode: 'never' as const, whenNoDevice: 'allow' as const, types: [] }, settings: {} }
    await organizations.create(row)
    await Organizations.changeInstance(database, (settings) => ({ ...settings, name: 'acme' }))
    await organizations.update({ ...row, name: 'Other' })
    expect(await organizations.find()).toMatchObject({ name: 'Other', instance: { name: 'acme' }, createdAt: expect.any(Date) })
  })
}

describe('on the embedded database', () => {
  holdsTo(openEmbedded)
})

needs('postgres').describe('on PostgreSQL', () => {
  holdsTo(async () => openDatabase({ url: await freshDatabase(), dataDir: '', log: silent }))
})

test('names are derived from the directory id, and stay', () => {
  expect(instanceArn('d-0123456789')).toMatch(/^arn:aws:sso:::instance\/ssoins-[0-9a-f]{16}$/)
  expect(permissionSetArn('d-0123456789', 'ps-0123456789abcdef')).toBe(`${instanceArn('d-0123456789').replace(':instance/', ':permissionSet/')}/ps-0123456789abcdef`)
  expect(instanceArn('d-0123456789')).not.toBe(instanceArn('d-0123456788'))
})

test('attributes of people become tags as far as they have them and a tag can hold them', () => {
  const user = { id: '', userName: 'jane', displayName: 'Jane <b>', givenName: undefined, familyName: 'Doe', emails: [{ value: 'second@example.com' }, { value: 'jane@example.com', primary: true }], active: true, createdAt: new Date(0), profile: { title: 'Pilot', enterprise: { costCenter: '7' }, addresses: [{ postalCode: '1' }, { postalCode: '2', primary: true }] } }
  const from = (path: string) => ({ key: path, source: `\${path:${path}}` })
  expect(sessionTagsOf([from('userName'), from('displayName'), from('name.givenName'), from('name.familyName'), from('emails[primary eq true].value'), from('constructor'), { key: 'x', source: 'jane' }, from('title'), from('enterprise.costCenter'), from('enterprise.division'), from('addresses[primary eq true].postalCode')], user)).toEqual(
    { title: 'Pilot', 'enterprise.costCenter': '7', 'addresses[primary eq true].postalCode': '2', userName: 'jane', 'name.familyName': 'Doe', 'emails[primary eq true].value': 'jane@example.com' })
  expect(sessionTagsOf(undefined, user)).toEqual({})
})
