// The main job in a browser without scripts: sign in, see what is yours, leave with credentials.
import { STSClient, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'

let home: TestApp
beforeAll(async () => { home = await startApp() })
afterAll(async () => { await home?.stop() })

const browser = (): Browser => new Browser(home.origin)

test('a person signs in and sees their accounts and permission sets', async () => {
  const page = await browser().signIn('jane', password)
  expect(page.url).toBe(`${home.origin}/start/`)
  expect(page.html).toContain('Management')
  expect(page.html).toContain('1111-2222-3333')
  expect(page.html).toContain('AdministratorAccess')
})

test('the credentials that the portal shows answer to get-caller-identity', async () => {
  const jane = browser()
  await jane.signIn('jane', password)
  const { html } = await jane.open('/start/access-keys?account_id=444455556666&role_name=ReadOnly')
  const value = (id: string): string => new RegExp(`id="${id}"[^>]*>(?:<[^>]+>)*([^<]+)`).exec(html)![1]!.replaceAll('&#x3D;', '=').replaceAll('&#x2B;', '+')
  const sts = new STSClient({ region: 'eu-west-1', endpoint: home.origin, credentials: { accessKeyId: value('v-id'), secretAccessKey: value('v-secret'), sessionToken: value('v-token') } })
  const identity = await sts.send(new GetCallerIdentityCommand({}))
  expect(identity.Account).toBe('444455556666')
  expect(identity.Arn).toMatch(/^arn:aws:sts::444455556666:assumed-role\/AWSReservedSSO_ReadOnly_[0-9a-f]{16}\/jane$/)
})

test('a wrong password, an unknown person and a disabled one get the same page', async () => {
  const answers = await Promise.all(['jane', 'nobody-here', 'gone'].map(async (name) => {
    const page = await browser().signIn(name, 'Not-the-password-1')
    return { status: page.status, html: page.html.replaceAll(name, 'NAME').replaceAll(/signin\/[\w-]+/g, 'signin/X').replaceAll(/name="csrf" value="[^"]+"/g, 'csrf') }
  }))
  expect(answers[0]!.status).toBe(401)
  expect(answers[1]).toEqual(answers[0])
  expect(answers[2]).toEqual(answers[0])
})

test('a one-time password must be replaced before anything else', async () => {
  const nora = browser()
  await nora.signIn('nora', 'Only-once-42')
  expect(nora.page.url).toContain('/new-password')
  const short = await nora.submit({ password: 'short', repeated: 'short' })
  expect(short.status).toBe(422)
  const done = await nora.submit({ password: 'A-better-one-77', repeated: 'A-better-one-77' })
  expect(done.url).toBe(`${home.origin}/start/`)
  const again = await browser().signIn('nora', 'Only-once-42')
  expect(again.status).toBe(401)
})

test('a link to a role keeps its destination across the sign-in', async () => {
  const jane = browser()
  const page = await jane.signIn('jane', password, '/start/console?account_id=444455556666&role_name=ReadOnly&destination=https%3A%2F%2Fconsole.example.com%2Fs3')
  expect(page.url).toBe(`${home.origin}/console`)
  expect(page.html).toContain('https://console.example.com/s3')
  expect(page.html).toContain('arn:aws:sts::444455556666:assumed-role/AWSReservedSSO_ReadOnly_')
})

test('signing out ends the portal session on the server', async () => {
  const jane = browser()
  await jane.signIn('jane', password)
  const kept = [...jane.cookies]
  const page = await jane.submit({}, '/start/sign-out')
  expect(page.url).toBe(`${home.origin}/start/signed-out`)
  jane.cookies.splice(0, jane.cookies.length, ...kept)
  expect((await jane.open('/start/')).url).toContain('/signin/')
})

test('a person ends a session in another browser', async () => {
  const [here, there] = [browser(), browser()]
  await here.signIn('sam', password)
  await there.signIn('sam', password)
  await here.open('/start/security')
  const others = await here.submit({ end: 'others' }, '/start/security/sessions')
  expect(others.html).toContain('All other sessions were ended.')
  expect((await there.open('/start/')).url).toContain('/signin/')
  expect((await here.open('/start/')).url).toBe(`${home.origin}/start/`)
})
