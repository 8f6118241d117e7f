// Decisions by policies on one core: so many a second with the statements that somebody has, and no more than twice
// the work for twice the statements.
import { freePort } from '../../test/support/servers.js'
import { Program } from '../program.js'
import { spelled, spreadOf, type Figure } from '../report.js'
import { measure, spreadIn, type Contestant, type Done } from '../rounds.js'
import type { Scenario } from '../run.js'

const usual = 20
const sizes = [usual, 200, 2000]
const aim = 100_000

export const policy: Scenario = async () => {
  const program = await Program.start({ run: ['bench/decisions.js'], port: await freePort() })
  const contestants = sizes.map((statements): Contestant => ({
    name: `decisions with ${statements} statements`, stores: '', program,
    load: async (seconds) => (await fetch(`${program.origin}/?seconds=${seconds}&statements=${statements}`)).json() as Promise<Done>,
  }))
  const all = await measure(contestants)
  await program.stop()
  // Of processor time, because the aim is about one core that does nothing else.
  const perSecond = (contestant: Contestant): number => spreadIn(all, contestant, (one) => one.perProcessorSecond).median
  const [first, ...larger] = contestants
  const fast: Figure = { name: first!.name, stores: '', figure: `${spelled(perSecond(first!))}/s`, aim: `>= ${aim.toLocaleString('en')}/s`, met: perSecond(first!) >= aim }
  return [fast, ...larger.map((contestant, index): Figure => {
    const factor = sizes[index + 1]! / usual
    const rounds = all.get(contestant)!.map((one, round) => ({ one, few: all.get(first!)![round]! }))
    const ratio = spreadOf(rounds.map(({ one, few }) => (one.perSecond * factor) / few.perSecond))
    const ratioByProcessor = spreadOf(rounds.map(({ one, few }) => (one.perProcessorSecond * factor) / few.perProcessorSecond))
    return { name: contestant.name, stores: '', figure: `${spelled(perSecond(contestant))}/s`, limit: `a ${factor}th of those with ${usual}`, ratio, ratioByProcessor, aim: '>= 0.7', met: ratioByProcessor.median >= 0.7 }
  })]
}
