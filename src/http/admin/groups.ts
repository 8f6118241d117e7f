// /admin/groups: the groups of the directory, and new ones.
import type { Router } from '@koa/router'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { listModel } from '../middleware/listing.js'
import { mountGroup } from './group.js'
import type { AdminOptions } from './options.js'
import type { FoundGroup } from './people-answers.js'
import { mayAll } from './people-rights.js'
import { nothingFailed, orNothing } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

/** Mounts the pages of groups. */
export function mountGroups(router: Router, page: MakePage, options: AdminOptions): void {
  const { csrf } = options
  router.get('/groups', csrf, page(list))
  router.get('/groups/new', csrf, page((visit) => showNew(visit)))
  router.post('/groups/new', csrf, page(create))
  mountGroup(router, page, options)
}

const counted = (count: number, noun: string): string => `${count.toLocaleString('en-GB')} ${noun}${count === 1 ? '' : 's'}`

const list: AdminPage = async (visit) => {
  const can = await mayAll(visit, ['identitystore:CreateGroup'], [])
  await visit.show('admin/list', await listModel<FoundGroup>(visit.ctx, {
    url: '/admin/groups', title: 'Groups', lead: 'People who share what they may. A group may be in another one, and then what that one has counts for its people too.', noun: 'group', nouns: 'groups',
    done: queryOf(visit.ctx).done === 'delete' ? 'The group is deleted.' : undefined,
    create: can['identitystore:CreateGroup'] ? [{ url: '/admin/groups/new', text: 'New group' }] : [],
    find: async ({ limit, search, after }) => {
      const { Groups, NextToken } = await visit.directory('SearchGroups', { Search: search, MaxResults: limit, NextToken: after })
      return { items: Groups as FoundGroup[], next: NextToken as string | undefined }
    },
    row: ({ GroupId, DisplayName, Description, UserCount, GroupCount }) => (
      { url: `/admin/groups/${GroupId}`, name: DisplayName, facts: [Description ?? '', counted(UserCount, 'member'), GroupCount > 0 ? counted(GroupCount, 'group') : ''].filter(Boolean) }),
  }))
}

async function showNew(visit: AdminVisit, failed?: Failed): Promise<void> {
  const can = await mayAll(visit, ['identitystore:CreateGroup'], [])
  if (!can['identitystore:CreateGroup']) throw new Refusal('forbidden', 'You may not make groups. It needs identitystore:CreateGroup on the directory.')
  const { DisplayName = '', Description = '' } = failed ? formOf(visit.ctx) : {}
  await visit.show('admin/group-edit', { isNew: true, about: 'Groups', backUrl: '/admin/groups', name: DisplayName, description: Description, ...nothingFailed, ...failed })
}

const create: AdminPage = async (visit) => {
  const { DisplayName = '', Description } = formOf(visit.ctx)
  let id = ''
  const isMade = await done(visit, async () => {
    const { GroupId } = await visit.directory('CreateGroup', { DisplayName: DisplayName.trim(), Description: orNothing(Description) })
    id = GroupId as string
  }, (failed) => showNew(visit, failed))
  if (isMade) visit.goTo(`/admin/groups/${id}?done=create`)
}
