// /admin/suggestions/groups and /users: names that begin as somebody types, for the fields that ask for one.
import type { Router } from '@koa/router'
import { queryOf } from '../middleware/form.js'
import type { AdminOptions } from './options.js'
import type { FoundGroup, UserAnswer } from './people-answers.js'
import type { AdminPage, MakePage } from './visit.js'

const most = 8

interface Suggestion {
  value: string
  label: string
}

/** Mounts them. */
export function mountSuggestions(router: Router, page: MakePage, { csrf }: AdminOptions): void {
  router.get('/suggestions/groups', csrf, page(suggest(async ({ directory }, Search) => {
    const { Groups } = await directory('SearchGroups', { Search, MaxResults: most })
    return (Groups as FoundGroup[]).map(({ DisplayName, Description = '' }) => ({ value: DisplayName, label: Description }))
  })))
  router.get('/suggestions/users', csrf, page(suggest(async ({ directory }, Search) => {
    const { Users } = await directory('SearchUsers', { Search, MaxResults: most })
    return (Users as UserAnswer[]).map(({ UserName, DisplayName }) => ({ value: UserName, label: DisplayName }))
  })))
}

const suggest = (find: (visit: Parameters<AdminPage>[0], search: string) => Promise<Suggestion[]>): AdminPage => async (visit) => {
  const search = (queryOf(visit.ctx).q ?? '').trim().slice(0, 100)
  visit.ctx.set('Cache-Control', 'no-store')
  visit.ctx.body = { suggestions: search === '' ? [] : await find(visit, search) }
}
