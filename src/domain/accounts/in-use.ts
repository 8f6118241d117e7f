// Refuses to remove what something still hangs on, and says what.
import { Refusal } from '../../platform/errors.js'

const listing = new Intl.ListFormat('en-GB', { type: 'conjunction' })

/** Awaits one row of counts, named by what is counted; refuses with all that are not nought. */
export async function refuseInUse(counting: Promise<Record<string, number>[]>, what: string): Promise<void> {
  const [counts] = await counting
  const found = Object.entries(counts ?? {}).filter(([, count]) => count > 0).map(([name, count]) => `${name} (${count})`)
  if (found.length > 0) throw new Refusal('in-use', `${what} cannot be deleted while there are ${listing.format(found)}. Remove them first.`)
}
