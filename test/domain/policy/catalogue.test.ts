import { authorize, CompiledPolicies, findManagedPolicy, listManagedPolicies, parsePolicy, type NamedPolicy } from '../../../src/domain/policy/index.js'

const account = '111122223333'
const principal = { arn: `arn:aws:iam::${account}:user/ann`, accountId: account, kind: 'iam-user' as const }

const named = (name: string): NamedPolicy => {
  const found = listManagedPolicies().find((policy) => policy.name === name)!
  return { name: found.arn, policy: parsePolicy(found.document, 'identity').policy! }
}
const may = (name: string, action: string, resource = '*'): boolean =>
  authorize({ action, resource, resourceAccountId: account, principal, context: { 'aws:username': 'ann', 'iam:PassedToService': 'ec2.amazonaws.com' } }, { identity: [named(name)] }).allowed

test.each(listManagedPolicies())('$name is a valid identity policy with an ARN and words of its own', ({ name, arn, path, description, document }) => {
  expect(parsePolicy(document, 'identity').faults).toBeUndefined()
  expect(arn).toBe(`arn:aws:iam::aws:policy${path}${name}`)
  expect(description).toMatch(/^[A-Z].*\.$/)
  expect(findManagedPolicy(arn)).toEqual({ name, arn, path, description, document })
})

test('every name is there once', () => {
  const names = listManagedPolicies().map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})

test('a policy is found in other partitions too, and what is none is not found', () => {
  expect(findManagedPolicy('arn:aws-cn:iam::aws:policy/AdministratorAccess')).toMatchObject({ name: 'AdministratorAccess', arn: 'arn:aws-cn:iam::aws:policy/AdministratorAccess' })
  for (const arn of ['arn:aws:iam::aws:policy/job-function/AdministratorAccess', 'arn:aws:iam::aws:policy/administratoraccess', 'AdministratorAccess', '']) expect(findManagedPolicy(arn)).toBeUndefined()
})

const rights: [policy: string, can: string[], cannot: string[]][] = [
  ['AdministratorAccess', ['iam:CreateUser', 'sso:CreatePermissionSet', 's3:GetObject'], []],
  ['AWSDenyAll', [], ['iam:GetUser']],
  ['PowerUserAccess', ['s3:GetObject', 'sso:ListInstances', 'iam:ListRoles', 'organizations:DescribeOrganization'], ['iam:CreateUser', 'iam:PassRole', 'organizations:CreateAccount', 'account:PutAlternateContact']],
  ['ReadOnlyAccess', ['iam:GetUser', 'sso:ListPermissionSets', 's3:GetObject', 'identitystore:ListUsers', 'dynamodb:Query'], ['iam:CreateUser', 'sts:AssumeRole', 'sts:GetFederationToken', 'secretsmanager:GetSecretValue', 'kms:Decrypt', 's3:PutObject', 'sso:CreatePermissionSet', 'rds:DeleteDBInstance']],
  ['ViewOnlyAccess', ['iam:ListUsers', 's3:ListAllMyBuckets', 'ec2:DescribeInstances'], ['s3:GetObject', 'iam:GetUser', 'dynamodb:GetItem', 'iam:CreateUser']],
  ['SecurityAudit', ['iam:GetUser', 'iam:GenerateCredentialReport', 's3:GetBucketPolicy', 'ec2:DescribeInstances', 'cloudtrail:GetTrailStatus'], ['s3:GetObject', 'dynamodb:GetItem', 'secretsmanager:GetSecretValue', 'iam:CreateUser', 'lambda:GetFunction']],
  ['IAMFullAccess', ['iam:CreateUser', 'organizations:DescribeOrganization'], ['s3:GetObject', 'organizations:CreateAccount', 'sso:ListInstances']],
  ['IAMReadOnlyAccess', ['iam:GetUser', 'iam:ListUsers', 'iam:SimulatePrincipalPolicy'], ['iam:CreateUser', 'iam:DeleteUser']],
  ['AWSSSOReadOnly', ['sso:ListPermissionSets', 'identitystore:DescribeUser', 'organizations:ListAccounts', 'gatehouse:ExploreAccess'], ['sso:CreatePermissionSet', 'identitystore:CreateUser', 'gatehouse:RevokeAccess']],
  ['AWSSSOMasterAccountAdministrator', ['sso:CreatePermissionSet', 'identitystore:CreateUser', 'sso-directory:CreateUser', 'gatehouse:RevokeAccess'], ['iam:CreateUser', 's3:GetObject']],
  ['AWSSSODirectoryAdministrator', ['identitystore:CreateUser', 'sso-directory:UpdatePassword'], ['sso:CreatePermissionSet']],
  ['AWSSSODirectoryReadOnly', ['identitystore:ListUsers'], ['identitystore:CreateUser', 'sso:ListInstances']],
  ['AWSOrganizationsFullAccess', ['organizations:CreateAccount', 'account:PutAlternateContact'], ['iam:CreateUser']],
  ['AWSOrganizationsReadOnlyAccess', ['organizations:ListAccounts'], ['organizations:CreateAccount']],
  ['Billing', ['billing:GetBillingData', 'tax:PutTaxRegistration', 'ce:GetCostAndUsage'], ['iam:GetUser', 's3:GetObject']],
  ['SystemAdministrator', ['ec2:RunInstances', 'cloudwatch:PutMetricAlarm'], ['iam:CreateUser', 's3:DeleteBucket']],
  ['SupportUser', ['support:CreateCase', 'ec2:DescribeInstances'], ['ec2:RunInstances', 's3:GetObject']],
  ['DatabaseAdministrator', ['rds:CreateDBInstance', 'dynamodb:CreateTable'], ['iam:CreateUser', 'ec2:RunInstances']],
  ['NetworkAdministrator', ['ec2:CreateVpc', 'ec2:CreateSubnet', 'route53:CreateHostedZone'], ['ec2:RunInstances', 'iam:CreateUser']],
  ['DataScientist', ['s3:GetObject', 'sagemaker:CreateNotebookInstance'], ['iam:CreateUser', 'rds:CreateDBInstance']],
]

