// Services that are not ours check our credentials: who signed, what they may, and nothing for those who may not ask.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { PutUserPolicyCommand, UpdateAccessKeyCommand, type IAMClient } from '@aws-sdk/client-iam'
import { DecodeAuthorizationMessageCommand, GetFederationTokenCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { startApp, type TestApp } from '../support/app.js'
import { clientOf, documentOf, management, production, rootKeys, sessionKeys, userKeys, type Keys } from '../support/iam.js'
import { freePort } from '../support/servers.js'
import { presigned, send, signed } from '../support/signing.js'
import { assume, keysOf, makeRole, stsOf, trusts, userArn } from '../support/sts.js'

let app: TestApp
let root: IAMClient
let rootHere: Keys
let rootThere: Keys
let service: Keys
beforeAll(async () => {
  app = await startApp()
  rootHere = await rootKeys(app)
  rootThere = await rootKeys(app, production)
  root = clientOf(app, rootHere)
  service = await userKeys(root, 'service', [{ Effect: 'Allow', Action: 'gatehouse:IntrospectCredentials', Resource: '*' }])
}, 90_000)
afterAll(() => app.stop())

let count = 0
const user = async (...statements: object[]) => {
  const name = `user-${count += 1}`
  return { name, arn: userArn(name), keys: await userKeys(root, name, statements.length > 0 ? statements : undefined) }
}
const ask = async (question: object, keys = service) => {
  const response = await send(keys, { url: `${app.origin}/credentials/introspect`, service: 'gatehouse', body: JSON.stringify(question) })
  return { status: response.status, ...await response.json() as Record<string, unknown> }
}
/** A request to some service, as that service would post it. */
const request = (keys: Keys, { body = '', service: name = 'notes', at = Date.now() } = {}) => {
  const { headers, bodyHash } = signed(keys, { method: 'PUT', url: 'https://notes.example.com/things/a%20b?x=1&a=2', body, service: name, at })
  return { method: 'PUT', url: '/things/a%20b?x=1&a=2', headers, bodyHash }
}

describe('a service hears', () => {
  test('of an IAM user: who it is, and the documents in force', async () => {
    const { name, arn, keys } = await user({ Sid: 'Notes', Effect: 'Allow', Action: 'notes:*', Resource: '*' })
    expect(await ask({ service: 'notes', request: request(keys, { body: 'hello' }) })).toMatchObject({
      status: 200, active: true, accessKeyId: keys.accessKeyId, service: 'notes', principal: { type: 'iam-user', arn, accountId: management, userName: name, userId: expect.stringMatching(/^AIDA/) },
      policies: { identity: [{ name: expect.stringContaining('own'), document: { Statement: [{ Sid: 'Notes' }] } }] },
    })
  })

  test('of a role: its session, tags, session policies and expiry', async () => {
    const { arn: me, keys } = await user()
    const arn = await makeRole(root, `role-${count}`, { trust: [trusts(me, { Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] })], may: [{ Effect: 'Allow', Action: '*', Resource: '*' }] })
    const assumed = await assume(stsOf(app, keys), arn, { Tags: [{ Key: 'team', Value: 'a' }], SourceIdentity: 'jane', Policy: documentOf({ Effect: 'Allow', Action: 'notes:Read', Resource: '*' }) })
    expect(await ask({ service: 'notes', request: request(keysOf(assumed)), decide: [{ action: 'notes:Read', resource: '*' }, { action: 'notes:Write', resource: '*' }] })).toMatchObject({
      active: true, principal: { type: 'assumed-role', arn: assumed.AssumedRoleUser!.Arn }, tags: { team: 'a' }, session: { name: 'session', sourceIdentity: 'jane' }, revoked: false,
      expiresAt: assumed.Credentials!.Expiration!.toISOString(), policies: { identity: [expect.anything()], session: [expect.anything()] },
      decisions: [{ action: 'notes:Read', allowed: true }, { action: 'notes:Write', allowed: false, reason: 'implicit-deny', encodedAuthorizationMessage: expect.any(String) }],
    })
  })

  test('why it said no, in a form that those of the account can have decoded', async () => {
    const { keys } = await user({ Sid: 'Never', Effect: 'Deny', Action: 'notes:*', Resource: '*' })
    const { decisions } = await ask({ service: 'notes', request: request(keys), decide: [{ action: 'notes:Read', resource: 'arn:aws:notes:::1', context: { 'notes:Kind': 'secret' } }] }) as { decisions?: { encodedAuthorizationMessage: string }[] }
    const { DecodedMessage } = await stsOf(app, rootHere).send(new DecodeAuthorizationMessageCommand({ EncodedMessage: decisions![0]!.encodedAuthorizationMessage }))
    expect(JSON.parse(DecodedMessage!)).toMatchObject({ explicitDeny: true, matchedStatements: { items: [{ statementId: 'Never' }] }, context: { action: 'notes:Read', resource: 'arn:aws:notes:::1' } })
  })

  test('of a text that was signed, too', async () => {
    const { arn, keys } = await user()
    const { stringToSign, signature } = signed(keys, { url: 'https://notes.example.com/', service: 'notes' })
    const text = { accessKeyId: keys.accessKeyId, stringToSign, signature }
    expect(await ask({ service: 'notes', signed: text })).toMatchObject({ active: true, principal: { arn } })
    expect(await ask({ service: 'notes', signed: { ...text, signature: '0'.repeat(64) } })).toMatchObject({ active: false, code: 'SignatureDoesNotMatch' })
    expect(await ask({ service: 'other', signed: text })).toMatchObject({ active: false, code: 'SignatureDoesNotMatch' })
  })
})

