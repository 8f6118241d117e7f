// /start/security/devices/ID/clock: two codes in a row of an authenticator app whose device's clock is off, so that its codes count again.
import { userPrincipal } from '../../domain/authentication/index.js'
import { Refusal, type Fault } from '../../platform/errors.js'
import { formOf, queryOf } from '../middleware/form.js'
import type { Page, PortalOptions, Visit } from './portal.js'
import { deviceModel, record } from './security-devices.js'

const problems = {
  wrong: 'These are not two codes in a row of this app. Take the next two that it shows.',
  used: 'These codes were used already. Take the next two that the app shows.',
}

export const clockPage = (options: PortalOptions): Page => (here) => show(here, options, { late: queryOf(here.ctx).late === '1' })

async function show(here: Visit, options: PortalOptions, { fault, late = false }: { fault?: Fault; late?: boolean } = {}): Promise<void> {
  await here.show('portal/security-clock', { device: deviceModel(await appOf(here, options)), late, problem: fault?.message, faults: fault && [fault] })
}

async function appOf({ ctx, user }: Visit, { devices }: PortalOptions): ReturnType<PortalOptions['devices']['get']> {
  const device = await devices.get(userPrincipal(user.id), ctx.params.id as string)
  if (device.kind !== 'totp') throw new Refusal('not-found', 'This device shows no codes.')
  return device
}

export function matchClock(options: PortalOptions): Page {
  return async (here) => {
    const { ctx, user } = here
    const { first = '', second = '' } = formOf(ctx)
    const device = await appOf(here, options)
    const { outcome } = await options.apps.resynchronise(userPrincipal(user.id), first, second, device.id)
    if (outcome !== 'proved') {
      ctx.status = 422
      return show(here, options, { fault: { path: 'first', message: problems[outcome] } })
    }
    await record(here, options.trail, 'resynchronized', device)
    ctx.status = 303
    ctx.redirect('/start/security?done=device-matched')
  }
}
