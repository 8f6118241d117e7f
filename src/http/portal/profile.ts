// /start/profile: a person's details, and where they are signed in; each session can be ended.
import { primaryEmail } from '../../domain/directory/index.js'
import type { SignedInSession } from '../../domain/sessions/index.js'
import { formOf, queryOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import { describeDevice } from './device.js'
import type { Page, PortalOptions, Visit } from './portal.js'

const done = new Map([
  ['ended', 'That session was ended.'],
  ['others', 'All other sessions were ended.'],
])

export function profile({ sessions, groupsOf, placeOf }: PortalOptions): Page {
  return async ({ ctx, user, sessionUid, show }) => {
    const [signedIn, groups] = await Promise.all([sessions.list(user.id), groupsOf(user.id)])
    await show('portal/profile', {
      details: {
        userName: user.userName,
        displayName: user.displayName,
        givenName: user.givenName,
        familyName: user.familyName,
        email: primaryEmail(user.emails),
        groups: groups.map((group) => group.displayName),
      },
      sessions: signedIn.map((session) => sessionModel(session, sessionUid, placeOf)),
      others: signedIn.filter((session) => session.uid !== sessionUid).length,
      done: done.get(queryOf(ctx).done ?? ''),
    })
  }
}

const sessionModel = (session: SignedInSession, current: string, placeOf: PortalOptions['placeOf']): object => ({
  id: session.uid,
  device: describeDevice(session.userAgent),
  address: session.address,
  place: placeOf(session.address),
  startedAt: new Date(session.startedAt).toISOString(),
  lastUsedAt: undefined,
  current: session.uid === current,
})

export function endSessions({ sessions, trail }: PortalOptions): Page {
  return async ({ ctx, user, sessionUid }: Visit) => {
    const { end = '' } = formOf(ctx)
    const mine = await sessions.list(user.id)
    const ending = mine.filter((session) => (end === 'others' ? session.uid !== sessionUid : session.uid === end))
    for (const session of ending) {
      await sessions.end(user.id, session.uid)
      await trail.record({ eventName: 'DeleteSession', eventSource: 'sso.amazonaws.com', origin: originOf(ctx), userId: user.id, requestParameters: { sessionId: session.uid } })
    }
    ctx.status = 303
    ctx.redirect(ending.some((session) => session.uid === sessionUid) ? '/start/signed-out' : ending.length === 0 ? '/start/profile' : `/start/profile?done=${end === 'others' ? 'others' : 'ended'}`)
  }
}
