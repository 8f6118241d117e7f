// What stock command lines send, byte for byte; and everything that nobody should send.
import { createHash, createHmac } from 'node:crypto'
import { startApp, type TestApp } from '../support/app.js'
import { authorizeRequest, commandLine, deviceGrant } from '../support/command-line.js'
import { sendRaw, type RawAnswer } from '../support/raw.js'
import type { Browser } from '../support/browser.js'

let home: TestApp
let line: ReturnType<typeof commandLine>
let jane: Browser
beforeAll(async () => {
  home = await startApp()
  line = commandLine(home.origin)
  jane = await line.person()
}, 120_000)
afterAll(async () => { await home?.stop() })

const sdk = (operation: string) => `aws-cli/2.9.19 Python/3.11.2 Linux/6.18 source/x86_64.debian.12 prompt/off command/${operation}`
const json = (answer: RawAnswer) => JSON.parse(answer.body) as Record<string, string>

/** What a POST of the older CLI looks like. */
const cliPost = (path: string, body: string) => sendRaw(home.origin, [
  `POST ${path} HTTP/1.1`, 'Host: {host}', 'Accept-Encoding: identity', 'Content-Type: application/json', `User-Agent: ${sdk('sso.login')}`, 'Content-Length: {length}',
], body)

describe('the requests of the older command line', () => {
  test('sign in, get credentials, say who one is, and sign out', async () => {
    const registered = await cliPost('/client/register', '{"clientName": "botocore-client-corp", "clientType": "public", "scopes": ["sso:account:access"]}')
    expect(registered).toMatchObject({ status: 200, headers: { 'content-type': 'application/json', 'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/), date: expect.stringMatching(/GMT$/) } })
    expect(json(registered)).toEqual({
      clientId: expect.any(String), clientSecret: expect.any(String), clientIdIssuedAt: expect.any(Number), clientSecretExpiresAt: expect.any(Number),
      authorizationEndpoint: `${home.origin}/authorize`, tokenEndpoint: `${home.origin}/token`,
    })
    const { clientId, clientSecret } = json(registered)
    const device = await cliPost('/device_authorization', `{"clientId": "${clientId}", "clientSecret": "${clientSecret}", "startUrl": "${home.origin}/start"}`)
    const { deviceCode, userCode } = json(device)
    const poll = () => cliPost('/token', `{"grantType": "${deviceGrant}", "clientId": "${clientId}", "clientSecret": "${clientSecret}", "deviceCode": "${deviceCode}"}`)
    for (const answer of [await poll(), await poll()]) {
      expect(answer).toMatchObject({ status: 400, headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'AuthorizationPendingException' } })
      expect(json(answer)).toEqual({ error: 'authorization_pending', error_description: expect.any(String), message: expect.any(String) })
    }
    await line.answer(jane, userCode!)
    const tokens = json(await poll())
    expect(Object.keys(tokens).toSorted()).toEqual(['accessToken', 'expiresIn', 'refreshToken', 'tokenType'])
    const bearer = [`x-amz-sso_bearer_token: ${tokens.accessToken}`, 'Accept-Encoding: identity', `User-Agent: ${sdk('sts.get-caller-identity')}`]
    const got = await sendRaw(home.origin, ['GET /federation/credentials?role_name=AdministratorAccess&account_id=111122223333 HTTP/1.1', 'Host: {host}', ...bearer])
    const { roleCredentials } = JSON.parse(got.body) as { roleCredentials: Keys & { expiration: number } }
    expect(String(roleCredentials.expiration)).toMatch(/^\d{13}$/)
    const who = await callerIdentity(roleCredentials)
    expect(who).toMatchObject({ status: 200, headers: { 'content-type': 'text/xml' } })
    expect(who.body).toMatch(/^<GetCallerIdentityResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/"><GetCallerIdentityResult><Arn>arn:aws:sts::111122223333:assumed-role\/AWSReservedSSO_AdministratorAccess_[0-9a-f]{16}\/jane<\/Arn><UserId>AROA\w{17}:jane<\/UserId><Account>111122223333<\/Account><\/GetCallerIdentityResult><ResponseMetadata><RequestId>[0-9a-f-]{36}<\/RequestId><\/ResponseMetadata><\/GetCallerIdentityResponse>\n$/)
    const out = await sendRaw(home.origin, ['POST /logout HTTP/1.1', 'Host: {host}', ...bearer, 'Content-Length: 0'])
    expect(out).toMatchObject({ status: 200, body: '{}' })
    const after = await sendRaw(home.origin, ['GET /assignment/accounts HTTP/1.1', 'Host: {host}', ...bearer])
    expect(after).toMatchObject({ status: 401, headers: { 'x-amzn-errortype': 'UnauthorizedException' } })
    expect(json(after)).toEqual({ message: 'Session token not found or invalid', __type: 'com.amazonaws.switchboard.portal#UnauthorizedException' })
  })
})

interface Keys {
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
}

/** GetCallerIdentity as botocore signs it. */
function callerIdentity({ accessKeyId, secretAccessKey, sessionToken }: Keys): Promise<RawAnswer> {
  const body = 'Action=GetCallerIdentity&Version=2011-06-15'
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = `${date.slice(0, 8)}/us-east-1/sts/aws4_request`
  const names = 'content-type;host;x-amz-date;x-amz-security-token'
  const type = 'application/x-www-form-urlencoded; charset=utf-8'
  const sha = (text: string) => createHash('sha256').update(text).digest('hex')
  const canonical = ['POST', '/', '', `content-type:${type}`, `host:${new URL(home.origin).host}`, `x-amz-date:${date}`, `x-amz-security-token:${sessionToken}`, '', names, sha(body)].join('\n')
  const key = scope.split('/').reduce<Buffer>((above, part) => createHmac('sha256', above).update(part).digest(), Buffer.from(`AWS4${secretAccessKey}`))
  const signature = createHmac('sha256', key).update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha(canonical)}`).digest('hex')
  return sendRaw(home.origin, [
    'POST / HTTP/1.1', 'Host: {host}', 'Accept-Encoding: identity', `Content-Type: ${type}`, `User-Agent: ${sdk('sts.get-caller-identity')}`, `X-Amz-Date: ${date}`,
    `X-Amz-Security-Token: ${sessionToken}`, `Authorization: AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`, 'Content-Length: {length}',
  ], body)
}

describe('the requests of the newer command line', () => {
  test('sign in through the browser', async () => {
    const registered = json(await cliPost('/client/register', '{"clientName":"botocore-client-corp","clientType":"public","grantTypes":["authorization_code","refresh_token"],'
      + '"redirectUris":["http://127.0.0.1/oauth/callback"],"issuerUrl":"https://d-0123456789.awsapps.com/start","scopes":["sso:account:access"]}'))
    const { path, codeVerifier } = authorizeRequest(registered.clientId!)
    await jane.open(path)
    const back = new URL((await jane.submit({ decision: 'allow' })).url)
    const tokens = await cliPost('/token', `{"grantType":"authorization_code","clientId":"${registered.clientId}","clientSecret":"${registered.clientSecret}",`
      + `"redirectUri":"http://127.0.0.1:43567/oauth/callback","codeVerifier":"${codeVerifier}","code":"${back.searchParams.get('code')}"}`)
    expect(tokens.status).toBe(200)
    expect(json(tokens)).toMatchObject({ tokenType: 'Bearer', expiresIn: 3600 })
  })
})

type Body = Record<string, unknown>

/** A request that is right in every member, by operation. */
async function rightBodies(): Promise<Record<string, { path: string; body: Body }>> {
  const client = await line.register({ redirectUris: ['http://127.0.0.1/oauth/callback'] })
  const { deviceCode } = await line.startDevice(client)
  return {
    'RegisterClient': { path: '/client/register', body: { clientName: 'x', clientType: 'public', scopes: ['sso:account:access'], redirectUris: ['http://127.0.0.1/x'], grantTypes: [deviceGrant], issuerUrl: `${home.origin}/start` } },
    'StartDeviceAuthorization': { path: '/device_authorization', body: { ...client, startUrl: `${home.origin}/start` } },
    'CreateToken for a device': { path: '/token', body: { ...client, grantType: deviceGrant, deviceCode } },
    'CreateToken for a code': { path: '/token', body: { ...client, grantType: 'authorization_code', code: 'x', redirectUri: 'http://127.0.0.1/x', codeVerifier: 'x' } },
    'CreateToken for a refresh token': { path: '/token', body: { ...client, grantType: 'refresh_token', refreshToken: 'x' } },
  }
}

const operations = ['RegisterClient', 'StartDeviceAuthorization', 'CreateToken for a device', 'CreateToken for a code', 'CreateToken for a refresh token']
const optional = new Set(['scopes', 'redirectUris', 'grantTypes', 'issuerUrl'])

/** Ways in which one member can be wrong, as JSON text. */
const mistakes: Record<string, (value: string) => string | undefined> = {
  'missing': () => undefined, 'empty': () => '""', 'null': () => 'null', 'a number': () => '1', 'true': () => 'true', 'an object': () => '{"__proto__":{"a":1}}', 'a list of numbers': () => '[1]', 'a list of nothing': () => '[""]',
  'over-long': () => `"${'x'.repeat(9000)}"`, 'over-long in a list': () => `["${'x'.repeat(2000)}"]`, 'a long list': () => `[${Array.from({ length: 200 }, () => '"x"').join(',')}]`,
  'with NUL': () => '"\\u0000"', 'with NUL in a list': () => '["http://127.0.0.1/\\u0000"]', 'half a character': () => '"\\ud800"', 'half a character in a list': () => '["http://127.0.0.1/\\ud800"]', 'foreign': () => '"https://elsewhere.example/start"',
}

/** What the right request is answered after all the wrong ones. */
const after: Record<string, RegExp> = {
  'RegisterClient': /^200$/, 'StartDeviceAuthorization': /^200$/, 'CreateToken for a device': /^(AuthorizationPending|SlowDown)Exception$/, 'CreateToken for a code': /^InvalidGrantException$/, 'CreateToken for a refresh token': /^InvalidGrantException$/,
}

const oidcErrors = /^(InvalidRequest|InvalidClient|InvalidClientMetadata|InvalidGrant|InvalidScope|InvalidRedirectUri|UnsupportedGrantType|UnauthorizedClient)Exception$/

function expectOidcError(answer: RawAnswer, what: string): string {
  const type = answer.headers['x-amzn-errortype'] ?? ''
  expect({ what, type }).toEqual({ what, type: expect.stringMatching(oidcErrors) })
  expect(type === 'InvalidClientException' ? [401] : [400, 413]).toContain(answer.status)
  expect(answer.headers['content-type']).toBe('application/json')
  const { error, error_description: description, message } = json(answer)
  expect([typeof error, description]).toEqual(['string', message])
  expect(message).toMatch(/^[A-Z][^<>]*[.]$|Use http/)
  return type
}

const post = (path: string, body: string | Buffer, type = 'application/json') =>
  sendRaw(home.origin, [`POST ${path} HTTP/1.1`, 'Host: {host}', ...(type ? [`Content-Type: ${type}`] : []), 'Content-Length: {length}'], body)

describe.each(operations)('%s', (operation) => {
  let path: string
  let right: Body
  beforeAll(async () => { ({ path, body: right } = (await rightBodies())[operation]!) })

  test('names what is wrong with a member, and changes nothing', async () => {
    for (const member of Object.keys(right)) {
      for (const [name, make] of Object.entries(mistakes)) {
        const text = make(JSON.stringify(right[member]))
        const members = Object.entries(right).flatMap(([key, value]) => (key === member ? (text === undefined ? [] : [`${JSON.stringify(key)}:${text}`]) : [`${JSON.stringify(key)}:${JSON.stringify(value)}`]))
        const answer = await post(path, `{${members.join(',')}}`)
        const what = `${member} ${name}`
        if (answer.status === 200) expect([what, optional.has(member) && (text === undefined || text === 'null') || what === 'clientName foreign']).toEqual([what, true])
        else expectOidcError(answer, what)
      }
    }
    const answer = await post(path, JSON.stringify(right))
    expect(answer.headers['x-amzn-errortype'] ?? '200').toMatch(after[operation]!)
  }, 60_000)

  test('refuses a member that is there twice', async () => {
    for (const [member, value] of Object.entries(right)) {
      const answer = await post(path, `${JSON.stringify(right).slice(0, -1)},${JSON.stringify(member)}:${JSON.stringify(value)}}`)
      expect(expectOidcError(answer, member)).toBe('InvalidRequestException')
    }
  })

  test('refuses a body that is no JSON object of that type', async () => {
    const bodies: [string, string | Buffer, string][] = [
      ['broken', '{"clientId":', 'application/json'],
      ['a list', '[]', 'application/json'],
      ['text', '"x"', 'application/json'],
      ['nothing', '', 'application/json'],
      ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'application/json'],
      ['deep', `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'application/json'],
      ['one long text', `{"a":"${'\\"'.repeat(120_000)}"}`, 'application/json'],
      ['a form', 'clientId=x&clientSecret=y&grantType=z', 'application/x-www-form-urlencoded'],
      ['text by its type', '{}', 'text/plain'],
      ['of no type', '{}', ''],
      ['a megabyte', `{"a":"${'x'.repeat(1_000_000)}"}`, 'application/json'],
      ['about the prototype', '{"__proto__":{"clientId":"x"},"constructor":{"prototype":{"clientSecret":"x"}}}', 'application/json'],
    ]
    for (const [what, body, type] of bodies) expect([what, expectOidcError(await post(path, body, type), what)]).toEqual([what, 'InvalidRequestException'])
    expect(({} as { clientId?: unknown }).clientId).toBeUndefined()
  })

  test('refuses a query that cannot be read', async () => {
    for (const query of ['?%', '?%ff', '?a=1&a=1']) expect(expectOidcError(await post(`${path}${query}`, JSON.stringify(right)), query)).toBe('InvalidRequestException')
  })
})

