import { contextOf, type RequestFacts } from '../../../src/domain/policy/index.js'

const at = new Date('2026-04-01T12:00:00.500Z')
const user: RequestFacts = { at, principal: { arn: 'arn:aws:iam::111122223333:user/ann', accountId: '111122223333', kind: 'iam-user' } }
const session: RequestFacts = { at, principal: { arn: 'arn:aws:sts::111122223333:assumed-role/Ops/ann', accountId: '111122223333', kind: 'assumed-role', issuerArn: 'arn:aws:iam::111122223333:role/team/Ops' } }

test('what is not known has no key', () => {
  expect(contextOf(user)).toEqual({
    'aws:PrincipalArn': user.principal.arn, 'aws:PrincipalAccount': '111122223333', 'aws:PrincipalType': 'User', 'aws:PrincipalIsAWSService': 'false',
    'aws:CurrentTime': '2026-04-01T12:00:00Z', 'aws:EpochTime': '1775044800',
  })
})

test('the ARN of a session is that of its role', () => {
  expect(contextOf(session)).toMatchObject({ 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/team/Ops', 'aws:PrincipalType': 'AssumedRole' })
})

test('a second factor has an age, and only temporary credentials have the key', () => {
  const given = contextOf({ ...session, multiFactor: { present: true, at: new Date('2026-04-01T11:00:00Z') } })
  expect(given).toMatchObject({ 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '3600' })
  const missing = contextOf({ ...session, multiFactor: { present: false } })
  expect(missing).toMatchObject({ 'aws:MultiFactorAuthPresent': 'false' })
  expect(missing).not.toHaveProperty('aws:MultiFactorAuthAge')
  expect(contextOf(user)).not.toHaveProperty('aws:MultiFactorAuthPresent')
})

test('tags are a key each, and their names a key together', () => {
  expect(contextOf({ ...user, principalTags: { team: 'red' }, requestTags: { env: 'test', cost: '1' }, resourceTags: { owner: 'ann' } })).toMatchObject({
    'aws:PrincipalTag/team': 'red', 'aws:RequestTag/env': 'test', 'aws:ResourceTag/owner': 'ann', 'aws:TagKeys': ['env', 'cost'],
  })
  expect(contextOf({ ...user, tagKeys: ['env'] })).toMatchObject({ 'aws:TagKeys': ['env'] })
})

test('the rest is spelled as the keys are', () => {
  const facts = { ...session, userId: 'AROA1:ann', userName: 'ann', sourceIp: '203.0.113.7', userAgent: 'cli', secureTransport: true, requestedRegion: 'eu-west-1', tokenIssuedAt: at, sourceIdentity: 'ann@example.com', externalId: '42', roleSessionName: 'ann', transitiveTagKeys: ['team'], more: { 'saml:aud': 'x' } }
  expect(contextOf(facts)).toMatchObject({
    'aws:userid': 'AROA1:ann', 'aws:username': 'ann', 'aws:SourceIp': '203.0.113.7', 'aws:UserAgent': 'cli', 'aws:SecureTransport': 'true', 'aws:RequestedRegion': 'eu-west-1', 'aws:TokenIssueTime': '2026-04-01T12:00:00Z',
    'aws:SourceIdentity': 'ann@example.com', 'sts:SourceIdentity': 'ann@example.com', 'sts:ExternalId': '42', 'sts:RoleSessionName': 'ann', 'sts:TransitiveTagKeys': ['team'], 'saml:aud': 'x',
  })
})

test('strangers have no ARN and no account; a provider is named', () => {
  const stranger = contextOf({ at, principal: { arn: 'x', accountId: '', kind: 'federated', federatedProvider: 'accounts.google.com' } })
  expect(stranger).toMatchObject({ 'aws:FederatedProvider': 'accounts.google.com', 'aws:PrincipalType': 'FederatedUser' })
  expect(stranger).not.toHaveProperty('aws:PrincipalArn')
  expect(stranger).not.toHaveProperty('aws:PrincipalAccount')
})
