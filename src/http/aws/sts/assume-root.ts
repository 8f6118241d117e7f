// AssumeRoot: an account of the management account's, as its root user, for one task and at most a quarter of an hour.
import { rootArn } from '../../../domain/accounts/index.js'
import { findManagedPolicy } from '../../../domain/policy/index.js'
import type { Caller } from '../protocol/caller.js'
import { AwsError } from '../protocol/errors.js'
import { optional, structure, text, whole } from '../protocol/fields.js'
import { circumstancesOf } from '../protocol/permissions.js'
import type { QueryOperation } from '../protocol/root.js'
import { credentialsOf, issuedOf, operation } from './operation.js'
import type { StsRooms } from './rooms.js'

const longest = 900
const task = /^arn:aws:iam::aws:policy\/root-task\/[\w+=,.@-]+$/

export const assumeRoot = ({ ownSessions, findAccount, trail }: StsRooms): QueryOperation<Caller> => operation('AssumeRoot', trail, {
  input: {
    TargetPrincipal: text(12, 2048, /^(\d{12}|arn:aws:iam::\d{12}:root)$/, 'must be an account id or the ARN of a root user'),
    TaskPolicyArn: structure({ arn: text(20, 2048, task, 'must be a policy under root-task/') }), DurationSeconds: optional(whole(0, longest)),
  },
  run: async ({ input, caller, ctx }) => {
    const accountId = /\d{12}/.exec(input.TargetPrincipal)![0]
    const { arn } = input.TaskPolicyArn
    if (!findManagedPolicy(arn)) throw new AwsError('ValidationError', 400, '1 validation error detected: TaskPolicyArn is not a policy that there is')
    const [asking, target] = await Promise.all([findAccount(caller.accountId), findAccount(accountId)])
    const isOver = asking?.management === true && target !== undefined && !target.management
    const credentials = await ownSessions.ofRoot(caller, { accountId, taskPolicy: arn, durationSeconds: input.DurationSeconds || longest, isOver }, circumstancesOf(ctx))
    return {
      answer: { Credentials: credentialsOf(credentials) },
      event: { responseElements: { credentials: issuedOf(credentials) }, resources: [{ ARN: rootArn(accountId), accountId, type: 'AWS::IAM::User' }] },
    }
  },
})
