// Access keys as those who check signatures need them: by id, fast, and never older than half a second, so that a
// key that is turned off or deleted stops to count on every node at once.
import type { Clock } from '../../platform/clock.js'
import type { Sealer } from '../../platform/keys/index.js'
import { Recent } from '../../platform/recent.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import { Gathering } from '../../platform/storage/gathering.js'
import { placeOf } from './access-keys.js'
import { iamArn, rootArn } from './arns.js'
import type { Tags } from './tags.js'

/** Who signs with a long-term key. */
export interface KeyHolder {
  kind: 'iam-user' | 'root'
  accountId: string
  arn: string
  /** `AIDA…`, or the account id of a root user. */
  id: string
  /** Absent for root users. */
  userName?: string
  tags: Tags
}

export interface SigningKey {
  holder: KeyHolder
  secret: string
  active: boolean
}

interface Kept {
  key: SigningKey | undefined
  readAt: number
}

const freshFor = 500

export class KeyLookUp {
  readonly #kept: Recent<string, Kept>
  readonly #reading: Gathering<string, SigningKey>

  constructor(private readonly options: { sql: Executor; sealer: Sealer; clock: Clock; remembered?: number }) {
    this.#kept = new Recent(options.remembered ?? 2000)
    this.#reading = new Gathering((ids) => this.#read(ids))
  }

  /** Finds the key of an id; undefined where there is none. Whether it counts is for the caller to see. */
  async findForSigning(id: string): Promise<SigningKey | undefined> {
    const known = this.#kept.find(id)
    // Milliseconds of the process's own: a clock that is set back must not keep a key alive.
    if (known && performance.now() - known.readAt < freshFor) return known.key
    const readAt = performance.now()
    const key = await this.#reading.find(id)
    this.#kept.put(id, { key, readAt })
    return key
  }

  /** Forgets a key that has changed, so that this node asks again at once. */
  forget(id: string): void {
    this.#kept.remove(id)
  }

  /** Forgets all of them, as where an account is gone. */
  forgetAll(): void {
    this.#kept.clear()
  }

  async #read(ids: string[]): Promise<(SigningKey | undefined)[]> {
    const rows = await this.options.sql.query(
      `select k.id, k.account_id, k.active, k.secret, u.id as user_id, u.name, u.path, u.tags from iam_access_keys k left join iam_entities u on u.id = k.user_id where k.id = any($1)`, [ids])
    const found = new Map(rows.map((row) => [row.id as string, this.#open(row)]))
    return ids.map((id) => found.get(id))
  }

  #open(row: Row): SigningKey | undefined {
    const secret = this.options.sealer.open(row.secret as Buffer, placeOf(row.id as string))?.toString()
    return secret === undefined ? undefined : { holder: holderOf(row), secret, active: row.active as boolean }
  }
}

function holderOf(row: Row): KeyHolder {
  const accountId = row.account_id as string
  if (!row.user_id) return { kind: 'root', accountId, arn: rootArn(accountId), id: accountId, tags: {} }
  const [name, path] = [row.name as string, row.path as string]
  return { kind: 'iam-user', accountId, arn: iamArn('user', { accountId, path, name }), id: row.user_id as string, userName: name, tags: row.tags as Tags }
}
