// Every page and every form of the administration, as an administrator, as an auditor, at a help desk, as somebody without
// rights, and signed out: the routes themselves say which there are, so that none is forgotten.
import { formsOf } from '../support/administration-forms.js'
import { confirmationsOf, knownChanges, pagesOf, type Tried } from '../support/administration-pages.js'
import { helpDesk, routesOf, startAdministration, type Administration, type Role } from '../support/administration.js'
import { password } from '../support/app.js'
import { Browser, csrfIn, type Page } from '../support/browser.js'
import { makeUser, openUser } from '../support/console.js'

let home: Administration
const pages = (): Tried[] => Object.values(pagesOf(home.ids)).flat()
const forms = (): Tried[] => Object.values(formsOf(home.ids)).flat()
beforeAll(async () => { home = await startAdministration() }, 180_000)
afterAll(async () => { await home?.stop() })

const glob = (pattern: string): RegExp => new RegExp(`^${pattern.replaceAll('*', '.*')}$`)
const may: Readonly<Record<Role, (action: string) => boolean>> = {
  administrator: () => true, nobody: () => false,
  auditor: (action) => /:(Describe|Get|List|Search|LookUp$|LookupEvents$|Explore|Preview)/.test(action),
  desk: (action) => helpDesk.some((pattern) => glob(pattern).test(action)),
}
/** Open to whoever may open any section at all. */
const isForAny = (url: string): boolean => /^\/admin(\/search.*)?$/.test(url)
const missing = (role: Role, { url, needs }: Tried): string | undefined => (isForAny(url) && role !== 'nobody' ? undefined : needs.find((action) => !may[role](action)))
const roles: readonly Role[] = ['administrator', 'auditor', 'desk', 'nobody']
const plain = (text: string): string => text.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&').replaceAll('&quot;', '"')
const linksIn = (html: string): string[] => [...new Set([...html.matchAll(/href="(\/admin[^"#]*)/g)].map(([, url]) => plain(url!)))]
/** What somebody could press: forms by where they go, with the names of their buttons, and links that ask before a change. */
function buttonsIn(html: string): string[] {
  const sent = [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].filter(([, attributes]) => /method="post"/.test(attributes!)).flatMap(([, attributes, body]) => {
    const action = /action="([^"]*)"/.exec(attributes!)?.[1] ?? 'itself'
    const names = [...body!.matchAll(/<button[^>]*value="([^"]+)"/g)].map(([, name]) => name!)
    return names.length > 0 ? names : [action.split('/').at(-1)!]
  })
  return [...sent, ...[...html.matchAll(/[?&;](?:change)(?:=|&#x3D;)([\w-]+)/g)].map(([, name]) => `${name!}?`)].filter((name) => name !== 'sign-out')
}

test('every route is in the tables, and every change that a page of a thing knows', () => {
  expect(Object.keys(pagesOf(home.ids)).toSorted()).toEqual(routesOf('GET').toSorted())
  expect(Object.keys(formsOf(home.ids)).toSorted()).toEqual(routesOf('POST').toSorted())
  for (const { changes, takes } of knownChanges(home.ids)) expect(Object.keys(takes).toSorted()).toEqual(Object.keys(changes).toSorted())
})

/** Opens each page once for everybody. */
const seen = new Map<string, Page>()
async function openAs(role: Role, url: string): Promise<Page> {
  const page = seen.get(`${role} ${url}`) ?? await home.browsers[role].open(url)
  seen.set(`${role} ${url}`, page)
  return page
}

describe.each(roles)('as %s', (role) => {
  const open = (url: string): Promise<Page> => openAs(role, url)

  test('each page opens, or says calmly which action it takes', async () => {
    const wrong: unknown[] = []
    for (const tried of [...pages(), ...confirmationsOf(home.ids)]) {
      const lacks = missing(role, tried)
      const { status, html } = await open(tried.url)
      const isRight = lacks === undefined ? status === 200 : status === 403 && html.includes(lacks) && html.includes('That is not yours to open')
      if (!isRight) wrong.push([tried.url, lacks, status, /<h1>.*?<\/p>/s.exec(html)?.[0] ?? html.slice(0, 200)])
    }
    expect(wrong).toEqual([])
  }, 60_000)

  test('no link leads to a page that is not open', async () => {
    const wrong: unknown[] = []
    for (const { url } of pages()) {
      const { status, html } = await open(url)
      for (const link of status === 200 ? linksIn(html) : []) {
        const led = await open(link)
        if (led.status !== 200) wrong.push([url, link, led.status])
      }
    }
    expect(wrong).toEqual([])
  }, 60_000)
})

describe('what may be pressed', () => {
  const pressed = async (role: Role): Promise<string[]> => {
    const found: string[] = []
    for (const tried of pages().filter((one) => missing(role, one) === undefined)) found.push(...buttonsIn((await openAs(role, tried.url)).html))
    return [...new Set(found)].toSorted()
  }

  test('nothing by an auditor, who may take events away', async () => {
    expect(await pressed('auditor')).toEqual(['csv', 'ndjson'])
  })

  test('at the help desk: what helps people in, and nothing else', async () => {
    expect(await pressed('desk')).toEqual(['end-sessions', 'invite', 'one-time-password', 'remove-device?', 'reset', 'reset-devices?'])
  })
})

describe('forms that are sent nevertheless', () => {
  /** All that there is, save what the trail says of those who were refused. */
  const everything = async (): Promise<Record<string, string>> => {
    const tables = await home.database.query<{ name: string }>(`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`)
    const found: Record<string, string> = {}
    for (const { name } of tables.filter((one) => !/^(audit_|ephemeral|statistics|outbox_state)/.test(one.name))) {
      found[name] = (await home.database.query<{ sum: string }>(`select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as sum from "${name}" t`))[0]!.sum
    }
    const [done] = await home.database.query<{ count: string }>(`select count(*) from audit_events where event ->> 'errorCode' is null and event ->> 'eventType' = 'AwsApiCall' and event_name <> 'ExportEvents'`)
    return { ...found, events: done!.count }
  }

  test.each<Role>(['auditor', 'desk', 'nobody'])('are refused for want of the action, and change nothing: %s', async (role) => {
    const browser = home.browsers[role]
    const csrf = csrfIn((await browser.open('/console')).html)
    const before = await everything()
    const wrong: unknown[] = []
    for (const tried of forms()) {
      const lacks = missing(role, tried)
      if (lacks === undefined) continue
      const { status, html } = await browser.post(tried.url, { csrf, ...tried.fields })
      if (status !== 403 || !html.includes(lacks)) wrong.push([tried.url, tried.fields, lacks, status, /<h1>.*?<\/p>/s.exec(html)?.[0] ?? html.slice(0, 200)])
    }
    expect(wrong).toEqual([])
    expect(await everything()).toEqual(before)
  }, 60_000)

  test('whoever is not signed in is led to the sign-in by every page, and no form does anything', async () => {
    const before = await everything()
    const browser = new Browser(home.origin)
    const csrf = csrfIn((await browser.open('/start/')).html)
    for (const { url } of [...pages(), ...confirmationsOf(home.ids)]) {
      const { status, headers } = await fetch(home.origin + url, { redirect: 'manual' })
      expect([url, status, headers.get('location')?.split('?')[0]]).toEqual([url, 302, '/start/console'])
    }
    for (const { url, fields } of forms()) expect([url, (await browser.post(url, { csrf, ...fields })).status]).toEqual([url, 401])
    expect(await everything()).toEqual(before)
  }, 60_000)
})

test('what was done is said once, to the browser that did it, and by no address alone', async () => {
  const { browsers: { administrator, auditor }, ids } = home
  const url = `/admin/groups/${ids.Leads!}`
  const sent = await administrator.post(`${url}/edit`, { csrf: csrfIn((await administrator.open(`${url}/edit`)).html), DisplayName: 'Leads', Description: 'They answer' })
  expect(sent.html).toContain('>Saved.<')
  expect(sent.url).toContain('?done=edit')
  expect((await administrator.open(sent.url)).html).not.toContain('>Saved.<')
  for (const address of [sent.url, '/admin/users?done=delete', '/admin/accounts?done=close', `/admin/requests/${ids.over!}?done=approved`, '/admin/events?done=save', '/console?done=x']) expect((await auditor.open(address)).html).not.toContain('class="done"')
})

describe('a fresh proof', () => {
  const close = '/admin/accounts/444455556666/close'

  test('comes before an account is closed, and before all access to one is ended', async () => {
    const user = await makeUser(home, 'closer', [{ Effect: 'Allow', Action: '*', Resource: '*' }])
    const browser = await openUser(home, user, { provedAt: Date.now() - 10 * 60_000 })
    const csrf = csrfIn((await browser.open('/admin/accounts')).html)
    for (const [url, fields] of [[close, { Confirmation: '444455556666' }], ['/admin/access/end', { account: '444455556666', reason: '' }]] as const) expect((await browser.post(url, { csrf, ...fields })).html).toContain('Prove that it is you')
    expect((await browser.open('/admin/accounts/444455556666')).status).toBe(200)
    expect((await browser.open(`/admin/access/end?user=${home.ids.vera!}`)).html).toContain('End it now')
    await browser.open(close)
    expect(browser.page.html).toContain('Prove that it is you')
    expect((await browser.submit({ password: 'not it' })).status).toBe(401)
    const page = await browser.submit({ password })
    expect([new URL(page.url).pathname, page.status]).toEqual([close, 200])
    expect((await browser.open('/admin/access/end?account=444455556666')).html).toContain('End it now')
  })
})
