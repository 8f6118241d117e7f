// Accounts as people name them on the command line.
import { Refusal } from '../../platform/errors.js'
import { printable } from './io.js'
import type { Target } from './target.js'
import { listAccounts } from './wire.js'

/** Finds the id of an account that is named by its id, with or without hyphens, or by its name; only a name needs a sign-in to be looked up. */
export async function accountIdOf(named: string, { endpoint }: Target, getAccessToken: () => Promise<string>): Promise<string> {
  const digits = named.replaceAll('-', '')
  if (/^\d{12}$/.test(digits)) return digits
  const accounts = await listAccounts(endpoint, await getAccessToken())
  const [found, ...more] = accounts.filter(({ accountName }) => accountName?.toLowerCase() === named.toLowerCase())
  if (found && more.length === 0) return found.accountId
  if (found) throw new Refusal('invalid-input', `Several accounts are named ${printable(named)}. Use the id: ${[found, ...more].map((one) => one.accountId).join(', ')}`)
  throw new Refusal('not-found', `You have no account named ${printable(named)}. Yours are: ${accounts.map((one) => printable(one.accountName ?? one.accountId)).join(', ') || 'none'}`)
}
