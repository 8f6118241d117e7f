// Roles for assertions of SAML providers, over the wire: which assertions count, what they may ask for, what trust policies see.
import { CreateSAMLProviderCommand, ListUsersCommand, UpdateSAMLProviderCommand, type IAMClient } from '@aws-sdk/client-iam'
import { AssumeRoleWithSAMLCommand, GetCallerIdentityCommand, STSClient, type AssumeRoleWithSAMLCommandInput } from '@aws-sdk/client-sts'
import { startApp, type TestApp } from '../support/app.js'
import { clientOf, management, production, refusal, rootKeys } from '../support/iam.js'
import { base64, idp, metadataOf, responseOf, signed, signerOf, type ResponseWords } from '../support/saml.js'
import { keysOf, makeRole, stsOf } from '../support/sts.js'

const signer = signerOf()
const stranger = signerOf()
let app: TestApp
let root: IAMClient
beforeAll(async () => {
  app = await startApp()
  root = clientOf(app, await rootKeys(app))
  await root.send(new CreateSAMLProviderCommand({ Name: 'Corp', SAMLMetadataDocument: metadataOf([signer]) }))
}, 90_000)
afterAll(() => app.stop())

const provider = `arn:aws:iam::${management}:saml-provider/Corp`
const attribute = (name: string): string => `https://aws.amazon.com/SAML/Attributes/${name}`
let count = 0
const trusting = (Condition?: object, Action: string | string[] = 'sts:AssumeRoleWithSAML', Federated = provider) => ({ Effect: 'Allow', Principal: { Federated }, Action, ...(Condition && { Condition }) })
const role = (trust: object[] = [trusting({ StringEquals: { 'SAML:aud': `${app.origin}/saml` } })], more: object = {}) => makeRole(root, `saml-${count += 1}`, { trust, ...more })
const assertion = (arn: string, { attributes = {}, ...more }: Partial<ResponseWords> = {}, by = signer): string => base64(signed(responseOf({
  recipient: `${app.origin}/saml`, attributes: { [attribute('Role')]: [`${arn},${provider}`], [attribute('RoleSessionName')]: ['jane'], ...attributes }, ...more,
}), by))
const anybody = () => new STSClient({ endpoint: app.origin, region: 'us-east-1', maxAttempts: 1, credentials: { accessKeyId: '', secretAccessKey: '' } })
const assume = (RoleArn: string, SAMLAssertion: string, more: Partial<AssumeRoleWithSAMLCommandInput> = {}) =>
  anybody().send(new AssumeRoleWithSAMLCommand({ RoleArn, PrincipalArn: provider, SAMLAssertion, ...more }))
const denied = { ...refusal('AccessDenied', 403), message: expect.stringMatching(/^Not authorized to perform sts:/) }
const invalid = refusal('InvalidIdentityTokenException', 400)
const rejected = refusal('IDPRejectedClaimException', 403)

test('an assertion of a trusted provider gives credentials that count', async () => {
  const arn = await role()
  const answer = await assume(arn, assertion(arn))
  expect(answer).toMatchObject({
    Subject: 'jane', SubjectType: 'persistent', Issuer: idp, Audience: `${app.origin}/saml`, NameQualifier: expect.stringMatching(/^[\w+/]{27}=$/),
    AssumedRoleUser: { Arn: expect.stringMatching(/^arn:aws:sts::111122223333:assumed-role\/saml-\d+\/jane$/) },
  })
  expect((await stsOf(app, keysOf(answer)).send(new GetCallerIdentityCommand({}))).Arn).toBe(answer.AssumedRoleUser!.Arn)
  const [event] = await app.app.trail.list({ eventName: 'AssumeRoleWithSAML', limit: 1 })
  expect(event!.event).toMatchObject({
    userIdentity: { type: 'SAMLUser', userName: 'jane', identityProvider: answer.NameQualifier, principalId: `${answer.NameQualifier}:jane` }, recipientAccountId: management,
    requestParameters: { roleArn: arn, principalArn: provider, roleSessionName: 'jane', sAMLAssertionID: expect.stringMatching(/^_a/) },
    responseElements: { issuer: idp, subjectType: 'persistent', audience: `${app.origin}/saml`, credentials: { accessKeyId: expect.stringMatching(/^ASIA/) } },
    resources: [{ type: 'AWS::IAM::Role' }, { type: 'AWS::IAM::SAMLProvider' }],
  })
  expect(JSON.stringify(event!.event)).not.toContain(answer.Credentials!.SecretAccessKey)
})

