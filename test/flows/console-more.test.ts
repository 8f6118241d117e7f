// The rest of the console: who may do what, the account's events and settings, and switching roles.
import { letterTo } from '../support/mails.js'
import { Accounts, AccountPasswordPolicies } from '../../src/domain/accounts/index.js'
import { startApp, type TestApp } from '../support/app.js'
import { documentOf, makeRole, makeUser, openRoot, openSession, openUser, givePassword } from '../support/console.js'
import { Browser } from '../support/browser.js'

let app: TestApp
let root: Browser
beforeAll(async () => {
  app = await startApp()
  root = await openRoot(app)
})
afterAll(() => app.stop())

const accountId = '111122223333'
const allow = (...Action: string[]) => ({ Sid: 'Given', Effect: 'Allow', Action, Resource: '*' })

describe('who may do what', () => {
  const ask = (fields: Record<string, string>) => root.open(`/console/simulate?${new URLSearchParams(fields).toString()}`)

  test('names the statement that decides', async () => {
    await makeUser(app, 'asked', [allow('iam:List*'), { Sid: 'NotThis', Effect: 'Deny', Action: 'iam:ListRoles', Resource: '*' }])
    const { html } = await ask({ kind: 'user', name: 'asked', actions: 'iam:ListUsers\niam:ListRoles\niam:CreateUser', resources: '*' })
    expect(html).toContain('A statement allows it. It is statement 1 (“Given”) of <span class="long">inline policy own of user asked</span>')
    expect(html).toContain('a deny wins over everything. It is statement 2 (“NotThis”)')
    expect(html).toContain('Nothing allows it: no policy does.')
  })

  test('takes circumstances, and says which are missing', async () => {
    await makeUser(app, 'with-mfa', [{ ...allow('iam:ListUsers'), Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }])
    const question = { kind: 'user', name: 'with-mfa', actions: 'iam:ListUsers', resources: '*' }
    expect((await ask(question)).html).toContain('<code>aws:MultiFactorAuthPresent</code>')
    expect((await ask({ ...question, context: 'aws:MultiFactorAuthPresent = true' })).html).toContain('A statement allows it.')
  })

  test('says what is wrong with a question', async () => {
    const faulty: Record<string, string>[] = [{ name: 'nobody', actions: 'iam:ListUsers' }, { name: 'asked', actions: 'nonsense' }, { name: 'asked', actions: 'iam:ListUsers', context: 'nonsense' }, { name: 'asked', actions: Array.from({ length: 101 }, (_, at) => `a:b${at}`).join('\n') }]
    for (const fields of faulty) expect((await ask({ kind: 'user', ...fields })).status).toBe(422)
    const bare = await openUser(app, await makeUser(app, 'bare'))
    expect((await bare.open('/console/simulate?kind=user&name=asked&actions=iam:ListUsers')).status).toBe(403)
  })
})

test('events of the account are listed and searched, by what was done and by whom, and are nobody else’s', async () => {
  await root.open('/console/users/new')
  await root.submit({ UserName: 'eventful' })
  const browser = await openUser(app, await makeUser(app, 'watcher', [allow('cloudtrail:LookupEvents')]))
  expect((await browser.open('/console/events')).html).not.toContain('CreateUser')
  expect((await browser.open('/console/events?show=all&q=createuser')).html).toContain('arn:aws:iam::111122223333:root')
  expect((await browser.open('/console/events?show=all&q=:ROOT')).html).toContain('CreateUser')
  expect((await browser.open('/console/events?show=all&q=nothing+like+it')).html).toContain('Nothing found')
  expect((await browser.open('/console/events?show=all&before=1')).html).toContain('Nothing yet')
  await givePassword(app, 'root:444455556666')
  const other = await openSession(app, { kind: 'root', principal: 'root:444455556666', label: 'Root user', arn: 'arn:aws:iam::444455556666:root', accountId: '444455556666' })
  expect((await other.open('/console/events?show=all')).html).not.toContain('CreateUser')
})

