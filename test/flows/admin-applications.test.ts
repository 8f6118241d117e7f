// The administration of applications: who may do what, secrets that change without haste, and that nothing happens for those who may not.
import { Applications } from '../../src/domain/access/index.js'
import { Groups, Users } from '../../src/domain/directory/index.js'
import { startApp, type TestApp } from '../support/app.js'
import { csrfIn, type Browser } from '../support/browser.js'
import { makeRole, makeUser, openRole, openRoot, openUser } from '../support/console.js'

let app: TestApp
let root: Browser
let auditor: Browser
let help: Browser
const time = { ahead: 0 }
beforeAll(async () => {
  app = await startApp({ clock: () => Date.now() + time.ahead })
  root = await openRoot(app)
  auditor = await openUser(app, await makeUser(app, 'auditor', [{ Effect: 'Allow', Resource: '*', Action: ['sso:List*', 'sso:Describe*', 'sso:Get*'] }]))
  help = await openUser(app, await makeUser(app, 'help', [{
    Effect: 'Allow', Resource: '*', Action: ['sso:List*', 'sso:Describe*', 'sso:CreateApplicationAssignment', 'sso:DeleteApplicationAssignment', 'sso-directory:Search*'],
  }]))
}, 180_000)
afterAll(() => app.stop())

const applications = (): Applications => new Applications(app.database)
const urlOf = async (name: string): Promise<string> => `/admin/applications/${(await applications().list()).find((one) => one.name === name)!.id.replace('app-', 'apl-')}`
const post = async (browser: Browser, page: string, fields: Record<string, string>, to = page) => browser.post(to, { csrf: csrfIn((await browser.open(page)).html), ...fields })
const lastEvent = async (name: string): Promise<Record<string, unknown>> =>
  (await app.database.query<{ event: Record<string, unknown> }>('select event from audit_events where event_name = $1 order by position desc limit 1', [name]))[0]!.event
