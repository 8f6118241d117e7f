// Passwords, MFA devices, aliases, identity providers and simulation through the IAM API.
import {
  AddClientIDToOpenIDConnectProviderCommand, ChangePasswordCommand, CreateAccountAliasCommand, CreateLoginProfileCommand, CreateOpenIDConnectProviderCommand, CreateSAMLProviderCommand, CreateUserCommand,
  CreateVirtualMFADeviceCommand, DeactivateMFADeviceCommand, DeleteAccountAliasCommand, DeleteAccountPasswordPolicyCommand, DeleteLoginProfileCommand, DeleteOpenIDConnectProviderCommand,
  DeleteSAMLProviderCommand, DeleteUserCommand, DeleteVirtualMFADeviceCommand, EnableMFADeviceCommand, GetAccountPasswordPolicyCommand, GetAccountSummaryCommand, GetContextKeysForCustomPolicyCommand,
  GetLoginProfileCommand, GetOpenIDConnectProviderCommand, GetSAMLProviderCommand, ListAccountAliasesCommand, ListMFADevicesCommand, ListOpenIDConnectProvidersCommand, ListSAMLProvidersCommand,
  ListVirtualMFADevicesCommand, PutUserPolicyCommand, RemoveClientIDFromOpenIDConnectProviderCommand, SimulateCustomPolicyCommand, SimulatePrincipalPolicyCommand, TagOpenIDConnectProviderCommand,
  UpdateAccountPasswordPolicyCommand, UpdateLoginProfileCommand, UpdateOpenIDConnectProviderThumbprintCommand, UpdateSAMLProviderCommand, type IAMClient,
} from '@aws-sdk/client-iam'
import { generateSync } from 'otplib'
import { iamUserPrincipal, Passwords } from '../../src/domain/authentication/index.js'
import { startApp, type TestApp } from '../support/app.js'
import { clientOf, documentOf, management, refusal, rootKeys, userKeys } from '../support/iam.js'
import { idp, metadataOf, signerOf } from '../support/saml.js'

let app: TestApp
let root: IAMClient
beforeAll(async () => {
  app = await startApp()
  root = clientOf(app, await rootKeys(app))
})
afterAll(() => app.stop())

const strong = 'Correct-horse-77!'

