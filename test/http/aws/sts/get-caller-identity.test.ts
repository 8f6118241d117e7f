import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { GetAccessKeyInfoCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { assumedRoleArn, type TemporaryCredentials } from '../../../../src/domain/credentials/index.js'
import { Refusal } from '../../../../src/platform/errors.js'
import { principal, startSts } from '../../../support/aws.js'
import { getProgram } from '../../../support/binaries.js'
import { needs } from '../../../support/needs.js'

let sts: Awaited<ReturnType<typeof startSts>>
let issued: TemporaryCredentials

beforeEach(async () => {
  sts = await startSts()
  issued = sts.credentials.issue({ principal, durationSeconds: 3600 })
})
afterEach(() => sts.close())

const client = (overrides: Partial<TemporaryCredentials> = {}, region = 'eu-west-1') =>
  new STSClient({ endpoint: sts.url, region, credentials: { ...issued, ...overrides, expiration: new Date(issued.expiration) }, maxAttempts: 1 })

const ask = (sdk = client()) => sdk.send(new GetCallerIdentityCommand({}))

describe('with the SDK', () => {
  test.each(['us-east-1', 'eu-west-1', 'mars-north-7'])('tells who signed, whatever the region (%s)', async (region) => {
    const answer = await ask(client({}, region))
    expect(answer).toMatchObject({ Account: '111122223333', Arn: assumedRoleArn(principal), UserId: 'AROAABCDEFGHIJKLMNOPQ:ana@example.com' })
    expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('refuses a wrong secret', async () => {
    await expect(ask(client({ secretAccessKey: 'x'.repeat(40) }))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch', $metadata: { httpStatusCode: 403 } })
  })

  test('refuses a token that is not of this key, or none', async () => {
    const other = sts.credentials.issue({ principal, durationSeconds: 3600 })
    await expect(ask(client({ sessionToken: other.sessionToken }))).rejects.toMatchObject({ name: 'InvalidClientTokenId', $metadata: { httpStatusCode: 403 } })
    await expect(ask(new STSClient({ endpoint: sts.url, region: 'eu-west-1', credentials: { accessKeyId: issued.accessKeyId, secretAccessKey: issued.secretAccessKey } })))
      .rejects.toMatchObject({ name: 'InvalidClientTokenId' })
  })

  test('says that credentials expired, and the same of revoked ones', async () => {
    sts.state.revoked = true
    await expect(ask()).rejects.toMatchObject({ name: 'ExpiredToken', message: 'The security token included in the request is expired', $metadata: { httpStatusCode: 403 } })
    sts.state.revoked = false
    const short = sts.credentials.issue({ principal, durationSeconds: 1 })
    sts.state.ahead = 2000
    await expect(ask(client(short))).rejects.toMatchObject({ name: 'ExpiredToken' })
  })

  test('lets a client whose clock is an hour off correct itself and come again', async () => {
    sts.state.ahead = 3_600_000
    const { accessKeyId, secretAccessKey, sessionToken } = sts.credentials.issue({ principal, durationSeconds: 3600 })
    const late = new STSClient({ endpoint: sts.url, region: 'eu-west-1', credentials: { accessKeyId, secretAccessKey, sessionToken } })
    expect((await ask(late)).$metadata).toMatchObject({ httpStatusCode: 200, attempts: 2 })
  })

  test('does not know an operation that it does not have', async () => {
    await expect(client().send(new GetAccessKeyInfoCommand({ AccessKeyId: issued.accessKeyId })))
      .rejects.toMatchObject({ name: 'InvalidAction', message: 'Could not find operation GetAccessKeyInfo for version 2011-06-15', $metadata: { httpStatusCode: 400 } })
  })

  test('fails closed, and as a server, while revocations are not known', async () => {
    sts.state.failure = new Refusal('unavailable', 'Not now.', { retryAfter: 5 })
    await expect(ask()).rejects.toMatchObject({ name: 'ServiceUnavailable', $metadata: { httpStatusCode: 503 }, $fault: 'server' })
  })

  test('tells nothing of a fault of its own, and logs it', async () => {
    sts.state.failure = new Error('secret detail')
    const refusal = await ask().catch((error: Error) => error)
    expect(refusal).toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } })
    expect(JSON.stringify(refusal)).not.toContain('secret detail')
    expect(sts.logged).toHaveLength(1)
  })
})

needs('aws').describe('with the AWS CLI', () => {
  const run = promisify(execFile)
  let home: string
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'gatehouse-cli-'))
  })
  afterEach(() => rmSync(home, { recursive: true }))

  const aws = (...args: string[]) => run(getProgram('aws'), ['--endpoint-url', sts.url, '--region', 'us-east-1', '--output', 'json', ...args], {
    env: {
      HOME: home, PATH: '/usr/bin:/bin',
      AWS_ACCESS_KEY_ID: issued.accessKeyId, AWS_SECRET_ACCESS_KEY: issued.secretAccessKey, AWS_SESSION_TOKEN: issued.sessionToken,
    },
  })

  test('tells who signed', async () => {
    const { stdout } = await aws('sts', 'get-caller-identity')
    expect(JSON.parse(stdout)).toEqual({ UserId: 'AROAABCDEFGHIJKLMNOPQ:ana@example.com', Account: '111122223333', Arn: assumedRoleArn(principal) })
  })

  test('answers other services in their own language', async () => {
    await expect(aws('sso-admin', 'list-instances')).rejects.toMatchObject({ code: 254, stderr: expect.stringContaining('UnknownOperationException') })
    await expect(aws('iam', 'list-users')).rejects.toMatchObject({ code: 254, stderr: expect.stringContaining('InvalidAction') })
  })
})

