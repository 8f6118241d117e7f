// GetCallerIdentity: says who signed. It needs no permission, and no policy can take it away.
import type { Caller } from '../protocol/caller.js'
import type { QueryOperation } from '../protocol/root.js'

export const getCallerIdentity: QueryOperation<Caller> = {
  run: ({ caller: { arn, userId, accountId } }) => ({ Arn: arn, UserId: userId, Account: accountId }),
}
