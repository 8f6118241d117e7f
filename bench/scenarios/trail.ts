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
  const contestant = (name: string, query: string): Contestant => ({
    name, stores: named.servers, program, load: async (seconds) => (await fetch(`${program.origin}/?seconds=${seconds}&${query}`)).json() as Promise<Done>,
  })
  // A busy node has hundreds of events waiting while it writes others, a quiet one a few.
  const pairs = [['1 node', 'writers=1'], ['2 nodes', 'writers=2'], ['2 quiet nodes', 'writers=2&waiting=10']].map(([name, query]) => ({ bare: contestant(`bare inserts of ${name}`, `${query}&bare`), ours: contestant(`events of ${name}`, query!) }))
  const all = await measure(pairs.flatMap(({ bare, ours }) => [bare, ours]))
  await program.stop()
  return pairs.map(({ bare, ours }) => against(bare, ours, all, 0.5))
}