describe('on the wire', () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(sts.url, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } })

  test('writes an error with type, code, message and the request id of the header', async () => {
    const answer = await post('Action=GetCallerIdentity&Version=2011-06-15')
    const requestId = answer.headers.get('x-amzn-requestid')
    expect(answer.status).toBe(403)
    expect(answer.headers.get('content-type')).toBe('text/xml')
    expect(answer.headers.get('date')).toBeTruthy()
    expect(await answer.text()).toBe('<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>MissingAuthenticationToken</Code>'
      + `<Message>Request is missing Authentication Token</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>\n`)
  })

  test('answers whoever signs for a service that is not here in the language of programs', async () => {
    const answer = await fetch(sts.url, { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=AKIAEXAMPLEEXAMPLE22/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0' }, redirect: 'manual' })
    expect([answer.status, /<Code>(.*)<\/Code>/.exec(await answer.text())?.[1]]).toEqual([400, 'MissingAction'])
  })

  test.each([
    ['', 400, 'MissingAction'],
    ['Action=', 400, 'MissingAction'],
    ['Action=Nothing&Version=2011-06-15', 400, 'InvalidAction'],
    ['Action=toString&Version=2011-06-15', 400, 'InvalidAction'],
    ['Action=__proto__&Version=2011-06-15', 400, 'InvalidAction'],
    ['Action=GetCallerIdentity', 400, 'InvalidAction'],
    ['Action=GetCallerIdentity&Version=2010-05-08', 400, 'InvalidAction'],
    ['Action=GetCallerIdentity&Version=2011-06-15&Action=GetCallerIdentity', 400, 'InvalidQueryParameter'],
    ['Action=%zz', 404, 'MalformedQueryString'],
  ])('refuses %j with %i %s', async (body, status, code) => {
    const answer = await post(body)
    expect([answer.status, /<Code>(.*)<\/Code>/.exec(await answer.text())?.[1]]).toEqual([status, code])
  })

  test('refuses a body that is too long, and one with too many parameters', async () => {
    const long = await post('x'.repeat(300_000))
    expect([long.status, await long.text()]).toEqual([413, expect.stringContaining('<Code>RequestEntityTooLarge</Code>')])
    expect((await post('a=&'.repeat(1001))).status).toBe(404)
  })

  test('escapes what it repeats', async () => {
    expect(await (await post('Action=%3Cb%3E%26%00')).text()).toContain('Could not find operation &lt;b&gt;&amp;\ufffd for version NO_VERSION_SPECIFIED')
  })

  test('answers a JSON target in JSON', async () => {
    const answer = await post('{}', { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'SWBExternalService.ListInstances' })
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('x-amzn-errortype')]).toEqual([400, 'application/x-amz-json-1.1', 'UnknownOperationException'])
    expect(await answer.json()).toMatchObject({ __type: 'UnknownOperationException' })
  })

  test('takes an action in the query, and leaves any other page at the root alone', async () => {
    expect((await fetch(`${sts.url}/?Action=GetCallerIdentity&Version=2011-06-15`)).status).toBe(403)
    expect((await fetch(`${sts.url}/?Version=1`)).status).toBe(404)
    expect((await fetch(sts.url)).status).toBe(404)
  })

  test('refuses a parameter that is in the query and in the body', async () => {
    const answer = await fetch(`${sts.url}/?Action=GetCallerIdentity`, { method: 'POST', body: 'Action=AssumeRole' })
    expect(await answer.text()).toContain('<Code>InvalidQueryParameter</Code>')
  })
})
