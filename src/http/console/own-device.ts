// /console/credentials/devices/…: one's own devices; each can be renamed and removed.
import type { OwnDevice } from '../../domain/authentication/index.js'
import { formOf } from '../middleware/form.js'
import { aboutSession } from './events.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { ConsoleOptions } from './options.js'
import { checkOwnDevices, withOwn, type Own } from './own.js'
import type { ConsolePage, ConsoleVisit } from './visit.js'

export const devicePage = (options: ConsoleOptions): ConsolePage => withOwn((visit, own) => show(visit, own, options))

async function show(visit: ConsoleVisit, { principal }: Own, { rooms }: ConsoleOptions, failed?: Failed): Promise<void> {
  const { id, name, kind, createdAt, lastUsedAt } = await rooms.devices.get(principal, idOf(visit))
  await visit.show('console/own-device', {
    action: `/console/credentials/devices/${id}`, title: name, name: failed ? (formOf(visit.ctx).name ?? name).slice(0, 64) : name, kind: kind === 'totp' ? 'Authenticator app' : 'Passkey or security key',
    addedAt: createdAt.toISOString(), usedAt: lastUsedAt?.toISOString(), problem: undefined, faults: undefined, retryAfter: undefined, ...failed,
  })
}

const idOf = ({ ctx }: ConsoleVisit): string => String((ctx.params as { id?: string }).id)

/** Renames or removes a device. */
export const changeDevice = (options: ConsoleOptions): ConsolePage => withOwn(async (visit, own) => {
  const { change, name = '' } = formOf(visit.ctx)
  const { devices } = options.rooms
  const device = await devices.get(own.principal, idOf(visit))
  const isDone = await done(visit, async () => {
    if (change !== 'remove') return devices.rename(own.principal, device.id, name)
    await checkOwnDevices(visit, own, 'DeactivateMFADevice')
    await devices.remove(own.principal, device.id, [], async () => undefined)
    await recordDevice(visit, own, 'DeactivateMFADevice', device, options)
  }, (failed) => show(visit, own, options, failed))
  if (isDone) visit.goTo(`/console/credentials?done=${change === 'remove' ? 'device-removed' : 'device-renamed'}`)
})

/** Writes what was done with a device, as the IAM API would. */
export const recordDevice = ({ ctx, session }: ConsoleVisit, { userName, isRoot }: Own, eventName: 'EnableMFADevice' | 'DeactivateMFADevice', { id, kind }: Pick<OwnDevice, 'id' | 'kind'>, { trail }: ConsoleOptions): Promise<void> =>
  trail.record({
    ...aboutSession(ctx, session), eventName, eventSource: 'iam.amazonaws.com', eventType: 'AwsApiCall',
    requestParameters: { ...(!isRoot && { userName }), deviceId: id, mfaType: kind === 'totp' ? 'TOTP' : 'WEBAUTHN' },
  })
