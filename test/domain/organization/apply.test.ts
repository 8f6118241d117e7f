import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { markOf, Passwords, userPrincipal } from '../../../src/domain/authentication/index.js'
import { Users } from '../../../src/domain/directory/index.js'
import { applyOrganization, exportOrganization, planChanges, printPlan, readSnapshot } from '../../../src/domain/organization/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'
import { applying, emptied } from './database.js'
import { organizations } from './organizations.js'
import { declared, head } from './support.js'

let database: Database

beforeAll(async () => {
  database = await openEmpty()
}, 120_000)
afterAll(() => database.close())
beforeEach(() => emptied(database))

const demo = readFileSync('config/demo.yaml', 'utf8')
const env = { ...Object.fromEntries([...demo.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name = '']) => [name, `at random for ${name}`])), DEMO_APP_URL: 'http://localhost:8081' }

const apply = async (text: string, { prune = false, isKnown = true } = {}): Promise<string[]> => {
  const known = isKnown ? await readSnapshot(database, applying.hashes) : undefined
  const changes = await applyOrganization(database, declared(text, { env, prune, ...(known && { known }) }), { ...applying, prune })
  return printPlan(changes).trimEnd().split('\n')
}

const count = async (table: string): Promise<number> => Number((await database.query<{ n: string }>(`select count(*) as n from ${table}`))[0]?.n)

const check = async (userName: string, plain: string) => {
  const user = await new Users(database).findByUserName(userName)
  return new Passwords(database, applying.hashes).check(user && userPrincipal(user.id), plain, 'test')
}

test('applies the demo to an empty database, and changes nothing the second time', async () => {
  expect((await apply(demo)).at(-1)).toBe('34 to create, 0 to update, 0 to delete.')
  expect(await apply(demo)).toEqual(['Nothing to change: the organization is as the file says.'])
  expect(await Promise.all(['users', 'groups', 'accounts', 'permission_sets', 'assignments', 'applications'].map(count))).toEqual([8, 4, 5, 4, 11, 1])
})

test('sets passwords that work, and marks those that are for once', async () => {
  await apply(demo)
  expect(await check('jane', 'at random for DEMO_PASSWORD_JANE')).toMatchObject({ oneTime: false })
  expect(await check('NORA', 'at random for DEMO_PASSWORD_NORA')).toMatchObject({ oneTime: true })
  expect(await check('jane', 'at random for DEMO_PASSWORD_NORA')).toBeUndefined()
})

test('does not hand out a one-time password again once its owner has chosen another', async () => {
  await apply(demo)
  const before = await check('nora', 'at random for DEMO_PASSWORD_NORA')
  await new Passwords(database, applying.hashes).replace(before!.principal, markOf(before!), 'my own words', 'test')
  expect(await apply(demo)).toHaveLength(1)
  expect(await check('nora', 'my own words')).toBeDefined()
})

test('imports a bcrypt hash, and knows it again', async () => {
  const text = `${head}users: [{ userName: ida, passwordHash: "$2y$04$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234" }]`
  await apply(text)
  expect(await apply(text)).toHaveLength(1)
})

test('reads back any organization as it was written, and a plan of the file is empty', async () => {
  const secrets = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`CLIENT_${index}_CLIENT_SECRET`, 'x'.repeat(40)]))
  await fc.assert(
    fc.asyncProperty(organizations, async (wanted) => {
      await emptied(database)
      const declaration = declared(exportOrganization(wanted), { env: secrets })
      await applyOrganization(database, declaration, applying)
      const stored = await readSnapshot(database, applying.hashes)
      expect(await planChanges(declaration, stored, { prune: true })).toEqual([])
      expect(declared(exportOrganization(stored), { env: secrets }).organization).toEqual(declaration.organization)
    }),
    { numRuns: 6 },
  )
})

test('makes one organization into another with pruning', async () => {
  const secrets = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`CLIENT_${index}_CLIENT_SECRET`, 'x'.repeat(40)]))
  await fc.assert(
    fc.asyncProperty(organizations, organizations, async (first, second) => {
      await emptied(database)
      for (const wanted of [first, second]) await applyOrganization(database, declared(exportOrganization(wanted), { env: secrets }), { ...applying, prune: true })
      const stored = await readSnapshot(database, applying.hashes)
      expect(await planChanges(declared(exportOrganization(second), { env: secrets }), stored, { prune: true })).toEqual([])
      expect(stored.users).toHaveLength(second.users.length)
    }),
    { numRuns: 6 },
  )
})

test('lets two accounts trade their aliases and addresses', async () => {
  const pair = (one: string, two: string) => `${head.split('\n').slice(0, 3).join('\n')}
  - { id: "222222222222", name: A, email: ${one}@example.com, alias: ${one} }
  - { id: "333333333333", name: B, email: ${two}@example.com, alias: ${two} }\n`
  await apply(pair('left', 'right'))
  expect(await apply(pair('right', 'left'), { isKnown: false })).toHaveLength(3)
})

