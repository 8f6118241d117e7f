// How long the built program takes from its start to its first 200, on stores that are there already.
import { spreadOf } from '../report.js'
import type { Scenario } from '../run.js'
import { named } from '../stores.js'

const aims = { embedded: 2, servers: 1 }
const starts = 5

export const start: Scenario = async (stores, over) => {
  const taken = new Map(over.map((kind) => [kind, [] as number[]]))
  const worked = new Map(over.map((kind) => [kind, [] as number[]]))
  const settings = new Map(await Promise.all(over.map(async (kind) => [kind, await stores.copyFor({ stores: kind })] as const)))
  for (let round = 0; round <= starts; round += 1) {
    for (const kind of over) {
      const program = await stores.run(settings.get(kind)!)
      const work = program.processorSeconds()
      // The first one reads the program from disk.
      if (round > 0) {
        taken.get(kind)!.push(program.millisecondsToStart / 1000)
        worked.get(kind)!.push(work)
      }
      await program.stop()
    }
  }
  return over.map((kind) => {
    const { median, least, most } = spreadOf(taken.get(kind)!)
    return { name: 'start to first 200', stores: named[kind], figure: `${median.toFixed(2)} s (${least.toFixed(2)}–${most.toFixed(2)}), ${spreadOf(worked.get(kind)!).median.toFixed(2)} s of processor time`, aim: `< ${aims[kind]} s`, met: median < aims[kind] }
  })
}
