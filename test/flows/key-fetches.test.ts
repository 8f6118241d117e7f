// Which applications have the next signing key: what the page of our own keys says of them, through whole requests.
import type { Browser } from '../support/browser.js'
import { openRoot } from '../support/console.js'
import { basic, get, ledgerSecret, startOidc, tokensOf, type OidcHome } from '../support/oidc.js'

const url = '/admin/settings/keys'
const [first, second, person] = ['192.0.2.10', '2001:db8::11', '203.0.113.9']
let home: OidcHome
let root: Browser

beforeAll(async () => {
  home = await startOidc({ env: { TRUSTED_PROXIES: '127.0.0.0/8,::1' } })
  root = await openRoot(home)
}, 90_000)
afterAll(() => home?.stop())

const from = (address: string): Record<string, string> => ({ 'x-forwarded-for': address, 'user-agent': 'ledger/2.4' })
const fetchKeys = (headers: Record<string, string>): Promise<{ status: number }> => get(`${home.origin}/oidc/jwks`, headers)
const askForTokens = async (address: string, secret = ledgerSecret): Promise<number> => (await home.post('/oidc/token', { grant_type: 'client_credentials' }, { ...basic('ledger', secret), ...from(address) })).status
const textOf = (html: string): string => html.replace(/<[^>]+>/g, ' ').replaceAll('&#x27;', '’').replace(/\s+/g, ' ')

/** What the page says of the applications of RS256 or ES256. */
async function told(set = 'RS256'): Promise<string> {
  const { html } = await root.open(url)
  return textOf(html.split(`id="set-${set}"`)[1]!.split('</section>')[0]!)
}
const asked = async (set = 'RS256'): Promise<string> => textOf((await root.open(`${url}/change?set=${set}`)).html)
const kept = async (table: string): Promise<string[]> => (await home.database.query<{ address: string }>(`select address from ${table} order by 1`)).map(({ address }) => address)

async function rotate(): Promise<void> {
  const { html } = await root.open(`${url}/change?set=RS256`)
  const { status } = await root.post(url, { csrf: /name="csrf" value="([^"]+)"/.exec(html)![1]!, change: 'rotate', Set: 'RS256', Anyway: 'yes' })
  expect(status).toBe(200)
}

test('of an application that has not asked for a token yet it cannot be told', async () => {
  expect(await told()).toMatch(/Cannot be told: 1 Ledger Has not asked for a token in 90 days/)
  expect(await asked()).toContain('Of 1 application it cannot be told.')
})

test('whoever names an application and cannot prove to be it says nothing of where it is', async () => {
  expect(await askForTokens('198.51.100.66', 'x'.repeat(40))).toBe(401)
  expect(await told()).toContain('Has not asked for a token in 90 days')
})

test('an application that asks for tokens is listed until it fetched the keys', async () => {
  expect(await askForTokens(first)).toBe(200)
  expect(await told()).toMatch(/Not seen to have fetched it: 1 Ledger 192\.0\.2\.10 asked for tokens last .+ was not seen to fetch the keys · ledger\/2\.4/)
  expect(await asked()).toContain('1 application has not been seen to fetch the next key: Ledger.')
  expect((await fetchKeys(from(first))).status).toBe(200)
  expect(await told()).toMatch(/No application is known that has not fetched it\. Fetched it: 1 Ledger/)
  expect(await asked()).toContain('No application is known that has not fetched the next key.')
})

test('one that fetched the keys before the next one was among them is listed again', async () => {
  await rotate()
  // This node still publishes what it did, so that a fetch now does not have the new one either.
  await fetchKeys(from(first))
  expect(await told()).toMatch(/Not seen to have fetched it: 1 Ledger .+ fetched the keys last .+, without the next one/)
  await home.app.oidc.refreshKeys()
  expect(await told()).toContain('Not seen to have fetched it: 1')
  await fetchKeys(from(first))
  expect(await told()).toContain('Fetched it: 1 Ledger')
})

test('one that asks from two addresses is listed until the keys were fetched from both', async () => {
  expect(await askForTokens(second)).toBe(200)
  expect(await told()).toMatch(/Not seen to have fetched it: 1 Ledger 2001:db8::11 .+ was not seen to fetch the keys .+ 192\.0\.2\.10/)
  await fetchKeys(from(first))
  expect(await told()).toContain('Not seen to have fetched it: 1')
  await fetchKeys(from(second.toUpperCase()))
  expect(await told()).not.toContain('Not seen to have fetched it')
})

test('the fetch of a browser behind the same address is not the application’s', async () => {
  await rotate()
  await home.app.oidc.refreshKeys()
  const headers: Record<string, string>[] = [{ origin: 'https://app.example.com' }, { 'sec-fetch-site': 'none' }]
  for (const header of headers) for (const address of [first, second]) await fetchKeys({ ...from(address), ...header })
  expect(await told()).toContain('Not seen to have fetched it: 1')
})

test('of an application in people’s browsers it cannot be told, and their addresses are not kept', async () => {
  const browser = home.browser()
  await tokensOf(home.wiki, browser)
  await fetchKeys(from(person))
  expect(await told('ES256')).toMatch(/Cannot be told: 2 Desk Runs in browsers or on people’s devices, whose addresses are not kept Wiki Runs in browsers/)
  expect([await kept('application_callers'), await kept('key_set_fetches')]).toEqual([[first, second], [first, second]])
})

test('the page says that it goes by addresses', async () => {
  expect(await told()).toMatch(/goes by network addresses.*behind a proxy or NAT, the fetch of one counts for all/)
})
