// A principal's devices of every kind on one list: what they are called, and which of them may go.
import { Refusal } from '../../platform/errors.js'
import type { Database, Executor } from '../../platform/storage/database.js'
import { mostAuthenticatorApps } from './authenticator-apps.js'
import { mostDevices } from './devices.js'
import { checkDeviceName } from './passkeys.js'

export type DeviceKind = 'totp' | 'passkey'

/** An authenticator app, a passkey or a security key. */
export interface OwnDevice {
  id: string
  kind: DeviceKind
  name: string
  createdAt: Date
  lastUsedAt: Date | undefined
}

/** Whoever keeps the devices of one kind. */
interface Keeper {
  rename(principal: string, id: string, name: string, executor: Executor): Promise<unknown>
  remove(principal: string, id: string, executor: Executor): Promise<unknown>
}

interface Options {
  sql: Pick<Database, 'query' | 'transaction'>
  keepers: Record<DeviceKind, Keeper>
}

export class OwnDevices {
  constructor(private readonly options: Options) {}

  /** Lists a principal's, the oldest first. */
  async list(principal: string, executor: Executor = this.options.sql): Promise<OwnDevice[]> {
    const rows = await executor.query<OwnDevice & { lastUsedAt: Date | null }>(everyDevice, [principal])
    return rows.map((row) => ({ ...row, lastUsedAt: row.lastUsedAt ?? undefined }))
  }

  async get(principal: string, id: string, executor?: Executor): Promise<OwnDevice> {
    const device = (await this.list(principal, executor)).find((one) => one.id === id)
    if (!device) throw new Refusal('not-found', 'You have no such device. It may have been removed already.')
    return device
  }

  /** Whether there is room for one more of a kind. */
  static hasRoom(devices: Pick<OwnDevice, 'kind'>[], kind: DeviceKind): boolean {
    return devices.length < mostDevices && (kind !== 'totp' || devices.filter((one) => one.kind === kind).length < mostAuthenticatorApps)
  }

  /** Renames one; `announce` hears of it in the same transaction, unless it has that name already. */
  async rename(principal: string, id: string, name: string, announce: (tx: Executor, device: OwnDevice, was: string) => Promise<void>): Promise<void> {
    const wanted = checkDeviceName(name)
    await this.options.sql.transaction(async (tx) => {
      const device = await this.#hold(tx, principal, id)
      if (device.name === wanted) return
      await this.options.keepers[device.kind].rename(principal, id, wanted, tx)
      await announce(tx, { ...device, name: wanted }, device.name)
    })
  }

  /**
   * Removes one; refuses when none of the kinds in `needed` would be left. `announce` runs in the same
   * transaction.
   */
  async remove(principal: string, id: string, needed: DeviceKind[], announce: (tx: Executor, device: OwnDevice) => Promise<void>): Promise<void> {
    await this.options.sql.transaction(async (tx) => {
      const device = await this.#hold(tx, principal, id)
      const devices = await this.list(principal, tx)
      if (isLastNeeded(devices, device, needed)) throw new Refusal('conflict', 'Your organization asks for a device at sign-in, and this is your last. Add another one first.')
      await this.options.keepers[device.kind].remove(principal, id, tx)
      await announce(tx, device)
    })
  }

  /** Removes devices within a transaction, the last one too, because they are not their owner's; returns those that were there. */
  async withdraw(tx: Executor, principal: string, ids: string[]): Promise<OwnDevice[]> {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 7))', [`devices of ${principal}`])
    const gone = (await this.list(principal, tx)).filter(({ id }) => ids.includes(id))
    for (const { id, kind } of gone) await this.options.keepers[kind].remove(principal, id, tx)
    return gone
  }

  /** Finds one, and keeps others from changing the devices: of two that go at once, the second must see that the first is gone. */
  async #hold(tx: Executor, principal: string, id: string): Promise<OwnDevice> {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 7))', [`devices of ${principal}`])
    return this.get(principal, id, tx)
  }
}

/** True when a device is of a needed kind and no other of those kinds is left. */
export const isLastNeeded = (devices: OwnDevice[], device: OwnDevice, needed: DeviceKind[]): boolean =>
  needed.includes(device.kind) && !devices.some((other) => other.id !== device.id && needed.includes(other.kind))

const everyDevice = `
  select id, 'passkey' as kind, name, created_at as "createdAt", last_used_at as "lastUsedAt" from passkeys where principal = $1
  union all select id, 'totp', name, created_at, last_used_at from authenticator_apps where principal = $1
  order by "createdAt", id`
