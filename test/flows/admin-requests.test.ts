// Access requests in the administration: who answers by a rule and who by a right, what is ended, and the history.
import { InlinePolicies } from '../../src/domain/accounts/index.js'
import { PermissionSets, Reach } from '../../src/domain/access/index.js'
import { Groups, Users } from '../../src/domain/directory/index.js'
import { Requests, Rules } from '../../src/domain/requests/index.js'
import { parseCsv } from '../../src/platform/csv.js'
import { password, startApp, type TestApp } from '../support/app.js'
import { Browser, csrfIn } from '../support/browser.js'
import { documentOf, makeRole, makeUser, openRole, openRoot, openUser } from '../support/console.js'

let app: TestApp
let root: Browser
let auditor: Browser
let janeBrowser: Browser
let requests: Requests
let setId = ''
const people: Record<string, { id: string; userName: string; displayName: string }> = {}
const origin = { requestId: 'r', sourceIPAddress: '203.0.113.7', userAgent: 'test' }
const production = '444455556666'

beforeAll(async () => {
  app = await startApp()
  const users = new Users(app.database)
  for (const name of ['jane', 'sam', 'nora']) people[name] = (await users.findByUserName(name))!
  setId = (await new PermissionSets(app.database).list()).find(({ name }) => name === 'ReadOnly')!.id
  const groups = new Groups(app.database)
  const [leads] = await groups.create([{ displayName: 'Leads', description: undefined }])
  await groups.add([{ groupId: leads!, member: { userId: people.jane!.id } }, { groupId: leads!, member: { userId: people.nora!.id } }])
  await new Rules(app.database).put([{ permissionSetId: setId, accounts: 'all', requesters: 'everybody', approvers: [leads!], approvalsNeeded: 1, longestDuration: 8 * 3600, reasonRequired: true }])
  requests = new Requests({ database: app.database, trail: app.app.trail, mail: { queue: async () => undefined } as never, clock: Date.now, revocations: app.app.revocations })
  root = await openRoot(app)
  auditor = await openUser(app, await makeUser(app, 'auditor', [{ Effect: 'Allow', Resource: '*', Action: 'gatehouse:ListAccessRequests' }]))
  const role = await makeRole(app, 'Looker')
  await new InlinePolicies(app.database).put(role, 'own', documentOf({ Effect: 'Allow', Resource: '*', Action: 'gatehouse:ListAccessRequests' }))
  janeBrowser = await openRole(app, role, { principal: `user:${people.jane!.id}`, userName: 'jane' })
}, 180_000)
afterAll(() => app.stop())

const ask = async (name = 'sam', reason = 'The import fails'): Promise<string> =>
  (await requests.ask({ user: people[name]!, origin }, { accountId: production, permissionSetId: setId, duration: 3600, reason })).id
const act = async (browser: Browser, id: string, fields: Record<string, string>) => browser.post(`/admin/requests/${id}`, { csrf: csrfIn((await browser.open(`/admin/requests/${id}`)).html), ...fields })
const holds = async (name = 'sam'): Promise<boolean> => (await new Reach(app.database).roles(people[name]!.id, production)).length > 0
const eventsOf = async (id: string): Promise<Record<string, unknown>[]> =>
  (await app.database.query<{ event: Record<string, unknown> }>(`select event from audit_events where event #>> '{additionalEventData,accessRequestId}' = $1 order by position`, [id])).map(({ event }) => event)
const buttons = (html: string): string[] => [...html.matchAll(/name="act" value="(\w+)"/g)].map(([, name]) => name!)

test('an administrator approves by a right and ends what was granted, each with one event that says who and where', async () => {
  const id = await ask()
  const list = (await root.open('/admin/requests')).html
  expect(list).toContain('Sam Plain (sam)')
  expect(list).not.toContain('/admin/requests/yours')
  const page = await root.open(`/admin/requests/${id}`)
  expect(page.html).toContain('You answer by a right of yours')
  expect((await act(root, id, { act: 'approve' })).html).toMatch(/You approved it\.[^]*Granted by the root user/)
  expect(await holds()).toBe(true)
  expect((await root.open('/admin/requests/in-force')).html).toContain('ReadOnly')
  expect((await act(root, id, { act: 'end', reason: 'Freeze' })).html).toContain('The access is ended.')
  expect(await holds()).toBe(false)
  const events = await eventsOf(id)
  expect(events.map(({ eventName }) => eventName)).toEqual(['CreateAccessRequest', 'ApproveAccessRequest', 'EndAccessGrant'])
  expect(events[1]).toMatchObject({ userIdentity: { type: 'Root' }, additionalEventData: { sessionId: expect.any(String) } })
  expect(await app.database.query(`select 1 from audit_events where event_name in ('ApproveAccessRequest', 'EndAccess')`)).toHaveLength(1)
})

