// Roles for tokens of OpenID Connect issuers: which tokens count, what trust policies may ask of them, and whom we ask for keys.
import { generateKeyPairSync } from 'node:crypto'
import { CreateOpenIDConnectProviderCommand, ListUsersCommand, type IAMClient } from '@aws-sdk/client-iam'
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient, type AssumeRoleWithWebIdentityCommandInput } from '@aws-sdk/client-sts'
import { SignJWT } from 'jose'
import { startApp, type TestApp } from '../support/app.js'
import { clientOf, documentOf, management, production, refusal, rootKeys } from '../support/iam.js'
import { startIssuer } from '../support/issuer.js'
import { startOidc, tokensOf } from '../support/oidc.js'
import { keysOf, makeRole, stsOf } from '../support/sts.js'

let app: TestApp
let root: IAMClient
let issuer: Awaited<ReturnType<typeof startIssuer>>
let ahead = 0
beforeAll(async () => {
  app = await startApp({ env: { OUTBOUND_NETWORKS: '127.0.0.0/8,::1' }, clock: () => Date.now() + ahead })
  root = clientOf(app, await rootKeys(app))
  issuer = await startIssuer()
  await root.send(new CreateOpenIDConnectProviderCommand({ Url: `https://${issuer.name}`, ClientIDList: ['sts', 'other'] }))
}, 90_000)
beforeEach(() => {
  ahead = 0
  issuer.mood.answer = undefined
})
afterAll(async () => {
  await issuer.stop()
  await app.stop()
})

let count = 0
const providerArn = (name: string, accountId = management) => `arn:aws:iam::${accountId}:oidc-provider/${name}`
const federated = (name: string, Condition?: object, Action: string | string[] = 'sts:AssumeRoleWithWebIdentity') =>
  ({ Effect: 'Allow', Principal: { Federated: providerArn(name) }, Action, ...(Condition && { Condition }) })
const role = (trust: object[], more: object = {}) => makeRole(root, `web-${count += 1}`, { trust, ...more })
const open = () => role([federated(issuer.name, { StringEquals: { [`${issuer.name}:aud`]: 'sts' } })])
const anybody = () => new STSClient({ endpoint: app.origin, region: 'us-east-1', maxAttempts: 1, credentials: { accessKeyId: '', secretAccessKey: '' } })
const assume = (RoleArn: string, WebIdentityToken: string, more: Partial<AssumeRoleWithWebIdentityCommandInput> = {}) =>
  anybody().send(new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'build-7', WebIdentityToken, ...more }))
const invalid = refusal('InvalidIdentityTokenException', 400)
const denied = { ...refusal('AccessDenied', 403), message: expect.stringMatching(/^Not authorized to perform sts:/) }

test('a token of a trusted issuer gives credentials that count', async () => {
  const arn = await role([federated(issuer.name, { StringEquals: { [`${issuer.name}:aud`]: 'sts' }, StringLike: { [`${issuer.name}:sub`]: 'repo:acme/*' } })])
  const answer = await assume(arn, await issuer.token())
  expect(answer).toMatchObject({
    Provider: issuer.issuer, Audience: 'sts', SubjectFromWebIdentityToken: 'repo:acme/app', AssumedRoleUser: { Arn: expect.stringMatching(/^arn:aws:sts::111122223333:assumed-role\/web-\d+\/build-7$/) },
  })
  expect((await stsOf(app, keysOf(answer)).send(new GetCallerIdentityCommand({}))).Arn).toBe(answer.AssumedRoleUser!.Arn)
  const [event] = await app.app.trail.list({ eventName: 'AssumeRoleWithWebIdentity', limit: 1 })
  expect(event!.event).toMatchObject({
    userIdentity: { type: 'WebIdentityUser', userName: 'repo:acme/app', identityProvider: providerArn(issuer.name) }, recipientAccountId: management,
    requestParameters: { webIdentityToken: 'HIDDEN_DUE_TO_SECURITY_REASONS' }, resources: [{ type: 'AWS::IAM::Role' }, { type: 'AWS::IAM::OIDCProvider' }],
  })
})

