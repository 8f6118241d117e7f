// GetCallerIdentity: says who signed. It needs no permission, and no policy can take it away.
import { assumedRoleArn, assumedRoleUserId, type Session } from '../../../domain/credentials/index.js'
import type { QueryOperation } from '../protocol/root.js'

export const getCallerIdentity: QueryOperation<Readonly<Session>> = {
  run: ({ caller: { principal } }) => ({
    Arn: assumedRoleArn(principal),
    UserId: assumedRoleUserId(principal),
    Account: principal.accountId,
  }),
}
