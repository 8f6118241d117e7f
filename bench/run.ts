// `npm run bench`: measures every scenario, or those named, and prints one table; the same figures as JSON
// go into dist/bench/figures.json. Stays off the measured core itself.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { findProgram } from '../test/support/binaries.js'
import { measuredCore } from './program.js'
import { tableOf, type Figure } from './report.js'
import { administration } from './scenarios/administration.js'
import { aws } from './scenarios/aws.js'
import { memory } from './scenarios/memory.js'
import { policy } from './scenarios/policy.js'
import { portal } from './scenarios/portal.js'
import { responsiveness } from './scenarios/responsiveness.js'
import { saml } from './scenarios/saml.js'
import { scim } from './scenarios/scim.js'
import { secondFactor } from './scenarios/second-factor.js'
import { signIn } from './scenarios/sign-in.js'
import { start } from './scenarios/start.js'
import { tables } from './scenarios/tables.js'
import { tokens } from './scenarios/tokens.js'
import { trail } from './scenarios/trail.js'
import { named, Stores, type Wanted } from './stores.js'

export type Scenario = (stores: Stores, over: Wanted['stores'][]) => Promise<Figure[]>

const scenarios: Record<string, Scenario> = { 'sign-in': signIn, 'second-factor': secondFactor, responsiveness, tokens, aws, start, memory, portal, administration, tables, policy, trail, scim, saml }

async function main(names: string[]): Promise<number> {
  const unknown = names.filter((name) => !Object.hasOwn(scenarios, name))
  if (unknown.length > 0) {
    console.error(`There is no scenario ${unknown.join(', ')}. There are: ${Object.keys(scenarios).join(', ')}`)
    return 2
  }
  const figures = await measureAll(names.length > 0 ? names : Object.keys(scenarios))
  console.log(`\n${tableOf(figures)}`)
  writeFileSync(new URL('figures.json', import.meta.url), `${JSON.stringify(figures, null, 2)}\n`)
  return 0
}

async function measureAll(names: string[]): Promise<Figure[]> {
  const missing = (['postgres', 'initdb', 'pg_ctl', 'redis-server'] as const).filter((program) => !findProgram(program))
  if (missing.length > 0) console.log(`Left out: ${named.servers}, because this machine lacks ${missing.join(', ')}.`)
  const stores = await Stores.open()
  const figures: Figure[] = []
  try {
    for (const name of names) {
      console.log(`${name} …`)
      const found = await scenarios[name]!(stores, missing.length > 0 ? ['embedded'] : ['embedded', 'servers'])
      figures.push(...found)
      console.log(tableOf(found))
    }
  } finally {
    await stores.close()
  }
  return figures
}

/** Runs this program again on the cores that are not measured. */
function runBeside(): number {
  const others = `${Number(measuredCore) + 1}-${availableParallelism() - 1}`
  const { status } = spawnSync('taskset', ['-c', others, process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit', env: { ...process.env, BENCH_BESIDE: '1' } })
  return status ?? 1
}

if (availableParallelism() < 2 && !process.env.BENCH_BESIDE) console.log('There is one core only: load and server share it, and the figures say little.')
process.exitCode = process.env.BENCH_BESIDE || availableParallelism() < 2 ? await main(process.argv.slice(2)) : runBeside()
