// What the trail and letters say of a change to somebody's second factors: in the same words, whichever door it came through.
import type { DeviceKind, OwnDevice } from '../../domain/authentication/index.js'
import type { AuditEvent } from '../../platform/audit/index.js'

/** What a device is, in a list and in a mail. */
export const kindOf = ({ kind }: Pick<OwnDevice, 'kind'>): string => (kind === 'totp' ? 'authenticator app' : 'passkey or security key')

/** What a device is called, with what it is. */
export const spellDevice = (device: Pick<OwnDevice, 'kind' | 'name'>): string => `${kindOf(device)} “${device.name}”`

export type DeviceChange = 'added' | 'renamed' | 'resynchronized' | 'removed'

const added = { totp: 'CompleteVirtualMfaDeviceRegistration', passkey: 'CompleteWebAuthnDeviceRegistration' }
const mfaTypes = { totp: 'TOTP', passkey: 'WEBAUTHN' }

/** Makes the event of a device. CloudTrail has one name for every way to change one. */
export function deviceEvent(change: DeviceChange, userId: string, { id, kind }: { id: string; kind: DeviceKind }): AuditEvent {
  const eventName = change === 'added' ? added[kind] : change === 'removed' ? 'DeleteMfaDeviceForUser' : 'UpdateMfaDeviceForUser'
  return factorEvent(eventName, userId, { deviceId: id, mfaType: mfaTypes[kind], ...(eventName === 'UpdateMfaDeviceForUser' && { change }) })
}

/** Makes the event of what stands in for a device: recovery codes, trusted browsers. CloudTrail has no names for those. */
export const factorEvent = (eventName: string, userId: string, more: Record<string, unknown> = {}): AuditEvent =>
  ({ eventName, eventSource: 'sso-directory.amazonaws.com', userId, requestParameters: { userId, ...more } })
