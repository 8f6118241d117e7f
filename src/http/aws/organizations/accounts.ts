// Accounts: listed, described, made and closed.
import type { Account } from '../../../domain/accounts/index.js'
import { list, made, oneOf, optional, otherwise, text } from '../protocol/members.js'
import { accountAnswer, requestAnswer } from './answers.js'
import { refused } from './language.js'
import { operation, type Operations } from './operation.js'
import { placeOf, requestTags, toAccount } from './targets.js'
import { accountId, accountName, email, tags } from './words.js'

const roleName = made(text(1, 64, /^[\w+=,.@-]+$/), (name, tell) => (/^AWSReservedSSO_/i.test(name) ? tell('must not begin with AWSReservedSSO_') : name))
const requestId = text(1, 36, /^car-[a-z0-9]{8,32}$/, 'must be the id of a request')

function checkClosable({ management }: Account): void {
  if (management) throw refused('ConstraintViolationException', 'The management account cannot be closed.', { Reason: 'CANNOT_CLOSE_MANAGEMENT_ACCOUNT' })
}

export const accountOperations: Operations = {
  ListAccounts: operation({
    input: {}, readOnly: true, pages: 100,
    run: async ({ rooms, accountId: managementId, page, listed }) => {
      const place = await placeOf({ rooms, accountId: managementId })
      return listed('Accounts', await rooms.accounts.page(page), (account) => accountAnswer(place, account))
    },
  }),
  DescribeAccount: operation({
    input: { AccountId: accountId }, readOnly: true,
    target: (input, scope) => toAccount(input, scope),
    run: async (call) => ({ Account: accountAnswer(await placeOf(call), call.target) }),
  }),
  CreateAccount: operation({
    input: { AccountName: accountName, Email: email, RoleName: otherwise('OrganizationAccountAccessRole', roleName), IamUserAccessToBilling: optional(oneOf('ALLOW', 'DENY')), Tags: otherwise({}, tags) },
    context: ({ Tags }) => requestTags(Tags),
    run: async ({ input: { AccountName, Email, RoleName, Tags }, accountId: managementId, rooms }) =>
      ({ CreateAccountStatus: requestAnswer(await rooms.accountRequests.make({ name: AccountName, email: Email, tags: Tags, role: { name: RoleName, managementId } })) }),
  }),
  DescribeCreateAccountStatus: operation({
    input: { CreateAccountRequestId: requestId }, readOnly: true,
    target: async ({ CreateAccountRequestId }, { rooms }) =>
      ({ arn: '*', found: await rooms.accountRequests.find(CreateAccountRequestId), refusal: refused('CreateAccountStatusNotFoundException', 'There is no such request.') }),
    run: ({ target }) => ({ CreateAccountStatus: requestAnswer(target) }),
  }),
  ListCreateAccountStatus: operation({
    input: { States: optional(list(oneOf('IN_PROGRESS', 'SUCCEEDED', 'FAILED'), { max: 3 })) }, readOnly: true, pages: 20,
    run: async ({ input: { States = [] }, rooms, page, listed }) => {
      const [succeeded, failed] = [States.length === 0 || States.includes('SUCCEEDED'), States.length === 0 || States.includes('FAILED')]
      // Nothing is ever in progress.
      if (!succeeded && !failed) return { CreateAccountStatuses: [] }
      return listed('CreateAccountStatuses', await rooms.accountRequests.page({ ...page, ...(succeeded !== failed && { failed }) }), requestAnswer)
    },
  }),
  CloseAccount: operation({
    input: { AccountId: accountId },
    target: (input, scope) => toAccount(input, scope),
    run: async ({ target, rooms, was }) => {
      checkClosable(target)
      const { id, name, email: address, alias, tags: own } = target
      const { users, roles, policies } = await rooms.countIn(id)
      was({ name, email: address, alias, tags: own, users, roles, policies, assignments: await rooms.assignmentsIn(id) }, undefined)
      await rooms.closeAccount(id)
      return {}
    },
  }),
}
