// `gatehouse console`: opens the portal, or the console of a permission set, in the browser.
import { parseArgs } from 'node:util'
import { Refusal } from '../../platform/errors.js'
import { accountIdOf } from './accounts.js'
import type { Io } from './io.js'
import { portalOf, targetOf, targetOptions } from './target.js'
import { getAccessToken } from './token-cache.js'

export const consoleUsage = `gatehouse console [--account ACCOUNT --permission-set NAME] [--destination URL] [--no-browser]

Opens the access portal, or the console of an account.

  --account ACCOUNT       id or name of the account
  --permission-set NAME   name of the permission set
  --destination URL       page to come to inside the account
  --no-browser            print the address instead of opening a browser`

/** Opens the console. */
export async function openConsole(argv: readonly string[], io: Io): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      ...targetOptions, 'account': { type: 'string' }, 'permission-set': { type: 'string' }, 'destination': { type: 'string' }, 'no-browser': { type: 'boolean' },
    },
  })
  if (values.help) return io.out(consoleUsage)
  const { account, 'permission-set': permissionSet, destination } = values
  if (Boolean(account) !== Boolean(permissionSet) || (destination && !account)) {
    throw new Refusal('invalid-input', `An account and a permission set go together, and a destination with them.\n\n${consoleUsage}`)
  }
  const target = await targetOf(values, io)
  const url = new URL(portalOf(target))
  if (account && permissionSet) {
    const accountId = await accountIdOf(account, target, () => getAccessToken(target, io))
    url.pathname = `${url.pathname.replace(/\/$/, '')}/console`
    url.search = new URLSearchParams({ account_id: accountId, role_name: permissionSet, ...(destination && { destination }) }).toString()
  }
  if (values['no-browser'] || !(await io.open(url.href))) io.out(url.href)
}