test('whoever the rule names answers by it, and nobody their own request', async () => {
  const id = await ask('nora')
  const page = await janeBrowser.open(`/admin/requests/${id}`)
  expect(buttons(page.html)).toEqual(['approve', 'deny'])
  expect(page.html).not.toContain('You answer by a right of yours')
  expect((await janeBrowser.open('/admin/requests/yours')).html).toContain('Nora New')
  const refused = await act(janeBrowser, id, { act: 'deny', reason: ' ' })
  expect(refused.status).toBe(422)
  expect(refused.html).toContain('id="reason-fault"')
  expect((await act(janeBrowser, id, { act: 'deny', reason: 'Ask for less' })).html).toMatch(/You denied it\.[^]*Ask for less/)
  const own = (await requests.ask({ user: people.jane!, origin }, { accountId: '444455556666', permissionSetId: (await new PermissionSets(app.database).list()).find(({ name }) => name === 'ReadOnly')!.id, duration: 3600, reason: 'mine' }).catch(() => undefined))?.id
  // Jane has ReadOnly already, through her group.
  expect(own).toBeUndefined()
  const admin = await openRole(app, await makeRole(app, 'Admin', ['AdministratorAccess']), { principal: `user:${people.sam!.id}`, userName: 'sam' })
  const sams = await ask('sam', 'again')
  expect((await admin.open(`/admin/requests/${sams}`)).html).toContain('This is your own request.')
  expect((await act(admin, sams, { act: 'approve' })).status).toBe(403)
  expect(await holds()).toBe(false)
  await act(root, sams, { act: 'deny', reason: 'Not now' })
  const sam = new Browser(app.origin)
  await sam.signIn('sam', password)
  expect((await sam.open(`/start/requests/${sams}`)).html).toMatch(/Denied by the root user[^]*“Not now”/)
})

test('an auditor sees all of it and no buttons, and a form that is sent nevertheless changes nothing', async () => {
  const id = await ask('sam', 'audited')
  const { html } = await auditor.open(`/admin/requests/${id}`)
  expect(html).toContain('audited')
  expect(html).toContain('Leads')
  expect(buttons(html)).toEqual([])
  const csrf = csrfIn(html)
  for (const fields of [{ act: 'approve', reason: '' }, { act: 'deny', reason: 'no' }, { act: 'end', reason: 'no' }]) expect((await auditor.post(`/admin/requests/${id}`, { csrf, ...fields })).status).toBe(403)
  expect((await auditor.open(`/admin/requests/${id}`)).html).toContain('Waiting')
  expect((await auditor.post(`/admin/requests/${id}`, { csrf, act: 'other' })).status).toBe(404)
  expect((await auditor.open('/admin/requests/rules')).html).toMatch(/ReadOnly[^]*every account[^]*Leads; 1 approval[^]*8 hours/)
  await act(root, id, { act: 'deny', reason: 'done with it' })
})

test('the history is filtered, read page by page and taken along as a table', async () => {
  const shown = async (query: string): Promise<number> => ((await auditor.open(`/admin/requests/history?${query}`)).html.match(/class="request"/g) ?? []).length
  expect(await shown('')).toBe(4)
  expect(await shown('user=SAM')).toBe(3)
  expect(await shown('state=ended')).toBe(1)
  expect(await shown('set=readonly&account=4444-5555-6666')).toBe(4)
  expect(await shown('since=2099-01-01')).toBe(0)
  expect((await auditor.open('/admin/requests/history?since=2099-13-01')).status).not.toBe(500)
  const csv = parseCsv(await (await fetchAs(auditor, '/admin/requests/history.csv?user=sam')).text(), 100)
  expect(csv).toHaveLength(4)
  expect(csv[1]!.cells).toEqual(expect.arrayContaining(['sam', 'Sam Plain', 'denied', 'audited']))
  const lines = (await (await fetchAs(auditor, '/admin/requests/history.ndjson')).text()).trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines.map(({ state }) => state)).toEqual(['denied', 'denied', 'denied', 'ended'])
  expect((await fetchAs(auditor, '/admin/requests/history.xml')).status).toBe(404)
})

test('whoever has no rights gets no page', async () => {
  const nobody = await openRole(app, await makeRole(app, 'Nobody'))
  for (const page of ['/admin/requests', '/admin/requests/history', '/admin/requests/rules', '/admin/requests/history.csv']) expect((await nobody.open(page)).status).toBe(403)
})

const fetchAs = (browser: Browser, path: string): Promise<Response> =>
  fetch(`${app.origin}${path}`, { headers: { cookie: browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ') } })
