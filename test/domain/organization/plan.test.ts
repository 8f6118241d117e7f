import fc from 'fast-check'
import { exportOrganization } from '../../../src/domain/organization/export.js'
import { planChanges } from '../../../src/domain/organization/plan.js'
import { printFaults, printPlan } from '../../../src/domain/organization/print.js'
import { nothingYet, type Snapshot } from '../../../src/domain/organization/snapshot.js'
import { changed, organizations } from './organizations.js'
import { declared, head } from './support.js'

const secret = 'a-client-secret-of-enough-characters'
const full = `${head}users:
  - { userName: jane, name: { givenName: Jane, familyName: Doe }, emails: [{ value: jane@example.com, primary: true }], password: correct-horse }
  - { userName: sam, oneTimePassword: for-the-first-day }
  - { userName: ida, passwordHash: $2b$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234 }
groups:
  - { displayName: Developers, members: [jane, { group: Staff }] }
  - { displayName: Staff, members: [sam] }
permissionSets:
  - { name: PowerUser, sessionDuration: 1h, managedPolicies: [arn:aws:iam::aws:policy/PowerUserAccess] }
assignments:
  - { account: "444455556666", permissionSet: PowerUser, group: Developers }
applications:
  - { name: Wiki, oidc: { client_id: wiki, client_secret: ${secret}, redirect_uris: [https://wiki.example.com/cb] }, assignedTo: [{ user: jane }] }
`

const applied = async (text = full, before: Snapshot = nothingYet()): Promise<Snapshot> => changed(before, await planChanges(declared(text, { known: before }), before))

const plan = async (text: string, before: Snapshot, prune = false): Promise<string[]> => {
  const changes = await planChanges(declared(text, { known: before, prune }), before, { prune })
  return printPlan(changes).trimEnd().split('\n')
}

test('creates everything the first time, in an order in which it can be done', async () => {
  expect(await plan(full, nothingYet())).toEqual([
    '+ organization Example',
    '+ account 111122223333 Management',
    '+ account 444455556666 Shop',
    '+ user jane  password: set',
    '+ user sam  one-time password: set',
    '+ user ida  password: set',
    '+ group Developers  members: + user jane, + group Staff',
    '+ group Staff  members: + user sam',
    '+ permission set PowerUser',
    '+ assignment PowerUser in 444455556666 for group Developers',
    '+ application Wiki  assignedTo: + user jane  client_secret: set',
    '11 to create, 0 to update, 0 to delete.',
  ])
})

test('changes nothing the second time', async () => {
  expect(await plan(full, await applied())).toEqual(['Nothing to change: the organization is as the file says.'])
})

test('tells each field that changes, and no secret', async () => {
  const text = full
    .replace('name: Example', 'name: Example Corp, session: { portal: 12h }')
    .replace('name: Shop', 'name: Web Shop, alias: web-shop')
    .replace('familyName: Doe', 'familyName: Roe')
    .replace('correct-horse', 'battery-staple')
    .replace('sessionDuration: 1h', 'sessionDuration: 4h, description: Much')
    .replace('[sam]', '[ida]')
    .replace(secret, `${secret}-2`)
    .replace('wiki.example.com/cb]', 'wiki.example.com/callback], scope: openid')
  const lines = await plan(text, await applied())
  expect(lines).toEqual([
    '~ organization Example Corp  name: Example → Example Corp  portalSession: 8h → 12h',
    '~ account 444455556666 Web Shop  name: Shop → Web Shop  alias: not set → web-shop',
    '~ user jane  familyName: Doe → Roe  password: replaced',
    '~ group Staff  members: + user ida, - user sam',
    '~ permission set PowerUser  description: not set → Much  sessionDuration: 1h → 4h',
    '~ application Wiki  redirect_uris: + https://wiki.example.com/callback, - https://wiki.example.com/cb  scope: not set → openid  client_secret: replaced',
    '0 to create, 6 to update, 0 to delete.',
  ])
})

