// Access keys: long-term credentials of IAM users and root users, at most two each. A secret is shown once and sealed at rest.
import { randomBytes } from 'node:crypto'
import { Refusal } from '../../platform/errors.js'
import { newIamId } from '../../platform/ids.js'
import type { Sealer } from '../../platform/keys/index.js'
import { violatedIndex, violatedReference, type Row } from '../../platform/storage/database.js'
import type { Store } from '../../platform/storage/store.js'

export const mostAccessKeys = 2

/** Whose key it is: an IAM user's, or the root user's. */
export interface KeyOwner {
  accountId: string
  /** `AIDA…`; the root user has none. */
  userId?: string | undefined
}

export interface AccessKey extends KeyOwner {
  id: string
  active: boolean
  createdAt: Date
  lastUsed: { at: Date; region: string; service: string } | undefined
}

export interface IssuedAccessKey extends AccessKey {
  /** Told this once. */
  secret: string
}

const columns = 'id, account_id, user_id, active, created_at, last_used_at, last_used_region, last_used_service'

export class AccessKeys {
  constructor(private readonly options: { store: Store; sealer: Sealer; clock: () => number; forget?: (id: string) => void }) {}

  /** Issues a key; refuses a third. */
  async issue(owner: KeyOwner): Promise<IssuedAccessKey> {
    const { store, sealer, clock } = this.options
    const [id, secret, createdAt] = [newIamId('AKIA'), randomBytes(30).toString('base64'), new Date(clock())]
    const rows = await store.query(
      `insert into iam_access_keys (id, account_id, user_id, owner, slot, secret, created_at)
       select $1, $2, $3, $4, slot, $5, $6 from generate_series(1, ${mostAccessKeys}) as slots(slot)
       where not exists (select from iam_access_keys k where k.owner = $4 and k.slot = slots.slot) order by slot limit 1 returning id`,
      [id, owner.accountId, owner.userId ?? null, ownerOf(owner), sealer.seal(secret, placeOf(id)), createdAt],
    ).catch((error: unknown) => {
      // Another one took the last place at the same time.
      if (violatedIndex(error) === 'iam_access_keys_slot') return []
      if (violatedReference(error) !== undefined) throw new Refusal('not-found', 'Whoever the key is for is not there any more.', { cause: error })
      throw error
    })
    if (rows.length === 0) throw new Refusal('limit-exceeded', `There can be at most ${mostAccessKeys} access keys. Delete one first.`)
    return { id, ...owner, active: true, createdAt, lastUsed: undefined, secret }
  }

  async find(id: string): Promise<AccessKey | undefined> {
    const [row] = await this.options.store.query(`select ${columns} from iam_access_keys where id = $1`, [id])
    return row && fromRow(row)
  }

  /** Lists an owner's keys, the oldest first; there are two at most. */
  async list(owner: KeyOwner): Promise<AccessKey[]> {
    return (await this.options.store.query(`select ${columns} from iam_access_keys where owner = $1 order by created_at, id`, [ownerOf(owner)])).map(fromRow)
  }

  /** Makes this node read an owner's keys anew, because the owner has changed. */
  async forget(owner: KeyOwner): Promise<void> {
    for (const { id } of await this.list(owner)) this.options.forget?.(id)
  }

  /** Turns a key on or off; false where the owner has no such key. */
  async setActive(owner: KeyOwner, id: string, active: boolean): Promise<boolean> {
    const rows = await this.options.store.query('update iam_access_keys set active = $3 where id = $1 and owner = $2 returning id', [id, ownerOf(owner), active])
    this.options.forget?.(id)
    return rows.length > 0
  }

  /** Removes a key; false where the owner has no such key. */
  async remove(owner: KeyOwner, id: string): Promise<boolean> {
    const rows = await this.options.store.query('delete from iam_access_keys where id = $1 and owner = $2 returning id', [id, ownerOf(owner)])
    this.options.forget?.(id)
    return rows.length > 0
  }
}

/** Where a secret is sealed for. */
export const placeOf = (id: string): string => `iam_access_keys|secret|${id}`

const ownerOf = ({ accountId, userId }: KeyOwner): string => userId ?? accountId

function fromRow(row: Row): AccessKey {
  const at = row.last_used_at as Date | null
  return {
    id: row.id as string, accountId: row.account_id as string, userId: (row.user_id as string | null) ?? undefined,
    active: row.active as boolean, createdAt: row.created_at as Date,
    lastUsed: at ? { at, region: row.last_used_region as string, service: row.last_used_service as string } : undefined,
  }
}
