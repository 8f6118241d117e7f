// Whatever an owner of an account sends to the console, the answer is never our fault.
import { asyncProperty, check, constantFrom, dictionary, oneof, string } from 'fast-check'
import { startApp, type TestApp } from '../support/app.js'
import type { Browser } from '../support/browser.js'
import { documentOf, makeRole, makeUser, openRoot } from '../support/console.js'

let app: TestApp
let root: Browser
beforeAll(async () => {
  app = await startApp()
  root = await openRoot(app)
  await makeUser(app, 'known')
  await makeRole(app, 'Known')
})
afterAll(() => app.stop())

const paths = [
  '', '/credentials', '/credentials/keys', '/credentials/password', '/credentials/app', '/credentials/passkey', '/credentials/passkey/options', '/credentials/devices/x', '/credentials/devices/x/clock', '/credentials/recovery-codes', '/prove', '/prove/options', '/users', '/users/new', '/users/known',
  '/users/known/keys', '/users/known/password', '/users/known/policy', '/users/%F0%9F%A6%8A', '/groups', '/groups/new', '/groups/nobody', '/roles', '/roles/new', '/roles/Known', '/roles/Known/trust', '/roles/Known/policy', '/policies', '/policies/new',
  '/policies/catalogue', '/policies/one', '/policies/one/version', '/providers', '/providers/new-oidc', '/providers/new-saml', '/providers/one', '/settings', '/settings/alias', '/settings/passwords', '/settings/email', '/settings/email/code', '/settings/close',
  '/simulate', '/events', '/switch-role', '/switch', '/sign-out',
].map((path) => `/console${path}`)
const fields = [
  'q', 'after', 'before', 'change', 'done', 'back', 'region', 'late', 'arn', 'version', 'show', 'kind', 'name', 'actions', 'resources', 'context', 'account', 'roleName', 'session', 'UserName', 'GroupName', 'RoleName', 'PolicyName', 'PolicyArn', 'PolicyDocument', 'Path',
  'AssumeRolePolicyDocument', 'VersionId', 'AccessKeyId', 'Status', 'Key', 'Value', 'Password', 'AccountAlias', 'MinimumPasswordLength', 'MaxPasswordAge', 'Url', 'ClientIDs', 'ClientID', 'Name', 'SAMLMetadataDocument', 'id', 'secret', 'sealed', 'code', 'email', 'password', 'passkey',
  '__proto__', 'constructor',
]
const value = oneof(
  constantFrom('', '1', '0', 'v1', 'known', 'Known', '*', 'on', 'AttachUserPolicy', 'UpdateAccessKey', 'DeleteUser', 'TagRole', 'constructor', '__proto__', 'iam:ListUsers', 'user', 'all', '111122223333', 'arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::111122223333:user/known',
    'a@example.com', 'https://tokens.example.com', documentOf({ Effect: 'Allow', Action: '*', Resource: '*' }), '{"Statement":', '\0', '\ud800', '../..', '9'.repeat(30), 'x'.repeat(5000), '\r\nset-cookie: a=b', '\u202e', "' or 1=1 --", '%_'),
  string({ unit: 'binary', maxLength: 12 }),
)

test('no page of the console fails', async () => {
  const csrf = /name="csrf" value="([^"]+)"/.exec((await root.open('/console')).html)![1]!
  const cookie = root.cookies.map(({ name, value: held }) => `${name}=${held}`).join('; ')
  await check(asyncProperty(constantFrom('GET', 'POST'), constantFrom(...paths.filter((path) => path !== '/console/sign-out')), dictionary(constantFrom(...fields), value, { maxKeys: 5 }), async (method, path, asked) => {
    const parameters = new URLSearchParams(Object.entries(asked).map(([name, text]) => [name, text.toWellFormed()]))
    if (method === 'POST') parameters.set('csrf', csrf)
    const answer = await fetch(`${app.origin}${path}${method === 'GET' ? `?${parameters}` : ''}`, {
      method, redirect: 'manual', body: method === 'POST' ? parameters : null, headers: { cookie, 'sec-fetch-site': 'same-origin', ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }) },
    })
    await answer.arrayBuffer()
    if (answer.status >= 500) throw new Error(`${method} ${path} answered ${answer.status}`)
  }), { numRuns: Number(process.env.FUZZ_RUNS ?? 400), ...(process.env.FUZZ_RUNS ? {} : { seed: 20_261_121 }) })
}, 180_000)