test('an assertion counts once, whatever became of the first time', async () => {
  const arn = await role()
  const once = assertion(arn)
  const tries = await Promise.allSettled([1, 2, 3].map(() => assume(arn, once)))
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  await expect(assume(arn, once)).rejects.toMatchObject(invalid)
})

describe('the trust policy', () => {
  test('sees who, whence and for whom', async () => {
    const answer = await (async () => {
      const arn = await role([trusting({ StringEquals: { 'SAML:aud': `${app.origin}/saml`, 'saml:iss': idp, 'saml:sub': 'jane', 'saml:sub_type': 'persistent', 'saml:doc': `${management}/Corp` } })])
      return assume(arn, assertion(arn))
    })()
    const arn = await role([trusting({ StringEquals: { 'saml:namequalifier': answer.NameQualifier! } })])
    await assume(arn, assertion(arn))
  })

  test.each([['saml:sub', 'joe'], ['saml:iss', 'https://other.example.com'], ['saml:aud', 'https://signin.aws.amazon.com/saml'], ['saml:sub_type', 'transient']])('turns away whose %s is not %s', async (key, value) => {
    const arn = await role([trusting({ StringEquals: { [key]: value } })])
    await expect(assume(arn, assertion(arn))).rejects.toMatchObject(denied)
  })

  test('has to name the provider', async () => {
    const arn = await role([trusting(undefined, undefined, provider.replace('Corp', 'Other'))])
    await expect(assume(arn, assertion(arn))).rejects.toMatchObject(denied)
    const gone = arn.replace('saml-', 'gone-')
    await expect(assume(gone, assertion(gone))).rejects.toMatchObject(denied)
  })
})

describe('an assertion is refused', () => {
  test.each<[string, object, Partial<ResponseWords>]>([
    ['for somebody else', invalid, { audience: 'https://other.example.com' }],
    ['for another address', invalid, { destination: 'https://other.example.com/saml' }],
    ['of another issuer', invalid, { issuer: 'https://other.example.com' }],
    ['that is over', refusal('ExpiredTokenException', 400), { conditions: 'NotOnOrAfter="2020-01-01T00:00:00Z"' }],
    ['that was made too long ago', refusal('ExpiredTokenException', 400), { issuedAt: Date.now() - 500_000 }],
    ['of a provider that says no', rejected, { status: '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"/></samlp:Status>' }],
    ['about nobody', rejected, { nameId: '' }],
    ['without a session name', rejected, { attributes: { [attribute('RoleSessionName')]: [] } }],
    ['with a session name that is none', rejected, { attributes: { [attribute('RoleSessionName')]: ['has space'] } }],
    ['with two session names', rejected, { attributes: { [attribute('RoleSessionName')]: ['a1', 'b2'] } }],
    ['for another role', rejected, { attributes: { [attribute('Role')]: [`arn:aws:iam::${management}:role/other,${provider}`] } }],
    ['for another provider', rejected, { attributes: { [attribute('Role')]: [`arn:aws:iam::${management}:role/other,${provider}x`] } }],
    ['with a duration that is none', rejected, { attributes: { [attribute('SessionDuration')]: ['12'] } }],
    ['with a tag of two values', rejected, { attributes: { [attribute('PrincipalTag:Team')]: ['a', 'b'] } }],
    ['with a source identity that is none', rejected, { attributes: { [attribute('SourceIdentity')]: ['has space'] } }],
  ])('%s', async (_, expected, more) => {
    const arn = await role()
    await expect(assume(arn, assertion(arn, more))).rejects.toMatchObject(expected)
  })

  test('where somebody else signed it, nobody did, or it is none', async () => {
    const arn = await role()
    await expect(assume(arn, assertion(arn, {}, stranger))).rejects.toMatchObject(invalid)
    await expect(assume(arn, base64(responseOf({ recipient: `${app.origin}/saml` })))).rejects.toMatchObject(invalid)
    await expect(assume(arn, 'AAAA')).rejects.toMatchObject(invalid)
    await expect(assume(arn, assertion(arn), { PrincipalArn: `${provider}x` })).rejects.toMatchObject(invalid)
  })

  test('for a role of a permission set', async () => {
    const arn = `arn:aws:iam::${management}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_ReadOnly_0123456789abcdef`
    await expect(assume(arn, assertion(arn))).rejects.toMatchObject(denied)
  })

  test('where the role is in another account than the provider', async () => {
    const arn = await makeRole(clientOf(app, await rootKeys(app, production)), 'elsewhere', { trust: [trusting()] })
    await expect(assume(arn, assertion(arn))).rejects.toMatchObject(rejected)
  })
})

