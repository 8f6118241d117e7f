// A program that decides requests by policies, one after another. `/?seconds=2` answers how many it did with 20
// statements, `/?seconds=2&statements=2000` with so many.
import { createServer } from 'node:http'
import { authorize, parsePolicy, type AuthorizationRequest, type NamedPolicy, type PolicySet } from '../src/domain/policy/index.js'

const account = '111122223333'
const buckets = ['photos', 'logs', 'reports', 'backups']

/** Statements as people write them: lists of actions, ARNs with wildcards and variables, now and then a condition. */
function statementOf(index: number): unknown {
  const bucket = `${buckets[index % buckets.length]}-${index}`
  const kinds = [
    { Effect: 'Allow', Action: ['s3:Get*', 's3:List*', 's3:PutObject'], Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`] },
    { Effect: 'Allow', Action: ['iam:*AccessKey*', 'iam:GetUser', 'iam:ChangePassword'], Resource: 'arn:aws:iam::*:user/${aws:username}' },
    { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: `arn:aws:iam::*:role/team-${index}/*`, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' }, IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '2001:db8::/32'] } } },
    { Effect: 'Deny', Action: ['s3:Delete*', 's3:PutBucketPolicy'], Resource: `arn:aws:s3:::*-${index}/*/kept/*`, Condition: { StringNotLike: { 'aws:PrincipalTag/team': ['red-*', 'blue'] } } },
  ]
  return kinds[index % kinds.length]
}

function setOf(statements: number): PolicySet {
  const identity: NamedPolicy[] = []
  for (let from = 0; from < statements; from += 20) {
    const { policy, faults } = parsePolicy({ Version: '2012-10-17', Statement: Array.from({ length: Math.min(20, statements - from) }, (_, index) => statementOf(from + index)) }, 'identity')
    if (!policy) throw new Error(JSON.stringify(faults))
    identity.push({ name: `policy ${from / 20}`, policy })
  }
  return { identity }
}

function requests(): AuthorizationRequest[] {
  const principal = { arn: `arn:aws:iam::${account}:user/ann`, accountId: account, kind: 'iam-user' } as const
  const context = { 'aws:username': 'ann', 'aws:SourceIp': '10.1.2.3', 'aws:MultiFactorAuthPresent': 'true', 'aws:PrincipalTag/team': 'red-1', 'aws:CurrentTime': '2026-04-01T12:00:00Z', 'aws:SecureTransport': 'true' }
  const asked = [['s3:GetObject', 'arn:aws:s3:::photos-0/2026/04/cat.jpg'], ['s3:DeleteObject', 'arn:aws:s3:::backups-3/a/kept/b'], ['iam:CreateAccessKey', `arn:aws:iam::${account}:user/ann`], ['iam:DeleteUser', `arn:aws:iam::${account}:user/bob`], ['sts:AssumeRole', `arn:aws:iam::${account}:role/team-18/Deploy`]]
  return asked.map(([action, resource]) => ({ action: action!, resource: resource!, resourceAccountId: account, principal, context }))
}

function decide(set: PolicySet, seconds: number): { count: number; seconds: number } {
  const asked = requests()
  const started = performance.now()
  const elapsed = (): number => (performance.now() - started) / 1000
  let count = 0
  while (elapsed() < seconds) {
    for (let round = 0; round < 20; round += 1) for (const request of asked) authorize(request, set)
    count += asked.length * 20
  }
  return { count, seconds: elapsed() }
}

const sets = new Map<number, PolicySet>()

createServer((request, response) => {
  const { searchParams } = new URL(request.url!, 'http://localhost')
  const statements = Number(searchParams.get('statements') ?? 20)
  const set = sets.get(statements) ?? setOf(statements)
  sets.set(statements, set)
  response.end(JSON.stringify(decide(set, Number(searchParams.get('seconds') ?? 0))))
}).listen(Number(process.env.PORT), 'localhost')
