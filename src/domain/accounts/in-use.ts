// Refuses to remove what something still hangs on, and says what.
import { Refusal } from '../../platform/errors.js'

/** Awaits one row of counts, named by what is counted; refuses with the first that is not nought. */
export async function refuseInUse(counting: Promise<Record<string, number>[]>, what: string): Promise<void> {
  const [counts] = await counting
  const found = Object.entries(counts ?? {}).find(([, count]) => count > 0)
  if (found) throw new Refusal('in-use', `${what} cannot be deleted while there are ${found[0]} (${found[1]}). Remove them first.`)
}
