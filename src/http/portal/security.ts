// /start/security: everything that protects a person's account, and everything that may act as them, on one page.
import { mostDevices, userPrincipal } from '../../domain/authentication/index.js'
import type { Fault } from '../../platform/errors.js'
import { queryOf } from '../middleware/form.js'
import type { PortalOptions, Visit } from './portal.js'
import { accessModel } from './security-access.js'
import { browserModel } from './security-browsers.js'
import { addable, deviceModel } from './security-devices.js'
import { sessionModel } from './security-sessions.js'
import { signInRow } from './security-sign-ins.js'

/** Shows the page again, with what was wrong with one of its forms. */
export type ShowSecurity = (visit: Visit, fault?: Fault) => Promise<void>

const latestSignIns = 5

interface Done {
  text: string
  /** Whether other sessions had better end now. */
  offersOthers?: boolean
  /** Whether recovery codes had better be made now. */
  offersCodes?: boolean
}

const done: ReadonlyMap<string, Done> = new Map([
  ['ended', { text: 'That session was ended.' }],
  ['others', { text: 'All other sessions were ended.' }],
  ['revoked', { text: 'Its access was taken back.' }],
  ['browser', { text: 'That browser is asked for the second step again.' }],
  ['browsers', { text: 'Every browser is asked for the second step again.' }],
  ['password', { text: 'Your password was changed.', offersOthers: true }],
  ['device-added', { text: 'The device was added. You can use it from your next sign-in on.', offersOthers: true, offersCodes: true }],
  ['device-renamed', { text: 'The device has its new name.' }],
  ['device-matched', { text: 'The clock of that device is matched. Its codes work again.' }],
  ['device-removed', { text: 'The device was removed.', offersOthers: true }],
])

/** The page, for itself and for the forms on it. */
export function securityPage(options: PortalOptions): ShowSecurity {
  return async ({ ctx, user, sessionUid, show }, fault) => {
    const [signedIn, factors, granted, signIns] = await Promise.all([
      options.sessions.list(user.id), factorsOf(user.id, options), options.accesses.list(user.id), options.trail.listSignIns(user.id, { limit: latestSignIns }),
    ])
    const { done: what = '', late } = ctx.method === 'GET' ? queryOf(ctx) : {}
    const others = signedIn.filter(({ uid }) => uid !== sessionUid).length
    const was = done.get(what)
    await show('portal/security', {
      done: was?.text,
      offersOthers: Boolean(was?.offersOthers && others > 0),
      offersCodes: Boolean(was?.offersCodes && factors.codesLeft === 0),
      late: late === '1',
      problem: fault?.message,
      faults: fault && [fault],
      ...factors,
      sessions: signedIn.map((session) => sessionModel(session, sessionUid, options.placeOf)),
      others,
      accesses: granted.map(accessModel),
      signIns: signIns.map((event) => signInRow(event, options.placeOf)),
    })
  }
}

async function factorsOf(userId: string, options: PortalOptions): Promise<Record<string, unknown> & { codesLeft: number }> {
  const principal = userPrincipal(userId)
  const [devices, codesLeft, browsers, { types }] = await Promise.all([options.devices.list(principal), options.recoveryCodes.count(principal), options.trustedBrowsers.list(principal), options.mfa()])
  return { devices: devices.map(deviceModel), mostDevices, add: addable(devices, types, options), codesLeft, browsers: browsers.map(browserModel) }
}
