import { applyOrganization, exportOrganization, planChanges, readSnapshot } from '../../../src/domain/organization/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'
import { applying, emptied } from './database.js'
import { declared, faultsIn, head } from './support.js'

const people = `
users: [{ userName: jane }, { userName: ann }]
groups:
  - { displayName: Leads, members: [ann] }
  - { displayName: Developers, members: [jane] }
`
const rule = (text: string): string => `${head}${people}permissionSets:\n  - name: Admin\n    requestable: ${text}\n`
const whole = rule('{ accounts: ["444455556666"], requesters: [Developers], approvers: [leads], approvals: 2, longest: 8h, reasonRequired: false }')

let database: Database
beforeAll(async () => { database = await openEmpty() }, 60_000)
afterAll(() => database.close())
beforeEach(() => emptied(database))

test('who may ask for a permission set is declared, applied, exported and applied again without a change', async () => {
  const [change] = (await applyOrganization(database, declared(whole), applying)).filter(({ kind }) => kind === 'permission set')
  expect(change).toMatchObject({ action: 'create' })
  const snapshot = await readSnapshot(database, applying.hashes)
  expect(snapshot.permissionSets[0]!.requestable).toEqual({ accounts: ['444455556666'], requesters: ['Developers'], approvers: ['Leads'], approvals: 2, longest: 28_800, reasonRequired: false })
  expect(await planChanges(declared(whole, { known: snapshot }), snapshot, { prune: true })).toEqual([])
  const text = exportOrganization(snapshot)
  expect(text).toContain('longest: 8h')
  expect(await planChanges(declared(text, { known: snapshot }), snapshot, { prune: true })).toEqual([])
})

test('a file that does not name it leaves it, one that says null takes it away', async () => {
  await applyOrganization(database, declared(whole), applying)
  const known = await readSnapshot(database, applying.hashes)
  const without = `permissionSets:\n  - name: Admin\n`
  expect(await planChanges(declared(without, { known }), known)).toEqual([])
  expect(await applyOrganization(database, declared(`${without}    requestable: null\n`, { known }), applying)).toMatchObject([{ kind: 'permission set', details: ['requestable: removed'] }])
  expect((await readSnapshot(database, applying.hashes)).permissionSets[0]!.requestable).toBeUndefined()
})

test('the least that a rule says is who answers, and for how long it may be', async () => {
  await applyOrganization(database, declared(rule('{ approvers: [Leads], longest: 1h }')), applying)
  expect((await readSnapshot(database, applying.hashes)).permissionSets[0]!.requestable).toEqual({ accounts: 'all', requesters: 'everybody', approvers: ['Leads'], approvals: 1, longest: 3600, reasonRequired: true })
})

test.each([
  ['{ longest: 1h }', 'permissionSets[0].requestable.approvers'],
  ['{ approvers: [], longest: 1h }', 'permissionSets[0].requestable.approvers: must name at least one group'],
  ['{ approvers: [Nobody], longest: 1h }', 'permissionSets[0].requestable.approvers[0]: names the group Nobody, which does not exist'],
  ['{ approvers: [Leads], longest: 1h, accounts: ["999999999999"] }', 'permissionSets[0].requestable.accounts[0]: names the account 999999999999, which does not exist'],
  ['{ approvers: [Leads], longest: 1h, requesters: anybody }', 'permissionSets[0].requestable.requesters: must be everybody, or a list of at least one'],
  ['{ approvers: [Leads], longest: 91d }', 'permissionSets[0].requestable.longest: must be a length of time from 15m to 90d'],
  ['{ approvers: [Leads], longest: 1h, approvals: 4 }', 'permissionSets[0].requestable.approvals: must be 1, 2 or 3'],
])('refuses %s', (text, fault) => {
  expect(faultsIn(rule(text)).join('\n')).toContain(fault)
})
