// /admin/accounts: the accounts of the organization, and new ones.
import type { Router } from '@koa/router'
import { accountFindings } from '../../domain/health/index.js'
import { spelledAccountId } from '../../platform/templates/index.js'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { listModel } from '../middleware/listing.js'
import { mountAccount } from './account.js'
import { accountFact, accountFilter, areTold } from './finding-words.js'
import type { AdminOptions } from './options.js'
import { nothingFailed } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

interface FoundAccount {
  Id: string
  Name: string
  Email: string
  Alias?: string
  Management: boolean
  /** How much of a finding it has. */
  Found?: { Count: number; Moment?: number }
}

/** Mounts the pages of accounts. */
export function mountAccounts(router: Router, page: MakePage, options: AdminOptions): void {
  const { csrf } = options
  router.get('/accounts', csrf, page(list))
  router.get('/accounts/new', csrf, page((visit) => showNew(visit)))
  router.post('/accounts/new', csrf, page(create))
  mountAccount(router, page, options)
}

const creating = { action: 'organizations:CreateAccount', resource: '*' }

const list: AdminPage = async ({ ctx, show, accounts, may, sections }) => {
  const { create: mayCreate } = await may({ create: creating })
  const finding = accountFindings.find((code) => code === queryOf(ctx).show)
  await show('admin/list', await listModel<FoundAccount>(ctx, {
    url: '/admin/accounts', title: 'Accounts', lead: 'Each account has roles and credentials of its own, and a root user who owns it.', noun: 'account', nouns: 'accounts',
    done: queryOf(ctx).done === 'close' ? 'The account is closed.' : undefined,
    create: mayCreate ? [{ url: '/admin/accounts/new', text: 'New account' }] : [],
    filter: areTold(sections) ? accountFilter : undefined,
    find: async ({ limit, search, show: asked, after }) => {
      const { Accounts, NextToken } = await accounts('SearchAccounts', { Search: search, Finding: asked, MaxResults: limit, NextToken: after })
      return { items: Accounts as FoundAccount[], next: NextToken as string | undefined }
    },
    row: ({ Id, Name, Email, Alias, Management, Found }) => ({
      url: `/admin/accounts/${Id}`, name: Name,
      facts: [spelledAccountId(Id), Alias ?? '', Email, Management ? 'management account' : '', finding && Found ? accountFact(finding, { count: Found.Count, moment: Found.Moment === undefined ? undefined : new Date(Found.Moment * 1000) }) : ''].filter(Boolean),
    }),
  }))
}

const usualRole = 'OrganizationAccountAccessRole'

async function showNew(visit: AdminVisit, failed?: Failed): Promise<void> {
  await visit.require(creating)
  const { AccountName = '', Email = '', RoleName = usualRole } = failed ? formOf(visit.ctx) : {}
  await visit.show('admin/new-account', { values: { AccountName, Email, RoleName }, ...nothingFailed, ...failed })
}

const reasons: Readonly<Record<string, string>> = { EMAIL_ALREADY_EXISTS: 'That address is the root user of another account.' }

const create: AdminPage = async (visit) => {
  const { AccountName = '', Email = '', RoleName = '' } = formOf(visit.ctx)
  let id = ''
  const isMade = await done(visit, async () => {
    const { CreateAccountStatus } = await visit.accounts('CreateAccount', { AccountName: AccountName.trim(), Email: Email.trim(), RoleName: RoleName.trim() || undefined })
    const { AccountId, FailureReason = '' } = CreateAccountStatus as { AccountId?: string; FailureReason?: string }
    if (AccountId === undefined) {
      const message = reasons[FailureReason] ?? 'The account could not be made.'
      throw new Refusal('conflict', message, { faults: [{ path: 'Email', message }] })
    }
    id = AccountId
  }, (failed) => showNew(visit, failed))
  if (isMade) visit.goTo(`/admin/accounts/${id}?done=create`)
}
