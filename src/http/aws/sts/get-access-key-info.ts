// GetAccessKeyInfo: the account that an access key is of, also one that is off or expired.
import type { Caller } from '../protocol/caller.js'
import { AwsError } from '../protocol/errors.js'
import { text } from '../protocol/fields.js'
import type { QueryOperation } from '../protocol/root.js'
import { operation } from './operation.js'
import type { StsRooms } from './rooms.js'

export const getAccessKeyInfo = ({ trail, findKey }: StsRooms): QueryOperation<Caller> => operation('GetAccessKeyInfo', trail, {
  input: { AccessKeyId: text(16, 128, /^\w*$/, 'must be letters and digits') }, readOnly: true,
  run: async ({ input: { AccessKeyId } }) => {
    // Sessions are kept nowhere but in the trail, which has what issued them.
    const accountId = AccessKeyId.startsWith('ASIA') ? await trail.findAccountOf(AccessKeyId) : (await findKey(AccessKeyId))?.accountId
    if (accountId === undefined) throw new AwsError('ValidationError', 400, '1 validation error detected: AccessKeyId is not of an access key that is known here')
    return { answer: { Account: accountId } }
  },
})
