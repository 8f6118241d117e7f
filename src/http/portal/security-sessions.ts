// Ends sessions from the security page: one, all others, or all there are, for which the person types two words.
import type { SignedInSession } from '../../domain/sessions/index.js'
import { formOf } from '../middleware/form.js'
import { aboutVisit } from './events.js'
import { describeDevice } from './device.js'
import { isFresh, lateTo, proveAgain } from './fresh-proof.js'
import type { Page, PortalOptions, Visit } from './portal.js'
import type { ShowSecurity } from './security.js'
import { pageAfter } from './sign-out.js'

/** What is typed to end every session. */
const deleteAll = 'delete all'

/** A session as its person recognises it. */
export const sessionModel = (session: SignedInSession, current: string, placeOf: PortalOptions['placeOf']): object => ({
  id: session.uid,
  device: describeDevice(session.userAgent),
  address: session.address,
  place: placeOf(session.address),
  startedAt: new Date(session.startedAt).toISOString(),
  current: session.uid === current,
})

/** Takes the forms of the list of sessions. */
export function endSessions(options: PortalOptions, showSecurity: ShowSecurity): Page {
  return async (here) => {
    const { end = '', confirmation = '' } = formOf(here.ctx)
    if (end === 'all') return endAll(here, confirmation, options, showSecurity)
    if (end === 'others') await endOthers(here, options)
    const voucher = end === here.sessionUid ? await options.vouchers.find(end) : undefined
    const ended = end === 'others' ? 0 : await endWhere(here, ({ uid }) => uid === end, options)
    here.ctx.status = 303
    if (ended > 0 && end === here.sessionUid) here.ctx.redirect(await pageAfter(voucher, options))
    else here.ctx.redirect(end === 'others' ? '/start/security?done=others' : ended > 0 ? '/start/security?done=ended' : '/start/security')
  }
}

async function endAll(here: Visit, confirmation: string, options: PortalOptions, showSecurity: ShowSecurity): Promise<void> {
  const { ctx } = here
  if (!await isFresh(here, options)) return proveAgain(here, lateTo('/start/security'), options)
  if (confirmation.trim().toLowerCase() !== deleteAll) {
    ctx.status = 422
    return showSecurity(here, { path: 'confirmation', message: `Nothing was ended. To end every session, type “${deleteAll}”.` })
  }
  const voucher = await options.vouchers.find(here.sessionUid)
  await endWhere(here, () => true, options)
  await options.consoles.endAll(ctx)
  ctx.status = 303
  ctx.redirect(await pageAfter(voucher, options))
}

/** Ends every session of the person but this one. */
export const endOthers = (here: Visit, options: PortalOptions): Promise<number> => endWhere(here, ({ uid }) => uid !== here.sessionUid, options)

async function endWhere(here: Visit, isMeant: (session: SignedInSession) => boolean, { sessions, trail }: PortalOptions): Promise<number> {
  const { user } = here
  const ending = (await sessions.list(user.id)).filter(isMeant)
  for (const { uid } of ending) {
    await sessions.end(user.id, uid)
    await trail.record({ ...aboutVisit(here), eventName: 'DeleteSession', eventSource: 'sso.amazonaws.com', requestParameters: { sessionId: uid } })
  }
  return ending.length
}
