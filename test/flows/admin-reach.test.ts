// Who reaches what, and the end of it: assignments in great numbers, the explorer, the kill switch and the look-up, as
// whoever may and as whoever may not.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Context } from 'koa'
import { Assignments, Grants, instanceArn, permissionSetArn, PermissionSets } from '../../src/domain/access/index.js'
import { Groups, Users } from '../../src/domain/directory/index.js'
import { applyOrganization, readOrganizationFile, readSnapshot } from '../../src/domain/organization/index.js'
import type { ConsoleSession } from '../../src/domain/sessions/index.js'
import { Permissions } from '../../src/http/aws/protocol/index.js'
import { inPackage } from '../../src/platform/root.js'
import { openAdministration } from '../../src/wiring/administration.js'
import { logoutsOf, sourceSyncsOf } from '../../src/wiring/identity-sources.js'
import { lettersOf } from '../../src/wiring/letters.js'
import { buildRooms } from '../../src/wiring/rooms.js'
import { organizationFile, password, silent, startApp, type TestApp } from '../support/app.js'
import { Browser, csrfIn } from '../support/browser.js'
import { makeRole, makeUser, openRole, openRoot, openUser } from '../support/console.js'

const production = '444455556666'
const management = '111122223333'
let app: TestApp
let root: Browser
let auditor: Browser
const ids: Record<string, string> = {}
beforeAll(async () => {
  app = await startApp({ organization: organizationFile.replace('organization: {', 'organization: { mfa: { mode: never },').replace('  - { displayName: Developers, members: [jane] }', '  - { displayName: Developers, members: [jane] }\n  - { displayName: Everybody, members: [sam, { group: Developers }] }') })
  root = await openRoot(app)
  auditor = await openUser(app, await makeUser(app, 'auditor', [{ Effect: 'Allow', Action: ['sso:List*', 'sso:Describe*', 'sso-directory:Search*', 'identitystore:List*', 'identitystore:Describe*', 'organizations:List*', 'organizations:Describe*', 'gatehouse:ExploreAccess'], Resource: '*' }]))
  for (const name of ['jane', 'sam']) ids[name] = (await new Users(app.database).findByUserName(name))!.id
  for (const name of ['Developers', 'Everybody']) ids[name] = (await new Groups(app.database).findByDisplayName(name))!.id
  for (const set of await new PermissionSets(app.database).list()) ids[set.name] = set.id
}, 180_000)
afterAll(() => app?.stop())

const assigned = async (): Promise<string[]> => (await new Assignments(app.database).list()).map(({ accountId, permissionSetId, principal }) => `${accountId} ${permissionSetId} ${principal.id}`)
interface RecordedEvent { userIdentity: Record<string, string>; requestParameters: Record<string, string>; errorCode?: string }
const events = async (name: string): Promise<RecordedEvent[]> => (await app.database.query<{ event: RecordedEvent }>('select event from audit_events where event_name = $1 order by position', [name])).map(({ event }) => event)
const post = async (browser: Browser, url: string, fields: Record<string, string>) => browser.post(url, { csrf: csrfIn((await browser.open('/admin/access')).html), ...fields })
const finished = async (browser: Browser): Promise<string> => {
  for (;;) {
    const { html, url } = browser.page
    if (!html.includes('data-progress')) return html
    await new Promise((resolve) => setTimeout(resolve, 50))
    await browser.open(url)
  }
}

async function keysOf(userName: string, accountId = production, role = 'ReadOnly') {
  const browser = new Browser(app.origin)
  await browser.signIn(userName, password)
  const { html } = await browser.open(`/start/access-keys?account_id=${accountId}&role_name=${role}`)
  const value = (id: string): string => new RegExp(`id="${id}"[^>]*>(?:<[^>]+>)*([^<]+)`).exec(html)![1]!.replaceAll('&#x3D;', '=').replaceAll('&#x2B;', '+')
  const sts = new STSClient({ region: 'us-east-1', endpoint: app.origin, maxAttempts: 1, credentials: { accessKeyId: value('v-id'), secretAccessKey: value('v-secret'), sessionToken: value('v-token') } })
  return { id: value('v-id'), browser, work: () => sts.send(new GetCallerIdentityCommand({})).then(() => true, () => false) }
}

