// The bearer tokens with which a directory outside keeps people and groups here. Only their hashes are kept; there are two at
// a time, so that one can take over from the other.
import { createHash } from 'node:crypto'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import { newId, newSecret } from '../../platform/ids.js'
import type { Row } from '../../platform/storage/database.js'
import { Gathering } from '../../platform/storage/gathering.js'
import type { Store } from '../../platform/storage/store.js'
import { refuseTaken } from '../../platform/storage/taken.js'

export interface ProvisioningToken {
  id: string
  name: string
  /** True where it may write who is in groups that administer, and what administrators are found by. */
  administrators: boolean
  createdAt: Date
  createdBy: string | undefined
  expiresAt: Date
  lastUsedAt: Date | undefined
}

export interface NewProvisioningToken {
  name: string
  days: number
  administrators: boolean
  /** Who makes it: the ARN of whoever it is, and the person of the directory where it is one. */
  by: string
  byUser: string | undefined
}

const day = 24 * 3600 * 1000
/** The longest that one lasts. */
export const mostTokenDays = 365
/** How many there are at most. */
export const mostTokens = 2
const prefix = 'gwp_'
/** Uses are noted once in so many milliseconds. */
const notedEvery = 60_000

const columns = 'id, name, administrators, created_at, created_by, expires_at, last_used_at'

export class ProvisioningTokens {
  readonly #byHash: Gathering<string, ProvisioningToken>
  readonly #noted = new Map<string, number>()

  constructor(private readonly store: Store, private readonly clock: Clock) {
    this.#byHash = new Gathering(async (hashes) => {
      const rows = await store.query<Row & { hash: string }>(
        `select ${columns}, encode(hash, 'hex') as hash from provisioning_tokens where hash = any(select decode(h, 'hex') from unnest($1::text[]) h) and expires_at > $2`, [hashes, new Date(clock())])
      const found = new Map(rows.map((row) => [row.hash, fromRow(row)]))
      return hashes.map((hash) => found.get(hash))
    })
  }

  /** Finds the token that a secret is of, as long as it lasts, and notes that it was used. */
  async find(secret: string): Promise<ProvisioningToken | undefined> {
    if (!secret.startsWith(prefix) || secret.length > 100) return undefined
    const token = await this.#byHash.find(hashOf(secret))
    if (token) await this.#noteUse(token)
    return token
  }

  /** Lists them, those that are over among them, the oldest first. */
  async list(): Promise<ProvisioningToken[]> {
    return (await this.store.query(`select ${columns} from provisioning_tokens order by created_at, id`)).map(fromRow)
  }

  /** Makes one; its secret is told this once. Those that are over make room. */
  async create({ name, days, administrators, by, byUser }: NewProvisioningToken): Promise<{ token: ProvisioningToken; secret: string }> {
    const secret = `${prefix}${newSecret()}`
    const now = new Date(this.clock())
    const token: ProvisioningToken = { id: newId('pvt-'), name, administrators, createdAt: now, createdBy: by, expiresAt: new Date(now.getTime() + days * day), lastUsedAt: undefined }
    await this.store.transaction(async (tx) => {
      await tx.query('lock table provisioning_tokens in share row exclusive mode')
      await tx.query('delete from provisioning_tokens where expires_at <= $1', [now])
      const [row] = await tx.query<{ count: number }>('select count(*)::int as count from provisioning_tokens')
      if (row!.count >= mostTokens) throw new Refusal('limit-exceeded', `There are ${mostTokens} tokens already. End the one that is not needed any more first.`)
      await refuseTaken(tx.query(
        'insert into provisioning_tokens (id, name, hash, administrators, created_at, created_by, created_by_user, expires_at) values ($1, $2, decode($3, \'hex\'), $4, $5, $6, $7, $8)',
        [token.id, name, hashOf(secret), administrators, now, by, byUser ?? null, token.expiresAt]), { provisioning_tokens_name: 'Another token has that name.' })
    })
    return { token, secret }
  }

  /** Ends one; whoever holds it gets nothing from then on. */
  async remove(id: string): Promise<void> {
    await this.store.query('delete from provisioning_tokens where id = $1', [id])
  }

  async #noteUse({ id }: ProvisioningToken): Promise<void> {
    const now = this.clock()
    if (now - (this.#noted.get(id) ?? 0) < notedEvery) return
    this.#noted.set(id, now)
    await this.store.query('update provisioning_tokens set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $2)', [id, new Date(now)])
  }
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

const fromRow = (row: Row): ProvisioningToken => ({
  id: row.id as string,
  name: row.name as string,
  administrators: row.administrators as boolean,
  createdAt: row.created_at as Date,
  createdBy: (row.created_by as string | null) ?? undefined,
  expiresAt: row.expires_at as Date,
  lastUsedAt: (row.last_used_at as Date | null) ?? undefined,
})
