// /admin/accounts: the accounts of the organization.
import type { Router } from '@koa/router'
import { listModel } from '../middleware/listing.js'
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
}

const list: AdminPage = async ({ ctx, show, accounts }) => {
  await show('admin/list', await listModel<FoundAccount>(ctx, {
    url: '/admin/accounts', title: 'Accounts', lead: 'Each account has roles and credentials of its own, and a root user who owns it.', noun: 'account', nouns: 'accounts',
    find: async ({ limit, search, after }) => {
      const { Accounts, NextToken } = await accounts('SearchAccounts', { Search: search, MaxResults: limit, NextToken: after })
      return { items: Accounts as FoundAccount[], next: NextToken as string | undefined }
    },
    row: ({ Id, Name, Email, Alias, Management }) => ({ url: `/admin/accounts/${Id}`, name: Name, facts: [Id.replace(/(\d{4})(?=\d)/g, '$1-'), Alias ?? '', Email, Management ? 'management account' : ''].filter(Boolean) }),
  }))
}
