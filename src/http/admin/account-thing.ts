// The account that an address means.
import { Refusal } from '../../platform/errors.js'
import type { AdminVisit } from './visit.js'

interface AccountAnswer {
  Id: string
  Arn: string
  Name: string
  Email: string
  Alias?: string
  Management: boolean
  JoinedTimestamp: number
}

export interface AccountThing {
  path: string
  title: string
  account: AccountAnswer
}

/** Finds it; the operation refuses those who may not read it. */
export async function findAccount({ ctx, accounts }: AdminVisit): Promise<AccountThing> {
  const { id = '' } = ctx.params as { id?: string }
  if (!/^\d{12}$/.test(id)) throw new Refusal('not-found', 'There is no such account.')
  const { Account: account } = await accounts('DescribeAccountDetails', { AccountId: id }) as unknown as { Account: AccountAnswer }
  return { path: `/admin/accounts/${account.Id}`, title: account.Name, account }
}
