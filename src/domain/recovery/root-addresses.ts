// The mail address of an account's root user. Whoever may change it has proved the new one before; the letter about it
// goes to the old one, in the same transaction.
import { Accounts } from '../accounts/index.js'
import { rootPrincipal } from '../authentication/index.js'
import type { Database } from '../../platform/storage/database.js'
import { moveAddress, type AnnounceChange } from './own-addresses.js'

export class RootAddresses {
  constructor(private readonly options: { database: Pick<Database, 'transaction'>; clock: () => number }) {}

  /** Puts a proved address in the place of the one there is; refuses with `conflict` one that is another account's. */
  async change(accountId: string, is: string, announce: AnnounceChange): Promise<void> {
    const { database, clock } = this.options
    await database.transaction(async (tx) => {
      const accounts = new Accounts(tx)
      const { email: was } = await accounts.get(accountId)
      if (was === is) return
      // Told first: the letter names whom it is about by the address that they know.
      await announce(tx, { was, is, isMain: true })
      await accounts.setEmail(accountId, is)
      await moveAddress(tx, rootPrincipal(accountId), { was, is }, clock)
    })
  }
}
