// /console/credentials/devices/…: one's own devices; each can be renamed and removed.
import type { OwnDevice } from '../../domain/authentication/index.js'
import { spellDevice } from '../middleware/device-events.js'
import type { Recorder } from '../../platform/audit/index.js'
import { formOf } from '../middleware/form.js'
import { aboutSession } from './events.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { ConsoleOptions } from './options.js'
import { checkOwnDevices, tellOwner, withOwn, type Own } from './own.js'
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
    if (change !== 'remove') {
      await devices.rename(own.principal, device.id, name, (tx, renamed, was) => tellOwner(tx, visit, own, { letter: 'factor-renamed', factor: spellDevice(renamed), was }, options))
      return recordDevice(visit, own, 'RenameMFADevice', device, options)
    }
    await checkOwnDevices(visit, own, 'DeactivateMFADevice')
    const serial = await serialOf(visit, own, device.id, options)
    await devices.remove(own.principal, device.id, [], async (tx) => {
      await tellOwner(tx, visit, own, { letter: 'factor-removed', factor: spellDevice(device) }, options)
      await recordDevice(visit, own, 'DeactivateMFADevice', { ...device, serial }, options, options.trail.within(tx))
    })
  }, (failed) => show(visit, own, options, failed))
  if (isDone) visit.goTo(`/console/credentials?done=${change === 'remove' ? 'device-removed' : 'device-renamed'}`)
})

/** Writes what was done with a device, as the IAM API would. */
export async function recordDevice(visit: ConsoleVisit, own: Own, eventName: DeviceEvent, { id, kind, serial }: Pick<OwnDevice, 'id' | 'kind'> & { serial?: string | undefined }, options: ConsoleOptions, trail: Recorder = options.trail): Promise<void> {
  await trail.record({
    ...aboutSession(visit.ctx, visit.session), eventName, eventSource: 'iam.amazonaws.com', eventType: 'AwsApiCall',
    requestParameters: { userName: own.isRoot ? 'AWS ROOT USER' : own.userName, serialNumber: serial ?? await serialOf(visit, own, id, options), deviceId: id, mfaType: kind === 'totp' ? 'TOTP' : 'WEBAUTHN' },
  })
}

/** Those of IAM, and one for another name, which IAM has none for. */
type DeviceEvent = 'EnableMFADevice' | 'DeactivateMFADevice' | 'ResyncMFADevice' | 'RenameMFADevice'

/** The serial number of one's own device, as the account spells it. */
async function serialOf({ session }: ConsoleVisit, { principal, userName, isRoot }: Own, id: string, { rooms }: ConsoleOptions): Promise<string | undefined> {
  return (await rooms.virtualDevices.listOf(session.accountId, { principal, userName: isRoot ? 'root' : userName })).find((one) => one.id === id)?.serial
}
