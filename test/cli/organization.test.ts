import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { apply, exportFile, type OrganizationStores } from '../../src/cli/organization.js'
import type { Database } from '../../src/platform/storage/database.js'
import { openEmpty } from '../support/database.js'
import { applying, emptied } from '../domain/organization/database.js'

let database: Database
let folder: string

beforeAll(async () => {
  database = await openEmpty()
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-files-'))
}, 120_000)
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})
beforeEach(() => emptied(database))

const open = async (): Promise<OrganizationStores> => ({ ...applying, database, close: async () => {} })

async function run(command: typeof apply, ...argv: string[]) {
  let out = ''
  const said: string[] = []
  const code = await command(argv, { env: { PASSWORD_JANE: 'from the environment' }, out: (text) => { out += text }, say: (line) => said.push(line) }, open)
  return { code, out, said: said.join('\n') }
}

function file(text: string): string {
  const path = join(folder, 'organization.yaml')
  writeFileSync(path, text)
  return path
}

const text = `organization: { name: Example }
accounts:
  - { id: "111122223333", name: Management, email: root@example.com, management: true }
users:
  - { userName: jane, password: "\${PASSWORD_JANE}" }
  - { userName: sam, password: { file: sam.txt } }
`

beforeEach(() => writeFileSync(join(folder, 'sam.txt'), 'from a file\n'))

const people = async (): Promise<string[]> => (await database.query<{ user_name: string }>('select user_name from users order by 1')).map((row) => row.user_name)

test('apply --plan shows what would change and changes nothing', async () => {
  const { code, out } = await run(apply, '--plan', file(text))
  expect({ code, out }).toEqual({ code: 0, out: '+ organization Example\n+ account 111122223333 Management\n+ user jane  password: set\n+ user sam  password: set\n4 to create, 0 to update, 0 to delete.\n' })
  expect(await people()).toEqual([])
})

test('apply makes it so, and the second time says that there is nothing to do', async () => {
  expect(await run(apply, file(text))).toMatchObject({ code: 0, said: '' })
  expect(await people()).toEqual(['jane', 'sam'])
  expect(await run(apply, file(text))).toEqual({ code: 0, out: 'Nothing to change: the organization is as the file says.\n', said: '' })
})