describe('login profiles', () => {
  test('are made, changed and taken away, and are the password of the user', async () => {
    const { User } = await root.send(new CreateUserCommand({ UserName: 'ana' }))
    const passwords = new Passwords(app.database, app.app.hashes)
    await expect(root.send(new GetLoginProfileCommand({ UserName: 'ana' }))).rejects.toMatchObject(refusal('NoSuchEntityException', 404))
    const { LoginProfile } = await root.send(new CreateLoginProfileCommand({ UserName: 'ana', Password: strong, PasswordResetRequired: true }))
    expect(LoginProfile).toMatchObject({ UserName: 'ana', PasswordResetRequired: true, CreateDate: expect.any(Date) })
    expect(await passwords.check(iamUserPrincipal(User!.UserId!), strong, '192.0.2.1')).toMatchObject({ oneTime: true })
    await expect(root.send(new CreateLoginProfileCommand({ UserName: 'ana', Password: strong }))).rejects.toMatchObject(refusal('EntityAlreadyExistsException', 409))
    await root.send(new UpdateLoginProfileCommand({ UserName: 'ana', Password: 'Battery-staple-9?', PasswordResetRequired: false }))
    expect(await passwords.check(iamUserPrincipal(User!.UserId!), strong, '192.0.2.1')).toBeUndefined()
    await expect(root.send(new DeleteUserCommand({ UserName: 'ana' }))).rejects.toMatchObject(refusal('DeleteConflictException', 409))
    await root.send(new DeleteLoginProfileCommand({ UserName: 'ana' }))
    await root.send(new DeleteUserCommand({ UserName: 'ana' }))
  })

  test('keep to the rules of the account', async () => {
    await root.send(new CreateUserCommand({ UserName: 'bo' }))
    await expect(root.send(new GetAccountPasswordPolicyCommand({}))).rejects.toMatchObject(refusal('NoSuchEntityException', 404))
    await root.send(new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 20, RequireNumbers: true, AllowUsersToChangePassword: true, MaxPasswordAge: 90, PasswordReusePrevention: 3 }))
    expect((await root.send(new GetAccountPasswordPolicyCommand({}))).PasswordPolicy).toMatchObject({ MinimumPasswordLength: 20, RequireNumbers: true, RequireSymbols: false, ExpirePasswords: true, MaxPasswordAge: 90, PasswordReusePrevention: 3 })
    await expect(root.send(new CreateLoginProfileCommand({ UserName: 'bo', Password: strong }))).rejects.toMatchObject({ ...refusal('PasswordPolicyViolationException', 400), message: expect.stringContaining('20 to 128 characters') })
    await root.send(new CreateLoginProfileCommand({ UserName: 'bo', Password: 'a-long-phrase-of-4-words' }))
    await root.send(new DeleteAccountPasswordPolicyCommand({}))
    await expect(root.send(new CreateLoginProfileCommand({ UserName: 'bo', Password: 'short' }))).rejects.toMatchObject({ $metadata: { httpStatusCode: 409 } })
  })

  test('are changed by their owners where the account or a policy lets them', async () => {
    const keys = await userKeys(root, 'cy')
    const cy = clientOf(app, keys)
    await root.send(new CreateLoginProfileCommand({ UserName: 'cy', Password: strong }))
    const change = (OldPassword: string, NewPassword: string) => cy.send(new ChangePasswordCommand({ OldPassword, NewPassword }))
    await expect(change(strong, 'Battery-staple-9?')).rejects.toMatchObject(refusal('AccessDenied', 403))
    await root.send(new PutUserPolicyCommand({ UserName: 'cy', PolicyName: 'own', PolicyDocument: documentOf({ Effect: 'Allow', Action: 'iam:ChangePassword', Resource: `arn:aws:iam::${management}:user/\${aws:username}` }) }))
    await expect(change('wrong', 'Battery-staple-9?')).rejects.toMatchObject(refusal('AccessDenied', 403))
    await expect(change(strong, 'password')).rejects.toMatchObject(refusal('PasswordPolicyViolationException', 400))
    await expect(change(strong, strong)).rejects.toMatchObject(refusal('PasswordPolicyViolationException', 400))
    await change(strong, 'Battery-staple-9?')
    await change('Battery-staple-9?', 'Another-phrase-8!')
  })

  test('cannot be guessed at without end', async () => {
    const keys = await userKeys(root, 'dee', [{ Effect: 'Allow', Action: 'iam:ChangePassword', Resource: '*' }])
    await root.send(new CreateLoginProfileCommand({ UserName: 'dee', Password: strong }))
    const outcomes: string[] = []
    for (let attempt = 0; attempt < 7; attempt += 1) {
      await clientOf(app, keys).send(new ChangePasswordCommand({ OldPassword: `wrong-${attempt}`, NewPassword: 'x' })).catch((error: Error) => outcomes.push(error.name))
    }
    expect(outcomes).toContain('Throttling')
  })
})

describe('virtual MFA devices', () => {
  const codes = (seed: string): [string, string] => {
    const now = Math.floor(Date.now() / 1000)
    const secret = Buffer.from(seed)
    const bytes = decodeBase32(secret.toString())
    return [generateSync({ secret: bytes, epoch: now - 30 }), generateSync({ secret: bytes, epoch: now })]
  }

  test('are made, enabled by two codes in a row, listed, deactivated and deleted', async () => {
    await root.send(new CreateUserCommand({ UserName: 'mia' }))
    const { VirtualMFADevice } = await root.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'mia-phone' }))
    const serial = VirtualMFADevice!.SerialNumber!
    expect(serial).toBe(`arn:aws:iam::${management}:mfa/mia-phone`)
    expect(Buffer.from(VirtualMFADevice!.QRCodePNG!).subarray(1, 4).toString()).toBe('PNG')
    const seed = Buffer.from(VirtualMFADevice!.Base32StringSeed!).toString()
    expect(seed).toMatch(/^[A-Z2-7]{32}$/)
    const enable = (one: string, two: string) => root.send(new EnableMFADeviceCommand({ UserName: 'mia', SerialNumber: serial, AuthenticationCode1: one, AuthenticationCode2: two }))
    await expect(enable('000000', '000001')).rejects.toMatchObject(refusal('InvalidAuthenticationCodeException', 403))
    await enable(...codes(seed))
    expect((await root.send(new ListMFADevicesCommand({ UserName: 'mia' }))).MFADevices).toMatchObject([{ UserName: 'mia', SerialNumber: serial, EnableDate: expect.any(Date) }])
    expect((await root.send(new ListVirtualMFADevicesCommand({ AssignmentStatus: 'Assigned' }))).VirtualMFADevices).toMatchObject([{ SerialNumber: serial, User: { UserName: 'mia' } }])
    await expect(enable(...codes(seed))).rejects.toMatchObject(refusal('EntityAlreadyExistsException', 409))
    await expect(root.send(new DeleteVirtualMFADeviceCommand({ SerialNumber: serial }))).rejects.toMatchObject(refusal('DeleteConflictException', 409))
    await expect(root.send(new DeleteUserCommand({ UserName: 'mia' }))).rejects.toMatchObject(refusal('DeleteConflictException', 409))
    await root.send(new DeactivateMFADeviceCommand({ UserName: 'mia', SerialNumber: serial }))
    await expect(root.send(new DeactivateMFADeviceCommand({ UserName: 'mia', SerialNumber: serial }))).rejects.toMatchObject(refusal('NoSuchEntityException', 404))
    await root.send(new DeleteVirtualMFADeviceCommand({ SerialNumber: serial }))
    await root.send(new DeleteUserCommand({ UserName: 'mia' }))
    expect(JSON.stringify((await app.app.trail.list({ eventName: 'CreateVirtualMFADevice' })).map(({ event }) => event))).not.toContain(seed)
  })
})

