// Operations on accounts that only pages have: asked, checked and recorded like those on the wire.
import { optional, text } from '../protocol/members.js'
import { accountAnswer } from './answers.js'
import { refused } from './language.js'
import { accountOperation, operation, type Operations } from './operation.js'
import { placeOf, toAccount } from './targets.js'
import { accountId, accountName, email } from './words.js'

const alias = text(3, 63, /^(?!\d{12}$)[a-z0-9]+(-[a-z0-9]+)*$/, 'must be small letters, digits and single dashes between them, and no account id')

export const operationsOfPages: Operations = {
  SearchAccounts: operation({
    input: { Search: optional(text(0, 256)) }, readOnly: true, pages: 100, action: 'organizations:ListAccounts',
    run: async (call) => {
      const place = await placeOf(call)
      return call.listed('Accounts', await call.rooms.accounts.page({ ...call.page, search: call.input.Search }), (account) => ({ ...accountAnswer(place, account), Alias: account.alias, Management: account.management }))
    },
  }),
  /** An account with what the wire does not tell of it. */
  DescribeAccountDetails: operation({
    input: { AccountId: accountId }, readOnly: true, action: 'organizations:DescribeAccount',
    target: (input, scope) => toAccount(input, scope),
    run: async (call) => ({ Account: { ...accountAnswer(await placeOf(call), call.target), Alias: call.target.alias, Management: call.target.management } }),
  }),
  /** What the end of an account would take along. */
  PreviewAccountClosing: operation({
    input: { AccountId: accountId }, readOnly: true, action: 'gatehouse:PreviewChange',
    target: (input, scope) => toAccount(input, scope),
    run: async ({ target: { id }, rooms }) => {
      const { users, roles, policies } = await rooms.countIn(id)
      return { Users: users, Roles: roles, Policies: policies, People: await rooms.countPeople(id) }
    },
  }),
  PutAccountName: accountOperation({
    input: { AccountId: accountId, AccountName: accountName },
    target: (input, scope) => toAccount(input, scope),
    run: async ({ input, target: { id, name }, rooms, was }) => {
      await rooms.accounts.rename(id, input.AccountName)
      was({ accountName: name }, { accountName: input.AccountName })
      return {}
    },
  }),
  /** The address of a root user, who is told at the old one. The management account's own root user changes it in the console, with a proof. */
  PutAccountEmail: accountOperation({
    input: { AccountId: accountId, Email: email }, action: 'account:StartPrimaryEmailUpdate',
    target: (input, scope) => toAccount(input, scope),
    run: async ({ input, target: { id, management, email: before }, rooms, ctx, was }) => {
      if (management) throw refused('ConstraintViolationException', 'The root user of the management account changes the address in the console, with a code that is mailed there.')
      await rooms.changeRootAddress(ctx, id, input.Email)
      was({ email: before }, { email: input.Email })
      return {}
    },
  }),
  /** The name by which people sign in to an account, or none. */
  PutAccountAlias: accountOperation({
    input: { AccountId: accountId, AccountAlias: optional(alias) }, action: 'gatehouse:PutAccountAlias',
    target: (input, scope) => toAccount(input, scope),
    run: async ({ input, target: { id, alias: before }, rooms, was }) => {
      await rooms.accounts.setAlias(id, input.AccountAlias)
      was({ accountAlias: before }, { accountAlias: input.AccountAlias })
      return {}
    },
  }),
}
