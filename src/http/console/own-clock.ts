// /console/credentials/devices/ID/clock: two codes in a row of an authenticator app whose device's clock is off, so that its
// codes count again.
import type { OwnDevice } from '../../domain/authentication/index.js'
import { Refusal } from '../../platform/errors.js'
import { formOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { ConsoleOptions } from './options.js'
import { withOwn, type Own } from './own.js'
import { recordDevice } from './own-device.js'
import type { ConsolePage, ConsoleVisit } from './visit.js'

const problems = {
  wrong: 'These are not two codes in a row of this app. Take the next two that it shows.',
  used: 'These codes were used already. Take the next two that the app shows.',
}

export const clockPage = (options: ConsoleOptions): ConsolePage => withOwn((visit, own) => show(visit, own, options))

async function show(visit: ConsoleVisit, own: Own, options: ConsoleOptions, failed?: Failed): Promise<void> {
  const { id, name } = await appOf(visit, own, options)
  const deviceUrl = `/console/credentials/devices/${id}`
  await visit.show('console/own-clock', { name, deviceUrl, action: `${deviceUrl}/clock`, problem: undefined, faults: undefined, retryAfter: undefined, ...failed })
}

async function appOf({ ctx }: ConsoleVisit, { principal }: Own, { rooms }: ConsoleOptions): Promise<OwnDevice> {
  const device = await rooms.devices.get(principal, String((ctx.params as { id?: string }).id))
  if (device.kind !== 'totp') throw new Refusal('not-found', 'This device shows no codes.')
  return device
}

export const matchClock = (options: ConsoleOptions): ConsolePage => withOwn(async (visit, own) => {
  const { first = '', second = '' } = formOf(visit.ctx)
  const device = await appOf(visit, own, options)
  const isDone = await done(visit, async () => {
    const { outcome } = await options.rooms.apps.resynchronise(own.principal, first, second, device.id)
    if (outcome !== 'proved') throw new Refusal('invalid-input', problems[outcome], { faults: [{ path: 'first', message: problems[outcome] }] })
    await recordDevice(visit, own, 'ResyncMFADevice', device, options)
  }, (failed) => show(visit, own, options, failed))
  if (isDone) visit.goTo('/console/credentials?done=device-matched')
})