function decodeBase32(text: string): Uint8Array {
  const bits = [...text].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Uint8Array.from(bits.match(/.{8}/g)!, (byte) => Number.parseInt(byte, 2))
}

test('an account has an alias that no other one has, and a summary', async () => {
  expect((await root.send(new ListAccountAliasesCommand({}))).AccountAliases).toEqual(['test-mgmt'])
  await root.send(new CreateAccountAliasCommand({ AccountAlias: 'other-name' }))
  expect((await root.send(new ListAccountAliasesCommand({}))).AccountAliases).toEqual(['other-name'])
  const production = clientOf(app, await rootKeys(app, '444455556666'))
  await expect(production.send(new CreateAccountAliasCommand({ AccountAlias: 'other-name' }))).rejects.toMatchObject(refusal('EntityAlreadyExistsException', 409))
  await expect(root.send(new CreateAccountAliasCommand({ AccountAlias: 'No--Good' }))).rejects.toMatchObject(refusal('ValidationError', 400))
  await expect(root.send(new DeleteAccountAliasCommand({ AccountAlias: 'test-mgmt' }))).rejects.toMatchObject(refusal('NoSuchEntityException', 404))
  await root.send(new DeleteAccountAliasCommand({ AccountAlias: 'other-name' }))
  expect((await root.send(new GetAccountSummaryCommand({}))).SummaryMap).toMatchObject({ AccountAccessKeysPresent: 1, AccessKeysPerUserQuota: 2 })
})

describe('identity providers', () => {
  test('of OpenID Connect have client ids and thumbprints', async () => {
    const create = (Url: string) => root.send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ['sts.amazonaws.com'], ThumbprintList: ['A'.repeat(40)], Tags: [{ Key: 'a', Value: 'b' }] }))
    const { OpenIDConnectProviderArn: arn } = await create('https://token.example.com/path')
    expect(arn).toBe(`arn:aws:iam::${management}:oidc-provider/token.example.com/path`)
    await expect(create('https://token.example.com/path')).rejects.toMatchObject(refusal('EntityAlreadyExistsException', 409))
    for (const url of ['http://token.example.com', 'https://a:b@token.example.com', 'https://token.example.com/?x', 'token']) await expect(create(url)).rejects.toMatchObject(refusal('ValidationError', 400))
    await root.send(new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn, ClientID: 'other' }))
    await root.send(new RemoveClientIDFromOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn, ClientID: 'sts.amazonaws.com' }))
    await root.send(new UpdateOpenIDConnectProviderThumbprintCommand({ OpenIDConnectProviderArn: arn, ThumbprintList: ['b'.repeat(40)] }))
    await root.send(new TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn, Tags: [{ Key: 'c', Value: 'd' }] }))
    expect(await root.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }))).toMatchObject({
      Url: 'token.example.com/path', ClientIDList: ['other'], ThumbprintList: ['b'.repeat(40)], Tags: [{ Key: 'a', Value: 'b' }, { Key: 'c', Value: 'd' }],
    })
    expect((await root.send(new ListOpenIDConnectProvidersCommand({}))).OpenIDConnectProviderList).toEqual([{ Arn: arn }])
    await root.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }))
    await expect(root.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }))).rejects.toMatchObject(refusal('NoSuchEntityException', 404))
  })

  const signer = signerOf()
  const metadata = (more = '') => metadataOf([signer], idp, ` ${more}`)

  test('of SAML have metadata', async () => {
    const create = (SAMLMetadataDocument: string, Name = 'corp') => root.send(new CreateSAMLProviderCommand({ SAMLMetadataDocument, Name }))
    const { SAMLProviderArn: arn } = await create(metadata())
    expect(arn).toBe(`arn:aws:iam::${management}:saml-provider/corp`)
    const wrong = [
      '<x/>', `<!DOCTYPE x>${metadata()}`, metadata().replaceAll('IDPSSODescriptor', 'SPSSODescriptor'), metadata('validUntil="soon"'), 'x'.repeat(2000), metadataOf([]), metadataOf([{ certificate: 'MII' }]),
      metadataOf([signerOf('rsa', 1024)]), metadata().replace('use="signing"', 'use="encryption"'),
    ]
    for (const document of wrong) {
      await expect(create(document.padEnd(1000), 'wrong')).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } })
      await expect(root.send(new UpdateSAMLProviderCommand({ SAMLProviderArn: arn, SAMLMetadataDocument: document.padEnd(1000) }))).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } })
    }
    await expect(create(metadataOf([]).padEnd(1000), 'wrong')).rejects.toThrow('The metadata has no certificate that counts.')
    await root.send(new UpdateSAMLProviderCommand({ SAMLProviderArn: arn, SAMLMetadataDocument: metadata('validUntil="2030-01-01T00:00:00Z"') }))
    expect(await root.send(new GetSAMLProviderCommand({ SAMLProviderArn: arn }))).toMatchObject({ SAMLMetadataDocument: metadata('validUntil="2030-01-01T00:00:00Z"'), ValidUntil: new Date('2030-01-01T00:00:00Z') })
    expect((await root.send(new ListSAMLProvidersCommand({}))).SAMLProviderList).toMatchObject([{ Arn: arn }])
    await root.send(new DeleteSAMLProviderCommand({ SAMLProviderArn: arn }))
  })
})