describe('it hears that credentials do not count', () => {
  test('that are unknown, of another secret, off, revoked or old, or signed for something else', async () => {
    const { keys, name } = await user()
    const say = async (made: object) => { const { active, code } = await ask({ service: 'notes', request: made }) as { active?: boolean; code?: string }; return [active, code] }
    expect(await say(request({ ...keys, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }))).toEqual([false, 'InvalidClientTokenId'])
    expect(await say(request({ ...keys, secretAccessKey: 'x'.repeat(40) }))).toEqual([false, 'SignatureDoesNotMatch'])
    expect(await say(request(keys, { service: 'iam' }))).toEqual([false, 'SignatureDoesNotMatch'])
    expect(await say(request(keys, { at: Date.now() - 16 * 60_000 }))).toEqual([false, 'SignatureDoesNotMatch'])
    expect(await say({ ...request(keys), bodyHash: 'f'.repeat(64) })).toEqual([false, 'SignatureDoesNotMatch'])
    expect(await say({ ...request(keys), url: '/things/other' })).toEqual([false, 'SignatureDoesNotMatch'])
    const session = keysOf(await stsOf(app, keys).send(new GetSessionTokenCommand({})))
    expect(await say(request(session))).toEqual([true, undefined])
    expect(await say(request({ ...session, sessionToken: 'x' }))).toEqual([false, 'InvalidClientTokenId'])
    await app.app.revocations.revoke({ kind: 'session', subject: session.accessKeyId, issuedBefore: Date.now(), by: 'test' })
    expect(await say(request(session))).toEqual([false, 'ExpiredToken'])
    await root.send(new UpdateAccessKeyCommand({ UserName: name, AccessKeyId: keys.accessKeyId, Status: 'Inactive' }))
    expect(await say(request(keys))).toEqual([false, 'InvalidClientTokenId'])
  })
})