const tokenStatus = async (clientId: string, secret: string): Promise<number> => (await fetch(`${app.origin}/oidc/token`, {
  method: 'POST', headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`, 'content-type': 'application/x-www-form-urlencoded' }, body: 'grant_type=client_credentials',
})).status
const shownSecret = (html: string): string => /id="secret-once">([^<]+)</.exec(html)![1]!
/** The provider reads a client anew once a second. */
const later = async (): Promise<void> => { time.ahead += 2000 }
const client = { Name: 'Payroll', redirect_uris: '', grant_client: 'on', token_endpoint_auth_method: 'client_secret_basic', application_type: 'web', Visible: 'on' }

test('a new application gets a secret that is shown once and works', async () => {
  const page = await post(root, '/admin/applications/new', { ...client, client_id: 'payroll', Description: 'Wages' })
  expect(page.html).toContain('This is the only time it is shown.')
  const secret = shownSecret(page.html)
  expect(await tokenStatus('payroll', secret)).toBe(200)
  expect(await tokenStatus('payroll', `${secret}x`)).toBe(401)
  const event = await lastEvent('CreateOidcApplication')
  expect(JSON.stringify(event)).not.toContain(secret)
  expect(event).toMatchObject({ requestParameters: { name: 'Payroll', clientId: 'payroll' } })
  expect((await root.open('/admin/applications?q=payr')).html).toContain('Wages · payroll')
})

test('two secrets count at a time: the old one until its time is up, or until it is ended', async () => {
  const url = await urlOf('Robot')
  const first = '0123456789-0123456789-0123456789-0123456789'
  const second = shownSecret((await post(root, url, { days: '7' }, `${url}/secret`)).html)
  await later()
  expect(await Promise.all([first, second].map((secret) => tokenStatus('robot', secret)))).toEqual([200, 200])
  const refused = await post(root, url, { days: '7' }, `${url}/secret`)
  expect(refused.status).toBe(409)
  expect(refused.html).toContain('Two secrets count already.')
  expect((await root.open(`${url}?change=end-secret`)).html).toContain('End the old secret?')
  expect((await post(root, `${url}?change=end-secret`, { change: 'end-secret' }, url)).html).toContain('The old secret does not count any more.')
  await later()
  expect(await Promise.all([first, second].map((secret) => tokenStatus('robot', secret)))).toEqual([401, 200])
  const third = shownSecret((await post(root, url, { days: '1' }, `${url}/secret`)).html)
  await later()
  expect(await Promise.all([second, third].map((secret) => tokenStatus('robot', secret)))).toEqual([200, 200])
  time.ahead += 25 * 3_600_000
  expect(await Promise.all([second, third].map((secret) => tokenStatus('robot', secret)))).toEqual([401, 200])
  time.ahead = 0
  expect(await lastEvent('EndOldApplicationSecret')).toMatchObject({ additionalEventData: { before: { oldSecretEndsAt: expect.anything() } } })
  for (const secret of [second, third]) expect(JSON.stringify((await app.database.query('select event from audit_events')).map(({ event }) => event))).not.toContain(secret)
})

test('what is wrong with a client stands at the field, what was typed is kept, and nothing is changed', async () => {
  const url = await urlOf('Wiki')
  const before = (await applications().findByClientId('wiki'))!
  const page = await post(root, `${url}/edit`, { Name: 'Wiki', redirect_uris: 'https://wiki.example.com/*\nhttps://wiki.example.com/${HOME}', grant_code: 'on', token_endpoint_auth_method: 'none', application_type: 'web', scope: 'kept typed' })
  expect(page.status).toBe(422)
  expect(page.html).toContain('id="redirect_uris-fault"')
  expect(page.html).toContain('Redirect addresses: number 1 must be exact: no wildcards.')
  expect(page.html).toContain('value="kept typed"')
  expect((await post(root, `${url}/edit`, { Name: 'Wiki', redirect_uris: '', grant_code: 'on', token_endpoint_auth_method: 'private_key_jwt', application_type: 'web' })).html).toContain('id="jwks-fault"')
  expect((await post(root, `${url}/edit`, { Name: 'Wiki', redirect_uris: 'https://a.example.com', grant_code: 'on', token_endpoint_auth_method: 'none', application_type: 'web', jwks: '{' })).html).toContain('The keys must be a key or a set of keys in JSON')
  expect((await post(root, `${url}/edit`, { Name: 'Wiki', redirect_uris: 'https://a.example.com', grant_code: 'on', token_endpoint_auth_method: 'none', application_type: 'web', contacts: 'nobody' })).html).toMatch(/<details class="sheet more" open>[^]*id="contacts-fault"/)
  expect((await post(root, '/admin/applications/new', { ...client, Name: 'robot' })).html).toContain('That application name is taken.')
  expect(await applications().findByClientId('wiki')).toEqual(before)
})

test('a change of the metadata says what it was before, and keeps what the form does not show', async () => {
  const url = await urlOf('Wiki')
  const page = await post(root, `${url}/edit`, {
    Name: 'Wiki', StartUrl: 'https://wiki.example.com/', Visible: '', redirect_uris: 'https://wiki.example.com/callback', grant_code: 'on', grant_refresh: 'on', token_endpoint_auth_method: 'none', application_type: 'web',
    id_token_signed_response_alg: 'RS256', backchannel_logout_uri: 'https://wiki.example.com/out', Icon: '<svg xmlns="http://www.w3.org/2000/svg"/>', require_auth_time: 'on',
  })
  expect(page.html).toContain('Saved.')
  const after = (await applications().findByClientId('wiki'))!
  expect(after).toMatchObject({ icon: expect.stringMatching(/^data:image\/svg\+xml;base64,/), settings: { visible: false }, clientMetadata: { redirect_uris: ['https://wiki.example.com/callback'], id_token_signed_response_alg: 'RS256', backchannel_logout_uri: 'https://wiki.example.com/out' } })
  expect(after.clientMetadata).not.toHaveProperty('post_logout_redirect_uris')
  expect(await lastEvent('UpdateOidcApplication')).toMatchObject({ additionalEventData: { before: { metadata: { redirect_uris: expect.arrayContaining(['http://127.0.0.1/callback']) } } } })
})

test('an application that proves itself otherwise has no secret any more, and one that does again needs a new one', async () => {
  const url = await urlOf('Payroll')
  const fields = { ...client, grant_client: '', grant_code: 'on', redirect_uris: 'https://pay.example.com/back' }
  await post(root, `${url}/edit`, { ...fields, token_endpoint_auth_method: 'none' })
  expect(await applications().findByClientId('payroll')).toMatchObject({ clientSecretHash: undefined, oldSecret: undefined })
  await post(root, `${url}/edit`, fields)
  expect((await root.open(url)).html).toContain('It has none, and so gets no tokens.')
  expect((await post(root, url, {}, `${url}/secret`)).html).toContain('id="secret-once"')
})

test('people and groups are searched, ticked and taken away again', async () => {
  const url = await urlOf('Payroll')
  const [sam, developers] = [(await new Users(app.database).findByUserName('sam'))!.id, (await new Groups(app.database).findByDisplayName('Developers'))!.id]
  expect((await help.open(`${url}/assign?q=dev`)).html).toContain(`GROUP ${developers}`)
  expect((await post(help, `${url}/assign`, {})).html).toContain('Tick at least one person or group.')
  const page = await post(help, `${url}/assign?q=sam`, { [`USER ${sam}`]: 'on', [`GROUP ${developers}`]: 'on' })
  expect(page.html).toMatch(/Assigned\.[^]*Developers/)
  expect(page.html).toContain('Sam Plain')
  expect((await help.open(`${url}/assign?q=sam`)).html).toMatch(/checked disabled/)
  expect(await lastEvent('AssignApplication')).toMatchObject({ requestParameters: { principals: expect.arrayContaining([{ principalId: sam, principalType: 'USER' }]) } })
  expect((await post(help, `${url}/assign`, { [`USER ${sam.replace(/^./, (first) => (first === '0' ? '1' : '0'))}`]: 'on' })).status).toBe(404)
  expect((await post(help, url, { change: 'unassign', PrincipalId: sam, PrincipalType: 'USER' })).html).not.toContain('Sam Plain')
})

test('who gains and who loses an application is shown first, to those who may look ahead', async () => {
  const url = await urlOf('Robot')
  const words = (html: string): string => html.replace(/.*<main[^>]*>/s, '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
  const [sam, developers] = [(await new Users(app.database).findByUserName('sam'))!.id, (await new Groups(app.database).findByDisplayName('Developers'))!.id]
  expect(words((await post(root, `${url}/assign?q=sam`, { [`USER ${sam}`]: 'on', [`GROUP ${developers}`]: 'on' })).html)).toMatch(/Assign\? Robot Gives \d+ (person|people) Robot ?\. .*Sam Plain/)
  expect((await root.submit({ again: 'yes' })).html).toMatch(new RegExp(`name="USER ${sam}" checked`))
  await post(root, `${url}/assign?q=sam`, { [`USER ${sam}`]: 'on' })
  expect((await root.submit()).html).toMatch(/Assigned\.[^]*Sam Plain/)
  const other = words((await root.open(`${url}?change=everybody`)).html)
  expect(other).toMatch(/Open it to everybody\? .* Gives \d+ people Robot/)
  expect(other).not.toContain('Sam Plain')
  expect(words((await root.open(`${url}?change=delete`)).html)).toMatch(/Delete this application\? .* Takes from 1 person Robot ?\. Sam Plain/)
  expect(words((await post(root, url, { change: 'unassign', PrincipalId: sam, PrincipalType: 'USER' })).html)).toMatch(/Take it away\? Robot · “Sam Plain”\. Takes from 1 person Robot/)
  expect((await root.submit({ change: 'unassign' }, url)).html).toContain('Taken away.')
  expect((await post(root, url, { change: 'unassign', PrincipalId: 'nobody', PrincipalType: 'USER' })).status).toBe(422)
})

test('an application is disabled, enabled, opened to everybody and deleted', async () => {
  const url = await urlOf('Payroll')
  const make = async (change: string): Promise<string> => { await post(root, url, { change }); return (await root.submit({ change }, url)).html }
  expect(await make('disable')).toContain('Nobody can sign in to it.')
  expect(await applications().findByClientId('payroll')).toBeUndefined()
  await post(root, url, { change: 'enable' })
  expect(await make('everybody')).toContain('Everybody in the directory, assigned or not.')
  expect(await make('assigned-only')).toContain('Only those who are assigned may use it.')
  expect(await make('delete')).toContain('The application is deleted.')
  expect((await root.open(url)).status).toBe(404)
})

test('an auditor sees everything and no buttons, and a form that is sent nevertheless changes nothing', async () => {
  const url = await urlOf('Robot')
  const { html } = await auditor.open(url)
  expect(html).toContain('Client id')
  expect(html).not.toMatch(/name="change"|\?change=|\/edit"|\/assign"|\/secret"/)
  expect((await auditor.open('/admin/applications')).html).not.toContain('New application')
  for (const page of ['/admin/applications/new', `${url}/edit`, `${url}/assign`]) expect((await auditor.open(page)).status).toBe(403)
  const before = await applications().list()
  const csrf = csrfIn((await auditor.open('/admin/applications')).html)
  for (const [to, fields] of [[url, { change: 'delete' }], [url, { change: 'disable' }], [`${url}/secret`, { days: '0' }], [`${url}/edit`, { Name: 'Mine', redirect_uris: '', grant_client: 'on', token_endpoint_auth_method: 'client_secret_basic', application_type: 'web' }], ['/admin/applications/new', client]] as const) {
    expect((await auditor.post(to, { csrf, ...fields })).status).toBe(403)
  }
  expect(await applications().list()).toEqual(before)
  expect((await help.open(url)).html).toContain('/assign"')
  expect((await help.open(url)).html).not.toContain('/edit"')
})

test('whoever has no rights gets no page', async () => {
  const nobody = await openRole(app, await makeRole(app, 'Nobody'))
  for (const page of ['/admin/applications', await urlOf('Robot'), '/admin/applications/new']) expect((await nobody.open(page)).status).toBe(403)
})
