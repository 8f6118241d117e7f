// /start/security/devices/app: registers an authenticator app. Its secret counts once a code of it was typed; until then
// the page keeps it, sealed.
import { userPrincipal, type CodeOutcome } from '../../domain/authentication/index.js'
import { Refusal, type Fault } from '../../platform/errors.js'
import type { Executor } from '../../platform/storage/database.js'
import { qrImage } from '../../platform/qr.js'
import { spellDevice } from '../middleware/device-events.js'
import { formOf, queryOf } from '../middleware/form.js'
import type { Page, PortalOptions, Visit } from './portal.js'
import { addable, record } from './security-devices.js'

/** What the page needs of whoever keeps authenticator apps. */
export interface PortalApps {
  /** Makes a secret to be scanned; `sealed` brings back the same one. */
  offer(principal: string, shown: { issuer: string; label: string }, sealed?: string): { sealed: string; secret: string; uri: string }
  /** Registers an offered app by its first code; `announce` runs in the same transaction. */
  enroll(principal: string, answer: { sealed: string; name: string; code: string }, announce: (tx: Executor, app: { id: string; name: string }) => Promise<void>): Promise<{ id: string; name: string } | 'wrong' | 'full'>
  /** Learns from two codes in a row how far off the clock of an app's device is. */
  resynchronise(principal: string, first: string, second: string, only: string): Promise<{ outcome: CodeOutcome }>
}

interface Shown {
  sealed?: string
  name?: string
  fault?: Fault
  late?: boolean
}

export const appPage = (options: PortalOptions): Page => (here) => show(here, options, { late: queryOf(here.ctx).late === '1' })

async function show(here: Visit, options: PortalOptions, { sealed, name = '', fault, late = false }: Shown): Promise<void> {
  await checkAddable(here, options)
  const { id, userName } = here.user
  const offered = options.apps.offer(userPrincipal(id), { issuer: await options.organizationName(), label: userName }, sealed)
  await here.show('portal/security-app', {
    picture: await qrImage(offered.uri),
    secret: offered.secret.match(/.{1,4}/g)!.join(' '),
    sealed: offered.sealed,
    name, late,
    problem: fault?.message,
    faults: fault && [fault],
  })
}

async function checkAddable({ user }: Visit, options: PortalOptions): Promise<void> {
  const { types } = await options.mfa()
  if (!addable(await options.devices.list(userPrincipal(user.id)), types, options).app) throw tooMany()
}

export function addApp(options: PortalOptions): Page {
  return async (here) => {
    const { ctx, user } = here
    const { sealed = '', code = '', name = '' } = formOf(ctx)
    await checkAddable(here, options)
    const app = await options.apps.enroll(userPrincipal(user.id), { sealed, code, name },
      async (tx, added) => {
        await options.notify(ctx, user.id, { letter: 'factor-added', factor: spellDevice({ kind: 'totp', name: added.name }), about: { device: added.id } }, tx)
        await record(here, options.trail.within(tx), 'added', { id: added.id, kind: 'totp' }, { after: { name: added.name } })
      })
    if (app === 'full') throw tooMany()
    if (app === 'wrong') {
      ctx.status = 422
      return show(here, options, { sealed, name: name.slice(0, 64), fault: { path: 'code', message: 'That code is not right. Wait for the next one, and check that the clock of your device is set by itself.' } })
    }
    ctx.status = 303
    ctx.redirect('/start/security?done=device-added')
  }
}

const tooMany = (): Refusal => new Refusal('conflict', 'You cannot add another authenticator app.')
