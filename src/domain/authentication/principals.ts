// What is kept of a principal here, of whatever kind it is, and forgetting all of it at once.
import type { Executor } from '../../platform/storage/database.js'

const tables = ['passwords', 'password_history', 'passkeys', 'passkey_handles', 'authenticator_apps', 'recovery_codes', 'trusted_browsers', 'mailed_links', 'verified_addresses']

/** Forgets the passwords, devices, codes and browsers of principals that are no more. */
export async function forgetPrincipals(sql: Executor, principals: readonly string[]): Promise<void> {
  if (principals.length === 0) return
  for (const table of tables) await sql.query(`delete from ${table} where principal = any($1)`, [principals])
}
