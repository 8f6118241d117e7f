// The pages of the administration in a directory of 100,000 people and 1,000 accounts, one request after another, against
// the same pages in a small one. What one person waits for is the figure, not how many are served at once.
import { Browser } from '../../test/support/browser.js'
import { managementAccount, people, permissionSets } from '../organization.js'
import type { Program } from '../program.js'
import { spelled, spreadOf, type Figure } from '../report.js'
import type { Scenario } from '../run.js'
import { named } from '../stores.js'
import { signInOne } from './sign-in.js'

/** Milliseconds that the slowest page of a hundred may take. */
const most = 200
const warmUp = 30
const rounds = 5
const inRound = 40

/** Where `:set`, `:user` and `:group` stand, there is the first of them. */
const pages: Record<string, string> = {
  overview: '/admin/',
  users: '/admin/users',
  'users, search': '/admin/users?q=one+of+many+77',
  'users without a second factor': '/admin/users?show=people-without-device',
  'users with access who are long gone': '/admin/users?show=stale-access',
  'users who are disabled but assigned': '/admin/users?show=disabled-with-access',
  'a user': '/admin/users/:user',
  'a user, access': '/admin/users/:user/access',
  'a user, history': '/admin/users/:user/history',
  groups: '/admin/groups',
  'a group': '/admin/groups/:group',
  accounts: '/admin/accounts',
  'accounts, search': '/admin/accounts?q=other+account+6',
  'accounts with old access keys': '/admin/accounts?show=old-access-keys',
  'an account': `/admin/accounts/${managementAccount}`,
  'permission sets': '/admin/permission-sets',
  'a permission set': '/admin/permission-sets/:set',
  'what the end of a permission set would do': '/admin/permission-sets/:set?change=delete',
  'what another policy would do': '/admin/permission-sets/:set/policies?change=attach&policy.Billing=arn:aws:iam::aws:policy/job-function/Billing',
  applications: '/admin/applications',
  requests: '/admin/requests',
  'requests, history': '/admin/requests/history?user=somebody&state=denied',
  'search over everything': '/admin/search?q=other',
  assignments: '/admin/assignments',
  'who reaches an account': `/admin/access/reach?account=${managementAccount}`,
  'who reaches a permission set': '/admin/access/reach?set=:set',
  'what a user reaches': '/admin/access/reach?user=:user',
  'a look-up': '/admin/access/look-up?q=many-777',
  'what the end of access to an account would do': `/admin/access/end?account=${managementAccount}`,
  'what the end of a permission set now would do': '/admin/access/end?set=:set',
  settings: '/admin/settings',
  'settings, sign-in': '/admin/settings/sign-in',
  events: '/admin/events',
  'events, search': '/admin/events?EventName=CreateUser',
}

interface Visitor {
  program: Program
  headers: { cookie: string }
  /** Ids of some things, by what they are called in addresses. */
  things: Record<string, string>
}

export const administration: Scenario = async (stores, over) => {
  const figures: Figure[] = []
  // So many people are for a server: the embedded database is measured where there is none.
  for (const kind of over.includes('servers') ? ['servers'] as const : over) {
    const small = await visit(await stores.startGatehouse({ stores: kind }))
    const large = await visit(await stores.startGatehouse({ stores: kind, large: true }))
    for (const [name, path] of Object.entries(pages)) figures.push(await compare(`administration: ${name}`, { path, small, large, kind: named[kind] }))
    await Promise.all([small.program.stop(), large.program.stop()])
  }
  return figures
}

/** Opens a session of the console in the management account, as an administrator does. */
async function visit(program: Program): Promise<Visitor> {
  const browser: Browser = await signInOne(program.origin, people[0]!)
  await browser.open(`/start/console?account_id=${managementAccount}&role_name=${permissionSets[0]}`)
  const things: Record<string, string> = {}
  for (const [name, list] of Object.entries({ set: 'permission-sets', user: 'users', group: 'groups' })) {
    things[name] = new RegExp(`/admin/${list}/([\\w-]{10,})"`).exec((await browser.open(`/admin/${list}`)).html)![1]!
  }
  return { program, headers: { cookie: browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ') }, things }
}

async function compare(name: string, { path, small, large, kind }: { path: string; small: Visitor; large: Visitor; kind: string }): Promise<Figure> {
  const of = new Map<Visitor, number[][]>([[small, []], [large, []]])
  for (const visitor of of.keys()) await ask(visitor, path, warmUp)
  for (let round = 0; round < rounds; round += 1) for (const [visitor, taken] of of) taken.push(await ask(visitor, path, inRound))
  const ratio = spreadOf(of.get(large)!.map((taken, round) => spreadOf(taken).median / spreadOf(of.get(small)![round]!).median))
  const all = of.get(large)!.flat().toSorted((a, b) => a - b)
  const p99 = all[Math.floor(all.length * 0.99)]!
  return {
    name, stores: kind, figure: `p50 ${spelled(spreadOf(all).median)} ms, p99 ${spelled(p99)} ms`, limit: 'the same, 200 people', ratio, aim: `p99 <= ${most} ms`, met: p99 <= most,
  }
}

async function ask({ program, headers, things }: Visitor, path: string, times: number): Promise<number[]> {
  const taken: number[] = []
  for (let n = 0; n < times; n += 1) {
    const started = performance.now()
    const response = await fetch(program.origin + path.replace(/:(set|user|group)/, (_, name: string) => things[name]!), { headers, redirect: 'manual' })
    await response.arrayBuffer()
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}`)
    taken.push(performance.now() - started)
  }
  return taken
}
