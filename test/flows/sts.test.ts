// Acting as a role: who is trusted, under which conditions, for how long, and what the session may; with the real SDK.
import { CreateAccessKeyCommand, CreatePolicyCommand, DeleteUserCommand, DeleteAccessKeyCommand, DeleteUserPolicyCommand, ListUsersCommand, UpdateAssumeRolePolicyCommand, PutRolePolicyCommand, type IAMClient } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetFederationTokenCommand, GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts'
import { startApp, type TestApp } from '../support/app.js'
import { clientOf, documentOf, management, production, refusal, rootKeys, sessionKeys, userKeys, type Keys } from '../support/iam.js'
import { assume, keysOf, makeRole, mayAssume, rootOf, stsOf, trusts, userArn } from '../support/sts.js'

let app: TestApp
let root: IAMClient
let rootUser: Keys
let elsewhere: IAMClient
beforeAll(async () => {
  app = await startApp()
  rootUser = await rootKeys(app)
  root = clientOf(app, rootUser)
  elsewhere = clientOf(app, await rootKeys(app, production))
}, 90_000)
afterAll(() => app.stop())

let count = 0
const named = (kind: string) => `${kind}-${count += 1}`

/** A user, by default without any policy. */
async function user(...statements: object[]): Promise<{ name: string; arn: string; keys: Keys; sts: STSClient }> {
  const name = named('user')
  const keys = await userKeys(root, name, statements.length > 0 ? statements : undefined)
  return { name, arn: userArn(name), keys, sts: stsOf(app, keys) }
}
const role = (options: Parameters<typeof makeRole>[2], client = root) => makeRole(client, named('role'), options)
const who = (keys: Keys) => stsOf(app, keys).send(new GetCallerIdentityCommand({}))
const denied = refusal('AccessDenied', 403)

describe('trust', () => {
  test('that names a user of the same account is enough; credentials, ARN and expiry come back', async () => {
    const ana = await user()
    const arn = await role({ trust: [trusts(ana.arn)], path: '/ci/' })
    const before = Date.now()
    const answer = await assume(ana.sts, arn)
    const name = arn.split('/').at(-1)
    expect(answer).toMatchObject({ AssumedRoleUser: { Arn: `arn:aws:sts::${management}:assumed-role/${name}/session`, AssumedRoleId: expect.stringMatching(/^AROA\w+:session$/) } })
    expect(answer.PackedPolicySize).toBeUndefined()
    expect(answer.Credentials!.Expiration!.getTime() - before).toBeGreaterThan(3_590_000)
    expect(await who(keysOf(answer))).toMatchObject({ Arn: `arn:aws:sts::${management}:assumed-role/${name}/session`, Account: management })
  })

  test('in the account leaves it to the policies of who asks', async () => {
    const arn = await role({ trust: [trusts(rootOf())] })
    await expect(assume((await user()).sts, arn)).rejects.toMatchObject({ ...denied, message: expect.stringMatching(/^User: arn:aws:iam::111122223333:user\/user-\d+ is not authorized to perform: sts:AssumeRole on resource: arn/) })
    await assume((await user(mayAssume(arn))).sts, arn)
    await expect(assume((await user(mayAssume(), { Effect: 'Deny', Action: 'sts:*', Resource: '*' })).sts, arn)).rejects.toMatchObject(denied)
  })

  test('of another account needs both', async () => {
    const bea = await user(mayAssume())
    const leo = await user()
    const arn = await role({ trust: [trusts([bea.arn, leo.arn])] }, elsewhere)
    expect((await assume(bea.sts, arn)).AssumedRoleUser!.Arn).toContain(`arn:aws:sts::${production}:assumed-role/`)
    await expect(assume(leo.sts, arn)).rejects.toMatchObject(denied)
    const closed = await role({ trust: [trusts(rootOf(production))] }, elsewhere)
    await expect(assume(bea.sts, closed)).rejects.toMatchObject(denied)
  })

  test('is read anew for every request', async () => {
    const { sts, arn: me } = await user()
    const arn = await role({ trust: [trusts(me)] })
    await assume(sts, arn)
    await root.send(new UpdateAssumeRolePolicyCommand({ RoleName: arn.split('/').at(-1), PolicyDocument: documentOf(trusts(rootOf(production))) }))
    await expect(assume(sts, arn)).rejects.toMatchObject(denied)
  })

  test.each(['arn:aws:iam::111122223333:role/nobody', 'arn:aws:iam::999999999999:role/nobody', 'arn:aws:iam::111122223333:user/somebody', 'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_ReadOnly_0123456789abcdef'])(
    'is not told apart from a role that is not there (%s)', async (arn) => {
      const { sts } = await user(mayAssume())
      await expect(assume(sts, arn)).rejects.toMatchObject({ ...denied, message: expect.stringMatching(new RegExp(`sts:AssumeRole on resource: ${arn}$`)) })
    })

  test('goes to no root user', async () => {
    const arn = await role({ trust: [trusts('*')] })
    await expect(assume(stsOf(app, await rootKeys(app, production)), arn)).rejects.toMatchObject({ ...denied, message: expect.stringContaining('root user') })
  })

  test('may ask for an external id', async () => {
    const { sts, arn: me } = await user()
    const arn = await role({ trust: [trusts(me, { Condition: { StringEquals: { 'sts:ExternalId': 'customer-7' } } })] })
    await assume(sts, arn, { ExternalId: 'customer-7' })
    await expect(assume(sts, arn, { ExternalId: 'customer-8' })).rejects.toMatchObject(denied)
    await expect(assume(sts, arn)).rejects.toMatchObject(denied)
  })

  test('may ask for a session name that says who it is', async () => {
    const { sts, name } = await user(mayAssume())
    const arn = await role({ trust: [trusts(rootOf(), { Condition: { StringEquals: { 'sts:RoleSessionName': '${aws:username}' } } })] })
    await assume(sts, arn, { RoleSessionName: name })
    await expect(assume(sts, arn)).rejects.toMatchObject(denied)
  })
})

