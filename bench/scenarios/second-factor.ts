// Sign-ins with a code of an authenticator app, against sign-ins without.
import { Browser } from '../../test/support/browser.js'
import { appCode, secretOn } from '../../test/support/factors.js'
import { careful, password } from '../organization.js'
import { against, measure, type Contestant, type Done } from '../rounds.js'
import type { Scenario } from '../run.js'
import { named } from '../stores.js'
import { signInMany } from './sign-in.js'

const browsers = 4
const signInsASecond = 15
/** Fewer, because a code opens one sign-in, and each app makes one in half a minute. */
const codesASecond = 8
const period = 30_000

interface Enrolled {
  userName: string
  secret: string
  /** The last time step whose code was used. */
  step: number
}

export const secondFactor: Scenario = async (stores, over) => {
  const figures = []
  for (const kind of over) {
    const program = await stores.startGatehouse({ stores: kind })
    const people = await enrollAll(program.origin)
    const without: Contestant = { name: 'password sign-ins', stores: named[kind], program, load: (seconds) => signInMany(program.origin, Math.round(seconds * signInsASecond)) }
    const ours: Contestant = { name: 'sign-ins with a code', stores: named[kind], program, load: (seconds) => signInCoded(program.origin, people, Math.round(seconds * codesASecond)) }
    const all = await measure([without, ours])
    await program.stop()
    figures.push(against(without, ours, all, 0.8))
  }
  return figures
}

/** Opens the portal by a request that wants two factors, and proves the first. */
async function afterPassword(origin: string, userName: string): Promise<Browser> {
  const browser = new Browser(origin)
  const request = new URLSearchParams({ client_id: 'gatehouse-portal', response_type: 'none', scope: 'openid', redirect_uri: `${origin}/start/signed-in`, state: '/start/', acr_values: 'urn:gatehouse:acr:2fa' })
  await browser.signIn(userName, password, `/oidc/auth?${request.toString()}`)
  return browser
}

async function enrollAll(origin: string): Promise<Enrolled[]> {
  const [waiting, people]: [string[], Enrolled[]] = [[...careful], []]
  await Promise.all(Array.from({ length: browsers }, async () => {
    for (let userName = waiting.pop(); userName !== undefined; userName = waiting.pop()) {
      const browser = await afterPassword(origin, userName)
      const page = browser.page.url.replace(/[^/]+$/, 'enroll-authenticator')
      if (browser.page.url !== page) await browser.open(page)
      const [secret, now] = [secretOn(browser), Date.now()]
      const { url, html } = await browser.submit({ code: appCode(secret, now) })
      if (!url.endsWith('/recovery-codes')) throw new Error(`${userName} has no app, but is at ${url}:\n${html}`)
      people.push({ userName, secret, step: Math.floor(now / period) })
    }
  }))
  return people
}

async function signInCoded(origin: string, people: Enrolled[], amount: number): Promise<Done> {
  const started = performance.now()
  let begun = 0
  await Promise.all(Array.from({ length: browsers }, async () => {
    while (begun++ < amount) await signInOne(origin, people)
  }))
  return { count: amount, seconds: (performance.now() - started) / 1000 }
}

/** Signs in whoever has a code left that counts: the one of this half minute, or of the next. (That of the last may be too old by the time the password is proved.) */
async function signInOne(origin: string, people: Enrolled[]): Promise<void> {
  const now = Math.floor(Date.now() / period)
  // In turn, so that nobody signs in twice at once: the later code of two would end the earlier one.
  const person = people.shift()
  if (!person || person.step > now) throw new Error('There are more sign-ins than codes that count; let more people sign in')
  person.step = Math.max(person.step + 1, now)
  const browser = await afterPassword(origin, person.userName)
  const page = await browser.submit({ code: appCode(person.secret, person.step * period) })
  if (page.url !== `${origin}/start/`) throw new Error(`${person.userName} was not signed in, but is at ${page.url}:\n${page.html}`)
  people.push(person)
}
