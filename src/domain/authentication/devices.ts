// How many devices a principal may have, of all kinds together; asked wherever one is added.
import { Refusal } from '../../platform/errors.js'
import type { Executor } from '../../platform/storage/database.js'

/** Authenticator apps, passkeys and security keys together. */
export const mostDevices = 8

/** Holds a principal's devices still for the rest of the transaction, and refuses one more than there may be. */
export async function checkRoomForDevice(tx: Executor, principal: string): Promise<void> {
  // In a statement of its own: the count must see what the holder before has written.
  await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 7))`, [`devices of ${principal}`])
  const [row] = await tx.query<{ devices: number }>(`select (select count(*) from passkeys where principal = $1)::int + (select count(*) from authenticator_apps where principal = $1)::int as devices`, [principal])
  if (row!.devices >= mostDevices) throw new Refusal('conflict', `You have ${mostDevices} devices, which is as many as there can be. Remove one first.`)
}

/** Counts what a principal has to prove a second factor with. */
export async function countDevices(sql: Executor, principal: string): Promise<{ totp: number; passkey: number; recoveryCodes: number }> {
  const [row] = await sql.query<{ totp: number; passkey: number; codes: number }>(
    `select (select count(*) from authenticator_apps where principal = $1)::int as totp, (select count(*) from passkeys where principal = $1)::int as passkey,
      (select count(*) from recovery_codes where principal = $1)::int as codes`, [principal])
  return { totp: row!.totp, passkey: row!.passkey, recoveryCodes: row!.codes }
}
