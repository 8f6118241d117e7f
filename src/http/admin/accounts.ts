// /admin/accounts: the accounts of the organization, and who is assigned what in each.
import type { Router } from '@koa/router'
import { spelledAccountId } from '../../platform/templates/index.js'
import { Refusal } from '../../platform/errors.js'
import { listModel } from '../middleware/listing.js'
import { accessLinks } from './access.js'
import { assignedModel } from './assigned.js'
import { assignLinks } from './assignments.js'
import type { AdminOptions } from './options.js'
import type { AdminPage, MakePage } from './visit.js'

interface FoundAccount {
  Id: string
  Name: string
  Email: string
  Alias?: string
  Management: boolean
}

/** Mounts the pages of accounts. */
export function mountAccounts(router: Router, page: MakePage, { csrf }: AdminOptions): void {
  router.get('/accounts', csrf, page(list))
  router.get('/accounts/:id', csrf, page(one))
}

const list: AdminPage = async ({ ctx, show, accounts }) => {
  await show('admin/list', await listModel<FoundAccount>(ctx, {
    url: '/admin/accounts', title: 'Accounts', lead: 'Each account has roles and credentials of its own, and a root user who owns it.', noun: 'account', nouns: 'accounts',
    find: async ({ limit, search, after }) => {
      const { Accounts, NextToken } = await accounts('SearchAccounts', { Search: search, MaxResults: limit, NextToken: after })
      return { items: Accounts as FoundAccount[], next: NextToken as string | undefined }
    },
    row: ({ Id, Name, Email, Alias, Management }) => ({ url: `/admin/accounts/${Id}`, name: Name, facts: [spelledAccountId(Id), Alias ?? '', Email, Management ? 'management account' : ''].filter(Boolean) }),
  }))
}

const one: AdminPage = async (visit) => {
  const { ctx, show, accounts } = visit
  const { id = '' } = ctx.params as { id?: string }
  if (!/^\d{12}$/.test(id)) throw new Refusal('not-found', 'There is no such account.')
  const links = [...await assignLinks(visit, { account: id }), ...await accessLinks(visit, { account: id })]
  const { Account } = await accounts('DescribeAccount', { AccountId: id }) as unknown as { Account: { Id: string; Name: string; Email: string; Arn: string; JoinedTimestamp: number } }
  await show('admin/thing', {
    title: Account.Name, links, back: { url: '/admin/accounts', text: 'Accounts' },
    facts: [
      { term: 'Account id', text: Account.Id, id: 'account-id' }, { term: 'Root user', text: Account.Email },
      { term: 'Since', at: new Date(Account.JoinedTimestamp * 1000).toISOString() }, { term: 'ARN', text: Account.Arn, id: 'arn' },
    ],
    policies: undefined,
    assigned: await assignedModel(visit, `/admin/accounts/${id}`, { AccountId: id }), otherTitle: 'permission set',
  })
}
