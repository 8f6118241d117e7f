// What the program holds in memory after a thousand sign-ins.
import type { Scenario } from '../run.js'
import { named } from '../stores.js'
import { signInMany } from './sign-in.js'

const aims = { embedded: 450, servers: 200 }
const signIns = 1000

export const memory: Scenario = async (stores, over) => {
  const figures = []
  for (const kind of over) {
    const program = await stores.startGatehouse({ stores: kind })
    const before = program.residentMegabytes()
    await signInMany(program.origin, signIns)
    const after = program.residentMegabytes()
    await program.stop()
    figures.push({ name: `memory after ${signIns} sign-ins`, stores: named[kind], figure: `${after.toFixed(0)} MB (at start ${before.toFixed(0)})`, aim: `< ${aims[kind]} MB`, met: after < aims[kind] })
  }
  return figures
}
