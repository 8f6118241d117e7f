// What is looked after in the console: users, groups, roles, policies and identity providers, by forms without scripts.
import { CustomerPolicies, IamUsers } from '../../src/domain/accounts/index.js'
import { Passwords, iamUserPrincipal } from '../../src/domain/authentication/index.js'
import { startApp, type TestApp } from '../support/app.js'
import type { Browser } from '../support/browser.js'
import { documentOf, keysOf, makeUser, openRoot, openUser } from '../support/console.js'
import { metadataOf, signerOf } from '../support/saml.js'

let app: TestApp
let root: Browser
beforeAll(async () => {
  app = await startApp()
  root = await openRoot(app)
})
afterAll(() => app.stop())

const accountId = '111122223333'
const allow = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: '*' })
const ready = '/console/users/robin'

/** Sends one of the forms of a page, by the change that it asks for. */
const change = async (browser: Browser, page: string, name: string, fields: Record<string, string> = {}) => {
  await browser.open(page)
  return browser.submit({ change: name, ...fields }, page)
}

const events = async (eventName: string) => (await app.app.trail.list({ accountId, eventName })).map(({ event }) => event)

test('users are made, searched, renamed and deleted', async () => {
  await root.open('/console/users/new')
  await root.submit({ UserName: 'robin' })
  expect(root.page.url).toBe(`${app.origin}${ready}?done=CreateUser`)
  expect(root.page.html).toContain('The user is made.')
  expect(root.page.html).toContain(`arn:aws:iam::${accountId}:user/robin`)
  expect((await root.open('/console/users?q=ROB')).html).toContain('robin')
  expect((await root.open('/console/users?q=nobody')).html).toContain('Nothing found')
  await root.open('/console/users/new')
  expect((await root.submit({ UserName: 'ROBIN' })).status).toBe(409)
  expect((await root.submit({ UserName: 'no spaces' })).status).toBe(422)
  expect(root.page.html).toContain('This must be letters, digits')
  expect(root.page.html).toContain('value="no spaces"')
  await change(root, ready, 'UpdateUser', { NewUserName: 'robina' })
  expect(root.page.html).toContain('The user has its new name.')
  await change(root, '/console/users/robina', 'UpdateUser', { NewUserName: 'robin' })
  expect((await events('CreateUser')).at(-1)).toMatchObject({ userIdentity: { type: 'Root' }, requestParameters: { userName: 'robin' } })
})

test('a user gets a password that must be replaced, another one, and none', async () => {
  const user = await new IamUsers(app.database).get(accountId, 'robin')
  const passwords = new Passwords(app.database, app.app.hashes)
  await root.open(`${ready}/password`)
  expect((await root.submit({ Password: 'short' })).status).toBe(422)
  expect(root.page.html).not.toContain('value="short"')
  await root.submit({ Password: 'Correct-horse-9', PasswordResetRequired: 'on' })
  expect(root.page.html).toContain('has to be replaced')
  expect(await passwords.findProfile(iamUserPrincipal(user.id))).toMatchObject({ oneTime: true })
  await root.open(`${ready}?change=DeleteLoginProfile`)
  expect(root.page.html).toContain('signed out everywhere')
  await root.submit({ change: 'DeleteLoginProfile' }, ready)
  expect(await passwords.findProfile(iamUserPrincipal(user.id))).toBeUndefined()
})

test('an access key is shown once, saved as a file, turned off and deleted', async () => {
  await root.open(ready)
  await root.submit({}, `${ready}/keys`)
  const [, id] = /id="key-id">(AKIA\w+)</.exec(root.page.html)!
  const [, secret] = /id="key-secret">([^<]+)</.exec(root.page.html)!
  const file = await root.submit({}, `${ready}/keys`)
  expect(file.headers.get('content-disposition')).toContain(`${id}.csv`)
  expect(file.html).toBe(`Access key ID,Secret access key\r\n${id},${secret}\r\n`)
  expect((await root.open(ready)).html).not.toContain(secret)
  await change(root, ready, 'UpdateAccessKey', { AccessKeyId: id!, Status: 'Inactive' })
  expect(await keysOf(app).find(id!)).toMatchObject({ active: false })
  await root.open(ready)
  await root.submit({}, `${ready}/keys`)
  await root.open(ready)
  expect(root.page.html).not.toContain('Make an access key')
  await root.open(`${ready}?change=DeleteAccessKey&AccessKeyId=${id}`)
  await root.submit({ change: 'DeleteAccessKey' }, ready)
  expect(await keysOf(app).find(id!)).toBeUndefined()
  expect(JSON.stringify(await events('CreateAccessKey'))).not.toContain(secret)
})

