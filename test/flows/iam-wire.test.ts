// The IAM API on the wire: the stock command line, and requests that nobody should send.
import { execFile } from 'node:child_process'
import { createHash, createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startApp, type TestApp } from '../support/app.js'
import { getProgram } from '../support/binaries.js'
import { documentOf, management, rootKeys, trusting, type Keys } from '../support/iam.js'
import { needs } from '../support/needs.js'

let app: TestApp
let keys: Keys
beforeAll(async () => {
  app = await startApp()
  keys = await rootKeys(app)
})
afterAll(() => app.stop())

needs('aws').describe('the stock command line', () => {
  let home: string
  beforeAll(() => { home = mkdtempSync(join(tmpdir(), 'gatehouse-iam-')) })
  afterAll(() => rmSync(home, { recursive: true }))

  const aws = async (...args: string[]): Promise<Record<string, unknown>> => {
    const { stdout } = await promisify(execFile)(getProgram('aws'), ['--endpoint-url', app.origin, '--region', 'us-east-1', '--output', 'json', 'iam', ...args], {
      env: { HOME: home, PATH: '/usr/bin:/bin', AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey },
    })
    return stdout.trim() === '' ? {} : JSON.parse(stdout) as Record<string, unknown>
  }

  test('makes a user with a policy and a role, says why it cannot go, and takes it away', async () => {
    expect(await aws('create-user', '--user-name', 'cli', '--tags', 'Key=team,Value=a b')).toMatchObject({ User: { UserName: 'cli', Tags: [{ Key: 'team', Value: 'a b' }] } })
    await aws('put-user-policy', '--user-name', 'cli', '--policy-name', 'own', '--policy-document', documentOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' }))
    expect(await aws('get-user-policy', '--user-name', 'cli', '--policy-name', 'own')).toMatchObject({ PolicyDocument: { Statement: [{ Action: 's3:*' }] } })
    expect(await aws('create-role', '--role-name', 'cli', '--assume-role-policy-document', trusting())).toMatchObject({ Role: { AssumeRolePolicyDocument: { Version: '2012-10-17' } } })
    await expect(aws('delete-user', '--user-name', 'cli')).rejects.toMatchObject({ code: 254, stderr: expect.stringContaining('(DeleteConflict) when calling the DeleteUser operation') })
    await aws('delete-user-policy', '--user-name', 'cli', '--policy-name', 'own')
    await aws('delete-user', '--user-name', 'cli')
  }, 120_000)
})

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Sends a signed form; what is given is changed after signing. */
async function post(form: string | Record<string, string>, { at = Date.now(), service = 'iam', sent }: { at?: number; service?: string; sent?: string } = {}) {
  const body = typeof form === 'string' ? form : new URLSearchParams({ Version: '2010-05-08', ...form }).toString()
  const date = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
  const host = new URL(app.origin).host
  const scope = `${date.slice(0, 8)}/us-east-1/${service}/aws4_request`
  const canonical = ['POST', '/', '', `host:${host}\nx-amz-date:${date}\n`, 'host;x-amz-date', sha256(body)].join('\n')
  const key = ['us-east-1', service, 'aws4_request'].reduce<Buffer>(hmac, hmac(`AWS4${keys.secretAccessKey}`, date.slice(0, 8)))
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`).toString('hex')
  const answer = await fetch(`${app.origin}/`, {
    method: 'POST', body: sent ?? body,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-amz-date': date, authorization: `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}` },
  })
  const text = await answer.text()
  return { status: answer.status, code: /<Code>(.*?)<\/Code>/.exec(text)?.[1], message: /<Message>([^]*?)<\/Message>/.exec(text)?.[1], text }
}

describe('signatures', () => {
  test('that are stale, forged, or of another service are refused', async () => {
    expect(await post({ Action: 'ListUsers' })).toMatchObject({ status: 200 })
    expect(await post({ Action: 'ListUsers' }, { at: Date.now() - 3_600_000 })).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' })
    expect(await post({ Action: 'ListUsers' }, { sent: 'Action=ListRoles&Version=2010-05-08' })).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' })
    expect(await post({ Action: 'ListUsers' }, { service: 'sts' })).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' })
    const bare = await fetch(`${app.origin}/`, { method: 'POST', body: 'Action=ListUsers&Version=2010-05-08' })
    expect([bare.status, await bare.text()]).toEqual([403, expect.stringContaining('<Code>MissingAuthenticationToken</Code>')])
  })

  test('an answer is in the namespace of IAM, with a request id and no cache', async () => {
    const { text } = await post({ Action: 'ListAccountAliases' })
    expect(text).toMatch(/^<ListAccountAliasesResponse xmlns="https:\/\/iam\.amazonaws\.com\/doc\/2010-05-08\/"><ListAccountAliasesResult><AccountAliases><member>test-mgmt<\/member><\/AccountAliases><IsTruncated>false<\/IsTruncated><\/ListAccountAliasesResult><ResponseMetadata><RequestId>[0-9a-f-]{36}<\/RequestId><\/ResponseMetadata><\/ListAccountAliasesResponse>\n$/)
  })
})

describe('input', () => {
  test.each<[string, Record<string, string>, number, string]>([
    ['no name', { Action: 'CreateUser' }, 400, 'ValidationError'],
    ['a name with a space', { Action: 'CreateUser', UserName: 'a b' }, 400, 'ValidationError'],
    ['a name that is too long', { Action: 'CreateUser', UserName: 'a'.repeat(65) }, 400, 'ValidationError'],
    ['a path without slashes', { Action: 'CreateUser', UserName: 'a', Path: 'x' }, 400, 'ValidationError'],
    ['a tag twice', { Action: 'CreateUser', UserName: 'a', 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': '', 'Tags.member.2.Key': 'K', 'Tags.member.2.Value': '' }, 400, 'ValidationError'],
    ['a tag of ours', { Action: 'CreateUser', UserName: 'a', 'Tags.member.1.Key': 'aws:x', 'Tags.member.1.Value': '' }, 400, 'ValidationError'],
    ['too many tags', { Action: 'CreateUser', UserName: 'a', ...Object.fromEntries(Array.from({ length: 51 }, (_, index) => [[`Tags.member.${index + 1}.Key`, `k${index}`], [`Tags.member.${index + 1}.Value`, 'v']]).flat()) as Record<string, string> }, 400, 'ValidationError'],
    ['a boundary that is no policy', { Action: 'CreateUser', UserName: 'a', PermissionsBoundary: 'arn:aws:iam::aws:policy/Nothing-at-all' }, 404, 'NoSuchEntity'],
    ['a marker of somebody else', { Action: 'ListUsers', Marker: 'bm9ib2R5' }, 400, 'ValidationError'],
    ['a page of none', { Action: 'ListUsers', MaxItems: '0' }, 400, 'ValidationError'],
    ['a page of a million', { Action: 'ListUsers', MaxItems: '1000000' }, 400, 'ValidationError'],
    ['a status that there is not', { Action: 'UpdateAccessKey', AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA', Status: 'Asleep' }, 400, 'ValidationError'],
    ['an ARN of nothing', { Action: 'GetPolicy', PolicyArn: 'arn:aws:iam::aws:policy/' }, 404, 'NoSuchEntity'],
    ['an operation that there is not', { Action: 'UploadServerCertificate' }, 400, 'InvalidAction'],
    ['a member of the prototype', { Action: 'constructor' }, 400, 'InvalidAction'],
    ['a NUL', { Action: 'CreateUser', UserName: 'a\0b' }, 400, 'ValidationError'],
    ['a document that is none', { Action: 'CreatePolicy', PolicyName: 'p', PolicyDocument: '{"Version":"2012-10-17"' }, 400, 'MalformedPolicyDocument'],
    ['a document that is deep', { Action: 'CreatePolicy', PolicyName: 'p', PolicyDocument: `${'['.repeat(3000)}${']'.repeat(3000)}` }, 400, 'MalformedPolicyDocument'],
  ])('with %s is refused', async (_what, form, status, code) => {
    expect(await post(form)).toMatchObject({ status, code })
  })

  test('names everything that is wrong at once, and escapes what it repeats', async () => {
    expect((await post({ Action: 'CreateUser', UserName: '<b>', Path: 'x' })).message).toBe('2 validation errors detected: UserName must be letters, digits and + = , . @ - _; Path must begin and end with a slash')
    expect((await post({ Action: 'GetUser', UserName: 'nobody' })).message).toBe('The user with name nobody cannot be found.')
  })

  test('that is too long is refused before it is read', async () => {
    expect(await post({ Action: 'CreatePolicy', PolicyName: 'p', PolicyDocument: 'x'.repeat(300_000) })).toMatchObject({ status: 413, code: 'RequestEntityTooLarge' })
    expect(await post({ Action: 'CreatePolicy', PolicyName: 'p', PolicyDocument: 'x'.repeat(140_000) })).toMatchObject({ status: 400, code: 'ValidationError' })
  })

  test('tags may be called what objects have anyway', async () => {
    const created = await post({ Action: 'CreateUser', UserName: 'odd', 'Tags.member.1.Key': '__proto__', 'Tags.member.1.Value': 'x', 'Tags.member.2.Key': 'constructor', 'Tags.member.2.Value': 'y' })
    expect(created.status).toBe(200)
    expect((await post({ Action: 'ListUserTags', UserName: 'odd' })).text).toContain('<member><Key>__proto__</Key><Value>x</Value></member>')
  })

  test('nothing is half done: a user whose boundary is not there is not made', async () => {
    await post({ Action: 'CreateUser', UserName: 'half', PermissionsBoundary: `arn:aws:iam::${management}:policy/nothing` })
    expect(await post({ Action: 'GetUser', UserName: 'half' })).toMatchObject({ status: 404 })
  })
})
