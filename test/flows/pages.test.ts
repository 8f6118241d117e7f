// Every page as people meet it: the real app in a real Chromium. What a page shows in states that are
// hard to bring about is looked at in test/views.
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { axeScript, findings } from '../support/axe.js'
import { password, startApp, type TestApp } from '../support/app.js'
import { newPerson, signIn, startChromium } from '../support/chromium.js'
import { needs } from '../support/needs.js'
import { organizationOf300, portalAccount } from '../support/wide-organization.js'

const mostBytes = 100_000

needs('chromium').describe('pages in a browser', () => {
  let home: TestApp
  let browser: Browser

  beforeAll(async () => {
    [home, browser] = await Promise.all([startApp({ organization: organizationOf300 }), startChromium()])
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await home?.stop()
  })

  /** A person of their own browser who is signed in, or not without a name. */
  async function person(userName?: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
    const opened = await newPerson(browser, { viewport: { width: 1280, height: 800 }, timezoneId: 'Asia/Tokyo', locale: 'en-GB', ...options })
    if (userName) {
      await opened.page.goto(`${home.origin}/start/`)
      await signIn(opened, userName, password)
      await opened.page.waitForURL(`${home.origin}/start/`)
    }
    return opened
  }

  const open = (page: Page, path: string) => page.goto(home.origin + path)
  const link = (path: string, role: string, more = ''): string => `/start/${path}?account_id=${portalAccount(0)}&role_name=${role}${more}`

  describe('each page', () => {
    let people: Record<'nobody' | 'jane' | 'leo', Awaited<ReturnType<typeof person>>>
    beforeAll(async () => {
      const [nobody, jane, leo] = await Promise.all([person(), person('jane'), person('leo')])
      people = { nobody, jane, leo }
      const axe = await axeScript()
      for (const { context } of [nobody, jane, leo]) {
        await context.addInitScript({ content: axe })
        await context.addInitScript('window.moved = []; new PerformanceObserver((list) => { for (const entry of list.getEntries()) for (const source of entry.sources) window.moved.push(source.node?.outerHTML?.slice(0, 80) ?? source.node?.data) }).observe({ type: "layout-shift", buffered: true })')
      }
    }, 60_000)
    afterAll(async () => { for (const { context } of Object.values(people ?? {})) await context.close() })

    const toPassword = async (page: Page, userName: string): Promise<void> => {
      await open(page, '/start/')
      await page.getByLabel('User name', { exact: true }).fill(userName)
      await page.getByRole('button', { name: 'Next' }).click()
      await page.getByLabel('Password', { exact: true }).waitFor()
    }
    const giveWrongPassword = async (page: Page): Promise<void> => {
      await page.getByLabel('Password', { exact: true }).fill('not-it')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.locator('#problems').waitFor()
    }
    const deviceCode = async (): Promise<string> => {
      const ask = async (path: string, body: object): Promise<Record<string, string>> => (await fetch(home.origin + path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })).json() as Promise<Record<string, string>>
      const client = await ask('/client/register', { clientName: 'A laptop', clientType: 'public', scopes: ['sso:account:access'] })
      return (await ask('/device_authorization', { clientId: client.clientId, clientSecret: client.clientSecret, startUrl: `${home.origin}/start` })).userCode!
    }

    const pages: [name: string, who: 'nobody' | 'jane' | 'leo', visit: (page: Page) => Promise<unknown>, status?: number][] = [
      ['user name', 'nobody', (page) => open(page, '/start/')],
      ['user name, missing', 'nobody', async (page) => {
        await open(page, '/start/')
        await page.getByLabel('User name', { exact: true }).fill('  ')
        await page.getByRole('button', { name: 'Next' }).click()
        await page.locator('#problems').waitFor()
      }],
      ['password', 'nobody', (page) => toPassword(page, 'somebody')],
      ['password, wrong', 'nobody', async (page) => { await toPassword(page, 'nobody-1'); await giveWrongPassword(page) }],
      ['password, after many tries', 'nobody', async (page) => {
        await toPassword(page, 'nobody-2')
        for (let tries = 0; tries < 6; tries += 1) await giveWrongPassword(page)
        await page.getByRole('timer').waitFor()
      }],
      ['new password', 'nobody', async (page) => { await open(page, '/start/'); await signIn({ page }, 'nora', 'Only-once-42'); await page.getByLabel('New password', { exact: true }).waitFor() }],
      ['new password, two faults', 'nobody', async (page) => {
        await page.getByLabel('New password', { exact: true }).fill('short')
        await page.getByLabel('New password again', { exact: true }).fill('other')
        await page.getByRole('button', { name: 'Save and continue' }).click()
        await page.locator('#problems').waitFor()
      }],
      ['accounts', 'jane', (page) => open(page, '/start/')],
      ['accounts, the last page', 'jane', (page) => open(page, '/start/?page=15')],
      ['accounts, found', 'jane', (page) => open(page, '/start/?q=number%20217')],
      ['accounts, nothing found', 'jane', (page) => open(page, '/start/?q=%3Cb%3E')],
      ['accounts, none', 'leo', (page) => open(page, '/start/')],
      ['access keys', 'jane', (page) => open(page, link('access-keys', 'ReadOnly'))],
      ['applications', 'jane', (page) => open(page, '/start/applications')],
      ['applications, nothing found', 'jane', (page) => open(page, '/start/applications?q=zzz')],
      ['profile', 'jane', (page) => open(page, '/start/profile')],
      ['security', 'jane', (page) => open(page, '/start/security')],
      ['sign-ins', 'jane', (page) => open(page, '/start/security/sign-ins')],
      ['change password', 'jane', (page) => open(page, '/start/security/password')],
      ['add a passkey', 'jane', (page) => open(page, '/start/security/devices/passkey')],
      ['add an authenticator app', 'jane', (page) => open(page, '/start/security/devices/app')],
      ['recovery codes', 'jane', (page) => open(page, '/start/security/recovery-codes')],
      ['choose a role', 'jane', (page) => open(page, link('console', '', '&destination=https%3A%2F%2Fconsole.example.com%2Fs3'))],
      ['console', 'jane', (page) => open(page, link('console', 'ReadOnly', '&destination=https%3A%2F%2Fconsole.example.com%2Fs3'))],
      ['console, five sessions', 'jane', async (page) => { for (let index = 1; index < 5; index += 1) await open(page, `/start/console?account_id=${portalAccount(index)}&role_name=ReadOnly`) }],
      ['console, one too many', 'jane', (page) => open(page, `/start/console?account_id=${portalAccount(7)}&role_name=ReadOnly`)],
      ['device code', 'jane', (page) => open(page, '/device')],
      ['device code, wrong', 'jane', async (page) => { await open(page, '/device'); await page.getByLabel('Code').fill('BCDF-GHJK'); await page.getByRole('button', { name: 'Next' }).click(); await page.locator('#problems').waitFor() }],
      ['device', 'jane', async (page) => open(page, `/device?user_code=${await deviceCode()}`)],
      ['device, denied', 'jane', async (page) => { await page.getByRole('button', { name: 'Deny' }).click(); await page.getByRole('heading', { name: 'Denied' }).waitFor() }],
      ['device, approved', 'jane', async (page) => { await open(page, `/device?user_code=${await deviceCode()}`); await page.getByRole('button', { name: 'Approve' }).click(); await page.getByRole('heading', { name: 'Approved' }).waitFor() }],
      ['not assigned', 'leo', (page) => open(page, '/oidc/auth?client_id=wiki&response_type=code&scope=openid&redirect_uri=https%3A%2F%2Fwiki.example.com%2Fcallback&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256'), 403],
      ['sign out, asked by an application', 'leo', (page) => open(page, '/oidc/session/end')],
      ['no such page', 'nobody', (page) => open(page, '/start/nothing'), 404],
      ['not yours', 'leo', (page) => open(page, link('access-keys', 'ReadOnly')), 403],
      ['sent twice', 'jane', (page) => open(page, '/start/?q=1&q=2'), 400],
      ['too long', 'jane', (page) => open(page, `/start/?q=${'a'.repeat(5000)}`), 413],
      ['signed out', 'leo', async (page) => { await open(page, '/start/'); await page.locator('.menu summary').click(); await page.getByRole('button', { name: 'Sign out' }).click(); await page.getByRole('heading', { name: 'You are signed out' }).waitFor() }],
    ]

    test.each(pages)('%s: is accessible, fits, is light, stays still and breaks no policy', async (...[, who, visit, status]) => {
      const { page, complaints } = people[who]
      await page.setViewportSize({ width: 1280, height: 800 })
      complaints.length = 0
      const answer = await visit(page) as { status(): number } | null | undefined
      if (status) expect(answer?.status()).toBe(status)
      await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))')
      expect(await page.evaluate('window.moved')).toEqual([])
      expect(await weigh(page)).toBeLessThan(mostBytes)
      expect(await findings(page, '{ rules: { "target-size": { enabled: true } } }')).toEqual([])
      // 640 pixels are a screen of 1280 at 200 %.
      for (const width of [640, 320]) {
        await page.setViewportSize({ width, height: 800 })
        expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBeLessThanOrEqual(0)
      }
      expect(complaints.filter((text) => !/server responded with a status of 4\d\d/.test(text))).toEqual([])
    })
  })

  async function weigh(page: Page): Promise<number> {
    const html = await page.content()
    const loaded = [...new Set([...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1]!))]
    const sizes = await Promise.all(loaded.map(async (path) => (await (await fetch(home.origin + path)).arrayBuffer()).byteLength))
    return sizes.reduce((sum, size) => sum + size, Buffer.byteLength(html))
  }

  test('the keyboard alone signs in, unfolds an account, stars, copies credentials and signs out', async () => {
    const { page, context } = await person(undefined, { permissions: ['clipboard-read', 'clipboard-write'] })
    const { keyboard } = page
    const focused = (): Promise<string> => page.evaluate<string>('(document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent).trim()')
    const tabTo = async (text: string): Promise<void> => {
      for (let presses = 0; presses < 40; presses += 1) {
        if ((await focused()).startsWith(text)) return
        await keyboard.press('Tab')
      }
      throw new Error(`Tab does not reach ${text} at ${page.url()}`)
    }
    // The page puts the focus there itself, in a frame after it has loaded.
    const isFocused = (id: string) => page.waitForFunction(`document.activeElement?.id === '${id}'`)
    await open(page, '/start/')
    await isFocused('userName')
    await keyboard.type('jane')
    await keyboard.press('Enter')
    await page.waitForURL('**/password')
    await isFocused('password')
    await keyboard.type(password)
    await keyboard.press('Enter')
    await page.waitForURL(`${home.origin}/start/`)
    await keyboard.press('Tab')
    expect(await focused()).toBe('Skip to the content')
    await tabTo('Account number 1 ')
    await keyboard.press('Enter')
    await tabTo('Favourite')
    await keyboard.press('Space')
    await page.getByRole('heading', { name: 'Favourites' }).waitFor()
    await page.waitForFunction('document.activeElement.getAttribute("aria-pressed") === "true"')
    await open(page, '/start/')
    await tabTo('Access keys')
    await keyboard.press('Enter')
    await page.waitForURL('**/start/access-keys?**')
    await tabTo('Copy the lines for bash and zsh')
    await keyboard.press('Enter')
    await page.getByText('Copied').first().waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(/^export AWS_ACCESS_KEY_ID="ASIA[A-Z0-9]{16}"\nexport AWS_SECRET_ACCESS_KEY="[A-Za-z0-9+/]{40}"\nexport AWS_SESSION_TOKEN="[^"\s]{100,}"\n/)
    await page.evaluate('document.activeElement.blur()')
    await open(page, '/start/')
    await tabTo('Jane Doe')
    await keyboard.press('Enter')
    await tabTo('Sign out')
    await keyboard.press('Enter')
    await page.waitForURL('**/start/signed-out')
    await context.close()
  })

  test('each copy button puts the whole of what stands beside it on the clipboard', async () => {
    const { page, context } = await person('jane', { permissions: ['clipboard-read', 'clipboard-write'] })
    await open(page, link('access-keys', 'ReadOnly'))
    await page.locator('details.other summary').click()
    const wanted = new Map<string, RegExp>([
      ['start-url', /^https:\/\/d-0123456789\.awsapps\.com\/start$/], ['region', /^us-east-1$/],
      ['endpoint', new RegExp(`^export AWS_ENDPOINT_URL=${home.origin}$`)], ['endpoint-fish', /^set -gx AWS_ENDPOINT_URL "http:\S+"$/], ['endpoint-powershell', /^\$Env:AWS_ENDPOINT_URL="http:\S+"$/], ['endpoint-cmd', /^set AWS_ENDPOINT_URL=http:\S+$/],
      ['sign-in', /^aws sso login --profile ReadOnly-\d{12}$/],
      ['t-fish', /^set -gx AWS_ACCESS_KEY_ID "ASIA\w{16}"\n(set -gx AWS_\w+ "\S+"\n?){4}$/], ['t-powershell', /^(\$Env:AWS_\w+="\S+"\n?){5}$/], ['t-cmd', /^(set AWS_\w+=\S+\n?){5}$/], ['t-file', /^\[ReadOnly-\d{12}\]\naws_access_key_id=ASIA\w{16}\n(\w+=\S+\n?){4}$/],
      ['v-id', /^ASIA\w{16}$/], ['v-secret', /^[A-Za-z0-9+/]{40}$/], ['v-token', /^\S{100,}$/],
    ])
    for (const [of, pattern] of wanted) {
      await page.locator(`[data-copy="${of}"]`).click()
      await page.locator(`[data-copy="${of}"].copied`).waitFor()
      expect([of, await page.evaluate('navigator.clipboard.readText()')]).toEqual([of, expect.stringMatching(pattern)])
    }
    await context.close()
  })

  test('a link behind # ends at the console with its destination, signed in or not', async () => {
    const hash = `/start/#/console?account_id=${portalAccount(3)}&role_name=ReadOnly&destination=https%3A%2F%2Fconsole.example.com%2Fs3%3Fa%3D1%26b`
    const { page, context } = await person()
    await open(page, hash)
    await signIn({ page }, 'jane', password)
    await page.waitForURL(`${home.origin}/console`)
    await page.getByText('https://console.example.com/s3?a=1&b', { exact: true }).waitFor()
    await page.goto('about:blank')
    await open(page, hash.replace('ReadOnly', 'Auditor'))
    await page.waitForURL(`${home.origin}/console`)
    await page.getByText('https://console.example.com/s3?a=1&b', { exact: true }).waitFor()
    expect(await page.getByText('2 sessions of at most 5').count()).toBe(1)
    await context.close()
  })

  test('a sixth console session asks before it ends the oldest, and all are signed out at once', async () => {
    const { page, context } = await person('jane')
    for (let index = 0; index < 5; index += 1) await open(page, `/start/console?account_id=${portalAccount(index)}&role_name=ReadOnly`)
    await open(page, `/start/console?account_id=${portalAccount(0)}&role_name=ReadOnly`)
    expect(page.url()).toBe(`${home.origin}/console`)
    await open(page, `/start/console?account_id=${portalAccount(9)}&role_name=ReadOnly&destination=https%3A%2F%2Fa.example.com%2F`)
    await page.getByText('Opening this one ends the oldest').waitFor()
    await page.getByRole('button', { name: 'Open it and end that one' }).click()
    await page.waitForURL(`${home.origin}/console`)
    const sessions = page.locator('.sessions li')
    expect(await sessions.count()).toBe(5)
    expect(await sessions.first().textContent()).toContain('Account number 10')
    expect(await page.getByText('https://a.example.com/', { exact: true }).count()).toBe(1)
    await page.getByRole('button', { name: 'Switch to ReadOnly in Account number 3 ' }).click()
    await page.getByRole('heading', { level: 1, name: 'Account number 3 ' }).waitFor()
    await page.locator('.sessions ~ form').getByRole('button', { name: 'Sign out of all sessions' }).click()
    await page.waitForURL(`${home.origin}/start/`)
    await context.close()
  })

  test('signing out of the portal ends the console sessions of this browser', async () => {
    const { page, context } = await person('jane')
    await open(page, link('console', 'ReadOnly'))
    const kept = await context.cookies()
    await open(page, '/start/')
    await page.locator('.menu summary').click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL('**/start/signed-out')
    await context.addCookies(kept)
    await open(page, '/console')
    expect(page.url()).toBe(`${home.origin}/console/sign-in`)
    await context.close()
  })

  test('the user name is remembered where that was asked for, and only there', async () => {
    const { page, context } = await person()
    await open(page, '/start/')
    const name = page.getByLabel('User name', { exact: true })
    await name.fill('jane')
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('link', { name: 'Not you?' }).click()
    expect(await name.inputValue()).toBe('')
    await name.fill('jane')
    await page.getByLabel('Remember user name').check()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByLabel('Password', { exact: true }).waitFor()
    await open(page, '/start/')
    expect(await name.inputValue()).toBe('jane')
    expect(await page.getByLabel('Remember user name').isChecked()).toBe(true)
    await page.getByLabel('Remember user name').uncheck()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByLabel('Password', { exact: true }).waitFor()
    await open(page, '/start/')
    expect(await name.inputValue()).toBe('')
    await context.close()
  })

  test('times are the reader’s own, and what expires or must be waited for is counted down', async () => {
    const { page, context } = await person('jane')
    await open(page, link('access-keys', 'ReadOnly'))
    const expiry = await page.locator('.facts time').getAttribute('datetime')
    const local = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Asia/Tokyo' }).format(new Date(expiry!))
    expect(await page.locator('.facts time').textContent()).toBe(local)
    await page.clock.install({ time: Date.parse(expiry!) - 3_725_000 })
    await page.reload()
    const renewed = Date.parse((await page.locator('.facts time').getAttribute('datetime'))!)
    await page.clock.pauseAt(renewed - 100_000)
    await page.clock.runFor(5000)
    expect(await page.locator('.countdown').textContent()).toBe('1 min 35 s left')
    await page.clock.runFor(100_000)
    expect(await page.locator('.countdown').textContent()).toBe('Expired')
    await context.close()
  })

  test('the search finds by name, by id with and without dashes, and by permission set, and is trimmed', async () => {
    const { page, context } = await person('jane')
    const id = portalAccount(216)
    const field = page.getByRole('searchbox')
    const count = page.locator('#count')
    for (const text of [id, id.replace(/^(\d{4})(\d{4})/, '$1-$2-'), `  ${id.slice(4)} `, 'NUMBER 217']) {
      await field.fill(text)
      await count.filter({ hasText: `1 account of 300 for “${text.trim()}”` }).waitFor()
      expect(await page.locator('.account[open] h3').textContent()).toContain('Account number 217')
    }
    await field.fill('auditor')
    await count.filter({ hasText: '300 accounts of 300' }).waitFor()
    await open(page, '/start/?page=999')
    expect(page.url()).toBe(`${home.origin}/start/`)
    await context.close()
  })

  test('without scripts: sign in, search, turn pages, star, read the keys, switch consoles, sign out', async () => {
    const { page, context } = await person('jane', { javaScriptEnabled: false })
    await page.getByRole('searchbox').fill('number 2')
    await page.getByRole('button', { name: 'Search' }).click()
    expect(await page.locator('#count').textContent()).toBe('111 accounts of 300 for “number 2”')
    await page.getByRole('link', { name: 'Next' }).click()
    expect(page.url()).toBe(`${home.origin}/start/?q=number+2&page=2`)
    await page.locator('.account summary').first().click()
    await page.locator('.account[open]').getByRole('button', { name: 'Favourite' }).first().click()
    expect(page.url()).toBe(`${home.origin}/start/?q=number+2&page=2`)
    await open(page, '/start/')
    await page.locator('.shortcuts').getByRole('link', { name: 'Access keys' }).first().click()
    expect(await page.locator('.scripted:visible').count()).toBe(0)
    await page.getByLabel('Show the secret values').check()
    expect(await page.locator('#v-secret').innerText()).toMatch(/^[A-Za-z0-9+/]{40}$/)
    await open(page, link('console', 'ReadOnly'))
    await open(page, link('console', 'Auditor'))
    await page.getByRole('button', { name: 'Switch' }).click()
    expect(await page.locator('.lead b').textContent()).toBe('ReadOnly')
    await open(page, '/start/')
    await page.locator('.menu summary').click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    expect(page.url()).toBe(`${home.origin}/start/signed-out`)
    await context.close()
  })

  test('a star pressed after the session ended elsewhere leads to the sign-in, and back', async () => {
    const [here, elsewhere] = await Promise.all([person('priya'), person('priya')])
    await open(elsewhere.page, '/start/security')
    await elsewhere.page.getByRole('button', { name: 'End all other sessions' }).click()
    await elsewhere.page.getByText('All other sessions were ended.').waitFor()
    await here.page.locator('.account[open]').getByRole('button', { name: 'Favourite' }).first().click()
    await here.page.getByLabel('User name', { exact: true }).waitFor()
    await Promise.all([here.context.close(), elsewhere.context.close()])
  })

  test('an application shows its picture', async () => {
    const { page, context } = await person('jane')
    await open(page, '/start/applications')
    expect(await page.evaluate<number>('document.querySelector(".tile img").naturalWidth')).toBeGreaterThan(0)
    await context.close()
  })
})
