// The end of an account, wherever it is asked for.
import { Accounts } from '../domain/accounts/index.js'
import { writeRevocations } from '../domain/credentials/index.js'
import type { Rooms } from './rooms.js'

/** Removes an account, and with it whatever was issued in it: here at once, and on other nodes within half a second. */
export async function closeAccount({ database, revocations, clock, iam }: Pick<Rooms, 'database' | 'revocations' | 'clock' | 'iam'>, id: string): Promise<void> {
  await database.transaction(async (tx) => {
    await new Accounts(tx).remove([id])
    await writeRevocations(tx, [{ kind: 'account', subject: id, issuedBefore: clock(), by: 'the end of the account' }])
  })
  iam.keyLookUp.forgetAll()
  await revocations.refresh()
}
