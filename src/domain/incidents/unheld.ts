// What was issued under assignments that are gone, or through groups that somebody is in no more: keys of role sessions and console sessions, with what was made with them,
// of people who hold the permission set in the account by no other way.
import { Reach } from '../access/index.js'
import { IssuedKeys, writeRevocations, type Revocation, type RolePlace } from '../credentials/index.js'
import type { Executor } from '../../platform/storage/database.js'

/** Looks and revokes within the transaction that took the assignments away; what it returns is in force once that is committed. */
export async function revokeUnheld(tx: Executor, places: readonly RolePlace[], { clock, by, userId }: { clock: () => number; by: string; userId?: string | undefined }): Promise<Revocation[]> {
  const now = clock()
  const issued = new IssuedKeys(tx)
  const keys = places.length === 0 ? [] : await issued.listIn(places, now, userId)
  if (keys.length === 0) return []
  const roles = [...new Map(keys.map((key) => [roleOf(key), { userId: key.userId!, accountId: key.accountId!, permissionSetName: key.permissionSet! }])).entries()]
  const held = await new Reach(tx, clock).held(roles.map(([, role]) => role))
  const still = new Set(roles.flatMap(([role], n) => (held[n] ? [role] : [])))
  const lost = keys.filter((key) => !still.has(roleOf(key))).map(({ accessKeyId }) => accessKeyId)
  if (lost.length === 0) return []
  const chained = (await issued.list({ accessKeyIds: lost }, now)).map(({ accessKeyId }) => accessKeyId)
  const revoked = [...lost, ...chained].map((subject): Revocation => ({ kind: 'session', subject, issuedBefore: now, by }))
  await writeRevocations(tx, revoked)
  return revoked
}

const roleOf = ({ userId, accountId, permissionSet }: { userId: string | undefined; accountId: string | undefined; permissionSet: string | undefined }): string => `${userId} ${accountId} ${permissionSet?.toLowerCase()}`
