// How long others wait while fifty people sign in at once: the slowest hundredth of `/healthz`, asked all the while.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { members } from '../organization.js'
import { freePort } from '../../test/support/servers.js'
import { Program } from '../program.js'
import { spreadOf, type Figure } from '../report.js'
import type { Scenario } from '../run.js'
import { named } from '../stores.js'
import { signInOne } from './sign-in.js'

const people = 50
const aim = 50
const rounds = Number(process.env.BENCH_ROUNDS ?? 5)

export const responsiveness: Scenario = async (stores, over) => {
  const figures: Figure[] = []
  const bare = await Program.start({ run: ['bench/limits/hello.js'], port: await freePort() })
  for (const kind of over) {
    const program = await stores.startGatehouse({ stores: kind }, { TRUSTED_PROXIES: '127.0.0.0/8,::1' })
    await during(program.origin, '/healthz')
    const [ours, idle]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await during(program.origin, '/healthz'))
      idle.push(await slowest(`${bare.origin}/`, new Promise((resolve) => { setTimeout(resolve, 1000) })))
    }
    const [p99, limit] = [spreadOf(ours), spreadOf(idle)]
    figures.push({
      name: `/healthz, p99 while ${people} sign in`, stores: named[kind], figure: `${p99.median.toFixed(1)} ms`, limit: `an idle server ${limit.median.toFixed(1)} ms`,
      ratio: spreadOf(ours.map((one, round) => one / idle[round]!)), aim: `< ${aim} ms`, met: p99.median < aim,
    })
    await program.stop()
  }
  await bare.stop()
  return figures
}

/** Signs everybody in at once, each from an address of their own, and says how slow the address is meanwhile. */
const during = (origin: string, path: string): Promise<number> =>
  slowest(origin + path, Promise.all(Array.from({ length: people }, (_, at) => signInOne(origin, members[at % members.length]!, `192.0.2.${at}`))))

/** Asks an address again and again until something is done; returns the 99th percentile in milliseconds. */
async function slowest(url: string, done: Promise<unknown>): Promise<number> {
  const probe = new Worker(new URL('../probe.js', import.meta.url), { workerData: url })
  await done
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- between threads there are no origins
  probe.postMessage('stop')
  const [times] = await once(probe, 'message') as [number[]]
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)]!
}