test('lets a new application take the client_id that another gives up', async () => {
  const wiki = (id: string) => `{ name: Wiki, oidc: { client_id: ${id}, token_endpoint_auth_method: none, redirect_uris: [https://wiki.example.com/] } }`
  await apply(`${head}applications: [${wiki('docs')}]`)
  const text = `${head}applications: [${wiki('wiki')}, { name: Docs, oidc: { client_id: docs, token_endpoint_auth_method: none, redirect_uris: [https://docs.example.com/] } }]`
  expect((await apply(text)).at(-1)).toBe('1 to create, 1 to update, 0 to delete.')
})

test('writes nothing at all when the last change cannot be made', async () => {
  await apply(`${head}applications: [{ name: Wiki, oidc: { client_id: wiki, token_endpoint_auth_method: none, redirect_uris: [https://wiki.example.com/] } }]`)
  const before = await readSnapshot(database, applying.hashes)
  const events = await count('audit_events')
  const text = `${head}users: [{ userName: jane }]\napplications: [{ name: Other, oidc: { client_id: wiki, token_endpoint_auth_method: none, redirect_uris: [https://other.example.com/] } }]`
  await expect(apply(text, { isKnown: false })).rejects.toMatchObject({ code: 'conflict' })
  expect({ ...(await readSnapshot(database, applying.hashes)), secrets: undefined }).toEqual({ ...before, secrets: undefined })
  expect(await count('audit_events')).toBe(events)
})

test('refuses a reference to somebody who has gone since the file was read', async () => {
  await apply(`${head}users: [{ userName: jane }]\npermissionSets: [{ name: A }]`)
  const known = await readSnapshot(database, applying.hashes)
  const declaration = declared('assignments: [{ account: "444455556666", permissionSet: A, user: jane }]', { known })
  await database.query('delete from users')
  await expect(applyOrganization(database, declaration, applying)).rejects.toMatchObject({ code: 'conflict', message: 'There is no user jane any more.' })
})

test('lets two applies take turns', async () => {
  const declaration = declared(demo, { env })
  const results = await Promise.all([applyOrganization(database, declaration, applying), applyOrganization(database, declaration, applying)])
  expect(results.map((changes) => changes.length).toSorted((a, b) => a - b)).toEqual([0, 34])
})

test('prunes people with their passwords, memberships and assignments', async () => {
  await apply(demo)
  const text = demo.replace(/ {2}- userName: ruth[^]*?PASSWORD_RUTH}\n/, '').replaceAll(', ruth]', ']').replace(/.*user: ruth }\n/, '').replace(', { user: ruth }', '')
  expect(text).not.toContain('ruth')
  expect(await apply(text, { prune: true })).toEqual([
    '- assignment ReadOnly in 867140529373 for user ruth',
    '- user ruth',
    '~ group Catalogue  members: - user ruth',
    '~ application Reading Room  assignedTo: - user ruth',
    '0 to create, 2 to update, 2 to delete.',
  ])
  expect([await count('users'), await count('passwords'), await count('assignments')]).toEqual([7, 7, 10])
})

test('keeps the directory id that it made, and takes the one that is declared', async () => {
  await apply(head)
  const made = (await readSnapshot(database, applying.hashes)).organization.directoryId
  expect(made).toMatch(/^d-[0-9a-f]{10}$/)
  await apply(head.replace('name: Example', 'name: Renamed'))
  expect((await readSnapshot(database, applying.hashes)).organization).toMatchObject({ name: 'Renamed', directoryId: made })
  await emptied(database)
  await apply(head.replace('name: Example', 'name: Example, directoryId: d-0123456789'))
  expect((await readSnapshot(database, applying.hashes)).organization.directoryId).toBe('d-0123456789')
})

test('keeps settings', async () => {
  await apply(`${head}settings: { passwordPolicy: { minimumLength: 12 } }`)
  expect(await apply('settings: { passwordPolicy: { minimumLength: 14 } }')).toContain('~ settings passwordPolicy  passwordPolicy: {"minimumLength":12} → {"minimumLength":14}')
  expect((await readSnapshot(database, applying.hashes)).settings).toEqual({ passwordPolicy: { minimumLength: 14 } })
})

test('records every change, who made it, and no secret', async () => {
  await apply(demo)
  const events = await database.query<{ event_name: string; event: Record<string, unknown> }>('select event_name, event from audit_events order by position')
  expect(events).toHaveLength(34)
  expect(events.filter(({ event_name: name }) => name === 'CreateUser')).toHaveLength(8)
  expect(events.at(-1)?.event).toMatchObject({ eventName: 'CreateApplication', eventSource: 'sso.amazonaws.com', recipientAccountId: '581273640918', additionalEventData: { AppliedBy: 'a test' } })
  expect(JSON.stringify(events)).not.toContain('at random')
})