test('leaves alone what the file does not name, fields included', async () => {
  expect(await plan('users: [{ userName: jane }]\ngroups: []\npermissionSets: [{ name: PowerUser }]', await applied())).toEqual(['Nothing to change: the organization is as the file says.'])
})

test('takes away what the file says is null', async () => {
  const before = await applied(full.replace('sessionDuration: 1h', 'relayState: https://example.com/, description: Much'))
  expect(await plan('permissionSets: [{ name: PowerUser, relayState: null, description: "" }]', before)).toContain('~ permission set PowerUser  description: Much → not set  relayState: https://example.com/ → not set')
})

test('finds people and groups whatever the case of their names', async () => {
  expect(await plan(`${head}users: [{ userName: Jane }]\ngroups: [{ displayName: Developers, members: [JANE, { group: staff }] }]`, await applied())).toEqual([
    '~ user Jane  userName: jane → Jane',
    '0 to create, 1 to update, 0 to delete.',
  ])
})

test('prunes what the file does not name, with everything that hangs on it', async () => {
  const text = `${head.split('\n').slice(0, 3).join('\n')}\nusers: [{ userName: jane }, { userName: ida }]\ngroups: [{ displayName: Developers }]\n`
  expect(await plan(text, await applied(), true)).toEqual([
    '- assignment PowerUser in 444455556666 for group Developers',
    '- group Staff',
    '- user sam',
    '- account 444455556666 Shop',
    '~ group Developers  members: - group Staff',
    '0 to create, 1 to update, 4 to delete.',
  ])
})

test('prunes only the sections that the file has', async () => {
  expect(await plan('assignments: []', await applied(), true)).toEqual(['- assignment PowerUser in 444455556666 for group Developers', '0 to create, 0 to update, 1 to delete.'])
})

test('keeps what another entry of the file refers to', async () => {
  expect(await plan('users: []\ngroups: [{ displayName: Developers, members: [ida] }, { displayName: Staff, members: [sam] }]', await applied(), true)).toEqual([
    '- user jane',
    '~ group Developers  members: + user ida, - user jane, - group Staff',
    '~ application Wiki  assignedTo: - user jane',
    '0 to create, 2 to update, 1 to delete.',
  ])
})

test('never prunes the management account', async () => {
  expect((await plan('accounts: []', await applied(), true)).filter((line) => line.includes('- account'))).toEqual(['- account 444455556666 Shop'])
})

test.each(['own', 'imported'] as const)('does not bring back a one-time password after an %s one', async (password) => {
  const before = await applied()
  before.users = before.users.map((user) => (user.userName === 'sam' ? { ...user, password } : user))
  expect(await plan(full, before)).toHaveLength(1)
})

test('does not bring back an imported hash after its owner chose a password', async () => {
  const before = await applied()
  before.users = before.users.map((user) => (user.userName === 'ida' ? { ...user, password: 'own' } : user))
  before.secrets.matchesPasswordHash = () => false
  expect(await plan(full, before)).toHaveLength(1)
})

test('takes the secret from a client that becomes public', async () => {
  const text = full.replace(`client_secret: ${secret}`, 'token_endpoint_auth_method: none')
  expect(await plan(text, await applied())).toContain('~ application Wiki  token_endpoint_auth_method: not set → none  client_secret: removed')
})

test('makes of any organization what another file says, so that a second plan is empty', async () => {
  await fc.assert(
    fc.asyncProperty(organizations, organizations, fc.boolean(), async (before, wanted, prune) => {
      const env = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`CLIENT_${index}_CLIENT_SECRET`, 'x'.repeat(40)]))
      const text = exportOrganization(wanted)
      const declaration = declared(text, { env })
      const after = changed(before, await planChanges(declaration, before, { prune }))
      expect(await planChanges(declaration, after, { prune })).toEqual([])
    }),
    { numRuns: 60 },
  )
})

test('prints faults as compilers do, and keeps control characters from the terminal', () => {
  expect(printFaults('org.yaml', [{ path: 'users[2].email', line: 12, message: 'is \u001b[31mred' }, { path: '', message: 'is empty' }])).toBe('org.yaml:12: users[2].email: is  [31mred\norg.yaml: is empty\n')
})