describe('the trust policy', () => {
  test.each([
    ['another subject', { sub: 'repo:evil/app' }],
    ['another audience of the provider', { aud: 'other' }],
    ['a claim that differs', { ref: 'refs/heads/dev' }],
    ['a claim that is missing', { ref: undefined }],
  ])('turns away %s', async (_, claims) => {
    const key = (name: string) => `${issuer.name}:${name}`
    const arn = await role([federated(issuer.name, { StringEquals: { [key('aud')]: 'sts', [key('ref')]: 'refs/heads/main' }, StringLike: { [key('sub')]: 'repo:acme/*' } })])
    await assume(arn, await issuer.token({ ref: 'refs/heads/main' }))
    await expect(assume(arn, await issuer.token({ ref: 'refs/heads/main', ...claims }))).rejects.toMatchObject(denied)
  })

  test('has to name the provider', async () => {
    const arn = await role([{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }, federated('elsewhere.example.com')])
    await expect(assume(arn, await issuer.token())).rejects.toMatchObject(denied)
    await expect(assume(arn.replace('web-', 'gone-'), await issuer.token())).rejects.toMatchObject(denied)
  })

  test('may ask for one of several values', async () => {
    const arn = await role([federated(issuer.name, { 'ForAnyValue:StringEquals': { [`${issuer.name}:groups`]: 'deploy' } })])
    await assume(arn, await issuer.token({ groups: ['read', 'deploy'] }))
    await expect(assume(arn, await issuer.token({ groups: ['read'] }))).rejects.toMatchObject(denied)
  })

  test('sees the authorized party as the audience', async () => {
    const arn = await open()
    expect((await assume(arn, await issuer.token({ aud: ['https://api.example.com', 'x'], azp: 'sts' }))).Audience).toBe('sts')
    await expect(assume(arn, await issuer.token({ aud: 'sts', azp: 'stranger' }))).rejects.toMatchObject(invalid)
  })
})