test('groups take users in, and policies hang on both', async () => {
  await root.open('/console/groups/new')
  await root.submit({ GroupName: 'Ops' })
  await change(root, '/console/groups/Ops', 'AddUserToGroup', { UserName: 'robin' })
  expect(root.page.html).toContain('The user is in the group.')
  expect((await root.open(ready)).html).toContain('/console/groups/Ops')
  await change(root, '/console/groups/Ops', 'AttachGroupPolicy', { PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })
  expect(root.page.html).toContain('The policy is attached.')
  await root.open('/console/groups/Ops?change=DetachGroupPolicy&PolicyArn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FReadOnlyAccess')
  await root.submit({ change: 'DetachGroupPolicy' }, '/console/groups/Ops')
  expect(root.page.html).toContain('The policy is detached.')
  expect((await change(root, '/console/groups/Ops', 'AddUserToGroup', { UserName: 'nobody' })).status).toBe(404)
})

test('policies of one’s own are written as text, with every fault by its place', async () => {
  await root.open(`${ready}/policy`)
  await root.submit({ PolicyName: 'own', PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Perhaps","Action":"iam:*","Resource":"*"},{"Effect":"Allow","Resource":"*"}]}' })
  expect(root.page.status).toBe(422)
  expect(root.page.html).toContain('Statement[0].Effect')
  expect(root.page.html).toContain('Statement[1]')
  await root.submit({ PolicyName: 'own', PolicyDocument: documentOf(allow('iam:ListUsers')) })
  expect(root.page.url).toBe(`${app.origin}${ready}?done=Policy`)
  await root.open(`${ready}/policy`)
  expect((await root.submit({ PolicyName: 'own', PolicyDocument: documentOf(allow('iam:*')) })).status).toBe(409)
  await root.open(`${ready}/policy?name=own`)
  await root.submit({ PolicyDocument: documentOf(allow('iam:GetUser')) })
  expect((await root.open(`${ready}/policy?name=own`)).html).toContain('iam:GetUser')
})

test('customer policies have versions, of which one counts, and go when nothing uses them', async () => {
  const policies = new CustomerPolicies(app.database)
  await root.open('/console/policies/new')
  await root.submit({ PolicyName: 'Base', Description: 'What all need', PolicyDocument: documentOf(allow('iam:ListUsers')) })
  const arn = `arn:aws:iam::${accountId}:policy/Base`
  const one = `/console/policies/one?arn=${encodeURIComponent(arn)}`
  expect(root.page.url).toContain('arn=')
  await root.open(`/console/policies/one/version?arn=${encodeURIComponent(arn)}`)
  await root.submit({ PolicyDocument: documentOf(allow('iam:ListRoles')), SetAsDefault: 'on' })
  expect(await policies.find(arn)).toMatchObject({ defaultVersion: 2 })
  await root.open(one)
  await root.submit({ change: 'SetDefaultPolicyVersion', VersionId: 'v1' }, one)
  expect(await policies.find(arn)).toMatchObject({ defaultVersion: 1 })
  await root.open(`${one}&change=DeletePolicy`)
  expect((await root.submit({ change: 'DeletePolicy' }, one)).status).toBe(409)
  await root.open(`${one}&change=DeletePolicyVersion&VersionId=v2`)
  await root.submit({ change: 'DeletePolicyVersion' }, one)
  await root.open(`${one}&change=DeletePolicy`)
  await root.submit({ change: 'DeletePolicy' }, one)
  expect(root.page.html).toContain('The policy is deleted.')
  expect(await policies.find(arn)).toBeUndefined()
})

test('the catalogue is read, and nothing in it is changed', async () => {
  const arn = encodeURIComponent('arn:aws:iam::aws:policy/ReadOnlyAccess')
  expect((await root.open('/console/policies/catalogue?q=readonly')).html).toContain('ReadOnlyAccess')
  const { html } = await root.open(`/console/policies/one?arn=${arn}`)
  expect(html).toContain('Statement')
  expect(html).not.toContain('New version')
  expect((await root.open(`/console/policies/one/version?arn=${arn}`)).status).toBe(404)
})

test('roles say whom they trust, and a faulty trust policy is not kept', async () => {
  await root.open('/console/roles/new')
  expect((await root.submit({ RoleName: 'Deploy', AssumeRolePolicyDocument: documentOf({ Effect: 'Allow', Principal: { AWS: 'nobody at all' }, Action: 'sts:AssumeRole' }) })).status).toBe(422)
  expect(root.page.html).toContain('Statement[0].Principal')
  await root.submit({ RoleName: 'Deploy', Description: 'Deploys', AssumeRolePolicyDocument: documentOf({ Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' }) })
  expect(root.page.url).toBe(`${app.origin}/console/roles/Deploy?done=CreateRole`)
  await change(root, '/console/roles/Deploy', 'UpdateRole', { MaxSessionDuration: '14400', Description: 'Deploys more' })
  expect(root.page.html).toContain('up to 4 h')
  await root.open('/console/roles/Deploy/trust')
  await root.submit({ PolicyDocument: documentOf({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:user/robin` }, Action: 'sts:AssumeRole' }) })
  expect(root.page.html).toContain('user/robin')
  await change(root, '/console/roles/Deploy', 'TagRole', { Key: 'team', Value: 'a b' })
  expect(root.page.html).toContain('The tag is set.')
  await change(root, '/console/roles/Deploy', 'PutRolePermissionsBoundary', { PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })
  expect(root.page.html).toContain('The boundary is set.')
  await root.open('/console/roles/Deploy?change=DeleteRole')
  await root.submit({ change: 'DeleteRole' }, '/console/roles/Deploy')
  expect(root.page.html).toContain('The role is deleted.')
})

test('identity providers come and go', async () => {
  await root.open('/console/providers/new-oidc')
  expect((await root.submit({ Url: 'http://insecure.example.com' })).status).toBe(422)
  await root.submit({ Url: 'https://tokens.example.com', ClientIDs: 'one\ntwo' })
  expect(root.page.html).toContain('The provider is made.')
  const one = new URL(root.page.url)
  one.searchParams.delete('done')
  await root.submit({ change: 'AddClientIDToOpenIDConnectProvider', ClientID: 'three' }, one.pathname + one.search)
  expect(root.page.html).toContain('<b class="long">three</b>')
  await root.open('/console/providers/new-saml')
  expect((await root.submit({ Name: 'corp', SAMLMetadataDocument: '<html/>' })).status).toBe(422)
  await root.submit({ Name: 'corp', SAMLMetadataDocument: `${metadataOf([signerOf()])}<!-- ${'A'.repeat(20_000)} -->` })
  expect(root.page.html).toContain('saml-provider/corp')
  expect((await root.open('/console/providers')).html).toContain('corp')
  await root.open(`${one.pathname}${one.search}&change=DeleteOpenIDConnectProvider`)
  await root.submit({ change: 'DeleteOpenIDConnectProvider' }, one.pathname + one.search)
  expect(root.page.html).toContain('The identity provider is deleted.')
})

describe('somebody who may only read', () => {
  let reader: Browser
  beforeAll(async () => { reader = await openUser(app, await makeUser(app, 'reader', [allow('iam:Get*', 'iam:List*')])) })

  const pages = ['/console/users', ready, '/console/groups', '/console/groups/Ops', '/console/roles', '/console/policies', '/console/providers']
  test.each(pages)('sees no button at %s', async (page) => {
    const { html, status } = await reader.open(page)
    expect(status).toBe(200)
    const main = html.slice(html.indexOf('<main'))
    expect([...main.matchAll(/<form[^>]*method="post"/g)]).toEqual([])
    expect(main).not.toMatch(/>(New |Edit|Delete|Give|Attach|Make)/)
  })

  test('and can do nothing by a form either', async () => {
    const csrf = /name="csrf" value="([^"]+)"/.exec((await reader.open('/console')).html)![1]!
    expect((await reader.post('/console/users/new', { csrf, UserName: 'sneaky' })).status).toBe(403)
    expect((await reader.post(ready, { csrf, change: 'DeleteUser' })).status).toBe(403)
    expect((await reader.post(`${ready}/keys`, { csrf })).status).toBe(403)
    expect((await reader.open('/console/users/new')).status).toBe(403)
    expect(await new IamUsers(app.database).find(accountId, 'sneaky')).toBeUndefined()
  })
})

test('somebody without policies is refused every list', async () => {
  const bare = await openUser(app, await makeUser(app, 'bare'))
  for (const page of ['users', 'groups', 'roles', 'policies', 'providers', 'users/robin', 'users/nobody']) expect((await bare.open(`/console/${page}`)).status).toBe(403)
})

test('what is of another account is not there', async () => {
  expect((await root.open(`/console/policies/one?arn=${encodeURIComponent('arn:aws:iam::444455556666:policy/Base')}`)).status).toBe(403)
  expect((await root.open(`/console/providers/one?arn=${encodeURIComponent('arn:aws:iam::444455556666:saml-provider/x')}`)).status).toBe(403)
})

test('odd addresses and forms are never our fault', async () => {
  const csrf = /name="csrf" value="([^"]+)"/.exec((await root.open('/console')).html)![1]!
  const answers = [
    await root.open('/console/users?after=%00'), await root.open('/console/users/%00'), await root.open('/console/users?q=%25_%27'), await root.open('/console/policies/one'), await root.open('/console/providers/one?arn=x'),
    await root.open(`${ready}?change=constructor`), await root.post(ready, { csrf, change: '__proto__' }), await root.post(ready, { csrf, change: 'AttachUserPolicy', PolicyArn: 'nonsense' }),
    await root.post('/console/roles/new', { csrf }), await root.post('/console/policies/new', { csrf, PolicyName: 'x', PolicyDocument: '['.repeat(100_000) }), await root.open('/console/users/%E0%A4%A'),
    await root.open(`${ready}/policy?name=none`), await root.post(`${ready}/keys`, { csrf, id: 'x"\r\ny', secret: 'z' }),
  ]
  expect(answers.filter(({ status }) => status >= 500).map(({ url }) => url)).toEqual([])
})
