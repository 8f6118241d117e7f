import { policyDifference, type BoundaryDifference } from '../../../src/domain/access/index.js'

const managed = (name: string): string => `arn:aws:iam::aws:policy/${name}`
const holding = (Statement: unknown, permissionsBoundary?: string) => ({ managedPolicies: [], inlinePolicy: { Version: '2012-10-17', Statement }, permissionsBoundary })
const allow = (Action: string | string[], more: object = { Resource: '*' }) => ({ Effect: 'Allow', Action, ...more })
const change = (statements: unknown, before: string | undefined, after: string | undefined): BoundaryDifference => policyDifference(holding(statements, before), holding(statements, after)).boundary!
const actions = (lines: { action: string }[]): string[] => lines.map(({ action }) => action)

test('a boundary takes away what it does not allow, and leaves what it does', () => {
  const { falls, partial, unclear, unchanged } = change([allow(['iam:CreateUser', 's3:GetObject', 'ec2:*'])], undefined, managed('PowerUserAccess'))
  expect([actions(falls), partial, unclear, unchanged]).toEqual([['iam:CreateUser'], [], [], 2])
})

test('what goes beyond the boundary is left in part, in the words of the boundary', () => {
  const { falls, partial, unchanged } = change([allow('*'), allow('iam:*')], undefined, managed('PowerUserAccess'))
  expect([falls, unchanged]).toEqual([[], 0])
  expect(partial).toEqual([
    expect.objectContaining({ action: '*', within: expect.arrayContaining([expect.stringMatching(/^all but .*iam:\*/)]) }),
    expect.objectContaining({ action: 'iam:*', within: expect.arrayContaining(['iam:ListRoles']) }),
  ])
})

test('without the boundary all of it is back', () => {
  const { returns, partial, unclear } = change([allow(['iam:CreateUser', 's3:GetObject']), allow('*')], managed('PowerUserAccess'), undefined)
  expect([actions(returns), partial, unclear]).toEqual([['iam:CreateUser', '*'], [], []])
})

test('all but some actions lie within the boundary that leaves out no more, and not within one that does', () => {
  const notIam = { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' }
  expect(change([notIam], undefined, managed('PowerUserAccess'))).toMatchObject({ falls: [], partial: [], unchanged: 1 })
  expect(change([{ ...notIam, NotAction: ['s3:*'] }], undefined, managed('PowerUserAccess')).partial).toHaveLength(1)
})

test('what a denial does and policies of accounts allow cannot be told', () => {
  expect(change([{ Effect: 'Deny', Action: 's3:*', Resource: '*' }], undefined, managed('ReadOnlyAccess'))).toMatchObject({ falls: [], partial: [], unchanged: 0 })
  expect(change([allow('s3:*')], undefined, '/team/Limit')).toEqual({ falls: [], returns: [], partial: [], unclear: [], unchanged: 0, unread: ['/team/Limit'] })
  expect(policyDifference({ ...holding([]), managedPolicies: ['/team/Base'] }, { ...holding([], managed('ReadOnlyAccess')), managedPolicies: ['/team/Base'] }).unread).toEqual(['/team/Base'])
})

test('from one part to another nothing certain is told', () => {
  expect(actions(change([allow('*')], managed('PowerUserAccess'), managed('ReadOnlyAccess')).unclear)).toEqual(['*'])
})

test('the same boundary is no difference', () => {
  expect(policyDifference(holding([allow('s3:*')], managed('PowerUserAccess')), holding([allow('s3:*')], managed('PowerUserAccess')))).not.toHaveProperty('boundary')
})
