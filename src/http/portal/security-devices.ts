// /start/security/devices/…: the devices that prove at sign-in who somebody is; each can be renamed and removed.
import { isLastNeeded, OwnDevices, userPrincipal, type DeviceKind, type OwnDevice } from '../../domain/authentication/index.js'
import { Refusal, type Fault } from '../../platform/errors.js'
import { deviceEvent, kindOf, spellDevice, type DeviceChange } from '../middleware/device-events.js'
import { formOf, queryOf } from '../middleware/form.js'
import type { AuditEvent, Recorder } from '../../platform/audit/index.js'
import { aboutVisit } from './events.js'
import type { Page, PortalOptions, Visit } from './portal.js'

/** A device as the pages show it. */
export const deviceModel = (device: OwnDevice): object => ({
  url: `/start/security/devices/${device.id}`,
  name: device.name,
  kind: kindOf(device),
  clockUrl: device.kind === 'totp' ? `/start/security/devices/${device.id}/clock` : undefined,
  addedAt: device.createdAt.toISOString(),
  usedAt: device.lastUsedAt?.toISOString(),
})

/** What can be added: a kind that the organization allows, and of which there are not too many. */
export function addable(devices: OwnDevice[], types: DeviceKind[], { passkeys }: Pick<PortalOptions, 'passkeys'>): { app: boolean; passkey: boolean } {
  const may = (kind: DeviceKind): boolean => types.includes(kind) && OwnDevices.hasRoom(devices, kind)
  return { app: may('totp'), passkey: may('passkey') && passkeys.isPossible }
}

/** The kinds of which somebody needs at least one to get in at the next sign-in. */
export async function neededKinds({ mfa }: Pick<PortalOptions, 'mfa'>): Promise<DeviceKind[]> {
  const { mode, whenNoDevice, types } = await mfa()
  return mode !== 'never' && (whenNoDevice === 'enroll' || whenNoDevice === 'block') ? types : []
}

export const devicePage = (options: PortalOptions): Page => (here) => show(here, options, { late: queryOf(here.ctx).late === '1' })

async function show(here: Visit, options: PortalOptions, { fault, name, late = false }: { fault?: Fault | undefined; name?: string | undefined; late?: boolean } = {}): Promise<void> {
  const principal = userPrincipal(here.user.id)
  const [device, devices, needed] = [await options.devices.get(principal, here.ctx.params.id as string), await options.devices.list(principal), await neededKinds(options)]
  await here.show('portal/security-device', {
    device: deviceModel(device),
    name: name ?? device.name,
    isLastNeeded: isLastNeeded(devices, device, needed),
    late,
    problem: fault?.message,
    faults: fault?.path ? [fault] : undefined,
  })
}

/** Renames or removes a device. */
export function changeDevice(options: PortalOptions): Page {
  return async (here) => {
    const { ctx, user } = here
    const { name = '', change } = formOf(ctx)
    const principal = userPrincipal(user.id)
    const device = await options.devices.get(principal, ctx.params.id as string)
    try {
      if (change === 'remove') await remove(here, device, options)
      else {
        await options.devices.rename(principal, device.id, name, async (tx, renamed, was) => {
          await options.notify(ctx, user.id, { letter: 'factor-renamed', factor: spellDevice(renamed), was }, tx)
          await record(here, options.trail.within(tx), 'renamed', device, { before: { name: was }, after: { name: renamed.name } })
        })
      }
    } catch (error) {
      if (!(error instanceof Refusal) || !['invalid-input', 'conflict'].includes(error.code)) throw error
      ctx.status = error.code === 'conflict' ? 409 : 422
      return show(here, options, { fault: { path: change === 'remove' ? '' : 'name', message: error.message }, ...(change !== 'remove' && { name: name.slice(0, 64) }) })
    }
    ctx.status = 303
    ctx.redirect(`/start/security?done=${change === 'remove' ? 'device-removed' : 'device-renamed'}`)
  }
}

async function remove(here: Visit, device: OwnDevice, options: PortalOptions): Promise<void> {
  const { ctx, user } = here
  await options.devices.remove(userPrincipal(user.id), device.id, await neededKinds(options), async (tx) => {
    await options.notify(ctx, user.id, { letter: 'factor-removed', factor: spellDevice(device) }, tx)
    await record(here, options.trail.within(tx), 'removed', device, { before: { name: device.name } })
  })
}

/** Writes what was done with a device. */
export const record = (here: Visit, trail: Recorder, how: DeviceChange, device: Pick<OwnDevice, 'id' | 'kind'>, change?: AuditEvent['change']): Promise<void> =>
  trail.record({ ...deviceEvent(how, here.user.id, device), ...aboutVisit(here), change })