describe('registering', () => {
  test('is refused with what is wrong', async () => {
    const wrong: [string, object][] = [
      ['InvalidClientMetadataException', { clientType: 'confidential' }],
      ['InvalidClientMetadataException', { clientName: 'x'.repeat(257) }],
      ['InvalidClientMetadataException', { clientName: 'evil\u202egnp' }],
      ['InvalidClientMetadataException', { redirectUris: Array.from({ length: 10 }, (_, at) => `http://127.0.0.1/${at}${'x'.repeat(900)}`) }],
      ['InvalidScopeException', { scopes: ['codewhisperer:completions'] }],
      ['UnsupportedGrantTypeException', { grantTypes: ['password'] }],
      ['InvalidRequestException', { issuerUrl: 'https://elsewhere.example/start' }],
      ...['https://127.0.0.1/x', 'http://192.0.2.1/x', 'http://127.0.0.1.evil.example/', 'http://user@127.0.0.1/', 'http://127.0.0.1/#x', 'javascript:alert(1)', 'x', 'http://127.0.0.1/*', 'com.example:/x']
        .map((uri): [string, object] => ['InvalidRedirectUriException', { redirectUris: [uri] }]),
    ]
    for (const [type, change] of wrong) {
      const answer = await post('/client/register', JSON.stringify({ clientName: 'x', clientType: 'public', ...change }))
      expect(expectOidcError(answer, JSON.stringify(change).slice(0, 100))).toBe(type)
    }
  })
})

