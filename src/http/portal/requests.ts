// /start/requests: what a person asked for and what waits for their answer; the pages of one request are beside this.
import type { Router } from '@koa/router'
import type { Middleware } from 'koa'
import type { AccessRequest, Requestable, RequestHistory, RequestPage, Requests, RequestState } from '../../domain/requests/index.js'
import { queryOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import type { Page, PortalOptions, Visit } from './portal.js'
import { newRequest, sendRequest } from './request-new.js'
import { actOnRequest, requestPage } from './request.js'

/** What the portal needs of access on request. */
export interface PortalRequests {
  steps: Pick<Requests, 'ask' | 'approve' | 'deny' | 'withdraw' | 'end'>
  requestable: Pick<Requestable, 'list' | 'listAccounts'>
  history: Pick<RequestHistory, 'find' | 'list' | 'listToAnswer' | 'glance' | 'isApprover'>
}

const perPage = 25

/** Mounts them; `person` makes a page of who is signed in. */
export function mountRequests(router: Router, person: (page: Page) => Middleware, options: PortalOptions): void {
  const { csrf } = options
  router.get('/requests', csrf, person(listOf('mine', options)))
  router.get('/requests/to-answer', csrf, person(listOf('to-answer', options)))
  router.get('/requests/new', csrf, person(newRequest(options)))
  router.post('/requests/new', csrf, person(sendRequest(options)))
  router.get('/requests/:id', csrf, person((here) => requestPage(here, options)))
  router.post('/requests/:id', csrf, person(actOnRequest(options)))
}

/** Who acts, as the rules of requests know them. */
export const actingIn = ({ ctx, user }: Visit) => ({ user, origin: originOf(ctx) })

/** How a request stands, in few words. */
export function wordsOf({ state, startsAt }: Pick<AccessRequest, 'state' | 'startsAt'>, now: number): string {
  return state === 'granted' && startsAt!.getTime() > now ? 'Granted for later' : words[state]
}

const words: Record<RequestState, string> = { pending: 'Waiting', granted: 'In force', denied: 'Denied', withdrawn: 'Taken back', expired: 'Not answered', ended: 'Ended early', over: 'Over' }

/** One row of a list. */
export const requestModel = (request: AccessRequest, now: number): object => ({
  url: `/start/requests/${request.id}`,
  permissionSet: request.permissionSet.name,
  account: request.account.name,
  accountId: request.account.id,
  displayName: request.user.displayName,
  userName: request.user.userName,
  reason: request.reason,
  seconds: request.duration,
  state: request.state,
  words: wordsOf(request, now),
  askedAt: request.askedAt.toISOString(),
  startsAt: request.startsAt?.toISOString(),
  endsAt: request.endsAt?.toISOString(),
  isLater: request.state === 'granted' && request.startsAt!.getTime() > now,
})

function listOf(tab: 'mine' | 'to-answer', { requests, clock }: PortalOptions): Page {
  return async ({ ctx, user, show }) => {
    const { before: asked = '' } = queryOf(ctx)
    const before = /^\d{1,18}$/.test(asked) ? asked : undefined
    const path = tab === 'mine' ? '/start/requests' : '/start/requests/to-answer'
    const page: RequestPage = tab === 'mine' ? await requests.history.list({ userId: user.id, before, limit: perPage }) : await requests.history.listToAnswer(user.id, { before, limit: perPage })
    await show('portal/requests', {
      page: tab,
      rows: page.requests.map((request) => requestModel(request, clock())),
      mayAsk: tab === 'mine' && (await requests.requestable.list(user.id)).length > 0,
      olderUrl: page.next && `${path}?before=${page.next}`,
      latestUrl: before && path,
    })
  }
}
