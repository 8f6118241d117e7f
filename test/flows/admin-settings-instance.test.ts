// What only the APIs and the organization file knew of: the instance, attributes for access control, trusted token issuers.
import { exportOrganization, readSnapshot } from '../../src/domain/organization/index.js'
import { startApp, type TestApp } from '../support/app.js'
import type { Browser } from '../support/browser.js'
import { makeRole, makeUser, openRole, openRoot, openUser } from '../support/console.js'

let app: TestApp
let root: Browser
let reader: Browser
beforeAll(async () => {
  app = await startApp()
  root = await openRoot(app)
  reader = await openUser(app, await makeUser(app, 'reader', [{ Effect: 'Allow', Action: ['sso:List*', 'sso:Describe*', 'gatehouse:GetSettings'], Resource: '*' }]))
}, 180_000)
afterAll(() => app?.stop())

const instance = '/admin/settings/instance'
const issuers = '/admin/settings/issuers'
const send = async (browser: Browser, url: string, fields: Record<string, string>) => {
  const { html } = await browser.open(url)
  return browser.post(url, { csrf: /name="csrf" value="([^"]+)"/.exec(html)![1]!, ...fields })
}
const exported = async (): Promise<string> => exportOrganization(await readSnapshot(app.database, app.app.hashes))
const lastEvent = async (name: string): Promise<Record<string, unknown>> =>
  (await app.database.query<{ event: Record<string, unknown> }>('select event from audit_events where event_name = $1 order by position desc limit 1', [name]))[0]!.event

test('the instance has a name and tags, each change an event', async () => {
  expect((await root.open(instance)).html).toContain('d-0123456789')
  expect((await send(root, instance, { change: 'rename', Name: 'corp' })).html).toContain('Saved.')
  expect(root.page.html).toContain('value="corp"')
  expect((await send(root, instance, { change: 'tag', Key: 'team', Value: 'identity' })).html).toContain('The tag is set.')
  expect(await exported()).toMatch(/instance:\s+name: corp\s+tags:\s+team: identity/)
  expect(await lastEvent('UpdateInstance')).toMatchObject({ requestParameters: { name: 'corp' } })
  const faulty = await send(root, instance, { change: 'rename', Name: 'not a name' })
  expect([faulty.status, faulty.html.includes('id="Name-fault"'), faulty.html.includes('value="not a name"')]).toEqual([422, true, true])
  expect((await send(root, instance, { change: 'tag', Key: '', Value: 'x' })).html).toContain('id="Key-fault"')
  await send(root, instance, { change: 'untag', Key: 'team' })
  await send(root, instance, { change: 'rename', Name: '' })
  expect(await exported()).not.toContain('corp')
})

test('attributes for access control begin with the first, are replaced by key, and stop', async () => {
  expect((await root.open(instance)).html).toContain('Not in use.')
  const put = (AttributeKey: string, AttributeSource: string) => send(root, instance, { change: 'put-attribute', AttributeKey, AttributeSource })
  const unknown = await put('size', 'shoeSize')
  expect([unknown.status, unknown.html.includes('id="AttributeSource-fault"'), unknown.html.includes('value="shoeSize"')]).toEqual([422, true, true])
  const faulty = await put('a;b', 'userName')
  expect([faulty.status, faulty.html.includes('id="AttributeKey-fault"')]).toEqual([422, true])
  expect((await root.open(instance)).html).toContain('Not in use.')
  expect((await put('department', 'enterprise.department')).html).toContain('Sessions that begin from now on have it.')
  await put('Department', '${path:enterprise.division}')
  await put('mail', 'emails[primary eq true].value')
  expect(await exported()).toMatch(/accessControlAttributes:\s+Department: \$\{path:enterprise\.division\}\s+mail:/)
  await send(root, instance, { change: 'remove-attribute', AttributeKey: 'mail' })
  await send(root, instance, { change: 'remove-attribute', AttributeKey: 'Department' })
  expect((await root.open(instance)).html).toContain('In use, with no attribute.')
  await root.open(`${instance}?change=no-attributes`)
  expect((await root.submit({ change: 'no-attributes' }, instance)).html).toContain('None are in use any more.')
  expect(await lastEvent('DeleteInstanceAccessControlAttributeConfiguration')).not.toHaveProperty('errorCode')
})

