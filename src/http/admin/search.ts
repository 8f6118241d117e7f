// /admin/search: one search over everything that is administered, by kind; each kind for those whose policies open it.
import type { Router } from '@koa/router'
import { spelledAccountId } from '../../platform/templates/index.js'
import { queryOf } from '../middleware/form.js'
import { addressOf } from '../middleware/listing.js'
import { isPasted, lookUpUrl } from './look-up.js'
import { applicationUrl, type ApplicationAnswer } from './application-answers.js'
import type { AdminOptions } from './options.js'
import { mainOf, type FoundGroup, type UserAnswer } from './people-answers.js'
import { nothingOpen } from './sections.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

const mostOfAKind = 8

interface Hit {
  url: string
  name: string
  facts: string[]
}

interface Kind {
  title: string
  /** The section that it is in, and whose right it takes. */
  section: string
  find: (visit: AdminVisit, search: string) => Promise<{ hits: Hit[]; isMore: boolean }>
}

const some = <Item>(items: readonly Item[], next: unknown, hitOf: (item: Item) => Hit): { hits: Hit[]; isMore: boolean } => ({ hits: items.slice(0, mostOfAKind).map(hitOf), isMore: next !== undefined || items.length > mostOfAKind })

const kinds: readonly Kind[] = [
  {
    title: 'Users', section: 'users',
    find: async ({ directory }, search) => {
      const { Users, NextToken } = await directory('SearchUsers', { Search: search, MaxResults: mostOfAKind })
      return some(Users as UserAnswer[], NextToken, ({ UserId, UserName, DisplayName, Emails, UserStatus }) => ({ url: `/admin/users/${UserId}`, name: DisplayName, facts: [UserName, mainOf(Emails) ?? '', UserStatus === 'DISABLED' ? 'disabled' : ''].filter(Boolean) }))
    },
  },
  {
    title: 'Groups', section: 'groups',
    find: async ({ directory }, search) => {
      const { Groups, NextToken } = await directory('SearchGroups', { Search: search, MaxResults: mostOfAKind })
      return some(Groups as FoundGroup[], NextToken, ({ GroupId, DisplayName, Description }) => ({ url: `/admin/groups/${GroupId}`, name: DisplayName, facts: Description ? [Description] : [] }))
    },
  },
  {
    title: 'Accounts', section: 'accounts',
    find: async ({ accounts }, search) => {
      const { Accounts, NextToken } = await accounts('SearchAccounts', { Search: search, MaxResults: mostOfAKind })
      return some(Accounts as { Id: string; Name: string; Email: string; Alias?: string }[], NextToken, ({ Id, Name, Email, Alias }) => ({ url: `/admin/accounts/${Id}`, name: Name, facts: [spelledAccountId(Id), Alias ?? '', Email].filter(Boolean) }))
    },
  },
  {
    title: 'Permission sets', section: 'permission-sets',
    find: async ({ ssoAdmin }, search) => {
      const { PermissionSets, NextToken } = await ssoAdmin('SearchPermissionSets', { Search: search, MaxResults: mostOfAKind })
      return some(PermissionSets as { PermissionSetArn: string; Name: string; Description?: string }[], NextToken, ({ PermissionSetArn, Name, Description }) => ({ url: `/admin/permission-sets/${PermissionSetArn.split('/').at(-1)}`, name: Name, facts: Description ? [Description] : [] }))
    },
  },
  {
    title: 'Applications', section: 'applications',
    find: async ({ ssoAdmin }, search) => {
      const { Applications, NextToken } = await ssoAdmin('SearchApplications', { Search: search, MaxResults: mostOfAKind })
      return some(Applications as unknown as ApplicationAnswer[], NextToken, ({ ApplicationArn, Name, Description }) => ({ url: applicationUrl(ApplicationArn), name: Name, facts: Description ? [Description] : [] }))
    },
  },
]

/** Mounts the page. */
export function mountSearch(router: Router, page: MakePage, { csrf }: AdminOptions): void {
  router.get('/search', csrf, page(search))
}

const search: AdminPage = async (visit) => {
  const query = (queryOf(visit.ctx).q ?? '').trim().slice(0, 100)
  const { lookUp } = await visit.may({ lookUp: { action: 'gatehouse:LookUp', resource: visit.places.instanceArn } })
  if (lookUp && isPasted(query)) return visit.goTo(lookUpUrl(query))
  if (visit.sections.length === 0 && !lookUp) throw nothingOpen()
  const open = kinds.filter(({ section }) => visit.sections.some(({ name }) => name === section))
  const found = query === '' ? [] : await Promise.all(open.map(async ({ title, section, find }) => ({ title, allUrl: addressOf(`/admin/${section}`, { q: query }), ...await find(visit, query) })))
  await visit.show('admin/search', { here: 'Search', query, lookUpUrl: lookUp && query.length > 1 ? lookUpUrl(query) : undefined, kinds: found.filter(({ hits }) => hits.length > 0), isNothing: query !== '' && found.every(({ hits }) => hits.length === 0) })
}
