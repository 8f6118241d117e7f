// Whom the organization reads mail as: the management account.
import { isMailAddress } from '../../platform/mail/index.js'
import type { Executor } from '../../platform/storage/database.js'

/** Finds the address of the management account, where mail can go there. */
export async function findOrganizationAddress(sql: Executor): Promise<string | undefined> {
  const [account] = await sql.query<{ email: string }>('select email from accounts where management')
  return account && isMailAddress(account.email) ? account.email : undefined
}
