// The portal's page of somebody with 300 accounts of 4 permission sets, for 50 people at once; and the same
// in a directory of 100,000 people and 1,000 accounts.
import type autocannon from 'autocannon'
import { people } from '../organization.js'
import { spelled, spreadOf } from '../report.js'
import { cannon, measure, spreadIn, type Contestant } from '../rounds.js'
import type { Scenario } from '../run.js'
import { named, type Wanted } from '../stores.js'
import { signInOne } from './sign-in.js'

const within = 1.2

export const portal: Scenario = async (stores, over) => {
  const figures = []
  for (const kind of over) {
    const small = await contestant({ stores: kind }, stores)
    const large = await contestant({ stores: kind, large: true }, stores)
    const all = await measure([small, large])
    await Promise.all([small.program.stop(), large.program.stop()])
    const milliseconds = (one: Contestant): string => `p50 ${spelled(spreadIn(all, one, ({ p50 }) => p50).median)} ms, p99 ${spelled(spreadIn(all, one, ({ p99 }) => p99).median)} ms, ${spelled(spreadIn(all, one, ({ perSecond }) => perSecond).median)}/s`
    const rounds = all.get(small)!.map((one, round) => ({ small: one, large: all.get(large)![round]! }))
    const ratio = spreadOf(rounds.map(({ small, large }) => large.p50 / small.p50))
    figures.push({ name: small.name, stores: named[kind], figure: milliseconds(small) }, {
      name: large.name, stores: named[kind], figure: milliseconds(large), limit: small.name, ratio,
      ratioByProcessor: spreadOf(rounds.map(({ small, large }) => small.perProcessorSecond / large.perProcessorSecond)),
      aim: `<= ${within}`, met: ratio.median <= within,
    })
  }
  return figures
}

async function contestant(wanted: Wanted, stores: Parameters<Scenario>[0]): Promise<Contestant> {
  const program = await stores.startGatehouse(wanted)
  const cookies: string[] = []
  for (const person of people) cookies.push((await signInOne(program.origin, person)).cookies.map(({ name, value }) => `${name}=${value}`).join('; '))
  return {
    name: wanted.large ? 'portal page, 100,000 people' : 'portal page, 50 people', stores: named[wanted.stores], program,
    load: (seconds) => {
      let next = 0
      return cannon({
        url: `${program.origin}/start/`, connections: people.length,
        setupClient: (client: autocannon.Client) => client.setHeaders({ cookie: cookies[next++ % cookies.length]! }),
      }, seconds)
    },
  }
}
