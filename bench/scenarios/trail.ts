// The audit trail on PostgreSQL: events a second of one node and of two that append to the same chain, against bare inserts of
// the same rows into a table with the same indexes.
import { freePort } from '../../test/support/servers.js'
import { Program } from '../program.js'
import { against, measure, type Contestant, type Done } from '../rounds.js'
import type { Scenario } from '../run.js'
import { named } from '../stores.js'

export const trail: Scenario = async (stores, over) => {
  if (!over.includes('servers')) return []
  const program = await Program.start({ run: ['bench/appending.js'], port: await freePort(), env: await stores.copyFor({ stores: 'servers' }) })
  const contestant = (name: string, writers: number, bare = ''): Contestant => ({
    name, stores: named.servers, program, load: async (seconds) => (await fetch(`${program.origin}/?seconds=${seconds}&writers=${writers}${bare}`)).json() as Promise<Done>,
  })
  const [bareOne, bareTwo] = [contestant('bare inserts, 1 writer', 1, '&bare'), contestant('bare inserts, 2 writers', 2, '&bare')]
  const [one, two] = [contestant('events of 1 node', 1), contestant('events of 2 nodes', 2)]
  const all = await measure([bareOne, one, bareTwo, two])
  await program.stop()
  return [against(bareOne, one, all, 0.5), against(bareTwo, two, all, 0.5)]
}
