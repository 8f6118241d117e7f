// SCIM through HTTP, in the sequences that Entra ID and Okta send, and what the standard says beside them.
import { Assignments, PermissionSets } from '../../src/domain/access/index.js'
import { DeletedUsers, GroupNesting, Groups, Users } from '../../src/domain/directory/index.js'
import { ProvisioningTokens } from '../../src/domain/federation/index.js'
import { startApp, type TestApp } from '../support/app.js'
import { core, enterprise, eventsNamed, patchOp, provisioner, refused, scimClient, type ScimAnswer, type ScimClient } from '../support/scim.js'

let app: TestApp
let entra: ScimClient
let admin: ScimClient
let users: Users
beforeAll(async () => {
  app = await startApp()
  entra = await provisioner(app)
  admin = await provisioner(app, { administrators: true, name: 'Admins too' })
  users = new Users(app.database)
}, 180_000)
afterAll(() => app.stop())

const user = (userName: string, more: object = {}): object => ({ schemas: [`${core}:User`], userName, ...more })
const make = async (userName: string, more: object = {}): Promise<string> => {
  const { status, body } = await entra.send('POST', '/Users', user(userName, more))
  expect([userName, status]).toEqual([userName, 201])
  return body.id as string
}
const makeGroup = async (displayName: string, members: string[] = []): Promise<string> => (await entra.send('POST', '/Groups', { schemas: [`${core}:Group`], displayName, members: members.map((value) => ({ value })) })).body.id as string
const names = ({ body }: ScimAnswer): string[] => body.Resources.map((one: { userName?: string; displayName: string }) => one.userName ?? one.displayName)
const idOf = async (userName: string): Promise<string> => (await users.findByUserName(userName))!.id

describe('who asks', () => {
  test('without a token that lasts, nobody gets anything', async () => {
    const bare = await fetch(`${app.origin}/scim/v2/Users`)
    expect([bare.status, bare.headers.get('www-authenticate'), bare.headers.get('content-type')]).toEqual([401, 'Bearer realm="scim"', 'application/scim+json'])
    for (const wrong of ['gwp_wrong', 'x', `${entra.token}x`]) {
      const answer = await scimClient(app.origin, wrong).send('GET', '/Users')
      expect(answer).toMatchObject(refused(401))
      expect(answer.headers.get('www-authenticate')).toContain('invalid_token')
    }
    for (const path of ['/ServiceProviderConfig', '/Schemas', '/Nothing', '/Bulk']) expect((await scimClient(app.origin, 'x').send('GET', path)).status).toBe(401)
  })

  test('a token is kept as a hash, there are two at a time, and one that was ended is none', async () => {
    const tokens = new ProvisioningTokens(app.database, Date.now)
    expect(JSON.stringify(await app.database.query('select * from provisioning_tokens'))).not.toContain(entra.token)
    expect((await tokens.list()).map(({ name, lastUsedAt }) => [name, lastUsedAt instanceof Date])).toEqual([['Entra ID', expect.any(Boolean)], ['Admins too', expect.any(Boolean)]])
    await expect(provisioner(app, { name: 'Third' })).rejects.toMatchObject({ code: 'limit-exceeded' })
  })

  test('too many wrong tokens from an address have to wait, and right ones do not', async () => {
    await app.database.query('delete from ephemeral_counters')
    const answers: ScimAnswer[] = []
    for (let n = 0; n < 31; n += 1) answers.push(await scimClient(app.origin, 'wrong').send('GET', '/Users'))
    expect(answers.at(-1)).toMatchObject(refused(429))
    expect(Number(answers.at(-1)!.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await entra.send('GET', '/Users')).status).toBe(200)
  })

  test('whoever asks too often has to wait, by token', async () => {
    await app.database.query('delete from ephemeral_counters')
    expect((await entra.send('GET', '/Users')).status).toBe(200)
    await app.database.query(`update ephemeral_counters set count = 20000 where key like '%ProvisioningRequestsPerToken%'`)
    const answer = await entra.send('GET', '/Users')
    expect(answer).toMatchObject(refused(429))
    expect(answer.headers.get('retry-after')).toBe('10')
    expect((await admin.send('GET', '/Users')).status).toBe(200)
    await app.database.query('delete from ephemeral_counters')
  })
})

