// `gatehouse profiles`: a profile in the AWS configuration for every account and permission set.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Refusal } from '../../platform/errors.js'
import { profilesBlock, sectionNames, withBlock, type Grant } from './aws-config.js'
import { readIfThere, replaceFile } from './files.js'
import type { Io } from './io.js'
import { targetOf, targetOptions, type Target } from './target.js'
import { getAccessToken } from './token-cache.js'
import { listAccounts, listPermissionSets } from './wire.js'

export const profilesUsage = `gatehouse profiles [--template TEMPLATE] [--process] [--write]

Makes a profile for every account and permission set that you have.

  --template TEMPLATE   names of the profiles: {account_name}.{permission_set} unless given;
                        {account_id} can be used too
  --process             profiles that call gatehouse, for clients that cannot be pointed here
  --write               write them into ~/.aws/config instead of printing them; lines that
                        are not ours stay as they are`

/** Prints or writes the profiles. */
export async function profiles(argv: readonly string[], io: Io): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: { ...targetOptions, template: { type: 'string', default: '{account_name}.{permission_set}' }, process: { type: 'boolean', default: false }, write: { type: 'boolean' } },
  })
  if (values.help) return io.out(profilesUsage)
  const target = await targetOf(values, io)
  const grants = await everyGrant(target, io)
  const wanted = { target, grants, template: values.template, byProcess: values.process }
  if (!values.write) return io.out(profilesBlock({ ...wanted, taken: new Set() }).text)
  const path = io.env['AWS_CONFIG_FILE'] ?? join(io.home, '.aws', 'config')
  const existing = (await readIfThere(path)) ?? ''
  const { text, left, written } = profilesBlock({ ...wanted, taken: sectionNames(withBlock(existing, target.session, '')) })
  await replaceFile(path, withBlock(existing, target.session, text), { secret: false })
  io.say(`${written} profile${written === 1 ? '' : 's'} written to ${path}.`)
  if (left.length > 0) io.say(`Left as they were, because the file has them already: ${left.join(', ')}`)
}

async function everyGrant({ endpoint, ...target }: Target, io: Io): Promise<Grant[]> {
  const accessToken = await getAccessToken({ endpoint, ...target }, io)
  const accounts = await listAccounts(endpoint, accessToken)
  if (accounts.length === 0) throw new Refusal('not-found', 'You have no accounts.')
  const lists: Grant[][] = []
  const rest = accounts.entries()
  // A few at a time: hundreds of accounts should not be asked for at once, nor one after the other.
  await Promise.all(Array.from({ length: 6 }, async () => {
    for (const [at, { accountId, accountName }] of rest) {
      const sets = await listPermissionSets(endpoint, accessToken, accountId)
      lists[at] = sets.map((permissionSet) => ({ accountId, accountName: accountName ?? accountId, permissionSet }))
    }
  }))
  return lists.flat()
}