test('events say what they were about, have their whole record, and tell a sign-in that failed from one that did not', async () => {
  await root.open('/console/groups/new')
  await root.submit({ GroupName: 'Noted' })
  expect((await root.open('/console/events?show=all&q=creategroup')).html).toMatch(/CreateGroup[^]*event-what">Noted<[^]*&quot;groupName&quot;: &quot;Noted&quot;/)
  await givePassword(app, `iam:${(await makeUser(app, 'mistaken')).id}`)
  const stranger = new Browser(app.origin)
  await stranger.open(`/console/sign-in/user?account=${accountId}`)
  await stranger.submit({ userName: 'mistaken' })
  await stranger.submit({ password: 'certainly not it' })
  expect((await root.open('/console/events?q=consolelogin')).html).toContain('ConsoleLogin, refused')
})

test('a form that names what is not there comes again, and says so', async () => {
  await root.open('/console/groups/new')
  await root.submit({ GroupName: 'Lonely' })
  expect(root.page.html).toContain('The group is made.')
  const answer = await root.submit({ UserName: 'nobody-at-all', change: 'AddUserToGroup' }, '/console/groups/Lonely')
  expect(answer.status).toBe(404)
  expect(answer.html).toContain('There is no user named nobody-at-all.')
  expect(answer.html).toContain('Users in it')
})

test('every page leads to the places that are open, and marks the one it is', async () => {
  const browser = await openUser(app, await makeUser(app, 'walker', [allow('iam:ListUsers', 'iam:ListRoles')]))
  const { html } = await browser.open('/console/users')
  expect(html).toContain('<a href="/console/users" aria-current="page">Users</a>')
  expect(html).toContain('<a href="/console/roles">Roles</a>')
  expect(html).not.toContain('/console/groups')
})

describe('settings', () => {
  test('an account without rules of its own is shown the usual ones', async () => {
    const { html } = await root.open('/console/settings')
    expect(html).toMatch(/name="MinimumPasswordLength"[^>]*value="8"/)
    expect(html).toContain('name="RequireSymbols" checked')
  })

  test('the alias is changed, and removed', async () => {
    await root.open('/console/settings')
    expect((await root.submit({ AccountAlias: 'Not An Alias' }, '/console/settings/alias')).status).toBe(422)
    await root.submit({ AccountAlias: 'other-alias' }, '/console/settings/alias')
    expect(root.page.html).toContain('The alias is saved.')
    expect(await new Accounts(app.database).get(accountId)).toMatchObject({ alias: 'other-alias' })
    await root.submit({ change: 'DeleteAccountAlias', AccountAlias: 'other-alias' }, '/console/settings/alias')
    expect(await new Accounts(app.database).get(accountId)).toMatchObject({ alias: undefined })
  })

  test('the rules for passwords are set as a whole', async () => {
    await root.open('/console/settings')
    expect((await root.submit({ MinimumPasswordLength: '3', RequireNumbers: 'on' }, '/console/settings/passwords')).status).toBe(422)
    await root.submit({ MinimumPasswordLength: '14', RequireNumbers: 'on', AllowUsersToChangePassword: 'on', PasswordReusePrevention: '5' }, '/console/settings/passwords')
    expect(await new AccountPasswordPolicies(app.database).find(accountId)).toMatchObject({ minimumLength: 14, requireNumbers: true, requireSymbols: false, allowUsersToChange: true, reusePrevention: 5 })
    await root.submit({ change: 'DeleteAccountPasswordPolicy' }, '/console/settings/passwords')
    expect(await new AccountPasswordPolicies(app.database).find(accountId)).toBeUndefined()
  })

  test('the root address is changed by a code that was mailed to the new one, and to no other', async () => {
    await root.open('/console/settings/email')
    expect((await root.submit({ email: 'nonsense' })).status).toBe(422)
    await root.submit({ email: 'new-root@example.com' })
    const code = await codeTo('new-root@example.com', 1)
    expect((await root.submit({ code: code === '000000' ? '111111' : '000000' })).status).toBe(422)
    const elsewhere = await root.post('/console/settings/email/code', { csrf: csrfOn(root), id: /name="id" value="([^"]+)"/.exec(root.page.html)![1]!, email: 'thief@example.com', code })
    expect(elsewhere.status).toBe(422)
    await root.open('/console/settings/email')
    await root.submit({ email: 'new-root@example.com' })
    await root.submit({ code: await codeTo('new-root@example.com', 2) })
    expect(root.page.html).toContain('The root user has its new address.')
    expect(await new Accounts(app.database).get(accountId)).toMatchObject({ email: 'new-root@example.com' })
  })

  test('an account is closed by whoever types its id, and everybody in it is out; the management account is not', async () => {
    expect((await root.open('/console/settings/close')).status).toBe(403)
    await givePassword(app, 'root:444455556666')
    const owner = await openSession(app, { kind: 'root', principal: 'root:444455556666', label: 'Root user', arn: 'arn:aws:iam::444455556666:root', accountId: '444455556666' })
    await owner.open('/console/settings/close')
    expect((await owner.submit({ confirmation: accountId })).status).toBe(422)
    expect((await owner.submit({ confirmation: '4444-5555-6666' })).url).toContain('/console/sign-in')
    expect(await new Accounts(app.database).find('444455556666')).toBeUndefined()
  })

  test('are shown to readers without any button, and to nobody else', async () => {
    const reader = await openUser(app, await makeUser(app, 'settings-reader', [allow('iam:Get*', 'iam:List*')]))
    const { html } = await reader.open('/console/settings')
    expect(html.slice(html.indexOf('<main'))).not.toContain('<form')
    const bare = await openUser(app, await makeUser(app, 'settings-bare'))
    expect((await bare.open('/console/settings')).status).toBe(403)
  })
})

describe('switching roles', () => {
  const switchTo = async (browser: Browser, roleName: string, account = accountId) => {
    await browser.open(`/console/switch-role?account=${account}&roleName=${roleName}`)
    return browser.submit({ account, roleName })
  }

  test('opens the role beside the user, with its rights, no longer than the user’s own session', async () => {
    const user = await makeUser(app, 'switcher', [allow('sts:AssumeRole')])
    await makeRole(app, 'Reader', ['ReadOnlyAccess'])
    const browser = await openUser(app, user, { expiresAt: Date.now() + 20 * 60_000 })
    await switchTo(browser, 'Reader', '1111-2222-3333')
    expect(browser.page.html).toContain('assumed-role/Reader/switcher')
    expect(browser.page.html).toContain('/console/users')
    expect(browser.page.html).toContain('2 sessions')
    const until = Date.parse(/data-until="([^"]+)"/.exec(browser.page.html)![1]!)
    expect(until).toBeLessThanOrEqual(Date.now() + 20 * 60_000)
    const names = (await app.app.trail.list({ accountId })).map(({ event }) => event.eventName)
    expect(names).toEqual(expect.arrayContaining(['AssumeRole', 'SwitchRole']))
  })

  test('is refused in the same words whether there is no such role or one is not let', async () => {
    const user = await makeUser(app, 'not-let')
    await makeRole(app, 'Closed')
    const browser = await openUser(app, user)
    const answers = [await switchTo(browser, 'Closed'), await switchTo(browser, 'Missing'), await switchTo(browser, 'Closed', '999988887777'), await switchTo(browser, 'Closed', 'no-such-alias')]
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422])
    expect(new Set(answers.map(({ html }) => /id="problem">([^<]+)</.exec(html)![1]))).toHaveProperty('size', 1)
  })

  test('asks for the second step where the role’s trust does', async () => {
    const user = await makeUser(app, 'careful', [allow('sts:AssumeRole')])
    const role = await makeRole(app, 'Guarded')
    await app.database.query('update iam_entities set trust_policy = $2 where id = $1', [role.id, documentOf({ Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })])
    expect((await switchTo(await openUser(app, user), 'Guarded')).status).toBe(422)
    expect((await switchTo(await openUser(app, user, { mfaAt: Date.now() }), 'Guarded')).html).toContain('assumed-role/Guarded/careful')
  })

  test('a link fills in the form and switches nothing; a root user is not offered it', async () => {
    expect((await root.open('/console/switch-role?account=111122223333&roleName=Reader')).html).toContain('cannot work as a role')
    expect((await root.post('/console/switch-role', { csrf: csrfOn(root), account: accountId, roleName: 'Reader' })).status).toBe(422)
  })
})

const csrfOn = ({ page }: Browser): string => /name="csrf" value="([^"]+)"/.exec(page.html)![1]!

const codeTo = async (address: string, count: number): Promise<string> => /\b(\d{6})\b/.exec((await letterTo(app, address, /./, count)).text)![1]!