describe('as Entra ID calls', () => {
  test('a person is looked for, made, looked for, changed, made inactive and deleted', async () => {
    expect(await entra.list('/Users', { filter: 'userName eq "test.user@example.com"' })).toMatchObject({ status: 200, body: { totalResults: 0, Resources: [], startIndex: 1, itemsPerPage: 0, schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'] } })
    const made = await entra.send('POST', '/Users', {
      schemas: [`${core}:User`, enterprise], externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef', userName: 'Test.User@example.com', active: true, displayName: 'lennay', emails: [{ primary: true, type: 'work', value: 'test.user@example.com' }], meta: { resourceType: 'User' },
      name: { formatted: 'Test User', familyName: 'User', givenName: 'Test' }, roles: [], phoneNumbers: [{ type: 'mobile', value: '+1 555 1' }], addresses: [{ type: 'work', formatted: '1 Main St\nTown', country: 'UK' }],
      [enterprise]: { employeeNumber: '701984', department: 'Tour Operations', manager: { value: '26118915' } }, password: 'ignored', somethingElse: { a: 1 },
    })
    const { id } = made.body
    expect(made.status).toBe(201)
    expect(made.headers.get('location')).toBe(`${app.origin}/scim/v2/Users/${id}`)
    expect(made.headers.get('etag')).toBe(made.body.meta.version)
    expect(made.body).toEqual({
      schemas: [`${core}:User`, enterprise], id, externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef', userName: 'Test.User@example.com', active: true, displayName: 'lennay', emails: [{ primary: true, type: 'work', value: 'test.user@example.com' }],
      name: { formatted: 'Test User', familyName: 'User', givenName: 'Test' }, phoneNumbers: [{ type: 'mobile', value: '+1 555 1' }], addresses: [{ type: 'work', formatted: '1 Main St\nTown', country: 'UK' }],
      [enterprise]: { employeeNumber: '701984', department: 'Tour Operations', manager: { value: '26118915' } },
      meta: { resourceType: 'User', created: expect.any(String), lastModified: expect.any(String), location: `${app.origin}/scim/v2/Users/${id}`, version: expect.stringMatching(/^W\/"/) },
    })
    for (const filter of ['userName eq "TEST.user@example.com"', 'externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"', 'emails[type eq "work"].value eq "test.user@EXAMPLE.com"']) {
      expect(await entra.list('/Users', { filter })).toMatchObject({ status: 200, body: { totalResults: 1, Resources: [{ id }] } })
    }
    expect(await entra.send('POST', '/Users', user('test.USER@example.com'))).toMatchObject(refused(409, 'uniqueness'))
    expect(await entra.patch(`/Users/${id}`,
      { op: 'Replace', path: 'displayName', value: 'Lennay U.' }, { op: 'Add', path: 'phoneNumbers[type eq "work"].value', value: '+1 555 2' }, { op: 'Replace', path: `${enterprise}:department`, value: 'Bells' }, { op: 'Add', value: { 'name.givenName': 'Tess', title: 'Captain' } },
    )).toMatchObject({ status: 200, body: { displayName: 'Lennay U.', title: 'Captain', name: { givenName: 'Tess', familyName: 'User' }, phoneNumbers: [{ type: 'mobile' }, { type: 'work', value: '+1 555 2' }], [enterprise]: { department: 'Bells', employeeNumber: '701984' } } })
    expect(await entra.patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: 'False' })).toMatchObject({ status: 200, body: { active: false } })
    expect(await entra.send('DELETE', `/Users/${id}`)).toMatchObject({ status: 204, body: undefined })
    expect(await entra.send('GET', `/Users/${id}`)).toMatchObject(refused(404))
    expect(await entra.send('DELETE', `/Users/${id}`)).toMatchObject(refused(404))
    // Undone within a week, and until then the name is theirs.
    expect(await entra.send('POST', '/Users', user('test.user@example.com'))).toMatchObject(refused(409, 'uniqueness'))
    await new DeletedUsers(app.database).restore([id])
    expect(await entra.send('GET', `/Users/${id}`)).toMatchObject({ status: 200, body: { userName: 'Test.User@example.com', title: 'Captain', active: false } })
  })

  test('a group is looked for without its members, made, filled, emptied and deleted', async () => {
    const [one, two] = [await make('member.one'), await make('member.two')]
    expect((await entra.list('/Groups', { excludedAttributes: 'members', filter: 'displayName eq "Tour Guides"' })).body.totalResults).toBe(0)
    const made = await entra.send('POST', '/Groups', { schemas: [`${core}:Group`, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'], externalId: 'g-1', displayName: 'Tour Guides', meta: { resourceType: 'Group' }, members: [] })
    expect(made).toMatchObject({ status: 201, body: { displayName: 'Tour Guides', externalId: 'g-1', meta: { resourceType: 'Group' } } })
    const path = `/Groups/${made.body.id}`
    expect((await entra.patch(path, { op: 'Add', path: 'members', value: [{ $ref: null, value: one }, { value: two }] })).status).toBe(204)
    const full = await entra.send('GET', path)
    expect(full.body.members).toEqual([one, two].map((value) => ({ value, $ref: `${app.origin}/scim/v2/Users/${value}`, display: expect.stringContaining('member.'), type: 'User' })))
    expect((await entra.send('GET', `${path}?excludedAttributes=members`)).body).not.toHaveProperty('members')
    expect((await entra.send('GET', `/Users/${one}`)).body.groups).toEqual([{ value: made.body.id, $ref: `${app.origin}/scim/v2${path}`, display: 'Tour Guides', type: 'direct' }])
    expect(await entra.list('/Groups', { filter: `id eq "${made.body.id}" and members eq "${one}"` })).toMatchObject({ body: { totalResults: 1 } })
    expect(await entra.list('/Users', { filter: `groups.value eq "${made.body.id}"`, sortBy: 'userName' })).toMatchObject({ body: { totalResults: 2, Resources: [{ id: one }, { id: two }] } })
    expect((await entra.patch(path, { op: 'Remove', path: 'members', value: [{ value: two }] })).status).toBe(204)
    expect((await entra.patch(path, { op: 'Remove', path: `members[value eq "${one}"]` })).status).toBe(204)
    expect((await entra.patch(path, { op: 'Remove', path: `members[value eq "${one}"]` })).status).toBe(204)
    expect((await entra.send('GET', path)).body).not.toHaveProperty('members')
    expect((await entra.patch(path, { op: 'Replace', path: 'displayName', value: 'Guides' })).status).toBe(204)
    expect((await entra.send('DELETE', path)).status).toBe(204)
    expect(await entra.send('GET', path)).toMatchObject(refused(404))
  })
})

describe('as Okta calls', () => {
  test('people come page by page, are made, replaced and made inactive', async () => {
    expect(await entra.list('/Users', { startIndex: '1', count: '2' })).toMatchObject({ status: 200, body: { itemsPerPage: 2, startIndex: 1 } })
    const { body } = await entra.send('POST', '/Users', user('okta.one', { name: { givenName: 'Ok', familyName: 'Ta' }, emails: [{ primary: true, value: 'okta.one@example.com', type: 'work' }], locale: 'en-US', externalId: '00ujl29u0le5T6Aj10h7', groups: [], password: '1mz050nq', active: true }))
    expect(body).toMatchObject({ displayName: 'Ok Ta', active: true })
    const path = `/Users/${body.id}`
    expect(await entra.send('PUT', path, { ...body, name: { givenName: 'Another' }, displayName: null, locale: '' })).toMatchObject({ status: 200, body: { name: { givenName: 'Another' }, displayName: 'Another' } })
    expect((await entra.send('GET', path)).body).not.toHaveProperty('locale')
    expect(await entra.patch(path, { op: 'replace', value: { active: false } })).toMatchObject({ status: 200, body: { active: false } })
    // What is left out of a replacement is no reason to let somebody in.
    expect(await entra.send('PUT', path, user('okta.one'))).toMatchObject({ status: 200, body: { active: false } })
    expect((await entra.send('GET', path)).body).not.toHaveProperty('emails')
  })

  test('a group is pushed, renamed with its id, and replaced', async () => {
    const [one, two, three] = [await make('okta.a'), await make('okta.b'), await make('okta.c')]
    const id = await makeGroup('Pushed', [one])
    expect((await entra.patch(`/Groups/${id}`, { op: 'replace', value: { id, displayName: 'Pushed again' } })).status).toBe(204)
    expect((await entra.patch(`/Groups/${id}`, { op: 'remove', path: `members[value eq "${one}"]` }, { op: 'add', path: 'members', value: [{ value: two, display: 'b' }] })).status).toBe(204)
    expect((await entra.send('GET', `/Groups/${id}`)).body).toMatchObject({ displayName: 'Pushed again', members: [{ value: two }] })
    expect(await entra.send('PUT', `/Groups/${id}`, { schemas: [`${core}:Group`], displayName: 'Pushed', members: [{ value: three }, { value: one }] })).toMatchObject({ status: 200, body: { members: [{ value: one }, { value: three }] } })
    expect((await entra.send('PUT', `/Groups/${id}`, { schemas: [`${core}:Group`], displayName: 'Pushed' })).body.members).toHaveLength(2)
    expect(await entra.send('PUT', `/Groups/${id}`, { schemas: [`${core}:Group`], displayName: 'Pushed', members: [] })).toMatchObject({ status: 200, body: { displayName: 'Pushed' } })
    expect((await entra.send('GET', `/Groups/${id}`)).body).not.toHaveProperty('members')
  })
})

describe('lists', () => {
  const found = async (filter: string, more: Record<string, string> = {}): Promise<string[]> => names(await entra.list('/Users', { filter, sortBy: 'userName', ...more }))
  beforeAll(async () => {
    await make('list.ann', { displayName: 'list.ann', title: 'Captain', name: { familyName: 'Ärger' }, emails: [{ value: 'ann@lists.example', type: 'work', primary: true }, { value: 'ann@home.example', type: 'home' }], [enterprise]: { department: 'Bridge' } })
    await make('list.bob', { displayName: 'list.bob', title: 'captain', name: { familyName: 'Zed' }, emails: [{ value: 'bob@lists.example', type: 'home' }], active: false, userType: 'Contractor' })
    await make('list.cleo', { title: '100% "x" \\ _', emails: [{ value: 'cleo@lists.example', type: 'work' }], [enterprise]: { manager: { value: 'm1', displayName: 'Boss' } } })
  })

  const within = (condition: string): string => `userName sw "list." and ${condition}`
  test.each([
    ['title eq "CAPTAIN"', ['ann', 'bob']], ['title ne "captain"', ['cleo']], ['title co "apt"', ['ann', 'bob']], ['title ew "\\\\ _"', ['cleo']], ['title co "%"', ['cleo']], ['title co "_"', ['cleo']], ['title gt "b"', ['ann', 'bob']],
    ['title pr', ['ann', 'bob', 'cleo']], ['not (title pr)', []], ['userType pr', ['bob']], ['userType eq null', ['ann', 'cleo']], ['not (userType eq "Contractor")', ['ann', 'cleo']], ['userType ne "Contractor"', ['ann', 'cleo']],
    ['active eq true', ['ann', 'cleo']], ['active ne true', ['bob']], ['active eq "False"', ['bob']], ['emails[type eq "work" and value co "@lists"]', ['ann', 'cleo']], ['emails[type eq "home" and not (value co "@lists")]', ['ann']],
    ['emails.value eq "BOB@lists.example"', ['bob']], ['emails eq "ann@home.example"', ['ann']], ['emails.type eq "home"', ['ann', 'bob']], ['emails[primary eq true]', ['ann']], ['emails pr', ['ann', 'bob', 'cleo']],
    ['name pr', ['ann', 'bob']], ['name.familyName eq "ärger"', ['ann']], [`${enterprise}:department eq "bridge"`, ['ann']], [`${enterprise}:manager.value eq "m1"`, ['cleo']], [`${enterprise}:manager pr`, ['cleo']], ['addresses pr', []],
    ['(title eq "captain" or userType pr) and active eq true', ['ann']], ['meta.created gt "2020-01-01T00:00:00Z"', ['ann', 'bob', 'cleo']], ['meta.lastModified lt "2020-01-01T00:00:00.000Z"', []], ['meta.resourceType eq "User"', ['ann', 'bob', 'cleo']],
    ['id eq "no uuid"', []], ['groups pr', []], ['externalId pr', []],
  ])('%s', async (condition, expected) => {
    expect(await found(within(condition))).toEqual(expected.map((name) => `list.${name}`))
  })

  test.each(['meta.created gt "yesterday"', 'meta.created co "2020-01-01"', 'active gt true', 'active eq "perhaps"', 'userName eq 1', 'userName gt null', 'name eq "x"', 'meta.location eq "x"', 'addresses eq "x"'])('%s is refused', async (filter) => {
    expect(await entra.list('/Users', { filter })).toMatchObject(refused(400, 'invalidFilter'))
  })

  test('sorted either way, by what is there and what is not', async () => {
    expect(await found('userName sw "list."', { sortBy: 'userType' })).toEqual(['list.bob', 'list.ann', 'list.cleo'])
    expect(await found('userName sw "list."', { sortBy: 'userType', sortOrder: 'descending' })).toEqual(['list.cleo', 'list.ann', 'list.bob'])
    expect(await found('userName sw "list."', { sortBy: 'emails', sortOrder: 'Descending' })).toEqual(['list.cleo', 'list.bob', 'list.ann'])
    expect(await entra.list('/Users', { sortBy: 'nothing' })).toMatchObject(refused(400, 'invalidPath'))
    expect(await entra.list('/Users', { sortBy: 'addresses' })).toMatchObject({ status: 400 })
  })

  test('by index and by cursor everybody comes once', async () => {
    const all = names(await entra.list('/Users', {}))
    const { totalResults } = (await entra.list('/Users', { count: '0' })).body
    expect(all).toHaveLength(totalResults)
    for (const more of [{}, { sortBy: 'title', sortOrder: 'descending' }, { sortBy: 'meta.created' }] as Record<string, string>[]) {
      const byIndex: string[] = []
      for (let startIndex = 1; startIndex <= totalResults; startIndex += 3) byIndex.push(...names(await entra.list('/Users', { startIndex: String(startIndex), count: '3', ...more })))
      const byCursor: string[] = []
      let cursor: string | undefined = ''
      while (cursor !== undefined) {
        const answer: ScimAnswer = await entra.list('/Users', { cursor, count: '3', ...more })
        expect(answer.body.totalResults).toBe(totalResults)
        byCursor.push(...names(answer))
        cursor = answer.body.nextCursor
      }
      expect(byCursor).toEqual(byIndex)
      expect(byIndex.toSorted()).toEqual(all.toSorted())
    }
    expect((await entra.list('/Users', { startIndex: '-3', count: '500' })).body).toMatchObject({ startIndex: 1, itemsPerPage: totalResults })
    expect((await entra.list('/Users', { startIndex: '1000' })).body).toMatchObject({ totalResults, itemsPerPage: 0 })
    const { nextCursor } = (await entra.list('/Users', { cursor: '', count: '1' })).body
    expect(await entra.list('/Groups', { cursor: nextCursor })).toMatchObject(refused(400, 'invalidCursor'))
    for (const cursor of ['x', Buffer.from('null').toString('base64url'), Buffer.from('{}').toString('base64url')]) expect(await entra.list('/Users', { cursor })).toMatchObject(refused(400, 'invalidCursor'))
    expect(await entra.list('/Users', { cursor: nextCursor, count: '0' })).toMatchObject(refused(400, 'invalidCount'))
    expect(await entra.list('/Users', { cursor: nextCursor, startIndex: '2' })).toMatchObject(refused(400, 'invalidValue'))
    expect(await entra.list('/Users', { count: 'x' })).toMatchObject(refused(400))
  })

  test('with the attributes that are asked for', async () => {
    const one = async (query: Record<string, string>): Promise<object> => (await entra.list('/Users', { filter: 'userName eq "list.ann"', ...query })).body.Resources[0]
    const schemas = [`${core}:User`, enterprise]
    expect(await one({ attributes: 'USERNAME,emails.value' })).toEqual({ schemas, id: expect.any(String), userName: 'list.ann', emails: [{ value: 'ann@lists.example' }, { value: 'ann@home.example' }] })
    expect(await one({ attributes: `${enterprise}:department` })).toEqual({ schemas, id: expect.any(String), [enterprise]: { department: 'Bridge' } })
    expect(await one({ excludedAttributes: `emails.type,id,name,meta,${enterprise},displayName,active` })).toEqual({ schemas, id: expect.any(String), userName: 'list.ann', title: 'Captain', emails: [{ value: 'ann@lists.example', primary: true }, { value: 'ann@home.example' }] })
    expect(await entra.list('/Users', { attributes: 'id', excludedAttributes: 'meta' })).toMatchObject(refused(400, 'invalidValue'))
  })

  test('by a search in a body, of one kind or of all', async () => {
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest']
    expect(await entra.send('POST', '/Users/.search', { schemas, filter: 'userName sw "list."', attributes: ['userName'], sortBy: 'userName', startIndex: 2, count: 1 })).toMatchObject({ status: 200, body: { totalResults: 3, startIndex: 2, Resources: [{ userName: 'list.bob' }] } })
    await makeGroup('list.group')
    expect(names(await entra.send('POST', '/.search', { schemas, filter: 'displayName sw "list."' }))).toEqual(['list.ann', 'list.bob', 'list.cleo', 'list.group'])
    expect(await entra.send('POST', '/.search', { schemas, filter: 'displayName sw "list."', startIndex: 4, count: 5 })).toMatchObject({ body: { totalResults: 4, startIndex: 4, Resources: [{ displayName: 'list.group' }] } })
    expect(names(await entra.send('POST', '/.search', { schemas, filter: 'userName eq "list.ann"' }))).toEqual(['list.ann'])
    expect(await entra.send('POST', '/.search', { schemas, filter: 'nothing pr' })).toMatchObject(refused(400, 'invalidFilter'))
    expect(await entra.send('POST', '/Users/.search', { filter: 'userName pr' })).toMatchObject(refused(400, 'invalidSyntax'))
  })
})

describe('what is refused', () => {
  test('bodies that cannot be used, with what is wrong', async () => {
    const post = (body: unknown, headers?: Record<string, string>) => entra.send('POST', '/Users', body, headers)
    expect(await post('{')).toMatchObject(refused(400, 'invalidSyntax'))
    expect(await post('[]')).toMatchObject(refused(400, 'invalidSyntax'))
    expect(await post({})).toMatchObject(refused(400, 'invalidValue'))
    expect(await post('userName=x', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject(refused(415))
    expect(await post(JSON.stringify({ userName: 'x'.repeat(2_200_000) }))).toMatchObject(refused(413))
    for (const more of [{ userName: 'two words' }, { userName: 'Administrator' }, { userName: 'x'.repeat(129) }, { emails: [{ value: 'no address' }] }, { title: 'x'.repeat(1025) }, { title: 'a\u0000b' }, { title: '\u202e'.repeat(3) }, { active: 'perhaps' }, { roles: Array.from({ length: 11 }, (_, n) => ({ value: `r${n}` })) }]) {
      expect(await post({ schemas: [`${core}:User`], userName: 'fine', ...more })).toMatchObject(refused(400, 'invalidValue'))
    }
    expect(await entra.send('POST', '/Users', user('other', { emails: [{ value: 'JANE@example.com' }] }))).toMatchObject(refused(409, 'uniqueness'))
    expect(await post('{"userName":"proto","__proto__":{"active":false},"constructor":{"prototype":{"a":1}}}')).toMatchObject({ status: 201, body: { active: true } })
  })

  test('members that are nobody, and groups in themselves', async () => {
    const id = await makeGroup('Circle')
    const inner = await makeGroup('Inner', [])
    const add = (path: string, value: string) => entra.patch(path, { op: 'add', path: 'members', value: [{ value }] })
    for (const nobody of ['x', '01234567-89ab-cdef-0123-456789abcdef', '']) expect(await add(`/Groups/${id}`, nobody)).toMatchObject(refused(400, 'invalidValue'))
    expect(await add(`/Groups/${id}`, id)).toMatchObject(refused(400, 'invalidValue'))
    expect((await add(`/Groups/${id}`, inner)).status).toBe(204)
    expect((await entra.send('GET', `/Groups/${id}`)).body.members).toEqual([{ value: inner, $ref: `${app.origin}/scim/v2/Groups/${inner}`, display: 'Inner', type: 'Group' }])
    expect(await add(`/Groups/${inner}`, id)).toMatchObject(refused(400, 'invalidValue'))
    expect(await entra.patch(`/Groups/${id}`, { op: 'replace', path: 'members.display', value: 'x' })).toMatchObject(refused(400, 'mutability'))
    expect(await entra.send('POST', '/Groups', { schemas: [`${core}:Group`], displayName: 'CIRCLE' })).toMatchObject(refused(409, 'uniqueness'))
    // All or nothing: the group is not there without its members.
    expect((await entra.send('POST', '/Groups', { schemas: [`${core}:Group`], displayName: 'Half', members: [{ value: 'x' }] })).status).toBe(400)
    expect((await entra.list('/Groups', { filter: 'displayName eq "Half"' })).body.totalResults).toBe(0)
  })

  test('a filter in SQL is text', async () => {
    for (const filter of [`userName eq "'; drop table users; --"`, 'title co "$1"', 'emails[value eq "x\' or true --"]']) expect((await entra.list('/Users', { filter })).body.totalResults).toBe(0)
  })
})

describe('versions', () => {
  test('what is known is not told again, and what was changed since is not overwritten', async () => {
    const id = await make('versioned')
    const first = (await entra.send('GET', `/Users/${id}`)).headers.get('etag')!
    expect(await entra.send('GET', `/Users/${id}`, undefined, { 'if-none-match': first })).toMatchObject({ status: 304, body: undefined })
    const patch = (version: string) => entra.send('PATCH', `/Users/${id}`, { schemas: [patchOp], Operations: [{ op: 'replace', path: 'title', value: version }] }, { 'if-match': version })
    const changed = await patch(first)
    expect(changed.status).toBe(200)
    expect(changed.headers.get('etag')).not.toBe(first)
    expect(await patch(first)).toMatchObject(refused(412))
    expect((await patch('*')).status).toBe(200)
    expect((await entra.send('GET', `/Users/${id}`, undefined, { 'if-none-match': first })).status).toBe(200)
    expect(await entra.send('PUT', `/Users/${id}`, user('versioned'), { 'if-match': first })).toMatchObject(refused(412))
    expect(await entra.send('DELETE', `/Users/${id}`, undefined, { 'if-match': first })).toMatchObject(refused(412))
  })

  test('the members of a group are part of its version', async () => {
    const [id, member] = [await makeGroup('Versions'), await make('version.member')]
    const version = async (): Promise<string> => (await entra.send('GET', `/Groups/${id}`)).headers.get('etag')!
    const first = await version()
    const added = await entra.patch(`/Groups/${id}`, { op: 'add', path: 'members', value: [{ value: member }] })
    expect(added.headers.get('etag')).toBe(await version())
    expect(await version()).not.toBe(first)
    expect((await entra.send('GET', `/Groups/${id}`)).body.meta.version).toBe(await version())
    const remove = (match: string) => entra.send('PATCH', `/Groups/${id}`, { schemas: [patchOp], Operations: [{ op: 'remove', path: 'members' }] }, { 'if-match': match })
    expect(await remove(first)).toMatchObject(refused(412))
    expect((await remove(await version())).status).toBe(204)
    expect(await entra.send('DELETE', `/Groups/${id}`, undefined, { 'if-match': first })).toMatchObject(refused(412))
  })
})

describe('administrators', () => {
  const manage = async (): Promise<string> => (await new Groups(app.database).findByDisplayName('Developers'))!.id

  test('are not made by a directory outside', async () => {
    const [id, sam] = [await manage(), await idOf('sam')]
    const outer = await makeGroup('Around')
    const add = (client: ScimClient, group: string, member: string) => client.patch(`/Groups/${group}`, { op: 'add', path: 'members', value: [{ value: member }] })
    expect(await add(entra, id, sam)).toMatchObject(refused(403))
    expect(await entra.patch(`/Groups/${id}`, { op: 'replace', path: 'members', value: [] })).toMatchObject(refused(403))
    expect(await entra.send('PUT', `/Groups/${id}`, { displayName: 'Developers', members: [{ value: sam }] })).toMatchObject(refused(403))
    expect(await add(entra, id, outer)).toMatchObject(refused(403))
    expect(await entra.send('DELETE', `/Groups/${id}`)).toMatchObject(refused(403))
    // Under its old name another could be put into its place.
    expect(await entra.patch(`/Groups/${id}`, { op: 'replace', path: 'displayName', value: 'x' })).toMatchObject(refused(403))
    // A group within one that administers does so too.
    await new GroupNesting(app.database).add({ groupId: id, memberId: outer })
    expect(await add(entra, outer, sam)).toMatchObject(refused(403))
    expect((await new Groups(app.database).listOf(sam)).map(({ displayName }) => displayName)).toEqual([])
    expect((await eventsNamed(app, 'UpdateGroup')).at(-1)).toMatchObject({ errorCode: 'AccessDenied', requestParameters: { groupId: outer } })
    // What changes nothing may be said.
    expect((await add(entra, id, await idOf('jane'))).status).toBe(204)
    expect((await add(admin, outer, sam)).status).toBe(204)
    expect((await admin.patch(`/Groups/${outer}`, { op: 'remove', path: 'members' })).status).toBe(204)
    await new GroupNesting(app.database).remove({ groupId: id, memberId: outer })
  })

  test('are not taken over by their name or their mail, and can be kept out', async () => {
    const path = `/Users/${await idOf('jane')}`
    for (const operation of [{ op: 'replace', path: 'emails', value: [{ value: 'mallory@evil.example', primary: true }] }, { op: 'replace', path: 'userName', value: 'mallory' }, { op: 'add', path: 'emails', value: [{ value: 'mallory@evil.example' }] }]) {
      expect(await entra.patch(path, operation)).toMatchObject(refused(403))
    }
    expect((await entra.patch(path, { op: 'replace', path: 'title', value: 'Chief' })).status).toBe(200)
    expect((await entra.patch(path, { op: 'replace', path: 'active', value: false })).status).toBe(200)
    expect(await entra.patch(path, { op: 'replace', path: 'active', value: true })).toMatchObject(refused(403))
    expect((await admin.patch(path, { op: 'replace', path: 'active', value: true })).status).toBe(200)
  })

  test('are those who hold something there themselves, too', async () => {
    const id = await make('held.directly')
    const [set] = (await new PermissionSets(app.database).list()).filter(({ name }) => name === 'ReadOnly')
    await new Assignments(app.database).create([{ accountId: '111122223333', permissionSetId: set!.id, principal: { type: 'USER', id } }])
    expect(await entra.patch(`/Users/${id}`, { op: 'replace', path: 'userName', value: 'other.name' })).toMatchObject(refused(403))
  })
})
