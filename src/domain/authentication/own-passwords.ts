// A password that its owner replaces, with everything that goes along: browsers that were trusted under the old one are
// asked again, and the owner is told, all in one transaction.
import type { Database, Executor } from '../../platform/storage/database.js'
import type { Passwords } from './passwords.js'
import { revokeTrust } from './trusted-browsers.js'

/** A password to be replaced. */
export interface Replacement {
  principal: string
  /** The mark of the one that was proved. */
  proved: string
  plain: string
  address: string
}

export class OwnPasswords {
  constructor(private readonly options: { database: Pick<Database, 'transaction'>; passwords: Pick<Passwords, 'replace'> }) {}

  /** Replaces a password, if it still is the one that was proved; `announce` runs in the same transaction. */
  replace({ principal, proved, plain, address }: Replacement, announce: (tx: Executor) => Promise<void>): Promise<boolean> {
    const { database, passwords } = this.options
    return passwords.replace(principal, proved, plain, address, (swap) => database.transaction(async (tx) => {
      if (!await swap(tx)) return false
      await revokeTrust(tx, principal)
      await announce(tx)
      return true
    }))
  }
}