describe('asking', () => {
  test('wants a right of its own, and a signature for this', async () => {
    const { keys } = await user()
    const question = { service: 'notes', request: request(keys) }
    expect(await ask(question, keys)).toMatchObject({ status: 400, __type: 'AccessDeniedException' })
    expect((await fetch(`${app.origin}/credentials/introspect`, { method: 'POST', body: JSON.stringify(question) })).status).toBe(400)
    const wrong = await send(service, { url: `${app.origin}/credentials/introspect`, service: 'sts', body: JSON.stringify(question) })
    expect(await wrong.json()).toMatchObject({ __type: 'InvalidSignatureException' })
  })

  test('about another account is for services of the management account', async () => {
    const { keys } = await user()
    expect(await ask({ service: 'notes', request: request(rootThere) })).toMatchObject({ active: true, principal: { type: 'root', accountId: production } })
    expect(await ask({ service: 'notes', request: request(keys) }, rootThere)).toMatchObject({ active: false, code: 'AccessDenied' })
  })

  test.each([
    [{}], [{ service: 'notes' }], [{ service: 'notes', request: { method: 'get', url: '/', headers: {}, bodyHash: 'f'.repeat(64) } }], [{ service: 'notes', request: { method: 'GET', url: 'x', headers: {}, bodyHash: 'f'.repeat(64) } }],
    [{ service: 'notes', request: { method: 'GET', url: '/', headers: {}, bodyHash: 'short' } }], [{ service: 'notes', request: { method: 'GET', url: '/', headers: { a: 1 }, bodyHash: 'f'.repeat(64) } }],
    [{ service: 'notes', signed: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', stringToSign: 'x', signature: 'x' } }], [{ service: 'notes', more: true }],
  ])('is refused where it makes no sense: %j', async (question) => {
    expect(await ask(question)).toMatchObject({ status: 400, __type: 'ValidationException' })
  })
})

describe('a presigned GetCallerIdentity', () => {
  test('says who anybody is', async () => {
    const { arn, keys } = await user({ Effect: 'Allow', Action: 'sts:*', Resource: '*' })
    const role = await makeRole(root, `presigned-${count}`, { trust: [trusts(arn)] })
    const sts = stsOf(app, keys)
    const jane = sessionKeys(app, { kind: 'assumed-role', accountId: management, roleName: 'AWSReservedSSO_X_0123456789abcdef', roleId: 'AROAABCDEFGHIJKLMNOPQ', sessionName: 'jane' })
    const all: [Keys, string][] = [
      [keys, arn], [rootHere, `arn:aws:iam::${management}:root`], [jane, `arn:aws:sts::${management}:assumed-role/AWSReservedSSO_X_0123456789abcdef/jane`],
      [keysOf(await sts.send(new GetSessionTokenCommand({}))), arn], [keysOf(await sts.send(new GetFederationTokenCommand({ Name: 'Ana' }))), `arn:aws:sts::${management}:federated-user/Ana`],
      [keysOf(await assume(sts, role)), `arn:aws:sts::${management}:assumed-role/presigned-${count}/session`],
    ]
    for (const [who, expected] of all) {
      const response = await fetch(presigned(who, { url: `${app.origin}/?Action=GetCallerIdentity&Version=2011-06-15`, service: 'sts' }))
      expect([response.status, /<Arn>(.*)<\/Arn>/.exec(await response.text())?.[1]]).toEqual([200, expected])
    }
    expect((await fetch(`${presigned(keys, { url: `${app.origin}/?Action=GetCallerIdentity&Version=2011-06-15`, service: 'sts' })}0`)).status).toBe(400)
  })
})

test('the example service of the documentation works', async () => {
  const host = `localhost:${await freePort()}`
  const example = spawn(process.execPath, ['docs/examples/service.mjs'], {
    env: { PATH: process.env.PATH ?? '', GATEHOUSE: app.origin, ACCESS_KEY_ID: service.accessKeyId, SECRET_ACCESS_KEY: service.secretAccessKey, HOST: host }, stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    await once(example.stdout, 'data')
    const { name, arn, keys } = await user({ Effect: 'Allow', Action: 'notes:Read', Resource: '*' })
    const visit = async (who: Keys) => { const response = await send(who, { url: `http://${host}/notes?page=1`, service: 'notes', body: 'x' }); return [response.status, await response.text()] }
    expect(await visit(keys)).toEqual([200, `Hello ${arn}\n`])
    await root.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'own', PolicyDocument: documentOf({ Effect: 'Deny', Action: '*', Resource: '*' }) }))
    expect(await visit(keys)).toEqual([403, 'Not allowed.\n'])
    expect((await visit({ ...keys, secretAccessKey: 'x'.repeat(40) }))[0]).toBe(403)
  } finally {
    example.kill()
  }
})
