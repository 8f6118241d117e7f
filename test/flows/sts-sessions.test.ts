// Temporary credentials of users and root users: second factors, federated users, what each kind is good for, and looking keys up.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { CreateVirtualMFADeviceCommand, EnableMFADeviceCommand, ListMFADevicesCommand, ListUsersCommand, UpdateAccessKeyCommand, type IAMClient } from '@aws-sdk/client-iam'
import {
  AssumeRootCommand, DecodeAuthorizationMessageCommand, GetAccessKeyInfoCommand, GetCallerIdentityCommand, GetFederationTokenCommand, GetSessionTokenCommand, type STSClient,
} from '@aws-sdk/client-sts'
import { getProgram } from '../support/binaries.js'
import { startApp, type TestApp } from '../support/app.js'
import { clientOf, documentOf, management, production, refusal, rootKeys, userKeys, type Keys } from '../support/iam.js'
import { assume, keysOf, makeRole, mayAssume, rootOf, stsOf, trusts, userArn } from '../support/sts.js'
import { appCode } from '../support/factors.js'

let app: TestApp
let root: IAMClient
let rootHere: Keys
let rootThere: Keys
let now = Date.now()
beforeAll(async () => {
  app = await startApp({ clock: () => now })
  rootHere = await rootKeys(app)
  rootThere = await rootKeys(app, production)
  root = clientOf(app, rootHere)
})
beforeEach(() => { now = Date.now() })
afterAll(() => app.stop())

let count = 0
const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
async function user(...statements: object[]): Promise<{ name: string; arn: string; keys: Keys; sts: STSClient }> {
  const name = `user-${count += 1}`
  const keys = await userKeys(root, name, statements.length > 0 ? statements : undefined)
  return { name, arn: userArn(name), keys, sts: stsOf(app, keys) }
}
const who = (keys: Keys) => stsOf(app, keys).send(new GetCallerIdentityCommand({}))
const list = (keys: Keys) => clientOf(app, keys).send(new ListUsersCommand({}))
const denied = refusal('AccessDenied', 403)

/** Gives a user an authenticator app, and returns its serial number and codes that have not been used. */
async function device(UserName: string): Promise<{ serial: string; code: () => string }> {
  const { VirtualMFADevice } = await root.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: UserName }))
  const secret = Buffer.from(VirtualMFADevice!.Base32StringSeed!).toString()
  const code = (ahead = 0) => appCode(secret, now + ahead)
  await root.send(new EnableMFADeviceCommand({ UserName, SerialNumber: VirtualMFADevice!.SerialNumber, AuthenticationCode1: code(-30_000), AuthenticationCode2: code() }))
  return { serial: VirtualMFADevice!.SerialNumber!, code: () => { now += 30_000; return code() } }
}

