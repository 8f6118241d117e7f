import { simulate } from '../../../src/domain/policy/index.js'
import { allow, deny, requestOf, setOf } from './cases/case.js'

const set = setOf({
  identity: [
    allow('s3:GetObject', 'arn:aws:s3:::photos/*', { Sid: 'Photos', Condition: { StringEquals: { 'aws:username': 'ann' }, IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
    allow('iam:*'),
    deny('s3:*', 'arn:aws:s3:::secrets/*'),
  ],
  boundary: [allow('s3:*')],
})

test('statements about the action are told, with what of each did not fit', () => {
  const [found] = simulate([requestOf({ with: { 'aws:username': 'bob' } })], set)
  expect(found!.decision).toMatchObject({ allowed: false, lacks: 'identity' })
  expect(found!.statements).toEqual([
    { layer: 'identity', policy: 'identity', statement: 0, sid: 'Photos', effect: 'Allow', applies: false, fitsResource: true, fitsPrincipal: true, conditions: [
      { operator: 'StringEquals', key: 'aws:username', found: ['bob'], holds: false },
      { operator: 'IpAddress', key: 'aws:SourceIp', found: [], holds: false },
    ] },
    { layer: 'identity', policy: 'identity', statement: 2, effect: 'Deny', applies: false, fitsResource: false, fitsPrincipal: true, conditions: [] },
    { layer: 'boundary', policy: 'boundary', statement: 0, effect: 'Allow', applies: true, fitsResource: true, fitsPrincipal: true, conditions: [] },
  ])
  expect(found!.missingKeys).toEqual(['aws:SourceIp'])
})

test('each request has its own answer', () => {
  const context = { 'aws:username': 'ann', 'aws:SourceIp': '10.1.1.1' }
  const answers = simulate([requestOf({ with: context }), requestOf({ with: context, resource: 'arn:aws:s3:::secrets/a' }), requestOf({ action: 'iam:GetUser' })], set)
  expect(answers.map(({ decision: { reason, by, lacks } }) => [reason, by?.statement ?? lacks])).toEqual([['allowed', 0], ['explicit-deny', 2], ['implicit-deny', 'boundary']])
})

test('the answer says what each kind of policy said', () => {
  const [found] = simulate([requestOf({ action: 'iam:GetUser' })], set)
  expect(found!.decision.considered).toEqual([{ layer: 'identity', outcome: 'allows', by: { layer: 'identity', policy: 'identity', statement: 1 } }, { layer: 'boundary', outcome: 'silent' }])
})