/** Applies a part of an organization file. */
async function apply(part: object): Promise<void> {
  const { declaration, faults } = readOrganizationFile(JSON.stringify(part), { env: {}, readFile: () => '', known: await readSnapshot(app.database, app.app.hashes), prune: true })
  if (!declaration) throw new Error(JSON.stringify(faults))
  await applyOrganization(app.database, declaration, { by: 'test', hashes: app.app.hashes, clock: Date.now, region: 'us-east-1', prune: true })
  await app.app.revocations.refresh()
}

describe('as an administrator', () => {
  test('many are assigned at once: searched for, ticked, foreseen, done, and what was there already is told', async () => {
    await root.open('/admin/assignments/new')
    const half = await root.submit({ 'find-who': 'sam', act: 'find', [`group-${ids.Developers!}`]: 'Developers' }, '/admin/assignments/new')
    expect(half.html).toContain('Sam Plain')
    expect(half.html).toContain('1 chosen')
    const faulty = await root.submit({}, '/admin/assignments/new').then(() => post(root, '/admin/assignments/preview', { [`user-${ids.sam!}`]: 'Sam' }))
    expect([faulty.status, faulty.html]).toEqual([422, expect.stringContaining('Choose an account.')])
    const all = await post(root, '/admin/assignments/new', { act: 'all-accounts', [`user-${ids.sam!}`]: 'Sam Plain', [`group-${ids.Developers!}`]: 'Developers', [`set-${ids.ReadOnly!}`]: 'ReadOnly' })
    expect(all.html).toContain('2 chosen')
    const preview = await root.submit({}, '/admin/assignments/new').then(() => post(root, '/admin/assignments/preview', { [`user-${ids.sam!}`]: 'Sam Plain', [`group-${ids.Developers!}`]: 'Developers', [`set-${ids.ReadOnly!}`]: 'ReadOnly', [`account-${production}`]: 'Production', [`account-${management}`]: 'Management' }))
    expect(preview.html.replace(/<[^>]+>/g, '')).toMatch(/4 assignments to make[^]*Gives 1 person ReadOnly in Management and Production[^]*Sam Plain/)
    await root.submit({}, '/admin/assignments/run')
    const html = (await finished(root)).replace(/<[^>]+>/g, '')
    expect(html).toMatch(/2 assignments made[^]*2 assignments there already/)
    expect(html).toMatch(/There already[^]*Developers/)
    expect(await assigned()).toContain(`${production} ${ids.ReadOnly} ${ids.sam}`)
    const written = (await events('CreateAccountAssignment')).filter(({ requestParameters }) => requestParameters.principalId === ids.sam)
    expect(written.map(({ userIdentity, requestParameters }) => [userIdentity.type, requestParameters.targetId]).toSorted()).toEqual([['Root', management], ['Root', production]])
    expect((await root.open('/admin/assignments')).html).toContain('Assign 4 assignments')
  })

  test('what was issued under an assignment ends with it, unless there is another way', async () => {
    const keys = await keysOf('sam')
    await keys.browser.open(`/start/console?account_id=${production}&role_name=ReadOnly`)
    const other = await keysOf('jane')
    const page = await root.open(`/admin/assignments?principal=${ids.sam!}&account=${production}`)
    expect(page.html).toContain('Sam Plain')
    await root.post('/admin/assignments/preview', { csrf: csrfIn(page.html), kind: 'remove', 'pick-0': `${production} ${ids.ReadOnly!} USER ${ids.sam!}` })
    expect(root.page.html.replace(/<[^>]+>/g, '')).toMatch(/Takes from 1 person ReadOnly in Production/)
    await root.submit({}, '/admin/assignments/run')
    expect((await finished(root)).replace(/<[^>]+>/g, '')).toContain('1 assignment removed')
    expect([await keys.work(), await other.work()]).toEqual([false, true])
    expect((await keys.browser.open('/console')).html).not.toContain('ReadOnly')
    expect(await events('DeleteAccountAssignment')).toHaveLength(1)
    // Jane has it through Developers, and now by herself too: one of the two may go.
    await new Assignments(app.database).create([{ accountId: production, permissionSetId: ids.ReadOnly!, principal: { type: 'USER', id: ids.jane! } }])
    await post(root, '/admin/assignments/run', { kind: 'remove', 'pick-0': `${production} ${ids.ReadOnly!} USER ${ids.jane!}` })
    await finished(root)
    expect(await other.work()).toBe(true)
  })

  test('so it does by the organization file, and when somebody leaves the group that had it', async () => {
    const assign = (accountId: string, type: 'USER' | 'GROUP', id: string) => new Assignments(app.database).create([{ accountId, permissionSetId: ids.ReadOnly!, principal: { type, id } }])
    await assign(production, 'USER', ids.sam!)
    const keys = await keysOf('sam')
    await apply({ assignments: [] })
    expect(await keys.work()).toBe(false)
    expect(await assigned()).toEqual([])
    await assign(production, 'GROUP', ids.Everybody!)
    const [member, other] = [await keysOf('sam'), await keysOf('jane')]
    const [membership] = await app.database.query<{ id: string }>('select id from group_members where group_id = $1 and user_id = $2', [ids.Everybody, ids.sam])
    await post(root, `/admin/groups/${ids.Everybody!}`, { change: 'remove-member', foreseen: 'yes', MembershipId: membership!.id })
    expect([await member.work(), await other.work()]).toEqual([false, true])
    await post(root, `/admin/groups/${ids.Everybody!}`, { change: 'remove-group', foreseen: 'yes', MemberGroupId: ids.Developers! })
    expect(await other.work()).toBe(false)
    await new Groups(app.database).add([{ groupId: ids.Everybody!, member: { userId: ids.sam! } }, { groupId: ids.Everybody!, member: { groupId: ids.Developers! } }])
    const again = await keysOf('sam')
    await apply({ groups: [{ displayName: 'Everybody', members: [{ group: 'Developers' }] }] })
    expect(await again.work()).toBe(false)
    await new Groups(app.database).add([{ groupId: ids.Everybody!, member: { userId: ids.sam! } }])
    await assign(production, 'GROUP', ids.Developers!)
  })

  test('the explorer says who reaches what and by which way, and gives it away as a table', async () => {
    await new Assignments(app.database).create([{ accountId: production, permissionSetId: ids.ReadOnly!, principal: { type: 'GROUP', id: ids.Everybody! } }])
    await new Grants(app.database).start({ requestId: 'req-0000000000000001', userId: ids.sam!, accountId: production, permissionSetId: ids.AdministratorAccess!, startsAt: new Date(0), endsAt: new Date(Date.now() + 3_600_000) })
    expect((await root.open('/admin/access?q=produ')).html).toContain(`/admin/access/reach?account=${production}`)
    const { html } = await root.open(`/admin/access/reach?account=${production}`)
    const told = html.replace(/<[^>]+>/g, '')
    expect(told).toMatch(/2 people[^]*Jane Doe[^]*ReadOnly through Developers › Everybody[^]*Sam Plain/)
    expect(told).toMatch(/Sam Plain[^]*AdministratorAccess granted on request, until/)
    expect(told).toMatch(/Sam Plain[^]*ReadOnly through Everybody/)
    const csv = await root.open(`/admin/access/export?account=${production}&format=csv`)
    expect(csv.headers.get('content-disposition')).toContain('attachment')
    expect(csv.html.split('\r\n')[0]).toBe('userName,displayName,accountId,accountName,permissionSet,application,via,groups,requestId,until')
    expect(csv.html.split('\r\n')).toContain(`jane,Jane Doe,${production},Production,ReadOnly,,group,Developers,,`)
    const lines = (await root.open(`/admin/access/export?user=${ids.sam!}&format=ndjson`)).html.trim().split('\n').map((line) => JSON.parse(line) as Record<string, string>)
    expect(lines.find(({ via }) => via === 'request')).toMatchObject({ userName: 'sam', permissionSet: 'AdministratorAccess', until: expect.stringMatching(/^\d{4}-/) })
    // Their own page knows of grants too.
    expect((await root.open(`/admin/users/${ids.sam!}/access`)).html.replace(/<[^>]+>/g, '')).toMatch(/AdministratorAccess granted on request, until/)
    expect((await root.open('/admin/access/reach?account=1')).status).toBe(404)
  })

  test('the kill switch asks first, with numbers, and reports what it ended', async () => {
    const keys = await keysOf('jane')
    const { html } = await root.open(`/admin/access/end?user=${ids.jane!}`)
    expect(html).toContain('Jane Doe')
    expect(html.replace(/<[^>]+>/g, '')).toMatch(/\d sessions? of the portal[^]*\d sets? of temporary credentials/)
    expect(await keys.work()).toBe(true)
    const report = await root.submit({ reason: 'Laptop stolen' }, '/admin/access/end')
    expect(report.html).toContain('Their assignments stay')
    expect(await keys.work()).toBe(false)
    expect((await events('RevokeAccess')).at(-1)).toMatchObject({ userIdentity: { type: 'Root' }, requestParameters: { userName: 'jane', reason: 'Laptop stolen' } })
    await root.open(`/admin/access/end?set=${ids.ReadOnly!}&account=${production}`)
    expect((await root.submit({ reason: '' }, '/admin/access/end')).html).toContain('ReadOnly in Production')
    expect((await root.open('/admin/access/end?application=apl-0123456789abcdef')).status).toBe(404)

    const found = await root.open(`/admin/search?q=${keys.id}`)
    expect(new URL(found.url).pathname).toBe('/admin/access/look-up')
    expect(found.html.replace(/<[^>]+>/g, '')).toMatch(/Access key[^]*Jane Doe[^]*ended before its time[^]*GetRoleCredentials/)
    expect((await root.open('/admin/access/look-up?q=ASIAAAAAAAAAAAAAAAAA')).html).toContain('Nothing known')
  })

  test('the page of an account leads to all of it', async () => {
    const { html } = await root.open(`/admin/accounts/${production}`)
    for (const url of [`/admin/access/end?account=${production}`, `/admin/access/reach?account=${production}`, `/admin/assignments/new?account=${production}`]) expect(html).toContain(url)
    expect((await root.open(`/admin/assignments/new?account=${production}`)).html).toMatch(/checked>[^]*Production/)
  })
})