test.each(rights)('%s allows what its name says and no more', (name, can, cannot) => {
  expect(can.filter((action) => !may(name, action))).toEqual([])
  expect(cannot.filter((action) => may(name, action))).toEqual([])
})

test('a user keeps its own credentials only', () => {
  const [own, others] = [`arn:aws:iam::${account}:user/ann`, `arn:aws:iam::${account}:user/bob`]
  for (const [name, action] of [['IAMUserChangePassword', 'iam:ChangePassword'], ['IAMSelfManageServiceSpecificCredentials', 'iam:CreateServiceSpecificCredential'], ['IAMUserSSHKeys', 'iam:UploadSSHPublicKey']] as const) {
    expect([may(name, action, own), may(name, action, others)]).toEqual([true, false])
  }
})

test('roles are handed to the services of the job only', () => {
  expect(may('SystemAdministrator', 'iam:PassRole', `arn:aws:iam::${account}:role/ec2-sysadmin-web`)).toBe(true)
  expect(may('SystemAdministrator', 'iam:PassRole', `arn:aws:iam::${account}:role/Admin`)).toBe(false)
})

describe('compiled policies', () => {
  const text = (sid: string): string => JSON.stringify({ Version: '2012-10-17', Statement: { Sid: sid, Effect: 'Allow', Action: '*', Resource: '*' } })

  test('a text is compiled once for each kind', () => {
    const compiled = new CompiledPolicies()
    expect(compiled.parse(text('A'), 'identity')).toBe(compiled.parse(text('A'), 'identity'))
    expect(compiled.parse(text('A'), 'boundary')).not.toBe(compiled.parse(text('A'), 'identity'))
  })

  test('what is not used for longest goes first', () => {
    const compiled = new CompiledPolicies(text('A').length * 2 + 40)
    const [first, second] = [compiled.parse(text('A'), 'identity'), compiled.parse(text('B'), 'identity')]
    compiled.parse(text('A'), 'identity')
    compiled.parse(text('C'), 'identity')
    expect(compiled.parse(text('A'), 'identity')).toBe(first)
    expect(compiled.parse(text('B'), 'identity')).not.toBe(second)
  })

  test('what is larger than all room there is goes unkept', () => {
    const compiled = new CompiledPolicies(10)
    expect(compiled.parse(text('A'), 'identity')).not.toBe(compiled.parse(text('A'), 'identity'))
  })
})
