// People with passkeys: registered without a page, and used with or without a browser.
import { readFileSync } from 'node:fs'
import { PasskeyCeremonies, PasskeyChallenges, Passkeys, userPrincipal, type PasskeyOwner } from '../../src/domain/authentication/index.js'
import { inPackage } from '../../src/platform/root.js'
import type { TestApp } from './app.js'
import { Authenticator, type Lies } from './authenticator.js'
import type { Browser, Page } from './browser.js'
import type { Person } from './chromium.js'

/** The rules of an app, as the pages have them. */
export const ceremoniesOf = ({ database, store, settings }: TestApp): PasskeyCeremonies => new PasskeyCeremonies({
  passkeys: new Passkeys(database), challenges: new PasskeyChallenges(store), publicUrl: settings.config.publicUrl, organizationName: async () => 'Test Corp',
})

export async function ownerOf({ database }: TestApp, userName: string): Promise<PasskeyOwner> {
  const [user] = await database.query<{ id: string }>('select id from users where user_name = $1', [userName])
  return { principal: userPrincipal(user!.id), userName, displayName: userName }
}

/** Gives somebody an authenticator. */
export async function withPasskey(home: TestApp, userName: string, lies: Lies = {}): Promise<Authenticator> {
  const [ceremonies, owner, authenticator] = [ceremoniesOf(home), await ownerOf(home, userName), new Authenticator(home.origin)]
  await ceremonies.finishRegistration(owner, 'test', { answer: JSON.stringify(authenticator.create(await ceremonies.beginRegistration(owner, 'test'), lies)) })
  return authenticator
}

export const csrfOf = (browser: Browser): string => /name="csrf" value="([^"]+)"/.exec(browser.page.html)![1]!
/** The cookies that a browser sends to the page that is open, and below it. */
export const cookiesOf = ({ cookies, page }: Browser): string => {
  const here = new URL(page.url).pathname
  return cookies.filter(({ path }) => path === '/' || here.startsWith(path)).map(({ name, value }) => `${name}=${value}`).join('; ')
}

/** Asks as a page's script does; the page that is open must have a form for passkeys. */
export async function optionsFor(browser: Browser, origin = new URL(browser.page.url).origin): Promise<Record<string, unknown>> {
  const path = /data-options="([^"]+)"/.exec(browser.page.html)![1]!
  const answer = await fetch(origin + path, { method: 'POST', body: new URLSearchParams({ csrf: csrfOf(browser) }), headers: { cookie: cookiesOf(browser), 'sec-fetch-site': 'same-origin' } })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
  return await answer.json() as Record<string, unknown>
}

/** Answers the form for passkeys that is on the page. */
export const sendPasskey = (browser: Browser, answer: object | string): Promise<Page> =>
  browser.post(browser.page.url, { csrf: csrfOf(browser), passkey: typeof answer === 'string' ? answer : JSON.stringify(answer) })

/** Registers with the page's own script, on a page of the test's own. */
export async function registerInChromium({ page }: Person, home: TestApp, whose: string | PasskeyOwner, bound = 'test'): Promise<void> {
  const [ceremonies, owner] = [ceremoniesOf(home), typeof whose === 'string' ? await ownerOf(home, whose) : whose]
  const assets = JSON.parse(readFileSync(inPackage('dist', 'assets', 'manifest.json'), 'utf8')) as Record<string, string>
  const html = `<!doctype html><title>Registering</title><script src="/assets/${assets['passkey.js']}" defer></script>
    <form method="post" data-passkey="create" data-options="/registering/options"><input type="hidden" name="csrf" value="x"><input type="hidden" name="passkey"><button>Register</button><p role="status"></p></form>`
  await page.route(`${home.origin}/registering**`, async (route) => {
    const sent = new URLSearchParams(route.request().postData() ?? '').get('passkey')
    if (!sent) return route.fulfill({ contentType: 'text/html', body: html })
    const made = await ceremonies.finishRegistration(owner, bound, { answer: sent })
    return route.fulfill({ contentType: 'text/html', body: `<h1>Registered ${made.name}</h1>` })
  })
  await page.route(`${home.origin}/registering/options`, async (route) => route.fulfill({ json: await ceremonies.beginRegistration(owner, bound) }))
  await page.goto(`${home.origin}/registering`)
  await page.getByRole('button', { name: 'Register' }).click()
}
