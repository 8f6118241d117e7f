// /console/credentials/app: registers an authenticator app. Its secret counts once a code of it was typed; until then the
// page keeps it, sealed.
import { OwnDevices } from '../../domain/authentication/index.js'
import { Refusal } from '../../platform/errors.js'
import { qrImage } from '../../platform/qr.js'
import { spellDevice } from '../middleware/device-events.js'
import { formOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { ConsoleOptions } from './options.js'
import { checkOwnDevices, tellOwner, withOwn, type Own } from './own.js'
import { recordDevice } from './own-device.js'
import type { ConsolePage, ConsoleVisit } from './visit.js'

const tooMany = (): Refusal => new Refusal('limit-exceeded', 'You cannot add another authenticator app.')

export const appPage = (options: ConsoleOptions): ConsolePage => withOwn((visit, own) => show(visit, own, options))

async function show(visit: ConsoleVisit, own: Own, { rooms }: ConsoleOptions, failed?: Failed): Promise<void> {
  await checkOwnDevices(visit, own, 'EnableMFADevice')
  if (!OwnDevices.hasRoom(await rooms.devices.list(own.principal), 'totp')) throw tooMany()
  const { sealed: kept, name = '' } = failed ? formOf(visit.ctx) : {}
  const { sealed, secret, uri } = rooms.apps.offer(own.principal, { issuer: visit.account?.name ?? 'Gatehouse', label: own.userName }, kept)
  await visit.show('console/own-app', {
    picture: await qrImage(uri), secret: secret.match(/.{1,4}/g)!.join(' '), sealed, name: name.slice(0, 64), problem: undefined, faults: undefined, retryAfter: undefined, ...failed,
  })
}

export const addApp = (options: ConsoleOptions): ConsolePage => withOwn(async (visit, own) => {
  const { sealed = '', code = '', name = '' } = formOf(visit.ctx)
  const isDone = await done(visit, async () => {
    await checkOwnDevices(visit, own, 'EnableMFADevice')
    const app = await options.rooms.apps.enroll(own.principal, { sealed, code, name }, (tx, added) =>
      tellOwner(tx, visit, own, { letter: 'factor-added', factor: spellDevice({ kind: 'totp', name: added.name }), about: { device: added.id } }, options))
    if (app === 'full') throw new Refusal('forbidden', tooMany().message)
    const message = 'That code is not right. Wait for the next one, and check that the clock of your device is set by itself.'
    if (app === 'wrong') throw new Refusal('invalid-input', message, { faults: [{ path: 'code', message }] })
    await recordDevice(visit, own, 'EnableMFADevice', { id: app.id, kind: 'totp' }, options)
  }, (failed) => show(visit, own, options, failed))
  if (isDone) visit.goTo('/console/credentials?done=device-added')
})
