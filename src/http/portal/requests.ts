// /start/requests: what a person asked for and what waits for their answer; the pages of one request are beside this.
import type { Router } from '@koa/router'
import type { Middleware } from 'koa'
import type { Requestable, RequestHistory, RequestPage, Requests } from '../../domain/requests/index.js'
import { queryOf } from '../middleware/form.js'
import type { Page, PortalOptions } from './portal.js'
import { requestModel } from './request-model.js'
import { newRequest, sendRequest } from './request-new.js'
import { actOnRequest, requestPage } from './request.js'

/** What the portal needs of access on request. */
export interface PortalRequests {
  steps: Pick<Requests, 'ask' | 'approve' | 'deny' | 'withdraw' | 'end'>
  requestable: Pick<Requestable, 'list' | 'listAccounts'>
  history: Pick<RequestHistory, 'find' | 'list' | 'listToAnswer' | 'glance' | 'isApprover' | 'countApprovals'>
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
