import { readFileSync } from 'node:fs'
import { declared } from './support.js'

const text = readFileSync('config/demo.yaml', 'utf8')
const variables = [...text.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name = '']) => name)
const env = { ...Object.fromEntries(variables.map((name) => [name, `at random for ${name}`])), DEMO_APP_URL: 'http://localhost:8081' }
const demo = declared(text, { env })

test('the demo has 8 people, 4 groups, 5 accounts, 4 permission sets and 1 OIDC application', () => {
  expect([demo.users, demo.groups, demo.accounts, demo.permissionSets, demo.applications?.filter(({ oidc }) => oidc)].map((list) => list?.length)).toEqual([8, 4, 5, 4, 1])
})

test('the demo says what it asks second factors for', () => {
  expect(demo.organization?.mfa).toEqual({ mode: 'context', whenNoDevice: 'allow', types: ['totp', 'passkey'] })
})

test('the demo gives every person a first password from the environment, one of them for once only', () => {
  expect(demo.users?.every(({ password, oneTimePassword }) => (password ?? oneTimePassword)?.startsWith('at random'))).toBe(true)
  expect(demo.users?.filter(({ oneTimePassword }) => oneTimePassword).map(({ userName }) => userName)).toEqual(['nora'])
})

test('the demo application is a public client that comes back to where it runs', () => {
  expect(demo.applications?.[0]?.oidc).toMatchObject({ token_endpoint_auth_method: 'none', redirect_uris: ['http://localhost:8081/callback'] })
})

test('the demo only has addresses that nobody can have', () => {
  const mailboxes = [...(demo.users ?? []).flatMap(({ emails }) => emails?.map(({ value }) => value) ?? []), ...(demo.accounts ?? []).map(({ email }) => email)]
  expect(mailboxes.every((address) => address.endsWith('@harbourlane.example.com'))).toBe(true)
})
