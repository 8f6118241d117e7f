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

test('of another boundary it says what falls, what comes back, what is left in part, and what cannot be told', () => {
  const boundary = { Falls: [line('iam:CreateUser')], Returns: [line('s3:*')], Partial: [{ ...line('*'), Within: ['ec2:*', 's3:*'] }], Unclear: [line('sqs:*')], Unchanged: 3, Unread: [] }
  const { policies } = of({ BoundaryChanges: true, Boundary: boundary, Wider: [line('ec2:*')] })
  expect(policies).toMatchObject({
    wider: { rows: [{ verb: 'Allows', actions: ['ec2:*', 's3:*'] }] }, narrower: { rows: [{ verb: 'No longer allows', actions: ['iam:CreateUser'] }] },
    partial: { rows: [{ isEverything: true, within: ['ec2:*', 's3:*'], moreWithin: undefined }] }, unclear: { rows: [{ actions: ['sqs:*'] }] }, unchanged: 3, unreadBoundary: [], isNothing: false,
  })
  expect(of({ BoundaryChanges: true, Boundary: { ...boundary, Unread: ['/team/Limit'] } }).policies).toMatchObject({ unreadBoundary: ['/team/Limit'] })
})

test('what is told of the same people is told together, and what would end is counted', () => {
  const jane = { People: 1, Names: [{ UserId: 'j', UserName: 'jane', DisplayName: 'Jane Doe' }] }
  const none = { People: 0, Names: [] }
  const ends = { PortalSessions: 2, Applications: 0, CommandLines: 1, ConsoleSessions: 0, Credentials: 0, Grants: 0, Disabled: false, Unreached: { Applications: ['Wiki'], AccessKeys: 0 } }
  const at = (name: string) => [{ AccountId: '1', AccountName: name, PermissionSetName: 'Reader' }]
  const model = foreseenModel({ Effects: [{ Places: at('One'), Gains: none, Losses: jane }, { Places: at('Two'), Gains: none, Losses: jane }, { Places: [{ ApplicationName: 'Wiki' }], Gains: none, Losses: { ...jane, People: 2 } }], Gaining: 0, Losing: 2, IsComplete: true, Ends: ends })
  expect(model).toMatchObject({
    effects: [{ people: 1, places: [{ what: 'Reader', accounts: 'One and Two' }] }, { people: 2, morePeople: 1, places: [{ what: 'Wiki' }] }],
    ends: { numbers: [{ count: '2', text: 'sessions of the portal' }, { count: '1', text: 'command line that is signed in' }], unreached: ['Wiki keeps a session of its own, and does not hear of it.'] },
  })
})

test('no difference, nobody who has it, and policies that are not read are told as such', () => {
  expect(of({}).policies).toMatchObject({ isNothing: true, holders: undefined, wider: undefined, narrower: undefined })
  expect(of({ Unread: ['/Base', '/team/Base', 'arn:aws:iam::111122223333:policy/team/Other'], People: 1, Accounts: 2 }).policies).toMatchObject({ isNothing: false, unread: ['Base', '/team/Base', 'Other'], holders: { text: '1 person in 2 accounts' } })
  expect(of({ People: 1200, Names: [{ UserId: 'u', DisplayName: 'Jane Doe' }] }).policies).toMatchObject({ holders: { text: '1,200 people', people: [{ name: 'Jane Doe', url: '/admin/users/u' }], morePeople: '1,199', moreAccounts: undefined } })
})
