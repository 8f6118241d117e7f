// Whatever is sent, the answer is one of SCIM's and never our own fault.
import fc from 'fast-check'
import { startApp, type TestApp } from '../support/app.js'
import { core, enterprise, patchOp, provisioner, type ScimClient } from '../support/scim.js'

let app: TestApp
let client: ScimClient
let user: string
let group: string
beforeAll(async () => {
  app = await startApp()
  client = await provisioner(app)
  user = (await client.send('POST', '/Users', { userName: 'any' })).body.id
  group = (await client.send('POST', '/Groups', { displayName: 'any', members: [{ value: user }] })).body.id
}, 180_000)
afterAll(() => app.stop())

const word = fc.constantFrom('userName', 'displayName', 'name', 'name.givenName', 'emails', 'emails[type eq "work"].value', 'emails[', 'active', 'members', 'members[value eq "x"]', 'members.value', 'externalId', 'roles', 'addresses', 'id', 'meta', 'schemas', 'groups', '__proto__', 'constructor', 'value', 'type', 'primary', enterprise, `${enterprise}:manager`, `${core}:User:title`)
const text = fc.oneof(word, fc.constantFrom('any', 'x@y.example', 'True', '', 'work', '\u0000', '\ud800', '‮', '01234567-89ab-cdef-0123-456789abcdef', 'bulkId:a', "'; --"), fc.string({ unit: 'binary', maxLength: 10 }))
const { json } = fc.letrec((tie) => ({
  json: fc.oneof({ maxDepth: 4 }, text, fc.boolean(), fc.constant(null), fc.integer(), fc.double(), fc.array(tie('json'), { maxLength: 4 }), fc.dictionary(text, tie('json'), { maxKeys: 4 })),
}))
const operation = fc.record({ op: fc.constantFrom('add', 'Replace', 'remove', 'x'), path: fc.option(fc.oneof(word, text), { nil: undefined }), value: fc.option(json, { nil: undefined }) })
const patch = fc.array(operation, { maxLength: 4 }).map((Operations) => ({ schemas: [patchOp], Operations }))
const resource = fc.oneof(fc.dictionary(word, json, { maxKeys: 6 }), fc.record({ userName: text, emails: json, name: json, displayName: text, members: json }))
const bulk = fc.array(fc.record({ method: fc.constantFrom('POST', 'PATCH', 'PUT', 'DELETE', 'GET'), path: fc.oneof(fc.constantFrom('/Users', '/Groups', '/Users/bulkId:a', '/Groups/x'), text), bulkId: fc.option(text, { nil: undefined }), data: fc.oneof(resource, patch, json) }), { maxLength: 4 })
  .map((Operations) => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations }))
const filter = fc.array(fc.oneof(word, fc.constantFrom('eq', 'co', 'gt', 'pr', 'and', 'or', 'not', '(', ')', '[', ']', '"x"', 'true', 'null', '"2026-01-01T00:00:00Z"'), text), { maxLength: 8 }).map((words) => words.join(' '))

async function answered(method: string, path: string, body?: unknown): Promise<void> {
  const answer = await client.send(method, path, body)
  if (answer.status >= 500) throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`)
  if (answer.status >= 400) expect(answer.body).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(answer.status) })
}

test.each([
  ['people that are made', resource, (body: unknown) => answered('POST', '/Users', body)],
  ['people that are replaced', resource, (body: unknown) => answered('PUT', `/Users/${user}`, body)],
  ['people that are changed', patch, (body: unknown) => answered('PATCH', `/Users/${user}`, body)],
  ['groups that are made', resource, (body: unknown) => answered('POST', '/Groups', body)],
  ['groups that are changed', patch, (body: unknown) => answered('PATCH', `/Groups/${group}`, body)],
  ['many at once', bulk, (body: unknown) => answered('POST', '/Bulk', body)],
  ['anything', json, (body: unknown) => answered('POST', '/Users/.search', body)],
] as const)('%s', async (_, bodies, send) => {
  await fc.assert(fc.asyncProperty(bodies as fc.Arbitrary<unknown>, send), { numRuns: 60 })
})

test('lists', async () => {
  const query = fc.record({ filter, sortBy: text, sortOrder: fc.constantFrom('ascending', 'descending', 'x'), startIndex: fc.oneof(fc.integer().map(String), text), count: fc.oneof(fc.integer().map(String), text), cursor: text, attributes: text, excludedAttributes: text }, { requiredKeys: [] })
  await fc.assert(fc.asyncProperty(fc.constantFrom('/Users', '/Groups'), query, (path, asked) => answered('GET', `${path}?${new URLSearchParams(asked as Record<string, string>).toString()}`)), { numRuns: 200 })
  await fc.assert(fc.asyncProperty(text, (id) => answered('GET', `/Users/${encodeURIComponent(id.toWellFormed())}`)), { numRuns: 60 })
})