test('apply --prune shows its deletions and wants --yes', async () => {
  await run(apply, file(text))
  const shorter = file(text.replace(/ {2}- { userName: sam.*\n/, ''))
  expect(await run(apply, '--prune', shorter)).toEqual({ code: 1, out: '- user sam\n0 to create, 0 to update, 1 to delete.\nWho gains and who loses: nobody.\n', said: 'Nothing was changed. This deletes one thing: add --yes to do it.' })
  expect(await people()).toEqual(['jane', 'sam'])
  expect(await run(apply, shorter)).toMatchObject({ code: 0, out: 'Nothing to change: the organization is as the file says.\n' })
  expect(await run(apply, '--prune', '--yes', shorter)).toMatchObject({ code: 0, out: '- user sam\n0 to create, 0 to update, 1 to delete.\nWho gains and who loses: nobody.\n' })
  expect(await people()).toEqual(['jane'])
})

const access = `${text}groups:
  - { displayName: Crew, members: [jane, sam] }
permissionSets:
  - { name: Support, inlinePolicy: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: ["s3:GetObject", "iam:ListUsers"], Resource: "*" }] } }
assignments:
  - { account: "111122223333", permissionSet: Support, group: Crew }
applications:
  - { name: Wiki, startUrl: "https://wiki.example.com", assignedTo: [{ user: jane }] }
`

test('apply tells who gains and who loses, in names and numbers', async () => {
  const { out } = await run(apply, '--plan', file(access))
  expect(out).toMatch(/^[^]* to delete\.\nWho gains and who loses: 2 people gain, nobody loses\.\n\+ 2 people {2}Support in Management {2}jane, sam\n\+ 1 person {2}Wiki {2}jane\n$/)
  await run(apply, file(access))
  const other = access.replace('members: [jane, sam]', 'members: [jane]').replace('"s3:GetObject"', '"s3:PutObject"').replace('{ name: Support,', '{ name: Support, permissionsBoundary: "arn:aws:iam::aws:policy/PowerUserAccess",').replace('assignedTo: [{ user: jane }]', 'assignmentRequired: false, assignedTo: []')
  const changed = await run(apply, file(other))
  expect(changed.out).toContain('Who gains and who loses: 1 person gains, 1 person loses.\n')
  expect(changed.out).toContain('- 1 person  Support in Management  sam\n')
  expect(changed.out).toContain('+ 1 person  Wiki  sam\n')
  expect(changed.out).toContain('~ Support  allows more: s3:PutObject  allows less: s3:GetObject, iam:ListUsers  2 people have it now, in 1 account\n')
  const gone = await run(apply, '--plan', file(other.replace('userName: jane,', 'userName: jane, active: false,')))
  expect(gone.out).toContain('- 1 person  Support in Management  jane\n')
  expect(gone.out).toContain('- 1 person  Wiki  jane\n')
})

test('apply names the first twenty people and counts the rest; --json has them all', async () => {
  const crowd = Array.from({ length: 23 }, (_, n) => `u${String(n).padStart(2, '0')}`)
  const path = file(`${access.replace('groups:', `${crowd.map((name) => `  - { userName: ${name} }\n`).join('')}groups:`).replace('members: [jane, sam]', `members: [${crowd.join(', ')}]`)}`)
  const { out } = await run(apply, '--plan', path)
  expect(out).toContain('Who gains and who loses: 24 people gain, nobody loses.')
  expect(out).toMatch(/\+ 23 people {2}Support in Management {2}u00, .*, u19 and 3 more\n/)
  const told = JSON.parse((await run(apply, '--json', path)).out)
  expect(told).toMatchObject({ applied: true, access: { gaining: 24, losing: 0, isComplete: true }, isLate: false, untold: [] })
  expect(told.access.effects[0]).toMatchObject({ places: [{ account: { id: '111122223333', name: 'Management' }, permissionSet: { name: 'Support' } }], morePlaces: 0, gains: { people: 23 } })
  expect(told.access.effects[0].gains.names).toHaveLength(23)
  expect(told.changes).toContainEqual({ action: 'create', kind: 'user', name: 'u07', details: [] })
  expect(JSON.stringify(told)).not.toContain('from the environment')
})

test('apply says what it cannot tell', async () => {
  const path = file(access.replace('management: true }', 'management: true, iamUsers: [{ userName: robot }] }').replace('{ name: Support,', '{ name: Support, requestable: { approvers: [Crew], longest: 4h },'))
  const { out, said } = await run(apply, '--plan', path)
  expect([out.slice(out.indexOf('Not told here')), said]).toEqual(['Not told here: what 1 change inside of accounts does to users, groups, roles and policies there; who may ask for 1 permission set on request.\n', ''])
})

test('apply lists every fault with the name of the file, and changes nothing', async () => {
  const path = file(`${text}  - { userName: JANE, emails: [{ value: nowhere }] }\ncolour: blue\n`)
  expect(await run(apply, path)).toEqual({
    code: 1,
    out: '',
    said: [
      `${path}:7: users[2].emails[0].value: must be a mail address, such as jane@example.com`,
      `${path}:7: users[2].userName: is the user name of users[0] already`,
      `${path}:8: colour: is not known here`,
    ].join('\n'),
  })
  expect(await people()).toEqual([])
})

test.each([
  ['no file', [], 'Name one organization file.'],
  ['two files', ['a', 'b'], 'Name one organization file.'],
  ['an unknown option', ['--force', 'a'], "Unknown option '--force'"],
])('apply shows its usage for %s', async (_, argv, sentence) => {
  const { code, said } = await run(apply, ...argv)
  expect(code).toBe(2)
  expect(said).toContain(sentence)
  expect(said).toContain('Usage: gatehouse apply')
})

test('apply names a file that cannot be read', async () => {
  expect(await run(apply, join(folder, 'none.yaml'))).toEqual({ code: 1, out: '', said: `${join(folder, 'none.yaml')} cannot be read.` })
})

test('export prints a file that changes nothing when it is applied', async () => {
  await run(apply, file(text))
  const { code, out } = await run(exportFile)
  expect(code).toBe(0)
  expect(out).toContain('userName: jane')
  expect(await run(apply, '--prune', file(out))).toMatchObject({ code: 0, out: 'Nothing to change: the organization is as the file says.\n' })
})

test('export says when there is nothing to export', async () => {
  expect(await run(exportFile)).toEqual({ code: 1, out: '', said: 'There is no organization yet.' })
})

test('apply --plan --json tells of identity sources without their secrets, and says what it cannot tell', async () => {
  const path = file(`${text}identitySources: [{ name: Corporate, oidc: { issuer: https://idp.example.com, client_id: x, client_secret: { file: sam.txt } } }]\n`)
  const { out } = await run(apply, '--plan', '--json', path)
  expect(JSON.parse(out)).toMatchObject({ changes: expect.arrayContaining([{ action: 'create', kind: 'identity source', name: 'Corporate', details: ['secret: set'] }]), untold: ['who may sign in with 1 identity source'] })
  expect(out).not.toContain('from a file')
  expect(await run(apply, path)).toMatchObject({ code: 0 })
  expect((await run(exportFile as typeof apply)).out).toContain('client_secret: ${CORPORATE_SOURCE_SECRET}')
})
