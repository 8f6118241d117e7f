// The devices that somebody proves at sign-in who they are with, for whoever helps them when one is lost.
import { forgetBrowsers, userPrincipal, type OwnDevice } from '../../../../domain/authentication/index.js'
import type { Executor } from '../../../../platform/storage/database.js'
import { AwsError } from '../../protocol/errors.js'
import type { Call } from '../../protocol/json-operation.js'
import { text } from '../../protocol/members.js'
import type { JsonObject } from '../../protocol/request.js'
import { directoryOperation, type Operations } from '../operation.js'
import type { IdentityStoreRooms } from '../rooms.js'
import { toUser } from '../targets.js'
import { ofUser } from './input.js'

const typeOf = ({ kind }: Pick<OwnDevice, 'kind'>): string => (kind === 'totp' ? 'TOTP' : 'WEBAUTHN')

const deviceAnswer = (device: OwnDevice): JsonObject => ({
  DeviceId: device.id, DeviceName: device.name, MfaType: typeOf(device), RegisteredDate: device.createdAt.getTime() / 1000, LastUsedDate: device.lastUsedAt && device.lastUsedAt.getTime() / 1000,
})

const deviceState = (device: OwnDevice): JsonObject => ({ deviceId: device.id, mfaType: typeOf(device) })

const called = (device: OwnDevice): string => `${device.kind === 'totp' ? 'authenticator app' : 'passkey or security key'} “${device.name}”`

type Here = Pick<Call<IdentityStoreRooms, unknown, { id: string }>, 'target' | 'rooms' | 'ctx' | 'was'>

/** Takes devices away and tells their owner, in one transaction; `more` may take more away. */
async function withdraw({ target: { id }, rooms, ctx, was }: Here, pick: (device: OwnDevice) => boolean, more: (tx: Executor) => Promise<unknown> = async () => undefined): Promise<OwnDevice[]> {
  const principal = userPrincipal(id)
  const all = await rooms.devices.list(principal)
  const wanted = all.filter(pick).map((device) => device.id)
  return rooms.database.transaction(async (tx) => {
    const gone = await rooms.devices.withdraw(tx, principal, wanted)
    await more(tx)
    // A browser that was trusted was so because of what is gone.
    await forgetBrowsers(tx, principal)
    for (const device of gone) await rooms.letters.tellRemoved(ctx, id, called(device), tx)
    const left = all.filter((device) => !gone.some((one) => one.id === device.id))
    was({ devices: all.map(deviceState) }, { devices: left.map(deviceState) })
    return gone
  })
}

export const deviceOperations: Operations = {
  ListMfaDevices: directoryOperation({
    input: ofUser, readOnly: true, action: 'sso-directory:ListMfaDevicesForUser',
    target: toUser,
    run: async ({ target: { id }, rooms }) => ({ MfaDevices: (await rooms.devices.list(userPrincipal(id))).map(deviceAnswer) }),
  }),
  DeleteMfaDevice: directoryOperation({
    input: { ...ofUser, DeviceId: text(1, 128) }, action: 'sso-directory:DeleteMfaDeviceForUser',
    target: toUser,
    run: async (call) => {
      const gone = await withdraw(call, ({ id }) => id === call.input.DeviceId)
      if (gone.length === 0) throw new AwsError('ResourceNotFoundException', 400, 'The user has no such device.', 'Sender', { ResourceId: call.input.DeviceId })
      return {}
    },
  }),
  ResetMfa: directoryOperation({
    input: ofUser, action: 'sso-directory:DeleteMfaDeviceForUser',
    target: toUser,
    run: async (call) => {
      const { target, caller, rooms } = call
      const gone = await withdraw(call, () => true, (tx) => rooms.recoveryCodes.withdraw(tx, userPrincipal(target.id), new Date(0)))
      // Whoever has the lost device may have a session open with it.
      await rooms.endEverything(target.id, caller.arn)
      return { RemovedDevices: gone.length }
    },
  }),
}
