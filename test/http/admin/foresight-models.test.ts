import { foreseenModel, type ForeseenAnswer } from '../../../src/http/admin/foresight-models.js'

type Policies = NonNullable<ForeseenAnswer['Policies']>
type Line = Policies['Wider'][number]

const nothing: Policies = { Wider: [], Narrower: [], BoundaryChanges: false, Unread: [], People: 0, Names: [], Accounts: 0, FirstAccounts: [] }
const of = (some: Partial<Policies>): { policies: Record<string, unknown> } =>
  foreseenModel({ Effects: [], Gaining: 0, Losing: 0, IsComplete: true, Policies: { ...nothing, ...some } }) as { policies: Record<string, unknown> }
const line = (Action: string, more: Partial<Line> = {}): Line => ({ Effect: 'Allow', Action, Resources: ['*'], Conditions: [], ...more })

test('actions that are allowed alike are told together', () => {
  const { policies } = of({ Wider: [line('s3:PutObject'), line('s3:GetObject'), line('ec2:*', { Resources: ['arn:aws:ec2:::one', 'arn:aws:ec2:::two'] }), line('sqs:*', { Conditions: ['aws:SourceIp IpAddress 192.0.2.1'] })] })
  expect(policies.wider).toEqual({ isMore: false, rows: [
    { verb: 'Allows', isEverything: false, actions: ['s3:GetObject', 's3:PutObject'], more: undefined, where: '', when: undefined },
    { verb: 'Allows', isEverything: false, actions: ['ec2:*'], more: undefined, where: 'arn:aws:ec2:::one, arn:aws:ec2:::two', when: undefined },
    { verb: 'Allows', isEverything: false, actions: ['sqs:*'], more: undefined, where: '', when: 'aws:SourceIp IpAddress 192.0.2.1' },
  ] })
})

test('a denial that goes allows more, and one that comes allows less', () => {
  const { policies } = of({ Wider: [line('*', { Effect: 'Deny' })], Narrower: [line('iam:*', { Effect: 'Deny' }), line('s3:*')] })
  expect(policies.wider).toMatchObject({ rows: [{ verb: 'No longer denies', isEverything: true }] })
  expect(policies.narrower).toMatchObject({ rows: [{ verb: 'Denies' }, { verb: 'No longer allows' }] })
})

test('so much that nobody reads it is cut, and says so', () => {
  const { policies } = of({ Wider: [...Array.from({ length: 200 }, (_, n) => line(`s3:Action${n}`)), ...Array.from({ length: 200 }, (_, n) => line('ec2:*', { Resources: [`arn:aws:ec2:::${n}`] }))] })
  expect(policies.wider).toMatchObject({ isMore: true })
  const { rows } = policies.wider as { rows: { actions: string[]; more: string }[] }
  expect([rows.length, rows[0]!.actions.length, rows[0]!.more]).toEqual([50, 40, '160 more actions'])
})

test('no difference, nobody who has it, and policies that are not read are told as such', () => {
  expect(of({}).policies).toMatchObject({ isNothing: true, holders: undefined, wider: undefined, narrower: undefined })
  expect(of({ Unread: ['/Base', '/team/Base', 'arn:aws:iam::111122223333:policy/team/Other'], People: 1, Accounts: 2 }).policies).toMatchObject({ isNothing: false, unread: ['Base', '/team/Base', 'Other'], holders: { text: '1 person in 2 accounts' } })
  expect(of({ People: 1200, Names: [{ UserId: 'u', DisplayName: 'Jane Doe' }] }).policies).toMatchObject({ holders: { text: '1,200 people', people: [{ name: 'Jane Doe', url: '/admin/users/u' }], morePeople: '1,199', moreAccounts: undefined } })
})
