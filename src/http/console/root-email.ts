// /console/settings/email: another address for the root user, once a code that was mailed to it comes back.
import type { Router } from '@koa/router'
import { rootPrincipal } from '../../domain/authentication/index.js'
import type { AuditEvent, Recorder } from '../../platform/audit/index.js'
import { Refusal } from '../../platform/errors.js'
import { isMailAddress, masked } from '../../platform/mail/index.js'
import { formOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import { aboutSession } from './events.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { ConsoleOptions } from './options.js'
import { withFreshProof } from './prove.js'
import type { ConsolePage, ConsoleVisit, MakePage } from './visit.js'

const action = { start: 'account:StartPrimaryEmailUpdate', accept: 'account:AcceptPrimaryEmailUpdate' }
const minutes = 10

/** Mounts the page. */
export function mountRootEmail(router: Router, page: MakePage, options: ConsoleOptions): void {
  const guarded = (one: ConsolePage): ReturnType<MakePage> => page(async (visit) => {
    await visit.require({ action: action.start, resource: '*' })
    // Roles proved who they are elsewhere; whoever has a password here proves it again.
    await (visit.session.kind === 'root' || visit.session.kind === 'iam-user' ? withFreshProof(one, options, '/console/settings/email')(visit) : one(visit))
  })
  router.get('/settings/email', options.csrf, guarded((visit) => show(visit, options, {})))
  router.post('/settings/email', options.csrf, guarded(send(options)))
  router.post('/settings/email/code', options.csrf, guarded(confirm(options)))
}

interface Shown {
  email?: string
  /** Of the code that was mailed. */
  id?: string
}

async function show(visit: ConsoleVisit, { rooms }: ConsoleOptions, { email = '', id }: Shown, failed?: Failed): Promise<void> {
  const account = await rooms.accounts.get(visit.session.accountId)
  await visit.show('console/root-email', { current: account.email, email, id, minutes, problem: undefined, faults: undefined, retryAfter: undefined, ...failed })
}

const requestOf = (email: string): string => `root address ${email.toLowerCase()}`
const unfit = (message: string, path: string): Refusal => new Refusal('invalid-input', message, { faults: [{ path, message }] })

const send = (options: ConsoleOptions): ConsolePage => async (visit) => {
  const email = (formOf(visit.ctx).email ?? '').trim()
  let id: string | undefined
  const isDone = await done(visit, async () => {
    if (email.length > 254 || !isMailAddress(email)) throw unfit('That is no address that mail can be sent to.', 'email')
    const issued = await options.rooms.mailedCodes.issue(rootPrincipal(visit.session.accountId), requestOf(email), { from: originOf(visit.ctx).sourceIPAddress, mailbox: email })
    await options.sendCode(email, { code: issued.code, minutes })
    id = issued.id
    await record(visit, options.trail, 'StartPrimaryEmailUpdate')
  }, (failed) => show(visit, options, { email }, failed))
  if (isDone) await show(visit, options, { email, ...(id !== undefined && { id }) })
}

const confirm = (options: ConsoleOptions): ConsolePage => async (visit) => {
  const { id = '', code = '', email = '' } = formOf(visit.ctx)
  const { accountId } = visit.session
  let isOver = false
  const isDone = await done(visit, async () => {
    await visit.require({ action: action.accept, resource: '*' })
    const outcome = await options.rooms.mailedCodes.redeem(rootPrincipal(accountId), requestOf(email), { id, code })
    isOver = outcome === 'over'
    if (outcome !== 'proved') throw unfit(isOver ? 'That code is no longer good: it was used, ten minutes have passed, or it was mistyped too often.' : 'That code is not right.', isOver ? 'email' : 'code')
    await options.rooms.rootAddresses.change(accountId, email, async (tx, { was, is }) => {
      await options.notifyRoot(visit.ctx, accountId, { letter: 'address-changed', to: was, was, is: masked(is), about: { address: { was, is } } }, tx)
      await record(visit, options.trail.within(tx), 'AcceptPrimaryEmailUpdate', { before: { email: was }, after: { email: is } })
    })
  }, (failed) => show(visit, options, isOver ? { email } : { email, id }, failed))
  if (isDone) visit.goTo('/console/settings?done=email')
}

const record = ({ ctx, session }: ConsoleVisit, trail: Recorder, eventName: string, change?: AuditEvent['change']): Promise<void> =>
  trail.record({ ...aboutSession(ctx, session), change, eventName, eventSource: 'account.amazonaws.com', eventType: 'AwsApiCall' })
