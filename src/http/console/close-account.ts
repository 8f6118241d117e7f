// /console/settings/close: the end of an account, with everybody and everything in it; asked for by its id.
import type { Router } from '@koa/router'
import { Refusal } from '../../platform/errors.js'
import { formOf } from '../middleware/form.js'
import { aboutSession } from './events.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { ConsoleOptions } from './options.js'
import { withFreshProof } from './prove.js'
import type { ConsolePage, ConsoleVisit, MakePage } from './visit.js'

/** Mounts the page. */
export function mountClosing(router: Router, page: MakePage, options: ConsoleOptions): void {
  const guarded = (one: ConsolePage): ReturnType<MakePage> => page(async (visit) => {
    await visit.require({ action: 'account:CloseAccount', resource: '*' })
    if ((await options.rooms.accounts.get(visit.session.accountId)).management) throw new Refusal('forbidden', 'The management account cannot be closed.')
    await (visit.session.kind === 'root' || visit.session.kind === 'iam-user' ? withFreshProof(one, options, '/console/settings/close')(visit) : one(visit))
  })
  router.get('/settings/close', options.csrf, guarded((visit) => show(visit, options)))
  router.post('/settings/close', options.csrf, guarded(close(options)))
}

async function show(visit: ConsoleVisit, { countIn }: ConsoleOptions, failed?: Failed): Promise<void> {
  const { users, roles, policies } = await countIn(visit.session.accountId)
  await visit.show('console/close-account', { users, roles, policies, problem: undefined, faults: undefined, retryAfter: undefined, ...failed })
}

const close = (options: ConsoleOptions): ConsolePage => async (visit) => {
  const { session } = visit
  const { confirmation = '' } = formOf(visit.ctx)
  const isDone = await done(visit, async () => {
    const message = 'That is not the id of this account.'
    if (confirmation.replace(/[\s-]/g, '') !== session.accountId) throw new Refusal('invalid-input', message, { faults: [{ path: 'confirmation', message }] })
    // Written first, so that it is there whatever becomes of what follows.
    await options.trail.record({ ...aboutSession(visit.ctx, session), eventName: 'CloseAccount', eventSource: 'account.amazonaws.com', eventType: 'AwsApiCall', requestParameters: { accountId: session.accountId } })
    await options.closeAccount(session.accountId)
  }, (failed) => show(visit, options, failed))
  if (isDone) visit.goTo('/console')
}
