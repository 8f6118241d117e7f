// Keys that were issued and are still good: neither expired, nor revoked by themselves or with whoever bears them.
import { IssuedKeys, reservedRole, type IssuedKey, type IssuedTo, type Revocations, type RevocationSubject } from '../credentials/index.js'
import type { Clock } from '../../platform/clock.js'
import type { Executor } from '../../platform/storage/database.js'

export interface GoodKeysOptions {
  database: Executor
  clock: Clock
  revocations: Pick<Revocations, 'check'>
  directoryId: () => Promise<string>
  region: string
}

/** Events that opened a console session. */
const opensConsole = new Set(['Federate', 'SwitchRole', 'ConsoleLogin'])

/** True for a key that a console session was opened with. */
export const isOfConsole = ({ issuedBy }: IssuedKey): boolean => opensConsole.has(issuedBy)

/** Counts keys: those of console sessions, and all others. */
export function countKeys(keys: readonly IssuedKey[]): { consoleSessions: number; credentials: number } {
  const consoleSessions = keys.filter(isOfConsole).length
  return { consoleSessions, credentials: keys.length - consoleSessions }
}

/** Lists them. */
export async function listGoodKeys(to: IssuedTo, options: GoodKeysOptions): Promise<IssuedKey[]> {
  const keys = await new IssuedKeys(options.database).list(to, options.clock())
  const bearers = await bearersOf(keys, options)
  return keys.filter((key, n) => options.revocations.check(bearers[n]!, key.issuedAt) === 'in-force')
}

/** Whose revocation each key would have ended with already. */
async function bearersOf(keys: readonly IssuedKey[], { database, directoryId, region }: GoodKeysOptions): Promise<RevocationSubject[][]> {
  const names = [...new Set(keys.flatMap(({ permissionSet }) => permissionSet?.toLowerCase() ?? []))]
  const sets = new Map((await database.query<{ id: string; name: string }>('select id, name from permission_sets where lower(name) = any($1)', [names])).map((set) => [set.name.toLowerCase(), set]))
  const directory = await directoryId()
  return keys.map(({ accessKeyId, accountId, userId, permissionSet: named, roleId }) => {
    const permissionSet = sets.get(named?.toLowerCase() ?? '')
    const role = roleId ?? (permissionSet && accountId ? reservedRole({ directoryId: directory, accountId, permissionSet, region }).id : undefined)
    return [{ kind: 'session', subject: accessKeyId }, ...(accountId ? [{ kind: 'account', subject: accountId } as const] : []), ...(userId ? [{ kind: 'user', subject: userId } as const] : []), ...(role ? [{ kind: 'role', subject: role } as const] : [])]
  })
}