describe('for how long', () => {
  test('a session lasts as the request says, within what the role allows', async () => {
    const { sts, arn: me } = await user()
    const arn = await role({ trust: [trusts(me)], maxSessionDuration: 7200 })
    const { Credentials } = await assume(sts, arn, { DurationSeconds: 7200 })
    expect(Credentials!.Expiration!.getTime() - Date.now()).toBeGreaterThan(7_190_000)
    await expect(assume(sts, arn, { DurationSeconds: 7201 })).rejects.toMatchObject({ ...refusal('ValidationError', 400), message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.' })
  })

  test('a role that a role assumes lasts an hour at most', async () => {
    const { sts, arn: me } = await user()
    const first = await role({ trust: [trusts(me)], may: [mayAssume()], maxSessionDuration: 43_200 })
    const second = await role({ trust: [trusts(rootOf())], maxSessionDuration: 43_200 })
    const chained = stsOf(app, keysOf(await assume(sts, first, { DurationSeconds: 43_200 })))
    await assume(chained, second, { DurationSeconds: 3600 })
    await expect(assume(chained, second, { DurationSeconds: 3601 })).rejects.toMatchObject({ ...refusal('ValidationError', 400), message: expect.stringContaining('role chaining') })
  })

  test('a workforce user may go on from a permission set to a role that trusts it', async () => {
    const keys = sessionKeys(app, {
      kind: 'assumed-role', accountId: management, roleName: 'AWSReservedSSO_AdministratorAccess_0123456789abcdef', roleId: 'AROAABCDEFGHIJKLMNOPQ', sessionName: 'jane',
      permissionSet: { id: String((await app.database.query(`select id from permission_sets where name = 'AdministratorAccess'`))[0]!.id), name: 'AdministratorAccess' },
    })
    await assume(stsOf(app, keys), await role({ trust: [trusts(rootOf())] }))
  })
})

describe('session policies', () => {
  const readUsers = { Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' }

  test('narrow what the role may, and never widen it', async () => {
    const { sts, arn: me } = await user()
    const arn = await role({ trust: [trusts(me)], may: [{ Effect: 'Allow', Action: 'iam:*', Resource: '*' }] })
    const list = (keys: Keys) => clientOf(app, keys).send(new ListUsersCommand({}))
    await list(keysOf(await assume(sts, arn)))
    const narrowed = await assume(sts, arn, { Policy: documentOf({ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }) })
    expect(narrowed.PackedPolicySize).toBeGreaterThan(0)
    await expect(list(keysOf(narrowed))).rejects.toMatchObject({ ...denied, message: expect.stringContaining('no session policy allows') })
    await list(keysOf(await assume(sts, arn, { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }] })))
    const poor = await role({ trust: [trusts(me)] })
    await expect(list(keysOf(await assume(sts, poor, { Policy: documentOf(readUsers) })))).rejects.toMatchObject(denied)
  })

  test('are refused where they cannot be read or are too long', async () => {
    const { sts, arn: me } = await user()
    const arn = await role({ trust: [trusts(me)] })
    await expect(assume(sts, arn, { Policy: '{' })).rejects.toMatchObject(refusal('MalformedPolicyDocumentException', 400))
    await expect(assume(sts, arn, { Policy: documentOf({ Effect: 'Allow', Action: 'iam:ListUsers' }) })).rejects.toMatchObject({ ...refusal('MalformedPolicyDocumentException', 400), message: expect.stringContaining('Statement[0]') })
    await expect(assume(sts, arn, { Policy: documentOf({ ...readUsers, Resource: 'x'.repeat(2048) }) })).rejects.toMatchObject(refusal('PackedPolicyTooLargeException', 400))
    await expect(assume(sts, arn, { PolicyArns: Array.from({ length: 11 }, () => ({ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })) })).rejects.toMatchObject({ ...refusal('ValidationError', 400), message: expect.stringContaining('PolicyArns') })
  })

  test('that are not there, or of another account, are refused to those who may have the session', async () => {
    const { sts, arn: me } = await user()
    const arn = await role({ trust: [trusts(me)] })
    const { Policy } = await root.send(new CreatePolicyCommand({ PolicyName: named('policy'), PolicyDocument: documentOf(readUsers) }))
    const foreign = await elsewhere.send(new CreatePolicyCommand({ PolicyName: named('policy'), PolicyDocument: documentOf(readUsers) }))
    await assume(sts, arn, { PolicyArns: [{ arn: Policy!.Arn! }] })
    const wrong = [foreign.Policy!.Arn!, `arn:aws:iam::${management}:policy/nothing`, 'arn:aws:iam::aws:policy/Nothing', `arn:aws:iam::${management}:role/x`]
    const federate = (policy: string) => stsOf(app, rootUser).send(new GetFederationTokenCommand({ Name: 'fed', PolicyArns: [{ arn: policy }] }))
    for (const policy of wrong) {
      await expect(assume(sts, arn, { PolicyArns: [{ arn: policy }] })).rejects.toMatchObject({ ...refusal('MalformedPolicyDocumentException', 400), message: expect.stringContaining(policy) })
      await expect(federate(policy)).rejects.toMatchObject(refusal('MalformedPolicyDocumentException', 400))
    }
    await federate(Policy!.Arn!)
    await expect(assume((await user()).sts, arn, { PolicyArns: [{ arn: wrong[0] }] })).rejects.toMatchObject(denied)
  })

  test('and tags have room for so much', async () => {
    const { sts, arn: me } = await user()
    const arn = await role({ trust: [trusts(me, { Action: ['sts:AssumeRole', 'sts:TagSession'] })] })
    const random = () => Array.from({ length: 256 }, () => 'abcdefghijklmnopqrstuvwxyz0123456789'[Math.floor(Math.random() * 36)]).join('')
    const Tags = Array.from({ length: 50 }, (_, index) => ({ Key: `key-${index}`, Value: random() }))
    await expect(assume(sts, arn, { Tags })).rejects.toMatchObject(refusal('PackedPolicyTooLargeException', 400))
    expect((await assume(sts, arn, { Tags: Tags.slice(0, 3) })).PackedPolicySize).toBeLessThan(40)
  })
})

describe('tags', () => {
  const tagging = (who: string | string[], more: object = {}) => trusts(who, { Action: ['sts:AssumeRole', 'sts:TagSession'], ...more })

  test('want sts:TagSession', async () => {
    const { sts, arn: me } = await user()
    const arn = await role({ trust: [trusts(me)] })
    await expect(assume(sts, arn, { Tags: [{ Key: 'team', Value: 'a' }] })).rejects.toMatchObject({ ...denied, message: expect.stringContaining('sts:TagSession') })
  })

  test('are what conditions ask for, over those of the role', async () => {
    const { sts, arn: me } = await user()
    const arn = await role({
      trust: [tagging(me, { Condition: { StringLike: { 'aws:RequestTag/Team': '*' }, 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Team', 'cost'] } } })], tags: { team: 'base', place: 'north' },
      may: [{ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue', 'aws:PrincipalTag/place': 'north' } } }],
    })
    const list = (keys: Keys) => clientOf(app, keys).send(new ListUsersCommand({}))
    await list(keysOf(await assume(sts, arn, { Tags: [{ Key: 'Team', Value: 'blue' }] })))
    await expect(list(keysOf(await assume(sts, arn, { Tags: [{ Key: 'Team', Value: 'red' }] })))).rejects.toMatchObject(denied)
    await expect(assume(sts, arn, { Tags: [{ Key: 'other', Value: 'x' }] })).rejects.toMatchObject(denied)
  })

  test('that are transitive stay through the next role, and cannot be set again', async () => {
    const { sts, arn: me } = await user()
    const first = await role({ trust: [tagging(me)], may: [mayAssume('*', ['sts:AssumeRole', 'sts:TagSession'])] })
    const second = await role({ trust: [tagging(rootOf())], may: [{ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition: { StringEquals: { 'aws:PrincipalTag/Project': 'x' }, Null: { 'aws:PrincipalTag/other': 'true' } } }] })
    const chain = stsOf(app, keysOf(await assume(sts, first, { Tags: [{ Key: 'Project', Value: 'x' }, { Key: 'other', Value: 'y' }], TransitiveTagKeys: ['Project'] })))
    await clientOf(app, keysOf(await assume(chain, second))).send(new ListUsersCommand({}))
    await expect(assume(chain, second, { Tags: [{ Key: 'PROJECT', Value: 'z' }] })).rejects.toMatchObject({ ...refusal('InvalidParameterValue', 400), message: expect.stringContaining('transitive') })
    const strict = await role({ trust: [trusts(rootOf())] })
    await expect(assume(chain, strict)).rejects.toMatchObject({ ...denied, message: expect.stringContaining('sts:TagSession') })
  })

  test.each([
    [{ Tags: [{ Key: 'a', Value: '1' }, { Key: 'A', Value: '2' }] }, 'InvalidParameterValue', 'Duplicate tag keys'],
    [{ Tags: [{ Key: 'a', Value: '1' }], TransitiveTagKeys: ['b'] }, 'InvalidParameterValue', 'b'],
    [{ Tags: [{ Key: 'aws:a', Value: '1' }] }, 'ValidationError', 'Tags'],
    [{ Tags: [{ Key: 'a{b', Value: '1' }] }, 'ValidationError', 'Tags'],
    [{ Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '1' })) }, 'ValidationError', 'Tags'],
  ])('%#: are refused where they cannot be', async (more, code, words) => {
    const { sts, arn: me } = await user()
    await expect(assume(sts, await role({ trust: [tagging(me)] }), more)).rejects.toMatchObject({ ...refusal(code, 400), message: expect.stringContaining(words) })
  })
})

describe('a source identity', () => {
  const setting = (who: string | string[], more: object = {}) => trusts(who, { Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'], ...more })

  test('needs a right of its own, comes back, and sticks through the chain', async () => {
    const { sts, arn: me } = await user()
    const plain = await role({ trust: [trusts(me)] })
    await expect(assume(sts, plain, { SourceIdentity: 'jane' })).rejects.toMatchObject({ ...denied, message: expect.stringContaining('sts:SetSourceIdentity') })
    const first = await role({ trust: [setting(me, { Condition: { StringLike: { 'sts:SourceIdentity': 'ja*' } } })], may: [mayAssume('*', ['sts:AssumeRole', 'sts:SetSourceIdentity'])] })
    await expect(assume(sts, first, { SourceIdentity: 'bob' })).rejects.toMatchObject(denied)
    const answer = await assume(sts, first, { SourceIdentity: 'jane' })
    expect(answer.SourceIdentity).toBe('jane')
    const chain = stsOf(app, keysOf(answer))
    const second = await role({ trust: [setting(rootOf(), { Condition: { StringEquals: { 'aws:SourceIdentity': 'jane' } } })] })
    expect((await assume(chain, second)).SourceIdentity).toBe('jane')
    await expect(assume(chain, second, { SourceIdentity: 'other' })).rejects.toMatchObject(denied)
    await expect(assume(chain, await role({ trust: [trusts(rootOf())] }))).rejects.toMatchObject({ ...denied, message: expect.stringContaining('sts:SetSourceIdentity') })
  })
})

describe('what is wrong is named', () => {
  test.each([
    [{ RoleSessionName: 'a' }, 'RoleSessionName'],
    [{ RoleSessionName: 'has space' }, 'RoleSessionName'],
    [{ RoleSessionName: 'x'.repeat(65) }, 'RoleSessionName'],
    [{ RoleArn: 'arn:aws:iam' }, 'RoleArn'],
    [{ DurationSeconds: 899 }, 'DurationSeconds'],
    [{ DurationSeconds: 43_201 }, 'DurationSeconds'],
    [{ ExternalId: '!' }, 'ExternalId'],
    [{ SourceIdentity: 'a' }, 'SourceIdentity'],
    [{ SerialNumber: 'arn:aws:iam::111122223333:mfa/x' }, 'TokenCode'],
    [{ SerialNumber: 'arn:aws:iam::111122223333:mfa/x', TokenCode: '12345' }, 'TokenCode'],
  ])('%o', async (more, member) => {
    const { sts } = await user()
    const input = { RoleArn: 'arn:aws:iam::111122223333:role/anything', RoleSessionName: 'session', ...more }
    await expect(sts.send(new AssumeRoleCommand(input))).rejects.toMatchObject({ ...refusal('ValidationError', 400), message: expect.stringMatching(new RegExp(`^1 validation error detected: .*${member}`)) })
  })
})

describe('an end', () => {
  test('comes to the rights of a session with those of its role, at once', async () => {
    const { sts, arn: me } = await user()
    const arn = await role({ trust: [trusts(me)], may: [{ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' }] })
    const keys = keysOf(await assume(sts, arn))
    await clientOf(app, keys).send(new ListUsersCommand({}))
    await root.send(new PutRolePolicyCommand({ RoleName: arn.split('/').at(-1), PolicyName: 'own', PolicyDocument: documentOf({ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }) }))
    await expect(clientOf(app, keys).send(new ListUsersCommand({}))).rejects.toMatchObject(denied)
  })

  test('comes to sessions of a role that are revoked, and not to those after', async () => {
    const { sts, arn: me } = await user()
    const arn = await role({ trust: [trusts(me)] })
    const answer = await assume(sts, arn)
    await app.app.revocations.revoke({ kind: 'role', subject: answer.AssumedRoleUser!.AssumedRoleId!.split(':')[0]!, issuedBefore: Date.now(), by: 'test' })
    await expect(who(keysOf(answer))).rejects.toMatchObject(refusal('ExpiredToken', 403))
    await new Promise((resolve) => { setTimeout(resolve, 2) })
    await who(keysOf(await assume(sts, arn)))
  })

  test('comes to who is deleted', async () => {
    const { name, keys } = await user({ Effect: 'Allow', Action: '*', Resource: '*' })
    const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName: name }))
    for (const AccessKeyId of [AccessKey!.AccessKeyId, keys.accessKeyId]) await root.send(new DeleteAccessKeyCommand({ UserName: name, AccessKeyId }))
    await root.send(new DeleteUserPolicyCommand({ UserName: name, PolicyName: 'own' }))
    await root.send(new DeleteUserCommand({ UserName: name }))
    await expect(who(keys)).rejects.toMatchObject(refusal('InvalidClientTokenId', 403))
  })
})

test('both accounts have the event, without secrets', async () => {
  const { sts, keys } = await user(mayAssume())
  const answer = await assume(sts, await role({ trust: [trusts(rootOf())] }, elsewhere), { ExternalId: 'ext' })
  const events = (await app.app.trail.list({ eventName: 'AssumeRole', limit: 2 })).map(({ event }) => event)
  expect(events.map(({ recipientAccountId }) => recipientAccountId).toSorted()).toEqual([management, production])
  expect(new Set(events.map(({ sharedEventID }) => sharedEventID)).size).toBe(1)
  const own = events.find(({ recipientAccountId }) => recipientAccountId === management)!
  expect(own).toMatchObject({
    eventSource: 'sts.amazonaws.com', userIdentity: { type: 'IAMUser', accessKeyId: keys.accessKeyId }, requestParameters: { externalId: 'ext', roleSessionName: 'session' },
    responseElements: { credentials: { accessKeyId: answer.Credentials!.AccessKeyId, expiration: expect.stringMatching(/^[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d{2}:\d{2} [AP]M$/) } },
    resources: [{ accountId: production, type: 'AWS::IAM::Role' }],
  })
  expect(JSON.stringify(events)).not.toContain(answer.Credentials!.SecretAccessKey)
  expect(JSON.stringify(events)).not.toContain(answer.Credentials!.SessionToken)
})