/** Runs an operation as pages do, for a session of the root user. */
async function operate(): Promise<(operation: string, input: object) => Promise<Record<string, unknown>>> {
  const rooms = await buildRooms({ settings: app.settings, database: app.database, store: app.store, log: silent, views: inPackage('views') })
  const letters = lettersOf(rooms, app.app.oidc, { placeOf: () => undefined } as never)
  const { adminPages } = openAdministration(rooms, new Permissions(rooms.acting), letters, { ...app.app.incidents, ...logoutsOf(rooms, app.app.oidc), sourceSyncs: sourceSyncsOf(rooms, letters) })
  const ctx = { secure: false, state: { origin: { requestId: 'r', sourceIPAddress: '127.0.0.1', userAgent: 'test' } }, set() {} } as unknown as Context
  const session: ConsoleSession = {
    id: 's', kind: 'root', principal: `root:${management}`, userName: 'root@example.com', accountId: management, accountName: 'Management', label: 'Root user', arn: `arn:aws:iam::${management}:root`, via: 'sign-in', startedAt: Date.now(), expiresAt: Date.now() + 3_600_000,
  }
  return (operation, input) => adminPages.ssoAdmin(ctx, session, operation, { InstanceArn: instanceArn('d-0123456789'), ...input })
}

test('every kind of change is foreseen: applications, groups, people, policies; and too many are refused', async () => {
  const run = await operate()
  const { Applications } = await run('SearchApplications', { Search: 'Wiki' }) as { Applications: { ApplicationArn: string }[] }
  const wiki = Applications[0]!.ApplicationArn
  expect(await run('PreviewChange', { AssignApplications: [{ ApplicationArns: [wiki], Principals: [{ PrincipalType: 'GROUP', PrincipalId: ids.Everybody }] }] }))
    .toMatchObject({ Gaining: 1, Effects: [{ Places: [{ ApplicationArn: wiki, ApplicationName: 'Wiki' }], Gains: { People: 1, Names: [{ UserName: 'sam' }] }, Losses: { People: 0 } }] })
  expect(await run('PreviewChange', { RemoveApplications: [wiki], DisableUsers: [ids.sam] })).toMatchObject({ Losing: 2, Effects: expect.arrayContaining([expect.objectContaining({ Places: [expect.objectContaining({ ApplicationName: 'Wiki' })] })]) })
  expect(await run('PreviewChange', { RemoveGroups: [ids.Everybody] })).toMatchObject({ Losing: 1 })
  const set = permissionSetArn('d-0123456789', ids.ReadOnly!)
  const statement = { Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }
  expect(await run('PreviewChange', { Policies: { PermissionSetArn: set, InlinePolicy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) } }))
    .toMatchObject({ Effects: [], Policies: { Wider: [{ Action: 's3:PutObject' }], Narrower: [], BoundaryChanges: false, People: 2, Accounts: 1 } })
  await expect(run('PreviewChange', { Policies: { PermissionSetArn: set, InlinePolicy: '{' } })).rejects.toMatchObject({ code: 'policy-malformed' })
  const many = { AccountIds: Array.from({ length: 5000 }, (_, n) => String(n).padStart(12, '0')), PermissionSetArns: [set], Principals: Array.from({ length: 5 }, (_, n) => ({ PrincipalType: 'USER', PrincipalId: `00000000-0000-4000-8000-00000000000${n}` })) }
  for (const [operation, input] of [['PreviewChange', { Assign: [many] }], ['CreateAccountAssignments', { Assignments: [many] }]] as const) await expect(run(operation, input)).rejects.toThrow('20,000 are the most at once')
  await expect(run('ExploreAccess', {})).rejects.toMatchObject({ code: 'invalid-input' })
  await expect(run('CreateAccountAssignments', { Assignments: [{ ...many, AccountIds: [production], PermissionSetArns: [permissionSetArn('d-0123456789', 'ps-0000000000000000')] }] })).rejects.toMatchObject({ code: 'not-found' })
})

