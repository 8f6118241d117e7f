// Operations on accounts that only pages have: asked, checked and recorded like those on the wire.
import { optional, text } from '../protocol/members.js'
import { accountAnswer } from './answers.js'
import { accountOperation, operation, type Operations } from './operation.js'
import { placeOf, toAccount } from './targets.js'
import { accountId, accountName } from './words.js'

export const operationsOfPages: Operations = {
  SearchAccounts: operation({
    input: { Search: optional(text(0, 256)) }, readOnly: true, pages: 100, action: 'organizations:ListAccounts',
    run: async (call) => {
      const place = await placeOf(call)
      return call.listed('Accounts', await call.rooms.accounts.page({ ...call.page, search: call.input.Search }), (account) => ({ ...accountAnswer(place, account), Alias: account.alias, Management: account.management }))
    },
  }),
  PutAccountName: accountOperation({
    input: { AccountId: accountId, AccountName: accountName },
    target: (input, scope) => toAccount(input, scope),
    run: async ({ input, target: { id, name }, rooms, was }) => {
      was({ accountName: name })
      await rooms.accounts.rename(id, input.AccountName)
      return {}
    },
  }),
}
