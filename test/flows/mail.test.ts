// The page that shows what would have been sent, and where it does not exist.
import { startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { eventually } from '../support/servers.js'

const apps: TestApp[] = []
afterEach(async () => { await Promise.all(apps.splice(0).map((app) => app.stop())) })

async function started(env: Record<string, string> = {}): Promise<TestApp> {
  const app = await startApp({ env })
  apps.push(app)
  return app
}

test('on this machine without a mail server, mail is shown instead of sent', async () => {
  const { app, database, origin } = await started()
  await app.mail.queue(database, { to: 'jane@example.com', template: 'reset-password', model: { userName: 'jane', link: '/reset-password/a-token', minutes: 30 } })
  const browser = new Browser(origin)
  await eventually(async () => (await browser.open('/dev/mail')).html.includes('Choose a new password for Test Corp'))
  const [, path] = /href="(\/dev\/mail\/[^"]+)"/.exec(browser.page.html)!
  await browser.open(path!)
  expect(browser.page.html).toContain(`<a href="${origin}/reset-password/a-token">`)
  const looks = await browser.open(`${path}/html`)
  expect(looks.headers.get('content-security-policy')).toMatch(/default-src 'none'; style-src 'sha256-[^']+'; sandbox/)
  expect(looks.html).toContain(`href="${origin}/reset-password/a-token"`)
  expect((await browser.open('/dev/mail/3f0c7c1e-9a55-4e0e-9c38-2f1f52d7c0aa')).status).toBe(404)
  expect((await browser.open('/dev/mail/..%2fdatabase')).status).toBe(404)
})

test.each([
  ['with a mail server', { SMTP_URL: 'smtp://localhost:1' }],
  ['under a public address', { PUBLIC_URL: 'https://login.example.com' }],
])('%s nobody can read mail', async (_, env) => {
  const { origin } = await started(env)
  expect((await new Browser(origin).open('/dev/mail')).status).toBe(404)
})
