// Interleaved rounds: every contestant is measured once a round, so that what disturbs the machine
// disturbs them alike, and only figures of one round are compared.
import autocannon from 'autocannon'
import type { Program } from './program.js'
import { spelled, spreadOf, type Figure, type Spread } from './report.js'

/** What one run of load got done. */
export interface Done {
  count: number
  seconds: number
  /** Milliseconds, where they were taken. */
  p50?: number
  p99?: number
}

export interface Contestant {
  name: string
  stores: string
  program: Program
  /** Puts load on for about so many seconds. */
  load: (seconds: number) => Promise<Done>
}

interface Measured {
  perSecond: number
  perProcessorSecond: number
  p50: number
  p99: number
}

export type Rounds = Map<Contestant, Measured[]>

// The compiler of Node itself needs seconds of load before it has done what it can.
const warmUp = 8
const roundSeconds = 2
const rounds = Number(process.env.BENCH_ROUNDS ?? 5)

/** Measures all contestants, one after another, several times over. */
export async function measure(contestants: Contestant[]): Promise<Rounds> {
  for (const contestant of contestants) await contestant.load(warmUp)
  const all: Rounds = new Map(contestants.map((contestant) => [contestant, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of contestants) all.get(contestant)!.push(await measureOnce(contestant))
  }
  return all
}

async function measureOnce({ program, load }: Contestant): Promise<Measured> {
  const before = program.processorSeconds()
  const { count, seconds, p50 = 0, p99 = 0 } = await load(roundSeconds)
  return { perSecond: count / seconds, perProcessorSecond: count / Math.max(0.001, program.processorSeconds() - before), p50, p99 }
}

/** Says how a contestant did against a limit, and whether that is enough. */
export function against(limit: Contestant, contestant: Contestant, all: Rounds, aim: number): Figure {
  const [limits, ours] = [all.get(limit)!, all.get(contestant)!]
  const perSecond = spreadOf(ours.map((one) => one.perSecond))
  const ratio = spreadOf(ours.map((one, round) => one.perSecond / limits[round]!.perSecond))
  return {
    name: contestant.name, stores: contestant.stores,
    figure: `${spelled(perSecond.median)}/s`,
    limit: `${limit.name} ${spelled(spreadOf(limits.map((one) => one.perSecond)).median)}/s`,
    ratio,
    ratioByProcessor: spreadOf(ours.map((one, round) => one.perProcessorSecond / limits[round]!.perProcessorSecond)),
    aim: `>= ${aim}`, met: ratio.median >= aim,
  }
}

export const spreadIn = (all: Rounds, contestant: Contestant, pick: (measured: Measured) => number): Spread => spreadOf(all.get(contestant)!.map(pick))

/** Puts load on with autocannon for a time, or for `options.amount`; anything but 2xx is a fault of the scenario. */
export async function cannon(options: autocannon.Options, seconds: number): Promise<Done> {
  const result = await autocannon({ ...options, duration: seconds })
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${options.url}: ${result.non2xx} answers were none of 2xx, ${result.errors} failed`)
  return { count: result['2xx'], seconds: result.duration, p50: result.latency.p50, p99: result.latency.p99 }
}