describe('simulation', () => {
  const document = documentOf({ Sid: 'Look', Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::bucket/${aws:username}/*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } })

  test('says what policies would say, and which keys were not given', async () => {
    const ask = (ResourceArns: string[], ContextEntries = [{ ContextKeyName: 'aws:username', ContextKeyValues: ['ana'], ContextKeyType: 'string' as const }, { ContextKeyName: 'aws:SecureTransport', ContextKeyValues: ['true'], ContextKeyType: 'boolean' as const }]) =>
      root.send(new SimulateCustomPolicyCommand({ PolicyInputList: [document], ActionNames: ['s3:GetObject', 's3:PutObject'], ResourceArns, ContextEntries }))
    expect((await ask(['arn:aws:s3:::bucket/ana/x'])).EvaluationResults).toMatchObject([
      { EvalActionName: 's3:GetObject', EvalDecision: 'allowed', MatchedStatements: [{ SourcePolicyId: 'PolicyInputList.1' }], MissingContextValues: [] },
      { EvalActionName: 's3:PutObject', EvalDecision: 'implicitDeny', MatchedStatements: [] },
    ])
    expect((await ask(['arn:aws:s3:::bucket/ana/x'], [])).EvaluationResults).toMatchObject([{ EvalDecision: 'implicitDeny', MissingContextValues: expect.arrayContaining(['aws:SecureTransport']) }, {}])
    expect((await root.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList: [document] }))).ContextKeyNames).toEqual(['aws:SecureTransport', 'aws:username'])
    await expect(root.send(new SimulateCustomPolicyCommand({ PolicyInputList: ['{'], ActionNames: ['s3:GetObject'] }))).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } })
  })

  test('asks the policies of a user with those that are given', async () => {
    await root.send(new CreateUserCommand({ UserName: 'sim' }))
    await root.send(new PutUserPolicyCommand({ UserName: 'sim', PolicyName: 'own', PolicyDocument: documentOf({ Effect: 'Allow', Action: 'iam:*', Resource: '*' }) }))
    const ask = (PolicyInputList?: string[]) => root.send(new SimulatePrincipalPolicyCommand({ PolicySourceArn: `arn:aws:iam::${management}:user/sim`, ActionNames: ['iam:GetUser'], PolicyInputList }))
    expect((await ask()).EvaluationResults).toMatchObject([{ EvalDecision: 'allowed', EvalResourceName: '*' }])
    expect((await ask([documentOf({ Effect: 'Deny', Action: '*', Resource: '*' })])).EvaluationResults).toMatchObject([{ EvalDecision: 'explicitDeny' }])
    await expect(root.send(new SimulatePrincipalPolicyCommand({ PolicySourceArn: `arn:aws:iam::${management}:user/nobody`, ActionNames: ['iam:GetUser'] }))).rejects.toMatchObject(refusal('NoSuchEntityException', 404))
  })
})
