// Who holds a permission set, in numbers and the first names: what there is to say before its policies change.
import { systemClock, type Clock } from '../../platform/clock.js'
import type { Database, Executor } from '../../platform/storage/database.js'
import { readWide } from '../../platform/storage/wide-reads.js'
import { countReached, firstReached, mostCounted, type PeopleCount } from './people-count.js'

export interface Holding extends PeopleCount {
  /** The first of them, by user name. */
  names: { id: string; userName: string; displayName: string }[]
  accounts: number
  /** The first of them, by name. */
  accountNames: { id: string; name: string }[]
}

const held = 'select distinct principal_id, principal_type from held($1::timestamptz) where permission_set_id = $2'

const accountsOf = `
  with scope as materialized (select distinct account_id from held($1::timestamptz) where permission_set_id = $2)
  select (select count(*) from scope) as accounts,
    (select jsonb_agg(jsonb_build_object('id', id, 'name', name) order by lower(name), id) from (select id, name from accounts where id in (select account_id from scope) order by lower(name), id limit $3) as a) as names`

export class Holders {
  constructor(private readonly sql: Executor | Database, private readonly clock: Clock = systemClock, private readonly most = mostCounted) {}

  /** Finds them; `names` is how many people and accounts are named. */
  async of(permissionSetId: string, { names = 10 }: { names?: number } = {}): Promise<Holding> {
    const scope = { scope: held, parameters: [new Date(this.clock()), permissionSetId] }
    const count = await countReached(this.sql, scope, this.most)
    const [row] = await readWide(this.sql, accountsOf, [...scope.parameters, names])
    return {
      ...count, names: await firstReached(this.sql, scope, { areMany: count.isMore, limit: names }),
      accounts: Number(row!.accounts), accountNames: (row!.names as Holding['accountNames'] | null) ?? [],
    }
  }
}