describe('what is asked of the portal', () => {
  let accessToken: string
  beforeAll(async () => { ({ accessToken } = await line.signIn({ browser: jane })) })
  const get = (target: string, headers: string[] = [`x-amz-sso_bearer_token: ${accessToken}`], method = 'GET') => sendRaw(home.origin, [`${method} ${target} HTTP/1.1`, 'Host: {host}', ...headers, ...(method === 'POST' ? ['Content-Length: 0'] : [])])

  test('is refused with InvalidRequestException where a parameter is wrong', async () => {
    for (const target of [
      '/assignment/accounts?max_result=0', '/assignment/accounts?max_result=101', '/assignment/accounts?max_result=x', '/assignment/accounts?max_result=1e1', '/assignment/accounts?max_result=-1', '/assignment/accounts?max_result=',
      '/assignment/accounts?max_result=1&max_result=1', '/assignment/accounts?next_token=zzz', `/assignment/accounts?next_token=${'b'.repeat(8000)}`, '/assignment/accounts?%ff', '/assignment/accounts?next_token=%ed%a0%80',
      '/assignment/roles', '/assignment/roles?account_id=', '/assignment/roles?account_id=1', '/assignment/roles?account_id=11112222333%00', '/assignment/roles?account_id=111122223333&account_id=444455556666', '/assignment/roles?account_id=1111-2222-3333', '/assignment/roles?account_id=%EF%BC%91111122223333',
      '/federation/credentials', '/federation/credentials?account_id=111122223333', '/federation/credentials?role_name=AdministratorAccess', '/federation/credentials?account_id=111122223333&role_name=%00', `/federation/credentials?account_id=111122223333&role_name=${'x'.repeat(257)}`,
      '/federation/credentials?account_id=111122223333&role_name=ReadOnly&role_name=AdministratorAccess', '/federation/credentials?account_id=__proto__&role_name=__proto__',
    ]) {
      const answer = await get(target)
      expect([target, answer]).toMatchObject([target, { status: 400, headers: { 'x-amzn-errortype': 'InvalidRequestException', 'content-type': 'application/json', 'x-amzn-requestid': expect.any(String) } }])
      expect(json(answer)).toEqual({ message: expect.stringMatching(/\.$/), __type: 'com.amazonaws.switchboard.portal#InvalidRequestException' })
    }
  })

  test('is refused with UnauthorizedException for anything but one token that counts', async () => {
    const header = (value: string) => `x-amz-sso_bearer_token: ${value}`
    for (const headers of [[], [header('')], [header('x')], [header('__proto__')], [header('x'.repeat(5000))], [header(`${accessToken}x`)], [header(accessToken), header(accessToken)], [`Authorization: Bearer ${accessToken}`], [header('\u00ff')]]) {
      for (const [target, method] of [['/assignment/accounts'], ['/assignment/roles?account_id=111122223333'], ['/federation/credentials?account_id=111122223333&role_name=ReadOnly'], ['/logout', 'POST']] as const) {
        expect(await get(target, headers, method)).toMatchObject({ status: 401, headers: { 'x-amzn-errortype': 'UnauthorizedException' } })
      }
    }
  })

  test('takes parameters in any order, and more than it knows', async () => {
    for (const target of ['/federation/credentials?account_id=444455556666&role_name=ReadOnly', '/federation/credentials?x=1&role_name=%52eadOnly&account_id=444455556666']) {
      expect((await get(target)).status).toBe(200)
    }
  })
})

describe('what is asked of the token service', () => {
  test('is refused with what is wrong', async () => {
    for (const [code, body] of [
      ['MissingAction', ''], ['MissingAction', 'Version=2011-06-15'], ['InvalidAction', 'Action=GetCallerIdentity'], ['InvalidAction', 'Action=GetCallerIdentity&Version=2000-01-01'], ['InvalidAction', 'Action=__proto__&Version=2011-06-15'],
      ['InvalidAction', 'Action=constructor&Version=2011-06-15'], ['InvalidQueryParameter', 'Action=GetCallerIdentity&Action=GetCallerIdentity&Version=2011-06-15'], ['MalformedQueryString', 'Action=%ff'],
      ['MissingAuthenticationToken', 'Action=GetCallerIdentity&Version=2011-06-15'], ['RequestEntityTooLarge', `Action=${'x'.repeat(1_000_000)}`],
    ] as const) {
      const answer = await post('/', body, 'application/x-www-form-urlencoded')
      expect([body.slice(0, 60), answer.headers['content-type'], /<Code>(\w+)<\/Code>/.exec(answer.body)?.[1]]).toEqual([body.slice(0, 60), 'text/xml', code])
      expect(answer.status).toBeLessThan(500)
    }
  })
})