test('a trusted token issuer is made, changed, and deleted', async () => {
  expect((await root.open(issuers)).html).toContain('None.')
  const given = { change: 'save', Name: 'pipelines', IssuerUrl: 'https://issuer.example.com', ClaimAttributePath: 'email', IdentityStoreAttributePath: 'emails.value' }
  const faulty = await send(root, `${issuers}/new`, { ...given, IssuerUrl: 'http://issuer.example.com', ClaimAttributePath: '1', Name: '' })
  expect(faulty.status).toBe(422)
  for (const name of ['IssuerUrl', 'ClaimAttributePath', 'Name']) expect([name, faulty.html.includes(`id="${name}-fault"`)]).toEqual([name, true])
  expect(faulty.html).toContain('value="http://issuer.example.com"')
  const made = await send(root, `${issuers}/new`, given)
  expect(made.html).toContain('It is trusted from now on')
  const [url] = made.url.split('?')
  expect((await send(root, `${issuers}/new`, given)).html).toContain('is taken')
  await root.open(url!)
  expect((await root.submit({ change: 'save', ClaimAttributePath: 'sub', IdentityStoreAttributePath: 'userName' }, new URL(url!).pathname)).html).toContain('Saved.')
  expect((await send(root, url!, { change: 'tag', Key: 'team', Value: 'build' })).html).toContain('The tag is set.')
  expect(await exported()).toMatch(/trustedTokenIssuers:\s+- name: pipelines\s+issuerUrl: https:\/\/issuer\.example\.com\s+claim: sub\s+attribute: userName\s+tags:\s+team: build/)
  expect((await root.open(issuers)).html).toContain('pipelines')
  expect((await reader.open(url!)).html).not.toMatch(/name="change"|change=/)
  expect((await send(reader, url!, { ...given, Name: 'mine' })).status).toBe(403)
  expect((await reader.open(`${url}?change=delete`)).status).toBe(403)
  await root.open(`${url}?change=delete`)
  expect((await root.submit({ change: 'delete' }, new URL(url!).pathname)).html).toContain('It is not trusted any more.')
  expect((await root.open(url!)).status).toBe(404)
  expect(await lastEvent('DeleteTrustedTokenIssuer')).toMatchObject({ additionalEventData: { before: { name: 'pipelines' } } })
})

test('who may only read sees all of it and no button, and does nothing', async () => {
  for (const url of [instance, issuers]) expect([url, (await reader.open(url)).status, /name="change"|change=|\/new"/.test(reader.page.html)]).toEqual([url, 200, false])
  expect((await reader.open('/admin/settings')).html).toContain(instance)
  const tries: Record<string, string>[] = [{ change: 'rename', Name: 'x' }, { change: 'tag', Key: 'a', Value: 'b' }, { change: 'put-attribute', AttributeKey: 'a', AttributeSource: 'userName' }]
  for (const fields of tries) expect([fields, (await send(reader, instance, fields)).status]).toEqual([fields, 403])
  expect((await reader.open(`${issuers}/new`)).status).toBe(403)
  expect((await reader.open(`${instance}?change=no-attributes`)).status).toBe(403)
})

test('who may read the settings and nothing of the instance sees no tab of it', async () => {
  const desk = await openUser(app, await makeUser(app, 'desk', [{ Effect: 'Allow', Action: 'gatehouse:GetSettings', Resource: '*' }]))
  expect((await desk.open('/admin/settings')).html).not.toContain(instance)
  const nobody = await openRole(app, await makeRole(app, 'Nobody'))
  for (const url of [instance, issuers, `${issuers}/new`, `${issuers}/tti-00000000-0000-4000-8000-000000000000`]) {
    expect([url, (await desk.open(url)).status, (await nobody.open(url)).status]).toEqual([url, 403, 403])
  }
})
