// SCIM over PostgreSQL, with many requests at once and two processes: names are unique, nothing is half done, nothing is lost.
import { randomBytes } from 'node:crypto'
import { startApp, type TestApp } from '../support/app.js'
import { needs } from '../support/needs.js'
import { freshDatabase } from '../support/postgres.js'
import { core, provisioner, scimClient, type ScimAnswer, type ScimClient } from '../support/scim.js'

needs('postgres').describe('two processes on PostgreSQL', () => {
  let apps: TestApp[] = []
  let clients: ScimClient[] = []
  beforeAll(async () => {
    const env = { DATABASE_URL: await freshDatabase(), MASTER_KEY: randomBytes(32).toString('hex') }
    const first = await startApp({ env })
    apps = [first, await startApp({ env, organization: '' })]
    const one = await provisioner(first)
    clients = [one, scimClient(apps[1]!.origin, one.token)]
  }, 180_000)
  afterAll(async () => { for (const app of apps) await app.stop() })

  const many = <T>(amount: number, make: (client: ScimClient, n: number) => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: amount }, (_, n) => make(clients[n % clients.length]!, n)))
  const counted = (answers: ScimAnswer[]): Record<number, number> => Object.fromEntries([...new Set(answers.map(({ status }) => status))].map((status) => [status, answers.filter((one) => one.status === status).length]))
  const person = (userName: string) => ({ schemas: [`${core}:User`], userName })

  test('of fifty who make the same name in any case, one does', async () => {
    const answers = await many(50, (client, n) => client.send('POST', '/Users', person(n % 2 ? 'Same.Name' : 'same.NAME')))
    expect(counted(answers)).toEqual({ 201: 1, 409: 49 })
    expect((await clients[0]!.list('/Users', { filter: 'userName eq "same.name"' })).body.totalResults).toBe(1)
    const [row] = await apps[0]!.database.query<{ count: number }>(`select count(*)::int as count from audit_events where event_name = 'CreateUser' and event #>> '{userIdentity,type}' = 'ProvisioningToken'`)
    expect(row!.count).toBe(1)
  })

  test('of those who rename to the same name, one does, and the others are as they were', async () => {
    const ids = (await many(10, (client, n) => client.send('POST', '/Users', person(`rename-${n}`)))).map(({ body }) => body.id as string)
    expect(counted(await many(10, (client, n) => client.patch(`/Users/${ids[n]}`, { op: 'replace', path: 'userName', value: 'renamed' })))).toEqual({ 200: 1, 409: 9 })
    expect((await clients[0]!.list('/Users', { filter: 'userName sw "rename-"' })).body.totalResults).toBe(9)
  })

  test('of those who change the same version, one does', async () => {
    const { body, headers } = await clients[0]!.send('POST', '/Users', person('versions'))
    const answers = await many(10, (client, n) => client.send('PATCH', `/Users/${body.id}`, { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [{ op: 'replace', path: 'title', value: `t${n}` }] }, { 'if-match': headers.get('etag')! }))
    expect(counted(answers)).toEqual({ 200: 1, 412: 9 })
  })

  test('no change of parts of one person is lost', async () => {
    const { id } = (await clients[0]!.send('POST', '/Users', person('parts'))).body
    const parts = ['title', 'nickName', 'locale', 'timezone', 'userType', 'name.givenName', 'name.familyName', 'name.middleName']
    expect(counted(await many(parts.length, (client, n) => client.patch(`/Users/${id}`, { op: 'add', path: parts[n]!, value: `v${n}` })))).toEqual({ 200: parts.length })
    expect((await clients[1]!.send('GET', `/Users/${id}`)).body).toMatchObject({ title: 'v0', nickName: 'v1', locale: 'v2', timezone: 'v3', userType: 'v4', name: { givenName: 'v5', familyName: 'v6', middleName: 'v7' } })
  })

  test('members who come at once are all in, and two groups are never in each other', async () => {
    const ids = (await many(20, (client, n) => client.send('POST', '/Users', person(`member-${n}`)))).map(({ body }) => body.id as string)
    const [a, b] = await Promise.all(['A', 'B'].map(async (displayName) => (await clients[0]!.send('POST', '/Groups', { displayName })).body.id as string))
    const add = (client: ScimClient, group: string, ...members: string[]) => client.patch(`/Groups/${group}`, { op: 'add', path: 'members', value: members.map((value) => ({ value })) })
    expect(counted(await many(20, (client, n) => add(client, a!, ids[n]!, ids[(n + 1) % 20]!)))).toEqual({ 204: 20 })
    expect((await clients[1]!.send('GET', `/Groups/${a}`)).body.members).toHaveLength(20)
    const [row] = await apps[0]!.database.query<{ count: number }>(`select count(*)::int as count from audit_events where event_name = 'AddMemberToGroup' and event #>> '{requestParameters,groupId}' = $1`, [a])
    expect(row!.count).toBe(20)
    expect(counted(await many(2, (client, n) => (n === 0 ? add(client, a!, b!) : add(client, b!, a!))))).toEqual({ 204: 1, 400: 1 })
  })

  test('of those who delete the same, one does', async () => {
    const { id } = (await clients[0]!.send('POST', '/Users', person('leaver'))).body
    expect(counted(await many(6, (client) => client.send('DELETE', `/Users/${id}`)))).toEqual({ 204: 1, 404: 5 })
  })

  test('a token that is ended counts nowhere any more', async () => {
    await apps[0]!.database.query('delete from provisioning_tokens')
    expect(counted(await many(2, (client) => client.send('GET', '/Users')))).toEqual({ 401: 2 })
  })
})