describe('GetSessionToken', () => {
  test('answers credentials of the same user, without any permission', async () => {
    const { sts, arn, name } = await user({ Effect: 'Deny', Action: '*', Resource: '*' })
    const answer = await sts.send(new GetSessionTokenCommand({}))
    expect(await who(keysOf(answer))).toMatchObject({ Arn: arn, Account: management })
    expect(answer.Credentials!.Expiration!.getTime() - now).toBeGreaterThan(43_100_000)
    expect(name).toBeTruthy()
  })

  test('of a root user lasts an hour, whatever was asked', async () => {
    const answer = await stsOf(app, rootThere).send(new GetSessionTokenCommand({ DurationSeconds: 129_600 }))
    expect(answer.Credentials!.Expiration!.getTime() - now).toBeLessThanOrEqual(3_600_000)
    expect(await who(keysOf(answer))).toMatchObject({ Arn: rootOf(production), UserId: production })
  })

  test('without a code is not good for IAM, with one it is', async () => {
    const { sts, name } = await user(everything)
    await expect(list(keysOf(await sts.send(new GetSessionTokenCommand({}))))).rejects.toMatchObject(denied)
    const { serial, code } = await device(name)
    await list(keysOf(await sts.send(new GetSessionTokenCommand({ SerialNumber: serial, TokenCode: code() }))))
  })

  test('takes a code once, and no wrong one, nor one of another device', async () => {
    const { sts, name } = await user()
    const { serial, code } = await device(name)
    const TokenCode = code()
    const tries = await Promise.allSettled(Array.from({ length: 4 }, () => sts.send(new GetSessionTokenCommand({ SerialNumber: serial, TokenCode }))))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(sts.send(new GetSessionTokenCommand({ SerialNumber: serial, TokenCode }))).rejects.toMatchObject({ ...denied, message: expect.stringMatching(/^MultiFactorAuthentication failed/) })
    const other = await user()
    await expect(other.sts.send(new GetSessionTokenCommand({ SerialNumber: serial, TokenCode: code() }))).rejects.toMatchObject(denied)
  })

  test('does not let codes be guessed at', async () => {
    const { sts, name } = await user()
    const { serial, code } = await device(name)
    const guess = (TokenCode: string) => sts.send(new GetSessionTokenCommand({ SerialNumber: serial, TokenCode }))
    for (let at = 0; at < 20; at += 1) await guess(String(at).padStart(6, '0')).catch(() => undefined)
    await expect(guess(code())).rejects.toMatchObject(refusal('Throttling', 400))
  })

  test('is for long-term keys only; its credentials are for AssumeRole and GetCallerIdentity only', async () => {
    const { sts, arn: me } = await user(everything)
    const session = stsOf(app, keysOf(await sts.send(new GetSessionTokenCommand({}))))
    for (const command of [new GetSessionTokenCommand({}), new GetFederationTokenCommand({ Name: 'anybody' }), new GetAccessKeyInfoCommand({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' })]) {
      await expect(session.send(command as GetSessionTokenCommand)).rejects.toMatchObject({ ...denied, message: expect.stringContaining('with session credentials') })
    }
    const arn = await makeRole(root, `role-${count}`, { trust: [trusts(me)] })
    const role = stsOf(app, keysOf(await assume(session, arn)))
    await expect(role.send(new GetSessionTokenCommand({}))).rejects.toMatchObject(denied)
  })

  test.each([[{ DurationSeconds: 899 }, 'DurationSeconds'], [{ DurationSeconds: 129_601 }, 'DurationSeconds'], [{ TokenCode: '123456' }, 'SerialNumber'], [{ SerialNumber: 'short' }, 'SerialNumber']])('names what is wrong: %o', async (input, member) => {
    const { sts } = await user()
    await expect(sts.send(new GetSessionTokenCommand(input))).rejects.toMatchObject({ ...refusal('ValidationError', 400), message: expect.stringContaining(member) })
  })
})

describe('a second factor', () => {
  test('is what a trust policy may ask for, in the request itself or in the session', async () => {
    const { sts, arn: me, name } = await user(mayAssume())
    const { serial, code } = await device(name)
    const arn = await makeRole(root, `mfa-${count}`, { trust: [trusts(me, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' }, NumericLessThan: { 'aws:MultiFactorAuthAge': '300' } } })], may: [everything] })
    await expect(assume(sts, arn)).rejects.toMatchObject(denied)
    await expect(assume(sts, arn, { SerialNumber: serial, TokenCode: '000000' })).rejects.toMatchObject({ ...denied, message: expect.stringContaining('MultiFactorAuthentication failed') })
    const assumed = await assume(sts, arn, { SerialNumber: serial, TokenCode: code() })
    await list(keysOf(assumed))
    const session = stsOf(app, keysOf(await sts.send(new GetSessionTokenCommand({ SerialNumber: serial, TokenCode: code() }))))
    await assume(session, arn)
    now += 301_000
    await expect(assume(session, arn)).rejects.toMatchObject(denied)
    await expect(assume(stsOf(app, keysOf(assumed)), arn, { SerialNumber: serial, TokenCode: code() })).rejects.toMatchObject(denied)
  })
})

describe('GetFederationToken', () => {
  const Policy = documentOf({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' })

  test('answers credentials of a federated user', async () => {
    const { sts } = await user({ Effect: 'Allow', Action: 'sts:GetFederationToken', Resource: `arn:aws:sts::${management}:federated-user/Ana*` })
    const answer = await sts.send(new GetFederationTokenCommand({ Name: 'Ana', Policy }))
    expect(answer).toMatchObject({ FederatedUser: { Arn: `arn:aws:sts::${management}:federated-user/Ana`, FederatedUserId: `${management}:Ana` }, PackedPolicySize: expect.any(Number) })
    expect(await who(keysOf(answer))).toMatchObject({ Arn: `arn:aws:sts::${management}:federated-user/Ana`, UserId: `${management}:Ana` })
    await expect(sts.send(new GetFederationTokenCommand({ Name: 'Bob' }))).rejects.toMatchObject({ ...denied, message: expect.stringContaining(`sts:GetFederationToken on resource: arn:aws:sts::${management}:federated-user/Bob`) })
    await expect(sts.send(new GetFederationTokenCommand({ Name: 'Ana', Tags: [{ Key: 'a', Value: 'b' }] }))).rejects.toMatchObject({ ...denied, message: expect.stringContaining('sts:TagSession') })
  })

  test('they are good for neither IAM nor STS', async () => {
    const { sts, arn: me } = await user(everything)
    const keys = keysOf(await sts.send(new GetFederationTokenCommand({ Name: 'Ana', Policy: documentOf(everything) })))
    await expect(list(keys)).rejects.toMatchObject(denied)
    const arn = await makeRole(root, `fed-${count}`, { trust: [trusts('*'), trusts(me)] })
    await expect(assume(stsOf(app, keys), arn)).rejects.toMatchObject(denied)
    await expect(stsOf(app, keys).send(new GetSessionTokenCommand({}))).rejects.toMatchObject(denied)
  })

  test('a root user may, for an hour', async () => {
    const answer = await stsOf(app, rootHere).send(new GetFederationTokenCommand({ Name: 'Ana', DurationSeconds: 43_200 }))
    expect(answer.Credentials!.Expiration!.getTime() - now).toBeLessThanOrEqual(3_600_000)
    expect((await who(keysOf(answer))).Arn).toBe(`arn:aws:sts::${management}:federated-user/Ana`)
  })

  test.each([[{ Name: 'a' }, 'Name'], [{ Name: 'x'.repeat(33) }, 'Name'], [{ Name: 'Ana', Policy: 'x'.repeat(2049) }, 'Policy']])('names what is wrong: %#', async (input, member) => {
    await expect((await user()).sts.send(new GetFederationTokenCommand(input))).rejects.toMatchObject({ ...refusal('ValidationError', 400), message: expect.stringContaining(member) })
  })
})

describe('AssumeRoot', () => {
  const task = (name: string) => ({ arn: `arn:aws:iam::aws:policy/root-task/${name}` })

  test('gives the management account sight of another account\'s root user, and no more', async () => {
    const { sts } = await user({ Effect: 'Allow', Action: 'sts:AssumeRoot', Resource: rootOf(production) })
    const answer = await sts.send(new AssumeRootCommand({ TargetPrincipal: production, TaskPolicyArn: task('IAMAuditRootUserCredentials') }))
    expect(answer.Credentials!.Expiration!.getTime() - now).toBeLessThanOrEqual(900_000)
    const keys = keysOf(answer)
    expect(await who(keys)).toMatchObject({ Arn: rootOf(production), Account: production })
    await clientOf(app, keys).send(new ListMFADevicesCommand({})).catch((error: Error) => expect(error.name).not.toBe('AccessDenied'))
    await expect(list(keys)).rejects.toMatchObject(denied)
    await expect(stsOf(app, keys).send(new GetSessionTokenCommand({}))).rejects.toMatchObject(denied)
  })

  test('is for the management account only, about others, for tasks that there are, and wants a right', async () => {
    const assumeRoot = (sts: STSClient, TargetPrincipal: string, TaskPolicyArn = task('IAMAuditRootUserCredentials')) => sts.send(new AssumeRootCommand({ TargetPrincipal, TaskPolicyArn }))
    await expect(assumeRoot(stsOf(app, rootThere), management)).rejects.toMatchObject(denied)
    await expect(assumeRoot(stsOf(app, rootThere), production)).rejects.toMatchObject(denied)
    const { sts } = await user(everything)
    await expect(assumeRoot(sts, management)).rejects.toMatchObject(denied)
    await expect(assumeRoot(sts, '999999999999')).rejects.toMatchObject(denied)
    await expect(assumeRoot((await user()).sts, production)).rejects.toMatchObject(denied)
    for (const name of ['Nothing', '../AdministratorAccess']) await expect(assumeRoot(sts, production, task(name))).rejects.toMatchObject({ ...refusal('ValidationError', 400), message: expect.stringContaining('TaskPolicyArn') })
    await expect(sts.send(new AssumeRootCommand({ TargetPrincipal: production, TaskPolicyArn: task('IAMAuditRootUserCredentials'), DurationSeconds: 901 }))).rejects.toMatchObject(refusal('ValidationError', 400))
  })
})

describe('looking up', () => {
  test('GetAccessKeyInfo tells the account of any key, without a permission', async () => {
    const { sts } = await user()
    const strange = rootThere
    const session = keysOf(await stsOf(app, strange).send(new GetSessionTokenCommand({})))
    for (const { accessKeyId } of [strange, session]) expect((await sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: accessKeyId }))).Account).toBe(production)
    await expect(sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' }))).rejects.toMatchObject({ ...refusal('ValidationError', 400), message: expect.stringContaining('AccessKeyId') })
  })

  test('a key that is off does not sign', async () => {
    const { name, keys } = await user()
    await root.send(new UpdateAccessKeyCommand({ UserName: name, AccessKeyId: keys.accessKeyId, Status: 'Inactive' }))
    await expect(who(keys)).rejects.toMatchObject(refusal('InvalidClientTokenId', 403))
  })

  test('a denial says more to those who may have it decoded', async () => {
    const { keys, arn } = await user()
    const seen: string[] = []
    const client = clientOf(app, keys)
    client.middlewareStack.add((next) => async (args) => {
      try {
        return await next(args)
      } catch (error) {
        seen.push((error as { $response: { headers: Record<string, string> } }).$response.headers['x-gatehouse-authorization-message']!)
        throw error
      }
    }, { step: 'deserialize', priority: 'high' })
    await expect(client.send(new ListUsersCommand({}))).rejects.toMatchObject(denied)
    const decode = (sts: STSClient) => sts.send(new DecodeAuthorizationMessageCommand({ EncodedMessage: seen[0] }))
    await expect(decode(stsOf(app, keys))).rejects.toMatchObject(denied)
    const told = JSON.parse((await decode((await user({ Effect: 'Allow', Action: 'sts:DecodeAuthorizationMessage', Resource: '*' })).sts)).DecodedMessage!)
    expect(told).toMatchObject({ allowed: false, explicitDeny: false, context: { action: 'iam:ListUsers', principal: { arn } } })
    await expect(decode(stsOf(app, await rootKeys(app, production)))).rejects.toMatchObject(refusal('InvalidAuthorizationMessageException', 400))
    await expect(stsOf(app, rootThere).send(new DecodeAuthorizationMessageCommand({ EncodedMessage: 'nonsense' }))).rejects.toMatchObject(refusal('InvalidAuthorizationMessageException', 400))
  })
})

test('the AWS CLI assumes a role', async () => {
  const { keys, arn: me } = await user()
  const arn = await makeRole(root, `cli-${count}`, { trust: [trusts(me)] })
  const args = ['--endpoint-url', app.origin, '--region', 'us-east-1', '--output', 'json', 'sts', 'assume-role', '--role-arn', arn, '--role-session-name', 'cli', '--duration-seconds', '900', '--policy', documentOf(everything)]
  const { stdout } = await promisify(execFile)(getProgram('aws'), args, { env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey } })
  expect(JSON.parse(stdout)).toMatchObject({ AssumedRoleUser: { Arn: expect.stringMatching(/\/cli$/) }, Credentials: { AccessKeyId: expect.stringMatching(/^ASIA/) }, PackedPolicySize: expect.any(Number) })
})
