// Events in plain words.
import { changesIn, inWords, whatIn, whoIn, whyFailed, type EventShape } from '../../../src/http/admin/telling.js'

const event = (more: Partial<EventShape>): EventShape => ({ eventID: 'e', eventName: 'UpdateUser', eventSource: 's', eventTime: 't', sourceIPAddress: 'a', userAgent: 'u', requestID: 'r', ...more })

test.each([['CreateUser', 'Create user'], ['PutSAMLProvider', 'Put SAML provider'], ['UserAuthentication', 'User authentication'], ['x', 'x']])('%s is %s', (name, words) => {
  expect(inWords(name)).toBe(words)
})

test.each([
  [{ type: 'Root', accountId: '111122223333' }, 'Root user of 1111-2222-3333'],
  [{ type: 'AssumedRole', arn: 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReadOnly_0123456789abcdef/jane' }, 'jane as ReadOnly'],
  [{ type: 'IdentityCenterUser', arn: '', onBehalfOf: { userId: 'u1' } }, 'ada'],
  [{ type: 'IdentityCenterUser', arn: '', onBehalfOf: { userId: 'gone' } }, 'gone'],
  [{ type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/bob', userName: 'bob' }, 'bob'],
  [{ type: 'AWSService', invokedBy: 'organization file' }, 'organization file'],
  [{ type: 'Unknown' }, 'Somebody unknown'],
])('who %j is', (userIdentity, words) => {
  expect(whoIn(event({ userIdentity }), { u1: 'ada' })).toBe(words)
})

test('a change is told by what differs, also where only the request says what it is now', () => {
  expect(changesIn(event({ additionalEventData: { before: { name: 'A', mfa: { mode: 'never' }, list: [1] }, after: { name: 'A', mfa: { mode: 'always' }, list: [] } } }))).toEqual([
    { name: 'Mfa › mode', before: 'never', after: 'always' }, { name: 'List', before: '1', after: '' },
  ])
  expect(changesIn(event({ additionalEventData: { before: { accountName: 'A', other: 'x' } }, requestParameters: { accountName: 'B' } }))).toEqual([
    { name: 'Account name', before: 'A', after: 'B' }, { name: 'Other', before: 'x', after: 'as the record says' },
  ])
  expect(changesIn(event({ eventName: 'DeleteUser', additionalEventData: { before: { userName: 'ada' } } }))).toEqual([{ name: 'User name', before: 'ada', after: '' }])
  expect(changesIn(event({}))).toEqual([])
})

test('what it was about are names, and why it failed what the answer says', () => {
  expect(whatIn(event({ requestParameters: { instanceArn: 'arn:ours', userName: 'ada', policyDocument: '{}', groupId: 'g1', tags: [] } }))).toBe('ada, g1')
  expect(whyFailed(event({ errorCode: 'AccessDenied', errorMessage: 'no' }))).toBe('AccessDenied: no')
  expect(whyFailed(event({ serviceEventDetails: { CredentialVerification: 'Failure' }, additionalEventData: { says: 'The clocks differ by 400 seconds.', advice: 'Set the clock.' } }))).toBe('The clocks differ by 400 seconds. Set the clock.')
  expect(whyFailed(event({ additionalEventData: { says: 'All is well.' } }))).toBeUndefined()
  expect(whyFailed(event({}))).toBeUndefined()
})
