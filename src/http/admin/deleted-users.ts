// /admin/users/deleted: who was deleted, with what is left of the time in which they can come back.
import type { Router } from '@koa/router'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import { queryOf, formOf } from '../middleware/form.js'
import { foreseen, mayForesee, showForeseen } from './foresight.js'
import { done, type Failed } from '../middleware/form-again.js'
import { addressOf } from '../middleware/listing.js'
import type { AdminOptions } from './options.js'
import { isoOf, type DeletedUserAnswer } from './people-answers.js'
import { directoryWishes, mayAll, userArn } from './people-rights.js'
import { spelledSession } from './telling.js'
import { nothingFailed } from './things.js'
import { userTabs } from './user-tabs.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

const url = '/admin/users/deleted'
const perPage = 25
const said: Readonly<Record<string, string>> = { restore: 'They are back, with their groups and assignments.', purge: 'Removed for good.' }
const hour = 3600

/** Mounts the page. */
export function mountDeletedUsers(router: Router, page: MakePage, { csrf, clock }: AdminOptions): void {
  router.get('/users/deleted', csrf, page(list(clock)))
  router.post('/users/deleted', csrf, page(change(clock)))
}

const list = (clock: Clock): AdminPage => async (visit) => {
  const { purge } = queryOf(visit.ctx)
  if (!purge) return show(visit, clock)
  const { DisplayName: name } = await visit.directory('DescribeDeletedUser', { UserId: purge })
  await visit.show('admin/person-confirm', {
    title: 'Remove for good?', about: name, text: 'They cannot be brought back after that. Their user name becomes free; the events of what they did stay.', button: 'Remove for good', change: 'purge', fields: [{ name: 'UserId', value: purge }], action: url, backUrl: url,
  })
}

/** Says what is left, in days as long as there are some. */
function leftOf(goneAt: number, now: number): string {
  const hours = Math.max(1, Math.ceil((goneAt - now) / hour))
  return hours >= 48 ? `${Math.ceil(hours / 24)} days left` : hours === 1 ? '1 hour left' : `${hours} hours left`
}

async function show(visit: AdminVisit, clock: Clock, failed?: Failed): Promise<void> {
  const { q = '', after, done: was = '' } = queryOf(visit.ctx)
  const query = q.trim().slice(0, 100)
  const { DeletedUsers, NextToken } = await visit.directory('SearchDeletedUsers', { Search: query, MaxResults: perPage, NextToken: after })
  const can = await mayAll(visit, ['sso-directory:RestoreUser', 'sso-directory:PurgeUser'], [userArn('*')])
  const now = clock() / 1000
  await visit.show('admin/users', {
    query, status: '', tabs: userTabs('DELETED', query), isDeleted: true, create: [], done: Object.hasOwn(said, was) ? said[was] : undefined, ...nothingFailed, ...failed,
    rows: (DeletedUsers as DeletedUserAnswer[]).map(({ UserId, UserName, DisplayName, DeletedAt, DeletedBy, GoneAt }) => ({
      id: UserId, name: DisplayName, userName: UserName, deletedAt: isoOf(DeletedAt), deletedBy: DeletedBy && (spelledSession(DeletedBy) ?? DeletedBy), left: leftOf(GoneAt, now),
      canRestore: can['sso-directory:RestoreUser'], purgeUrl: can['sso-directory:PurgeUser'] ? addressOf(url, { purge: UserId }) : undefined,
    })),
    nextUrl: NextToken === undefined ? undefined : addressOf(url, { q: query, after: NextToken as string }), firstUrl: after === undefined ? undefined : addressOf(url, { q: query }),
  })
}

/** Shows what somebody would get back. */
async function showReturn(visit: AdminVisit, UserId: string): Promise<void> {
  const { DisplayName: name } = await visit.directory('DescribeDeletedUser', { UserId })
  await showForeseen(visit, { RestoreUsers: [UserId] }, {
    title: 'Bring them back?', about: name as string, text: 'With their groups and assignments, as far as those are there still.', button: 'Bring back', change: 'restore', action: url, backUrl: url,
    nothing: 'They come back to no account and no application: nothing was assigned to them, it is gone by now, or they were disabled.', fields: [{ name: 'UserId', value: UserId }],
  })
}

const change = (clock: Clock): AdminPage => async (visit) => {
  const { change: name = '', UserId = '', [foreseen.name]: seen } = formOf(visit.ctx)
  const operation = { restore: 'RestoreUser', purge: 'PurgeUser' }[name]
  if (!operation) throw new Refusal('not-found', 'This page does not do that.')
  if (name === 'restore' && seen !== foreseen.value && await mayForesee(visit, directoryWishes(visit, 'sso-directory:RestoreUser', [userArn(UserId)]))) {
    await done(visit, () => showReturn(visit, UserId), (failed) => show(visit, clock, failed))
    return
  }
  if (await done(visit, () => visit.directory(operation, { UserId }), (failed) => show(visit, clock, failed))) visit.goTo(addressOf(url, { done: name }))
}
