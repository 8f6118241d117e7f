// Tables of the administration among 100,000 people: how fast an export is read to its end, and ten thousand people from a table,
// seen before and made, by the forms of the pages.
import { managementAccount, people, permissionSets } from '../organization.js'
import { spelled, type Figure } from '../report.js'
import type { Scenario } from '../run.js'
import { named } from '../stores.js'
import type { Browser } from '../../test/support/browser.js'
import { signInOne } from './sign-in.js'

const imported = 10_000
/** Seconds that somebody waits for a page which does so much. */
const mostSeconds = 10

export const tables: Scenario = async (stores, over) => {
  if (!over.includes('servers')) return []
  const program = await stores.startGatehouse({ stores: 'servers', large: true })
  const browser = await signInOne(program.origin, people[0]!)
  await browser.open(`/start/console?account_id=${managementAccount}&role_name=${permissionSets[0]}`)
  const figures = [await exported(browser, 'who reaches an account', `/admin/access/export?account=${managementAccount}&format=csv`), ...await importedBy(browser)]
  await program.stop()
  return figures
}

async function timed<Result>(work: () => Promise<Result>): Promise<{ result: Result; seconds: number }> {
  const started = performance.now()
  const result = await work()
  return { result, seconds: (performance.now() - started) / 1000 }
}

async function exported(browser: Browser, name: string, path: string): Promise<Figure> {
  const { result, seconds } = await timed(() => browser.open(path))
  return { name: `administration: export, ${name}`, stores: named.servers, figure: `${spelled((result.html.split('\n').length - 2) / seconds)} rows/s` }
}

async function importedBy(browser: Browser): Promise<Figure[]> {
  const rows = Array.from({ length: imported }, (_, n) => `new-${n},New,Person ${n},new-${n}@example.com`)
  const Csv = `userName,givenName,familyName,email\n${rows.join('\n')}\n`
  const figures: Figure[] = []
  await browser.open('/admin/users/import')
  const [, csrf] = /name="csrf" value="([^"]+)"/.exec(browser.page.html)!
  for (const [name, action] of [['seen before', '/admin/users/import'], ['made', '/admin/users/import/run']] as const) {
    const { result, seconds } = await timed(() => browser.post(action, { csrf: csrf!, Csv, Existing: 'SKIP' }))
    if (result.status !== 200) throw new Error(`${action} answered ${result.status}`)
    figures.push({
      name: `administration: ${imported.toLocaleString('en')} people from a table, ${name}`, stores: named.servers, figure: `${spelled(imported / seconds)} rows/s, ${spelled(seconds)} s`, aim: `<= ${mostSeconds} s`, met: seconds <= mostSeconds,
    })
  }
  return figures
}
