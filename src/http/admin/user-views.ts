// /admin/users/ID/access and /history: what a person can reach and by which way, and what they did and what was done to them.
import type { Router } from '@koa/router'
import { queryOf } from '../middleware/form.js'
import { addressOf } from '../middleware/listing.js'
import { accessLinks } from './access.js'
import { assignLinks } from './assignments.js'
import { byAccount, byApplication, wayOfPerson, type WayOfPerson } from './held.js'
import type { AdminOptions } from './options.js'
import type { ApplicationAnswer, RoleAnswer } from './people-answers.js'
import { maySee } from './people-rights.js'
import { findPerson, personTabs } from './person.js'
import type { AdminPage, MakePage } from './visit.js'

const rolesPerPage = 100
const eventsPerPage = 30

export function mountUserViews(router: Router, page: MakePage, { csrf }: AdminOptions): void {
  router.get('/users/:id/access', csrf, page(access))
  router.get('/users/:id/history', csrf, page(history))
}

const access: AdminPage = async (visit) => {
  const person = await findPerson(visit)
  const { after } = queryOf(visit.ctx)
  const { Roles, NextToken } = await visit.directory('ListRolesOfUser', { UserId: person.id, MaxResults: rolesPerPage, NextToken: after })
  const { applications } = await maySee(visit)
  const url = `${person.path}/access`
  await visit.show('admin/user-access', {
    title: person.title, tabs: await personTabs(visit, person, 'access'), isDisabled: person.user.UserStatus === 'DISABLED', accounts: byAccount(Roles as WayOfPerson<RoleAnswer>[], wayOfPerson), links: [...await assignLinks(visit, { user: person.id }), ...await accessLinks(visit, { user: person.id })],
    applications: applications && after === undefined ? byApplication((await visit.directory('ListApplicationsOfUser', { UserId: person.id })).Applications as WayOfPerson<ApplicationAnswer>[], wayOfPerson) : undefined,
    nextUrl: NextToken === undefined ? undefined : addressOf(url, { after: NextToken as string }), firstUrl: after === undefined ? undefined : url,
  })
}

interface EventAnswer {
  eventName: string
  eventTime: string
  sourceIPAddress: string
  errorCode?: string
  errorMessage?: string
  userIdentity?: { type: string; arn?: string; userName?: string; onBehalfOf?: { userId: string } }
  requestParameters?: Record<string, unknown> | null
  serviceEventDetails?: Record<string, unknown>
}

const history: AdminPage = async (visit) => {
  const person = await findPerson(visit)
  const { after } = queryOf(visit.ctx)
  const { Events, NextToken } = await visit.directory('ListEventsOfUser', { UserId: person.id, MaxResults: eventsPerPage, NextToken: after })
  const url = `${person.path}/history`
  await visit.show('admin/user-history', {
    title: person.title, tabs: await personTabs(visit, person, 'history'), rows: (Events as EventAnswer[]).map((event) => rowOf(event, person.id)),
    olderUrl: NextToken === undefined ? undefined : addressOf(url, { after: NextToken as string }), latestUrl: after === undefined ? undefined : url,
  })
}

function rowOf({ eventName, eventTime, sourceIPAddress, errorCode, errorMessage, userIdentity, serviceEventDetails }: EventAnswer, id: string): object {
  const isOwn = userIdentity?.onBehalfOf?.userId === id
  return {
    name: eventName, at: eventTime, address: sourceIPAddress, who: isOwn ? 'themselves' : userIdentity?.arn || userIdentity?.userName,
    failed: errorCode !== undefined || Object.values(serviceEventDetails ?? {}).includes('Failure'), why: errorCode && `${errorCode}${errorMessage ? `: ${errorMessage.slice(0, 200)}` : ''}`,
  }
}
