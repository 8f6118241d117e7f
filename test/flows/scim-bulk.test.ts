// Bulk requests and discovery, as clients use them, and what the trail keeps of what they do.
import { Users } from '../../src/domain/directory/index.js'
import { startApp, type TestApp } from '../support/app.js'
import { core, enterprise, eventsNamed, patchOp, provisioner, refused, scimClient, type ScimClient } from '../support/scim.js'

let app: TestApp
let client: ScimClient
beforeAll(async () => {
  app = await startApp()
  client = await provisioner(app)
}, 180_000)
afterAll(() => app.stop())

const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
const bulk = (Operations: object[], more: object = {}) => client.send('POST', '/Bulk', { schemas, Operations, ...more })
const person = (userName: string, more: object = {}) => ({ method: 'POST', path: '/Users', bulkId: userName, data: { schemas: [`${core}:User`], userName, ...more } })
const group = (displayName: string, members: string[]) => ({ method: 'POST', path: '/Groups', bulkId: displayName, data: { schemas: [`${core}:Group`], displayName, members: members.map((value) => ({ value })) } })
const statuses = ({ body }: { body: { Operations: { status: string }[] } }): string[] => body.Operations.map(({ status }) => status)

test('what is made is referred to, before it is made too', async () => {
  const answer = await bulk([group('Everyone', ['bulkId:ann', 'bulkId:bob']), person('ann'), person('bob', { [enterprise]: { manager: { value: 'bulkId:ann' } } })])
  expect(answer.status).toBe(200)
  expect(answer.body.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:BulkResponse'])
  const [made, ann, bob] = answer.body.Operations
  expect(made).toEqual({ method: 'POST', bulkId: 'Everyone', location: expect.stringMatching(/\/scim\/v2\/Groups\//), version: expect.stringMatching(/^W\//), status: '201' })
  const idOf = (operation: { location: string }): string => operation.location.split('/').at(-1)!
  expect((await client.send('GET', `/Groups/${idOf(made)}`)).body.members.map(({ value }: { value: string }) => value)).toEqual([idOf(ann), idOf(bob)])
  expect((await client.send('GET', `/Users/${idOf(bob)}`)).body[enterprise].manager.value).toBe(idOf(ann))

  const changes = await bulk([
    { method: 'PATCH', path: `/Users/${idOf(ann)}`, version: ann.version, data: { schemas: [patchOp], Operations: [{ op: 'replace', path: 'title', value: 'Chief' }] } },
    { method: 'patch', path: `/Users/${idOf(ann)}`, version: ann.version, data: { schemas: [patchOp], Operations: [{ op: 'replace', path: 'title', value: 'Again' }] } },
    { method: 'PUT', path: `/Users/${idOf(bob)}`, data: { userName: 'bobby' } },
    person('cleo'),
    { method: 'PATCH', path: `/Groups/${idOf(made)}`, data: { schemas: [patchOp], Operations: [{ op: 'add', path: 'members', value: [{ value: 'bulkId:cleo' }] }] } },
    { method: 'PATCH', path: '/Users/bulkId:cleo', data: { schemas: [patchOp], Operations: [{ op: 'replace', path: 'active', value: false }] } },
    { method: 'DELETE', path: `/Users/${idOf(bob)}` },
    { method: 'DELETE', path: `/Users/${idOf(bob)}` },
  ])
  expect(statuses(changes)).toEqual(['200', '412', '200', '201', '204', '200', '204', '404'])
  expect(changes.body.Operations[1].response).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '412' })
  expect((await client.list('/Users', { filter: 'userName eq "cleo" and active eq false' })).body.totalResults).toBe(1)
})

test('what is refused is refused by itself, up to as many as are borne', async () => {
  expect(statuses(await bulk([person('jane'), person('dora'), person('two words'), person('emil')]))).toEqual(['409', '201', '400', '201'])
  expect(statuses(await bulk([person('jane'), person('fay'), person('two words'), person('gus')], { failOnErrors: 2 }))).toEqual(['409', '201', '400'])
  expect((await client.list('/Users', { filter: 'userName eq "gus"' })).body.totalResults).toBe(0)
})

test('what refers to something that failed, or goes in a circle, fails', async () => {
  expect(statuses(await bulk([person('jane'), group('Of nobody', ['bulkId:jane'])]))).toEqual(['409', '409'])
  expect(statuses(await bulk([group('One', ['bulkId:Two']), group('Two', ['bulkId:One']), person('hal')]))).toEqual(['409', '409', '201'])
  expect(statuses(await bulk([group('Unknown', ['bulkId:nowhere'])]))).toEqual(['409'])
})

test('what is no bulk request is refused whole', async () => {
  expect(await client.send('POST', '/Bulk', { Operations: [] })).toMatchObject(refused(400, 'invalidSyntax'))
  expect(await bulk(Array.from({ length: 1001 }, (_, n) => person(`x${n}`)))).toMatchObject(refused(413))
  for (const [operation, scimType] of [
    ['x', 'invalidSyntax'], [{ ...person('x'), method: 'GET' }, 'invalidSyntax'], [{ ...person('x'), path: '/Bulk' }, 'invalidPath'], [{ ...person('x'), path: '/Users/../Groups' }, 'invalidPath'], [{ ...person('x'), path: '/Users?x' }, 'invalidPath'],
    [{ ...person('x'), path: '/Users/.search' }, 'invalidPath'], [{ ...person('x'), path: '/Users/%2e' }, 'invalidPath'],
    [{ method: 'POST', path: '/Users', data: {} }, 'invalidValue'], [{ ...person('x'), data: [] }, 'invalidSyntax'],
  ] as const) expect(await bulk([operation as object])).toMatchObject(refused(400, scimType))
  expect(await bulk([person('x'), person('x')])).toMatchObject(refused(400, 'invalidValue'))
  expect(await bulk([person('x')], { failOnErrors: 0 })).toMatchObject(refused(400, 'invalidValue'))
  let deep: object = {}
  for (let n = 0; n < 500; n += 1) deep = { deep }
  expect(await bulk([{ ...person('x'), data: deep }])).toMatchObject(refused(400, 'invalidSyntax'))
  expect((await bulk([])).body).toEqual({ schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'], Operations: [] })
  expect(statuses(await bulk([{ ...person('proto'), data: JSON.parse('{"userName":"proto","__proto__":{"active":"bulkId:x"}}') }]))).toEqual(['409'])
})

test('clients are told what there is', async () => {
  const config = (await client.send('GET', '/ServiceProviderConfig')).body
  expect(config).toMatchObject({
    patch: { supported: true }, bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 2_097_152 }, filter: { supported: true, maxResults: 100 }, sort: { supported: true }, etag: { supported: true }, changePassword: { supported: false },
    pagination: { cursor: true, index: true }, authenticationSchemes: [{ type: 'oauthbearertoken' }],
  })
  const types = (await client.send('GET', '/ResourceTypes')).body
  expect(types.Resources.map(({ id, endpoint, schema }: Record<string, string>) => [id, endpoint, schema])).toEqual([['User', '/Users', `${core}:User`], ['Group', '/Groups', `${core}:Group`]])
  expect((await client.send('GET', '/ResourceTypes/User')).body).toMatchObject({ name: 'User', schemaExtensions: [{ schema: enterprise, required: false }] })
  const all = (await client.send('GET', '/Schemas')).body
  expect(all.Resources.map(({ id }: { id: string }) => id)).toEqual([`${core}:User`, enterprise, `${core}:Group`])
  expect((await client.send('GET', `/Schemas/${core}:User`)).body.attributes).toEqual(expect.arrayContaining([
    expect.objectContaining({ name: 'userName', required: true, uniqueness: 'server', caseExact: false, mutability: 'readWrite' }), expect.objectContaining({ name: 'groups', mutability: 'readOnly', multiValued: true }), expect.objectContaining({ name: 'externalId', caseExact: true }),
  ]))
  expect((await client.send('GET', '/Schemas/nothing')).status).toBe(404)
})

test('addresses and methods that there are not', async () => {
  for (const [method, path, status] of [['GET', '/Nothing', 404], ['GET', '/Users/x/y', 404], ['GET', '/Users/%ff', 404], ['GET', '/constructor', 404], ['DELETE', '/Users', 405], ['POST', '/Schemas', 405], ['GET', '/Me', 501], ['GET', '/Users/no-uuid', 404], ['GET', '/Groups/no-uuid', 404], ['GET', '/', 404]] as const) {
    expect([path, (await client.send(method, path)).status]).toEqual([path, status])
  }
  expect(await client.patch('/Users/no-uuid', { op: 'remove', path: 'title' })).toMatchObject(refused(404))
  expect(await client.patch('/Groups/no-uuid', { op: 'remove', path: 'members' })).toMatchObject(refused(404))
  expect(await client.send('GET', '/Schemas?filter=id+pr')).toMatchObject(refused(403))
})

/** Makes the database fail at whatever a condition says of a new row. */
async function failing(table: string, condition: string): Promise<() => Promise<void>> {
  await app.database.query(`create or replace function fail_here() returns trigger language plpgsql as 'begin raise exception ''no room here''; end'`)
  await app.database.query(`create trigger fails_here before insert on ${table} for each row when (${condition}) execute function fail_here()`)
  return async () => { await app.database.query(`drop trigger fails_here on ${table}`) }
}

test('a fault of our own is the answer to its operation, and the rest goes on', async () => {
  const mend = await failing('groups', `new.display_name = 'Faulty'`)
  const answer = await bulk([person('ira'), group('Faulty', []), person('joy'), { method: 'PATCH', path: '/Users/bulkId:joy', data: { schemas: [patchOp], Operations: [{ op: 'replace', path: 'title', value: 'Here' }] } }, group('After', ['bulkId:Faulty'])])
  await mend()
  expect([answer.status, statuses(answer)]).toEqual([200, ['201', '500', '201', '200', '409']])
  expect(answer.body.Operations[1].response.detail).toMatch(/^Something went wrong on our side\. Its reference is /)
  expect((await client.list('/Users', { filter: 'title eq "Here"' })).body.totalResults).toBe(1)
})

const events = (name: string) => eventsNamed(app, name)

describe('the trail', () => {
  test('tells of each change by the name of the token, with what was different', async () => {
    const make = async (path: string, body: object): Promise<string> => (await client.send('POST', path, body)).body.id as string
    const id = await make('/Users', { schemas: [`${core}:User`], userName: 'trailed', title: 'Before' })
    for (const title of ['After', 'After']) await client.patch(`/Users/${id}`, { op: 'replace', path: 'title', value: title })
    const group = await make('/Groups', { schemas: [`${core}:Group`], displayName: 'Trailed', members: [{ value: id }] })
    await client.patch(`/Groups/${group}`, { op: 'remove', path: 'members' }, { op: 'add', path: 'members', value: [{ value: id }] })
    await client.send('DELETE', `/Groups/${group}`)
    await client.send('DELETE', `/Users/${id}`)
    const about = (name: string) => events(name).then((all) => all.filter(({ requestParameters: { userId, groupId } }) => userId === id || groupId === group))
    expect(await about('CreateUser')).toMatchObject([{ eventSource: 'sso-directory.amazonaws.com', userIdentity: { type: 'ProvisioningToken', userName: 'Entra ID' }, additionalEventData: { before: null, after: { userName: 'trailed', title: 'Before' } }, recipientAccountId: '111122223333' }])
    expect(await about('UpdateUser')).toMatchObject([{ additionalEventData: { before: { title: 'Before' }, after: { title: 'After' } } }])
    expect(await about('DeleteUser')).toMatchObject([{ additionalEventData: { before: { userName: 'trailed' }, after: null } }])
    expect(await about('CreateGroup')).toHaveLength(1)
    expect(await about('RemoveMemberFromGroup')).toMatchObject([{ requestParameters: { groupId: group, memberId: { userId: id } }, additionalEventData: { after: null } }])
    expect(await about('AddMemberToGroup')).toHaveLength(2)
    expect(await about('DeleteGroup')).toMatchObject([{ additionalEventData: { before: { displayName: 'Trailed', users: ['trailed'], memberCount: 1 }, after: null } }])
    expect(JSON.stringify(await events('CreateUser'))).not.toContain(client.token)
    expect((await new Users(app.database).findByUserName('cleo'))!.createdBy).toBe('provisioning token Entra ID')
  })

  test('and a change are there together, or neither', async () => {
    const mend = await failing('audit_events', `new.event #>> '{requestParameters,displayName}' = 'Untold' or new.event #>> '{requestParameters,userName}' = 'untold'`)
    const answer = await bulk([group('Untold', []), person('untold'), person('told')])
    await mend()
    expect(statuses(answer)).toEqual(['500', '500', '201'])
    expect((await client.list('/Users', { filter: 'userName eq "untold"' })).body.totalResults).toBe(0)
    expect((await client.list('/Groups', { filter: 'displayName eq "Untold"' })).body.totalResults).toBe(0)
    expect((await events('CreateUser')).filter(({ requestParameters: { userName } }) => userName === 'told')).toHaveLength(1)
  })

  test('tells of the first wrong token of a minute', async () => {
    for (const path of ['/Users', '/Groups', '/Users']) expect((await scimClient(app.origin, 'gwp_wrong').send('GET', path)).status).toBe(401)
    const wrong = await events('VerifyProvisioningToken')
    expect(wrong).toMatchObject([{ errorCode: 'InvalidToken', requestParameters: { method: 'GET', path: '/scim/v2/Users' }, userIdentity: { type: 'Unknown' }, recipientAccountId: '111122223333' }])
    expect(JSON.stringify(wrong)).not.toContain('gwp_wrong')
  })
})
