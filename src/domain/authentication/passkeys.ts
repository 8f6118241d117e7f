// Passkeys and security keys as they are kept: what checks their signatures, and the random handle by which
// authenticators know their owner.
import type { Database, Executor, Row } from '../../platform/storage/database.js'
import { Refusal } from '../../platform/errors.js'
import { newId, newSecret } from '../../platform/ids.js'
import { refuseTaken } from '../../platform/storage/taken.js'
import { checkRoomForDevice } from './devices.js'
import type { Assertion, MadeCredential } from './webauthn.js'

export interface Passkey extends MadeCredential {
  /** `pk-` and 16 hexadecimal digits: what pages call it. */
  id: string
  principal: string
  name: string
  createdAt: Date
  lastUsedAt: Date | undefined
}

/** Tells its owner of a new passkey, in the transaction that keeps it. */
export type AnnouncePasskey = (tx: Executor, passkey: Passkey) => Promise<void>

const columns = 'id, principal, credential_id, public_key, sign_count, transports, is_synced, is_backed_up, aaguid, name, created_at, last_used_at'
const longestName = 64

export class Passkeys {
  constructor(private readonly sql: Pick<Database, 'query' | 'transaction'>) {}

  /** Lists a principal's, the oldest first. */
  async list(principal: string): Promise<Passkey[]> {
    return (await this.sql.query(`select ${columns} from passkeys where principal = $1 order by created_at, id`, [principal])).map(fromRow)
  }

  async findByCredentialId(credentialId: string): Promise<Passkey | undefined> {
    const [row] = await this.sql.query(`select ${columns} from passkeys where credential_id = $1`, [credentialId])
    return row && fromRow(row)
  }

  /** Adds one, and numbers its name where the principal has one of that name; refuses the ninth device, and a credential that is known. `announce` hears of it in the same transaction. */
  async add(principal: string, made: MadeCredential, name: string, announce?: AnnouncePasskey): Promise<Passkey> {
    const wanted = checkDeviceName(name)
    const adding = this.sql.transaction(async (tx) => {
      await checkRoomForDevice(tx, principal)
      const free = freeName(wanted, await namesOf(tx, principal))
      const [row] = await tx.query(
        `insert into passkeys (id, principal, credential_id, public_key, sign_count, transports, is_synced, is_backed_up, aaguid, name)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning ${columns}`,
        [newId('pk-'), principal, made.credentialId, Buffer.from(made.publicKey), made.signCount, JSON.stringify(made.transports), made.isSynced, made.isBackedUp, made.aaguid, free],
      )
      const passkey = fromRow(row!)
      await announce?.(tx, passkey)
      return passkey
    })
    await refuseTaken(adding, { passkeys_credential_id: 'This passkey is registered already.' })
    return adding
  }

  /** Renames a principal's own within a transaction that holds the lock of their devices; refuses a name that another of theirs has. */
  async rename(principal: string, id: string, name: string, executor: Executor = this.sql): Promise<void> {
    const wanted = checkDeviceName(name)
    const taken = await namesOf(executor, principal, id)
    if (taken.has(wanted.toLowerCase())) throw new Refusal('conflict', 'You have a passkey of that name. Choose another.')
    const rows = await executor.query('update passkeys set name = $3 where principal = $1 and id = $2 returning id', [principal, id, wanted])
    if (rows.length === 0) throw missing()
  }

  /** Removes a principal's own, and returns what it was; whether it may go is for whoever knows the rules to say. */
  async remove(principal: string, id: string, executor: Executor = this.sql): Promise<Passkey> {
    const [row] = await executor.query(`delete from passkeys where principal = $1 and id = $2 returning ${columns}`, [principal, id])
    if (!row) throw missing()
    return fromRow(row)
  }

  /** Notes a use: false where its count has been seen, which says that there is a copy of the key (or that it is gone). */
  async use({ id }: Pick<Passkey, 'id'>, { signCount, isBackedUp }: Assertion): Promise<boolean> {
    // Authenticators that do not count say 0 for ever (WebAuthn level 3, section 6.1.1).
    const rows = await this.sql.query(
      `update passkeys set sign_count = $2, is_backed_up = $3, last_used_at = clock_timestamp()
       where id = $1 and (sign_count < $2 or (sign_count = 0 and $2 = 0)) returning id`,
      [id, signCount, isBackedUp],
    )
    return rows.length > 0
  }

  /** Gets the handle of a principal, making it the first time: random, so that an authenticator learns nothing by it. */
  async handleOf(principal: string): Promise<string> {
    await this.sql.query('insert into passkey_handles (principal, handle) values ($1, $2) on conflict (principal) do nothing', [principal, newSecret(32)])
    return (await this.findHandle(principal))!
  }

  async findHandle(principal: string): Promise<string | undefined> {
    const [row] = await this.sql.query<{ handle: string }>('select handle from passkey_handles where principal = $1', [principal])
    return row?.handle
  }
}

const missing = (): Refusal => new Refusal('not-found', 'You have no such passkey.')

async function namesOf(tx: Executor, principal: string, except = ''): Promise<Set<string>> {
  return new Set((await tx.query<{ name: string }>('select lower(name) as name from passkeys where principal = $1 and id <> $2', [principal, except])).map(({ name }) => name))
}

/** Returns the name of a device as it is kept, or refuses it. */
export function checkDeviceName(name: string): string {
  const wanted = name.trim()
  if (wanted === '') throw new Refusal('invalid-input', 'Give it a name, so that you know it again.')
  if ([...wanted].length > longestName) throw new Refusal('invalid-input', `A name has at most ${longestName} characters.`)
  // Marks that turn text around could make one device look like another.
  if (/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(wanted)) throw new Refusal('invalid-input', 'That name holds characters that cannot be used.')
  return wanted
}

function freeName(name: string, taken: Set<string>): string {
  let free = name
  for (let number = 2; taken.has(free.toLowerCase()); number += 1) free = `${[...name].slice(0, longestName - 3).join('')} ${number}`
  return free
}

const fromRow = (row: Row): Passkey => ({
  id: row.id as string,
  principal: row.principal as string,
  credentialId: row.credential_id as string,
  publicKey: row.public_key as Uint8Array,
  signCount: Number(row.sign_count),
  transports: row.transports as string[],
  isSynced: row.is_synced as boolean,
  isBackedUp: row.is_backed_up as boolean,
  aaguid: row.aaguid as string,
  name: row.name as string,
  createdAt: row.created_at as Date,
  lastUsedAt: (row.last_used_at as Date | null) ?? undefined,
})
