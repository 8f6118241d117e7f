// What the kill switch would end now, in numbers, for whoever is about to pull it. Nothing is ended.
import { Grants } from '../access/index.js'
import { Users } from '../directory/index.js'
import { Refusal } from '../../platform/errors.js'
import { nothing, type Accessed, type Ended, type KillSwitchOptions } from './ended.js'
import { countKeys, listGoodKeys } from './good-keys.js'

/** What the kill switch is pulled for: a person, a permission set (in one account where that is given), or an account. */
export type Culprit = { userId: string } | { permissionSetId: string; accountId?: string | undefined } | { accountId: string }

/** Counts what would be ended, and names whose it is. */
export async function foresee(of: Culprit, options: KillSwitchOptions): Promise<{ name: string; accountName: string | undefined; ends: Ended }> {
  const now = new Date(options.clock())
  const grants = (await new Grants(options.database).listOpen(of, now)).length
  if ('userId' in of) {
    const user = await new Users(options.database).get(of.userId)
    const [open, accesses] = [await options.sessions.list(of.userId), await options.access.list(of.userId)]
    const applications = accesses.filter(({ kind }) => kind === 'application')
    const told = await tellable(options, applications)
    return {
      name: user.displayName, accountName: undefined,
      ends: {
        ...nothing(), ...countKeys(await listGoodKeys(of, options)), grants, portalSessions: open.length, applications: applications.length, commandLines: accesses.length - applications.length,
        unreached: { applications: applications.filter(({ clientId }) => !told.has(clientId)).map(({ name }) => name), accessKeys: 0 },
      },
    }
  }
  const accountName = of.accountId === undefined ? undefined : await nameIn(options, 'accounts', of.accountId)
  if ('permissionSetId' in of) {
    const name = await nameIn(options, 'permission_sets', of.permissionSetId)
    const keys = await listGoodKeys({ permissionSet: name, ...(of.accountId !== undefined && { accountId: of.accountId }) }, options)
    return { name, accountName, ends: { ...nothing(), ...countKeys(keys), grants } }
  }
  return { name: accountName!, accountName, ends: { ...nothing(), ...countKeys(await listGoodKeys(of, options)), grants, unreached: { applications: [], accessKeys: await countActiveKeys(options, of.accountId) } } }
}

/** Which applications have an address at which they are told of sign-outs; whether they hear then is another matter. */
export async function tellable({ database }: Pick<KillSwitchOptions, 'database'>, applications: readonly Pick<Accessed, 'clientId'>[]): Promise<Set<string>> {
  const rows = await database.query<{ id: string }>(`select client_id as id from applications where client_id = any($1) and client_metadata ->> 'backchannel_logout_uri' is not null`, [applications.map(({ clientId }) => clientId)])
  return new Set(rows.map(({ id }) => id))
}

async function nameIn({ database }: KillSwitchOptions, table: 'accounts' | 'permission_sets', id: string): Promise<string> {
  const [row] = await database.query<{ name: string }>(`select name from ${table} where id = $1`, [id])
  if (!row) throw new Refusal('not-found', table === 'accounts' ? 'There is no such account.' : 'There is no such permission set.')
  return row.name
}

/** Counts the access keys of users inside an account, which no switch reaches. */
export async function countActiveKeys({ database }: Pick<KillSwitchOptions, 'database'>, accountId: string): Promise<number> {
  const [row] = await database.query<{ active: string }>('select count(*) as active from iam_access_keys where account_id = $1 and active', [accountId])
  return Number(row!.active)
}