test('a job is stopped by whoever might have begun it: what is done stays, and the page says what is not', async () => {
  const id = `job-${'5'.repeat(16)}`
  const products = [{ accountIds: Array.from({ length: 200 }, (_, n) => String(100_000_000_000 + n)), permissionSetIds: [ids.ReadOnly], principals: Array.from({ length: 100 }, (_, n) => ({ type: 'USER', id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` })) }]
  const starter = { name: 'root user', directoryId: 'd-0123456789', attribution: { accountId: management, userIdentity: { type: 'Root' }, origin: { requestId: 'r', sourceIPAddress: '127.0.0.1', userAgent: 'test' } } }
  await app.database.query(`insert into assignment_jobs (id, kind, state, products, total, starter, started_at) values ($1, 'unassign', 'running', $2::jsonb, 20000, $3::jsonb, now())`, [id, JSON.stringify(products), JSON.stringify(starter)])
  const url = `/admin/assignments/jobs/${id}`
  expect((await auditor.open(url)).html).not.toContain('value="stop"')
  expect((await post(auditor, url, { change: 'stop' })).status).toBe(403)
  expect((await root.open(url)).html).toContain('value="stop"')
  const { html } = await root.submit({ change: 'stop' }, url)
  expect(html).toContain('<b>Stopped</b>')
  expect(html).toMatch(/[\d,]+ assignments not looked at/)
  expect(html).toContain('Not removed')
  expect(html).not.toContain('value="stop"')
  expect((await events('StopAssignmentJob')).map(({ requestParameters, errorCode }) => [requestParameters.jobId, errorCode])).toEqual([[id, 'AccessDeniedException'], [id, undefined]])
  const again = await post(root, url, { change: 'stop' })
  expect([again.status, again.html.includes('This is over already.')]).toEqual([409, true])
  expect((await root.open('/admin/assignments')).html).toContain('stopped')
})

describe('as an auditor', () => {
  test('all of it is read, without a button', async () => {
    expect((await auditor.open('/admin/assignments')).html).not.toMatch(/type="checkbox"|assignments\/new/)
    const { html } = await auditor.open(`/admin/access/reach?account=${production}`)
    expect(html).toContain('Jane Doe')
    expect(html).not.toContain('/admin/access/end')
    expect((await auditor.open('/admin/access')).html).not.toContain('Look-up')
  })

  test('what is sent all the same is refused, and nothing happens', async () => {
    const before = await assigned()
    const ended = (await events('RevokeAccess')).length
    const fields = { [`user-${ids.sam!}`]: 'Sam', [`set-${ids.AdministratorAccess!}`]: 'A', [`account-${production}`]: 'P' }
    for (const [url, more] of [['/admin/assignments/run', fields], ['/admin/assignments/preview', fields], ['/admin/assignments/new', fields], ['/admin/assignments/run', { kind: 'remove', 'pick-0': `${production} ${ids.ReadOnly!} GROUP ${ids.Everybody!}` }], ['/admin/access/end', { user: ids.jane!, disable: 'yes' }]] as const) {
      expect([url, (await post(auditor, url, more)).status]).toEqual([url, 403])
    }
    expect((await auditor.open(`/admin/access/end?user=${ids.jane!}`)).status).toBe(403)
    expect((await auditor.open('/admin/access/look-up?q=sam')).status).toBe(403)
    expect(await assigned()).toEqual(before)
    const denied = (await events('RevokeAccess')).slice(ended)
    expect(denied.every(({ errorCode }) => errorCode === 'AccessDenied' || errorCode === 'AccessDeniedException')).toBe(true)
    expect((await new Users(app.database).find(ids.jane!))!.active).toBe(true)
  })
})

test('as a help desk, whose key that was is looked up, and nothing more', async () => {
  const desk = await openUser(app, await makeUser(app, 'desk', [{ Effect: 'Allow', Action: ['gatehouse:LookUp', 'identitystore:List*'], Resource: '*' }]))
  expect((await desk.open('/admin/access/look-up?q=jane')).html).toContain('Jane Doe')
  expect((await desk.open(`/admin/access/reach?user=${ids.jane!}`)).status).toBe(403)
  expect((await desk.open('/admin/assignments')).status).toBe(403)
})

test('as nobody, nothing opens', async () => {
  const nobody = await openRole(app, await makeRole(app, 'Nobody'))
  for (const page of ['/admin/assignments', '/admin/assignments/new', '/admin/assignments/jobs/job-0000000000000000', '/admin/access', `/admin/access/reach?account=${production}`, `/admin/access/end?account=${production}`, '/admin/access/look-up', `/admin/access/export?account=${production}`]) {
    expect([page, (await nobody.open(page)).status]).toEqual([page, 403])
  }
})
