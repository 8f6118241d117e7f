// DecodeAuthorizationMessage: opens what a denial was sealed with, for those of the account who may know.
import type { Caller } from '../protocol/caller.js'
import { AwsError } from '../protocol/errors.js'
import { text } from '../protocol/fields.js'
import type { QueryOperation } from '../protocol/root.js'
import { operation } from './operation.js'
import type { StsRooms } from './rooms.js'

export const decodeAuthorizationMessage = ({ denials, permissions, trail }: StsRooms): QueryOperation<Caller> => operation('DecodeAuthorizationMessage', trail, {
  input: { EncodedMessage: text(1, 10_240) }, readOnly: true,
  run: async ({ input, caller, ctx }) => {
    await permissions.check(caller, { action: 'sts:DecodeAuthorizationMessage', resource: '*' }, ctx)
    const opened = denials.open(input.EncodedMessage)
    if (opened?.accountId !== caller.accountId) throw new AwsError('InvalidAuthorizationMessageException', 400, 'The message is none that was made here for this account.')
    return { answer: { DecodedMessage: opened.document } }
  },
})
