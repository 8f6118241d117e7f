// People who come in from another directory, many at once: those who arrive while one statement is under way share the next,
// and each of them is made or refused alone.
import type { AuditEvent, Recorder, Trail } from '../../platform/audit/index.js'
import { Refusal } from '../../platform/errors.js'
import type { Database, Executor } from '../../platform/storage/database.js'
import { Gathering } from '../../platform/storage/gathering.js'
import { columns, fromRow, record, toRow, type NewUser, type User } from './user-rows.js'
import { takenNames, Users } from './users.js'

const addressTaken = 'Somebody else has that mail address.'
const conflict = (sentence: string): Failed => ({ failure: new Refusal('conflict', sentence) })

/** Says in the trail who came. */
type Tell = (made: User) => AuditEvent

interface Failed {
  failure: unknown
}

interface Arrival {
  user: NewUser
  tell: Tell | undefined
}

export class Arrivals {
  readonly #arriving: Gathering<Arrival, User | Failed>

  constructor(private readonly database: Pick<Database, 'query' | 'transaction'>, private readonly trail?: Pick<Trail, 'within'>) {
    this.#arriving = new Gathering((arrivals) => this.#createEach(arrivals))
  }

  /** Makes somebody, together with the event that tells it; refuses with `conflict` where the user name or a mail address is somebody's already. */
  async create(user: NewUser, tell?: Tell): Promise<User> {
    const made = await this.#arriving.find({ user, tell })
    if (!made) throw new Error('nobody came of an arrival')
    if ('failure' in made) throw made.failure
    return made
  }

  async #createEach(arrivals: Arrival[]): Promise<(User | Failed)[]> {
    const refused = await this.#refusals(arrivals.map(({ user }) => user))
    const rows = arrivals.map(({ user }) => toRow(user))
    try {
      const tellers = new Map(arrivals.map(({ tell }, at) => [rows[at]!.id, tell]))
      const made = await this.database.transaction((tx) => this.#insert(tx, rows.filter((_, at) => !refused[at]), tellers))
      return rows.map(({ id }, at) => refused[at] ?? made.get(id) ?? conflict(takenNames.users_user_name))
    } catch (error) {
      if (error instanceof Refusal && error.code === 'unavailable') throw error
      // Somebody of that name was deleted in this moment, or an event cannot be written: that is no fault of the others.
      return Promise.all(arrivals.map((arrival, at) => refused[at] ?? this.#createAlone(arrival)))
    }
  }

  /** Those who cannot be made, by their place: their name is kept for somebody deleted, or their address is somebody's, of the same batch too. */
  async #refusals(users: NewUser[]): Promise<(Failed | undefined)[]> {
    const addresses = users.map(({ emails }) => emails.map(({ value }) => value.toLowerCase()))
    const [others, kept] = await Promise.all([
      addresses.some((list) => list.length > 0) ? new Users(this.database).listByAddresses(addresses.flat()) : [],
      this.database.query<{ name: string }>('select lower(user_name) as name from deleted_users where lower(user_name) = any(select lower(n) from unnest($1::text[]) n)', [users.map(({ userName }) => userName)]),
    ])
    const taken = new Set(others.flatMap(({ emails }) => emails.map(({ value }) => value.toLowerCase())))
    const names = new Set(kept.map(({ name }) => name))
    return users.map(({ userName }, at) => {
      if (addresses[at]!.some((address) => taken.has(address))) return conflict(addressTaken)
      for (const address of addresses[at]!) taken.add(address)
      return names.has(userName.toLowerCase()) ? conflict(takenNames.deleted_users_user_name) : undefined
    })
  }

  async #insert(tx: Executor, rows: ReturnType<typeof toRow>[], tellers: ReadonlyMap<string, Tell | undefined>): Promise<Map<string, User>> {
    if (rows.length === 0) return new Map()
    const made = await tx.query(
      `insert into users (id, user_name, display_name, given_name, family_name, emails, active, profile, external_ids, created_by, updated_by)
       select id, user_name, display_name, given_name, family_name, emails, active, coalesce(profile, '{}'), coalesce(external_ids, '[]'), by, by from jsonb_to_recordset($1::jsonb) as ${record}
       on conflict do nothing returning ${columns}`, [JSON.stringify(rows)])
    const users = made.map(fromRow)
    const recorder = this.trail?.within(tx)
    for (const user of users) await this.#record(recorder, user, tellers.get(user.id))
    return new Map(users.map((user) => [user.id, user]))
  }

  async #record(recorder: Recorder | undefined, user: User, tell: Tell | undefined): Promise<void> {
    if (tell) await recorder?.record(tell(user))
  }

  async #createAlone({ user, tell }: Arrival): Promise<User | Failed> {
    try {
      return await this.database.transaction(async (tx) => {
        const users = new Users(tx)
        const [id] = await users.create([user])
        const made = await users.get(id!)
        await this.#record(this.trail?.within(tx), made, tell)
        return made
      })
    } catch (failure) {
      return { failure }
    }
  }
}