test('tags and a source identity are taken where the role lets them', async () => {
  const arn = await role([trusting(undefined, ['sts:AssumeRoleWithSAML', 'sts:TagSession', 'sts:SetSourceIdentity'])], {
    may: [{ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition: { StringEquals: { 'aws:PrincipalTag/Project': 'blue', 'aws:SourceIdentity': 'jane', 'aws:FederatedProvider': provider } } }],
  })
  const attributes = { [attribute('PrincipalTag:Project')]: ['blue'], [attribute('TransitiveTagKeys')]: ['Project'], [attribute('SourceIdentity')]: ['jane'], [attribute('Role')]: [`${provider}, ${arn}`] }
  const answer = await assume(arn, assertion(arn, { attributes }))
  expect(answer.SourceIdentity).toBe('jane')
  await clientOf(app, keysOf(answer)).send(new ListUsersCommand({}))
  const plain = await role()
  await expect(assume(plain, assertion(plain, { attributes: { ...attributes, [attribute('Role')]: [`${plain},${provider}`] } }))).rejects.toMatchObject(denied)
})

test('a session lasts as long as was asked, as the role lets it, and no longer than the session at the provider', async () => {
  const arn = await role(undefined, { maxSessionDuration: 7200 })
  const lasts = async (more: Partial<ResponseWords>, asked?: number): Promise<number> =>
    Math.round(((await assume(arn, assertion(arn, more), { DurationSeconds: asked })).Credentials!.Expiration!.getTime() - Date.now()) / 60_000)
  expect(await lasts({})).toBe(60)
  expect(await lasts({ attributes: { [attribute('SessionDuration')]: ['7200'] } })).toBe(120)
  expect(await lasts({ attributes: { [attribute('SessionDuration')]: ['7200'] } }, 1800)).toBe(30)
  expect(await lasts({ authn: `AuthnInstant="${new Date().toISOString()}" SessionNotOnOrAfter="${new Date(Date.now() + 1_200_000).toISOString()}"` })).toBe(20)
  await expect(assume(arn, assertion(arn), { DurationSeconds: 7201 })).rejects.toMatchObject(refusal('ValidationError', 400))
})

test('a provider that changes its key has both for a while', async () => {
  await root.send(new UpdateSAMLProviderCommand({ SAMLProviderArn: provider, SAMLMetadataDocument: metadataOf([stranger, signer]) }))
  const arn = await role()
  await assume(arn, assertion(arn))
  await assume(arn, assertion(arn, {}, stranger))
  await root.send(new UpdateSAMLProviderCommand({ SAMLProviderArn: provider, SAMLMetadataDocument: metadataOf([signer]) }))
  await expect(assume(arn, assertion(arn, {}, stranger))).rejects.toMatchObject(invalid)
})
