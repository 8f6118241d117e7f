// Provisioning tokens in the administration: shown once, ended for good, and made by those who may.
import { startApp, type TestApp } from '../support/app.js'
import { makeUser, openRoot, openUser } from '../support/console.js'
import type { Browser } from '../support/browser.js'
import { scimClient } from '../support/scim.js'

let app: TestApp
let root: Browser
beforeAll(async () => {
  app = await startApp()
  root = await openRoot(app)
}, 180_000)
afterAll(() => app.stop())

const url = '/admin/provisioning'
const made = (html: string): string | undefined => /id="token-once">([^<]+)</.exec(html)?.[1]
const post = async (browser: Browser, fields: Record<string, string>) => browser.post(url, { csrf: /name="csrf" value="([^"]+)"/.exec((await browser.open(url)).html)![1]!, ...fields })
const create = (browser: Browser, TokenName: string, more: Record<string, string> = {}) => post(browser, { change: 'create', TokenName, Days: '90', ...more })
const lastEvent = async (name: string) => (await app.database.query<{ event: object }>('select event from audit_events where event_name = $1 order by position desc limit 1', [name]))[0]?.event

test('a token is made, shown once, used, and ended', async () => {
  expect((await root.open(url)).html).toContain(`${app.origin}/scim/v2`)
  const token = made((await create(root, 'Okta')).html)!
  expect(token).toMatch(/^gwp_/)
  expect(JSON.stringify(await lastEvent('CreateProvisioningToken'))).not.toContain(token)
  expect(await lastEvent('CreateProvisioningToken')).toMatchObject({ requestParameters: { tokenName: 'Okta', days: 90 } })
  const client = scimClient(app.origin, token)
  expect((await client.send('GET', '/Users')).status).toBe(200)
  const { html } = await root.open(url)
  expect(html).not.toContain(token)
  expect(html).toContain('last used')
  const end = /href="(\/admin\/provisioning\?end=[^"]+)"/.exec(html)![1]!.replaceAll('&amp;', '&')
  const asked = await root.open(end)
  expect(asked.html).toMatch(/End this token\?[^]*Okta/)
  expect((await root.open('/admin/provisioning?end=pvt-0000000000000000')).status).toBe(404)
  expect((await post(root, { change: 'end', TokenId: new URL(end, app.origin).searchParams.get('end')! })).html).toContain('Ended. Nobody gets anything')
  expect((await client.send('GET', '/Users')).status).toBe(401)
  expect(await lastEvent('DeleteProvisioningToken')).toMatchObject({ additionalEventData: { before: { tokenName: 'Okta' } } })
})

test('what is wrong with a new one stands at the field', async () => {
  expect(await create(root, '')).toMatchObject({ status: 422, html: expect.stringContaining('id="TokenName-fault"') })
  expect((await create(root, 'x'.repeat(101))).status).toBe(422)
  for (const Days of ['0', '366', 'x', '']) expect((await create(root, 'Lasting', { Days })).status).toBe(422)
  expect(made((await create(root, 'One')).html)).toBeDefined()
  expect(await create(root, 'ONE')).toMatchObject({ status: 409, html: expect.stringContaining('Another token has that name.') })
  expect(made((await create(root, 'Two', { MayManageAdministrators: 'on' })).html)).toBeDefined()
  const { html } = await root.open(url)
  expect(html).toContain('may manage administrators')
  expect(html).not.toContain('Make token')
  expect((await create(root, 'Three')).status).toBe(409)
  expect((await post(root, { change: 'end', TokenId: 'pvt-nothing' })).status).toBe(404)
})

test('those who may only read see no buttons, and may make nothing', async () => {
  await app.database.query('delete from provisioning_tokens')
  const reader = await openUser(app, await makeUser(app, 'reader', [{ Effect: 'Allow', Action: 'gatehouse:ListProvisioningTokens', Resource: '*' }]))
  expect((await reader.open(url)).html).not.toContain('Make token')
  expect((await create(reader, 'Mine')).status).toBe(403)
  const careful = await openUser(app, await makeUser(app, 'careful', [
    { Effect: 'Allow', Action: ['gatehouse:ListProvisioningTokens', 'gatehouse:CreateProvisioningToken'], Resource: '*' },
    { Effect: 'Deny', Action: 'gatehouse:CreateProvisioningToken', Resource: '*', Condition: { StringEquals: { 'gatehouse:MayManageAdministrators': 'true' } } },
  ]))
  expect((await create(careful, 'Mine', { MayManageAdministrators: 'on' })).status).toBe(403)
  expect(made((await create(careful, 'Mine')).html)).toBeDefined()
  const stranger = await openUser(app, await makeUser(app, 'stranger', [{ Effect: 'Allow', Action: 'identitystore:*', Resource: '*' }]))
  expect((await stranger.open(url)).status).toBe(403)
})