describe('a token', () => {
  test.each([
    ['for nobody here', { aud: 'stranger' }, 'InvalidIdentityTokenException', 400],
    ['for nobody', { aud: undefined }, 'InvalidIdentityTokenException', 400],
    ['of an issuer that the account does not know', { iss: 'https://issuer.example.com' }, 'InvalidIdentityTokenException', 400],
    ['of an issuer that is none', { iss: 'nonsense' }, 'InvalidIdentityTokenException', 400],
    ['that has expired', { exp: 1_700_000_000 }, 'ExpiredTokenException', 400],
    ['that never expires', { exp: undefined }, 'IDPRejectedClaimException', 403],
    ['that is not good yet', { nbf: 4_000_000_000 }, 'InvalidIdentityTokenException', 400],
    ['of the future', { iat: 4_000_000_000 }, 'InvalidIdentityTokenException', 400],
    ['about nobody', { sub: undefined }, 'IDPRejectedClaimException', 403],
    ['with a source identity that cannot be one', { 'https://aws.amazon.com/source_identity': 'has space' }, 'IDPRejectedClaimException', 403],
    ['with tags that cannot be read', { 'https://aws.amazon.com/tags': 'x' }, 'IDPRejectedClaimException', 403],
    ['with a tag of two values', { 'https://aws.amazon.com/tags': { principal_tags: { a: ['1', '2'] } } }, 'IDPRejectedClaimException', 403],
  ])('%s is refused', async (_, claims, name, status) => {
    await expect(assume(await open(), await issuer.token(claims as Record<string, unknown>))).rejects.toMatchObject(refusal(name, status))
  })

  test('that somebody else signed is refused, and so is one with a secret, or without a signature', async () => {
    const arn = await open()
    const [header, payload, signature] = (await issuer.token()).split('.') as [string, string, string]
    const forged = () => new SignJWT({ iss: issuer.issuer, sub: 'x', aud: 'sts' }).setIssuedAt().setExpirationTime('5m')
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')
    for (const token of [
      await forged().setProtectedHeader({ alg: 'ES256', kid: issuer.keys[0]!.kid }).sign(privateKey),
      await forged().setProtectedHeader({ alg: 'HS256', kid: issuer.keys[0]!.kid }).sign(Buffer.from(JSON.stringify(issuer.keys[0]!.published))),
      `${none}.${payload}.`, `${header}.${payload}.`, `${header}.${payload}.${signature.slice(0, -4)}AAAA`, 'nonsense', 'a.b.c', `${header}.${payload}`,
    ]) await expect(assume(arn, token)).rejects.toMatchObject(invalid)
  })

  test('may bring tags and a source identity, where the role lets it', async () => {
    const arn = await role([federated(issuer.name, undefined, ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'])], {
      may: [{ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition: { StringEquals: { 'aws:PrincipalTag/Project': 'blue', 'aws:SourceIdentity': 'jane', 'aws:FederatedProvider': providerArn(issuer.name) } } }],
    })
    const claims = { 'https://aws.amazon.com/tags': { principal_tags: { Project: ['blue'] }, transitive_tag_keys: ['Project'] }, 'https://aws.amazon.com/source_identity': 'jane' }
    const answer = await assume(arn, await issuer.token(claims))
    expect(answer.SourceIdentity).toBe('jane')
    await clientOf(app, keysOf(answer)).send(new ListUsersCommand({}))
    await expect(assume(await open(), await issuer.token(claims))).rejects.toMatchObject(denied)
  })
})

test('session policies and the duration are held to the same limits as elsewhere', async () => {
  const arn = await open()
  expect((await assume(arn, await issuer.token(), { Policy: documentOf({ Effect: 'Allow', Action: 'iam:*', Resource: '*' }), DurationSeconds: 900 })).PackedPolicySize).toBeGreaterThan(0)
  await expect(assume(arn, await issuer.token(), { DurationSeconds: 3601 })).rejects.toMatchObject(refusal('ValidationError', 400))
  await expect(assume(arn, await issuer.token(), { Policy: 'x'.repeat(2049) })).rejects.toMatchObject({ ...refusal('ValidationError', 400), message: expect.stringContaining('Policy') })
})

test('the provider has to be one of the role\'s own account', async () => {
  const there = clientOf(app, await rootKeys(app, production))
  const arn = await makeRole(there, 'web', { trust: [{ ...federated(issuer.name) }] })
  await expect(assume(arn, await issuer.token())).rejects.toMatchObject(invalid)
})

describe('keys', () => {
  test('that are new are found, and a stranger cannot make us ask all the time', async () => {
    const arn = await open()
    await assume(arn, await issuer.token())
    ahead = 31_000
    const key = await issuer.addKey('RS256')
    await assume(arn, await issuer.token({}, { key }))
    const asked = issuer.seen.length
    for (let at = 0; at < 5; at += 1) await expect(assume(arn, await issuer.token({}, { key: { ...key, kid: `unknown-${at}` } }))).rejects.toMatchObject(invalid)
    expect(issuer.seen.length).toBe(asked)
  })

  test('are tried one after the other where a token names none', async () => {
    const other = await startIssuer('/several')
    const second = await other.addKey()
    await root.send(new CreateOpenIDConnectProviderCommand({ Url: `https://${other.name}`, ClientIDList: ['sts'] }))
    const arn = await role([federated(other.name)])
    await assume(arn, await other.token({}, { key: { ...second, kid: undefined } }))
    await expect(assume(arn, await other.token({}, { key: { ...issuer.keys[0]!, kid: undefined } }))).rejects.toMatchObject(invalid)
    await other.stop()
  })

  test.each([
    ['does not answer', (_: unknown, response: { destroy(): void }) => { response.destroy(); return true }],
    ['answers that something is wrong', (_: unknown, response: { writeHead(status: number): { end(): void } }) => { response.writeHead(500).end(); return true }],
    ['sends us elsewhere', (_: unknown, response: { writeHead(status: number, headers: object): { end(): void } }) => { response.writeHead(302, { location: 'http://169.254.169.254/' }).end(); return true }],
    ['answers no JSON', (_: unknown, response: { end(text: string): void }) => { response.end('<html>'); return true }],
    ['is another one', (_: unknown, response: { end(text: string): void }) => { response.end('{"issuer":"https://other.example.com"}'); return true }],
  ])('of an issuer that %s are a communication error', async (_, answer) => {
    const other = await startIssuer('/path')
    other.mood.answer = answer as never
    await root.send(new CreateOpenIDConnectProviderCommand({ Url: `https://${other.name}`, ClientIDList: ['sts'] }))
    await expect(assume(await role([federated(other.name)]), await other.token())).rejects.toMatchObject(refusal('IDPCommunicationErrorException', 400))
    await other.stop()
  })
})

test('our own provider is an issuer like any other', async () => {
  const home = await startOidc({ env: { OUTBOUND_NETWORKS: '127.0.0.0/8,::1' } })
  try {
    const client = clientOf(home, await rootKeys(home))
    const name = `${new URL(home.origin).host}/oidc`
    await client.send(new CreateOpenIDConnectProviderCommand({ Url: `https://${name}`, ClientIDList: ['ledger'] }))
    const arn = await makeRole(client, 'people', { trust: [federated(name, { StringEquals: { [`${name}:aud`]: 'ledger' } })] })
    const { id_token: token } = await tokensOf(home.ledger, home.browser(), { scope: 'openid' })
    const sts = new STSClient({ endpoint: home.origin, region: 'us-east-1', maxAttempts: 1, credentials: { accessKeyId: '', secretAccessKey: '' } })
    const answer = await sts.send(new AssumeRoleWithWebIdentityCommand({ RoleArn: arn, RoleSessionName: 'jane', WebIdentityToken: token! }))
    expect(answer).toMatchObject({ Provider: `${home.origin}/oidc`, Audience: 'ledger' })
  } finally {
    await home.stop()
  }
}, 90_000)
