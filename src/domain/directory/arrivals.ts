// People who come in from another directory, many at once: those who arrive while one statement is under way share the next,
// and each of them is made or refused alone.
import { Refusal } from '../../platform/errors.js'
import type { Executor } from '../../platform/storage/database.js'
import { Gathering } from '../../platform/storage/gathering.js'
import { columns, fromRow, record, toRow, type NewUser, type User } from './user-rows.js'
import { takenNames, Users } from './users.js'

const addressTaken = 'Somebody else has that mail address.'
const conflict = (sentence: string): Refusal => new Refusal('conflict', sentence)

export class Arrivals {
  readonly #arriving: Gathering<NewUser, User | Refusal>

  constructor(private readonly sql: Executor) {
    this.#arriving = new Gathering((users) => this.#createEach(users))
  }

  /** Makes somebody; refuses with `conflict` where the user name or a mail address is somebody's already. */
  async create(user: NewUser): Promise<User> {
    const made = await this.#arriving.find(user)
    if (!made || made instanceof Refusal) throw made ?? new Error('nobody came of an arrival')
    return made
  }

  async #createEach(users: NewUser[]): Promise<(User | Refusal)[]> {
    const refused = await this.#refusals(users)
    const rows = users.map(toRow)
    try {
      const made = await this.#insert(rows.filter((_, at) => !refused[at]))
      return rows.map(({ id }, at) => refused[at] ?? made.get(id) ?? conflict(takenNames.users_user_name))
    } catch (error) {
      if (error instanceof Refusal && error.code === 'unavailable') throw error
      // Somebody of that name was deleted in this moment: that is no fault of the others.
      return Promise.all(users.map((user, at) => refused[at] ?? this.#createAlone(user)))
    }
  }

  /** Those who cannot be made, by their place: their name is kept for somebody deleted, or their address is somebody's, of the same batch too. */
  async #refusals(users: NewUser[]): Promise<(Refusal | undefined)[]> {
    const addresses = users.map(({ emails }) => emails.map(({ value }) => value.toLowerCase()))
    const [others, kept] = await Promise.all([
      addresses.some((list) => list.length > 0) ? new Users(this.sql).listByAddresses(addresses.flat()) : [],
      this.sql.query<{ name: string }>('select lower(user_name) as name from deleted_users where lower(user_name) = any(select lower(n) from unnest($1::text[]) n)', [users.map(({ userName }) => userName)]),
    ])
    const taken = new Set(others.flatMap(({ emails }) => emails.map(({ value }) => value.toLowerCase())))
    const names = new Set(kept.map(({ name }) => name))
    return users.map(({ userName }, at) => {
      if (addresses[at]!.some((address) => taken.has(address))) return conflict(addressTaken)
      for (const address of addresses[at]!) taken.add(address)
      return names.has(userName.toLowerCase()) ? conflict(takenNames.deleted_users_user_name) : undefined
    })
  }

  async #insert(rows: ReturnType<typeof toRow>[]): Promise<Map<string, User>> {
    if (rows.length === 0) return new Map()
    const made = await this.sql.query(
      `insert into users (id, user_name, display_name, given_name, family_name, emails, active, profile, external_ids, created_by, updated_by)
       select id, user_name, display_name, given_name, family_name, emails, active, coalesce(profile, '{}'), coalesce(external_ids, '[]'), by, by from jsonb_to_recordset($1::jsonb) as ${record}
       on conflict do nothing returning ${columns}`, [JSON.stringify(rows)])
    return new Map(made.map((row) => [row.id as string, fromRow(row)]))
  }

  async #createAlone(user: NewUser): Promise<User | Refusal> {
    const users = new Users(this.sql)
    try {
      const [id] = await users.create([user])
      return await users.get(id!)
    } catch (error) {
      if (error instanceof Refusal) return error
      throw error
    }
  }
}
