// An empty installation: one link, one administrator, whoever comes first.
import { password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'

let home: TestApp
beforeAll(async () => { home = await startApp({ organization: '' }) }, 60_000)
afterAll(async () => { await home?.stop() })

const first = { organizationName: 'Acme', accountName: 'Management', accountId: '1111-2222-3333', accountEmail: 'root@acme.example', givenName: 'Ada', familyName: 'Byron', email: 'ada@acme.example', password, repeated: password }

test('the set-up link makes the first administrator once, and keeps what was typed until then', async () => {
  expect(await new Browser(home.origin).open('/start/')).toMatchObject({ status: 503, html: expect.stringContaining('set-up link') })
  const link = `/setup/${await home.app.setUp.invite()}`
  const [ada, eve] = [new Browser(home.origin), new Browser(home.origin)]
  await Promise.all([ada.open(link), eve.open(link)])
  const refused = await ada.submit({ ...first, userName: 'ada', password: 'short' })
  expect(refused).toMatchObject({ status: 422, html: expect.stringContaining('value="root@acme.example"') })
  expect(refused.html).not.toContain('short"')
  expect(await ada.submit({ ...first, userName: 'ada' })).toMatchObject({ status: 200, html: expect.stringContaining('Acme is set up') })
  expect((await eve.submit({ ...first, userName: 'eve' })).status).toBe(410)
  expect((await eve.open(link)).status).toBe(410)
  const portal = await ada.signIn('ada', password)
  expect(portal.html).toContain('1111-2222-3333')
  expect(portal.html).toContain('AdministratorAccess')
  expect((await eve.signIn('eve', password)).status).toBe(401)
})

test('pages answer odd questions with a page, never with a failure', async () => {
  const ada = new Browser(home.origin)
  await ada.signIn('ada', password)
  const csrf = /name="csrf" value="([^"]+)"/.exec((await ada.open('/start/')).html)![1]!
  const post = async (path: string, fields: Record<string, string>): Promise<[string, number]> => [path, (await ada.post(path, { csrf, ...fields })).status]
  const get = async (path: string): Promise<[string, number]> => [path, (await ada.open(path)).status]
  const role = 'account_id=111122223333&role_name=AdministratorAccess'
  expect([
    await get('/start/access-keys'), await get('/start/access-keys?account_id=999999999999&role_name=A'), await get('/start/access-keys?account_id=111122223333&role_name=Nobody'),
    await get(`/start/access-keys?${role}&account_id=2`), await get('/start/access-keys?role_name=%00'),
    await get('/start/console?account_id=abc'), await get('/start/console?account_id=111122223333&role_name=Nobody'), await get(`/start/console?${role}&destination=${'a'.repeat(2001)}`),
    await get('/start/?page=-1&q=%ff'), await get('/start/signed-in?error=x'), await get('/consent/x'), await get('/signin/x/password'), await get('/setup/x'),
    await post('/start/console', {}), await post('/start/favourites', { add: 'x' }), await post('/start/favourites', { add: '999999999999/A' }),
    await post('/start/security/sessions', { end: 'nobody' }), await post('/console/switch', { session: 'x' }), await post('/start/favourites', { csrf: 'stale', add: '111122223333/AdministratorAccess' }),
  ]).toEqual([
    ['/start/access-keys', 403], ['/start/access-keys?account_id=999999999999&role_name=A', 403], ['/start/access-keys?account_id=111122223333&role_name=Nobody', 403],
    [`/start/access-keys?${role}&account_id=2`, 400], ['/start/access-keys?role_name=%00', 400],
    ['/start/console?account_id=abc', 403], ['/start/console?account_id=111122223333&role_name=Nobody', 403], [`/start/console?${role}&destination=${'a'.repeat(2001)}`, 413],
    ['/start/?page=-1&q=%ff', 200], ['/start/signed-in?error=x', 401], ['/consent/x', 410], ['/signin/x/password', 410], ['/setup/x', 410],
    ['/start/console', 403], ['/start/favourites', 400], ['/start/favourites', 403],
    ['/start/security/sessions', 200], ['/console/switch', 200], ['/start/favourites', 403],
  ])
})

test('a page of the portal cannot be loaded into a foreign one', async () => {
  const ada = new Browser(home.origin, { 'sec-fetch-site': 'same-site', 'sec-fetch-dest': 'image' })
  expect((await ada.open('/start/access-keys?account_id=111122223333&role_name=AdministratorAccess')).status).toBe(403)
})
