// Password sign-ins through the whole browser flow, against bcrypt alone.
import { Browser } from '../../test/support/browser.js'
import { freePort } from '../../test/support/servers.js'
import { members, password } from '../organization.js'
import { Program } from '../program.js'
import { against, measure, type Contestant, type Done } from '../rounds.js'
import type { Scenario } from '../run.js'
import { named } from '../stores.js'

const browsers = 4
const signInsASecond = 15

export const signIn: Scenario = async (stores, over) => {
  const bare = await Program.start({ run: ['bench/limits/bcrypt.js'], port: await freePort() })
  const limit: Contestant = { name: 'bcrypt', stores: '', program: bare, load: async (seconds) => (await fetch(`${bare.origin}/?seconds=${seconds}`)).json() as Promise<Done> }
  const ours = await Promise.all(over.map(async (kind): Promise<Contestant> => {
    const program = await stores.startGatehouse({ stores: kind })
    return { name: 'password sign-ins', stores: named[kind], program, load: (seconds) => signInMany(program.origin, Math.round(seconds * signInsASecond)) }
  }))
  const all = await measure([limit, ...ours])
  await Promise.all([bare, ...ours.map(({ program }) => program)].map((program) => program.stop()))
  return ours.map((contestant) => against(limit, contestant, all, 0.85))
}

/** Signs so many people in, a few at a time, each in a browser of their own. */
export async function signInMany(origin: string, amount: number): Promise<Done> {
  const started = performance.now()
  let begun = 0
  await Promise.all(Array.from({ length: browsers }, async () => {
    while (begun < amount) await signInOne(origin, members[begun++ % members.length]!)
  }))
  return { count: amount, seconds: (performance.now() - started) / 1000 }
}

/** Signs one person in, from an address that is believed where proxies are, and returns their browser. */
export async function signInOne(origin: string, userName: string, address?: string): Promise<Browser> {
  const browser = address === undefined ? new Browser(origin) : new Browser(origin, { 'x-forwarded-for': address })
  const page = await browser.signIn(userName, password)
  if (page.url !== `${origin}/start/`) throw new Error(`${userName} was not signed in, but is at ${page.url}:\n${page.html}`)
  return browser
}
