// A new password, however it comes about, with everything that goes along: the earlier one is remembered, browsers that were
// trusted under it are asked again, links that would set another one are void, whoever must know is told in the same transaction,
// and sessions end afterwards. Sign-ins that are under way end by themselves: they go by the mark of the password.
import type { Database, Executor } from '../../platform/storage/database.js'
import type { PasswordHashes } from './password-hashes.js'
import { Passwords, type StoredPassword } from './passwords.js'

/** A password to be replaced by its owner. */
export interface Replacement {
  principal: string
  /** The mark of the one that was proved. */
  proved: string
  plain: string
  address: string
}

/** What goes along with a change. Both have to be said, so that nobody forgets one. */
export interface Along {
  /** Tells whoever must know, in the transaction of the change. */
  announce: (tx: Executor) => Promise<void>
  /** Ends the sessions there are, once the change counts, but the one that it was made in; `undefined` where they go on. */
  endSessions: (() => Promise<void>) | undefined
}

export class PasswordChanges {
  readonly #passwords: Passwords

  constructor(private readonly options: { database: Pick<Database, 'query' | 'transaction'>; hashes: PasswordHashes }) {
    this.#passwords = new Passwords(options.database, options.hashes)
  }

  /** Replaces a password by another of its owner, if it still is the one that was proved. */
  replace({ principal, proved, plain, address }: Replacement, along: Along): Promise<boolean> {
    return this.#change(along, (within) => this.#passwords.replace(principal, proved, plain, address, (swap) => within(async (tx) => {
      if (!await swap(tx)) return false
      await endTrust(tx, [principal])
      return true
    })))
  }

  /** Sets a password by its hash, whatever there was. */
  async set(password: StoredPassword, along: Along): Promise<void> {
    await this.#change(along, (within) => within(async (tx) => {
      await setPasswords(tx, this.options.hashes, [password])
      return true
    }))
  }

  /** Takes a password away; false where there was none. */
  remove(principal: string, along: Along): Promise<boolean> {
    return this.#change(along, (within) => within(async (tx) => {
      if (!await new Passwords(tx, this.options.hashes).remove(principal)) return false
      await endTrust(tx, [principal])
      return true
    }))
  }

  async #change({ announce, endSessions }: Along, change: (within: (work: (tx: Executor) => Promise<boolean>) => Promise<boolean>) => Promise<boolean>): Promise<boolean> {
    const isChanged = await change((work) => this.options.database.transaction(async (tx) => {
      if (!await work(tx)) return false
      await announce(tx)
      return true
    }))
    if (isChanged) await endSessions?.()
    return isChanged
  }
}

/** Sets passwords by their hashes within whatever makes it necessary, with what belongs into the same transaction; telling people and ending sessions is the caller's. */
export async function setPasswords(tx: Executor, hashes: PasswordHashes, passwords: StoredPassword[]): Promise<void> {
  await new Passwords(tx, hashes).put(passwords)
  await endTrust(tx, passwords.map(({ principal }) => principal))
}

/** What was trusted, or mailed, under the old password counts for nothing. */
async function endTrust(tx: Executor, principals: string[]): Promise<void> {
  await tx.query('delete from trusted_browsers where principal = any($1)', [principals])
  await tx.query(`update mailed_links set used_at = now() where principal = any($1) and purpose in ('reset', 'invitation') and used_at is null`, [principals])
}
