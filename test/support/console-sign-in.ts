// Root users and IAM users for the console's sign-in, and what they do on its first pages.
import { IamUsers } from '../../src/domain/accounts/index.js'
import { AuthenticatorApps, iamUserPrincipal, Passwords, rootPrincipal } from '../../src/domain/authentication/index.js'
import { Sealer } from '../../src/platform/keys/index.js'
import { password, type TestApp } from './app.js'
import type { Browser, Page } from './browser.js'
import { appCode } from './factors.js'

/** Gives a principal a password. */
export async function givePassword({ database, app }: TestApp, principal: string, { plain = password, oneTime = false } = {}): Promise<void> {
  await new Passwords(database, app.hashes).put([{ principal, hash: await app.hashes.hash(plain), oneTime }])
}

/** Gives the root user of an account a password, and returns its principal. */
export async function withRootPassword(home: TestApp, accountId: string): Promise<string> {
  await givePassword(home, rootPrincipal(accountId))
  return rootPrincipal(accountId)
}

/** Makes an IAM user with a password, and returns its principal. */
export async function withIamUser(home: TestApp, accountId: string, name: string, { oneTime = false } = {}): Promise<string> {
  const [user] = await new IamUsers(home.database).create([{ accountId, name, path: '/' }])
  await givePassword(home, iamUserPrincipal(user!.id), { oneTime })
  return iamUserPrincipal(user!.id)
}

/** Gives a principal an authenticator app, and returns its secret. */
export async function giveApp({ database, settings }: TestApp, principal: string, now: () => number): Promise<string> {
  const apps = new AuthenticatorApps({ database, sealer: new Sealer(settings.secrets.masterKey, 'authenticator apps'), clock: now })
  const { sealed, secret } = apps.offer(principal, { issuer: 'Test', label: principal })
  // The code of the step before, so that the present one is still good.
  await apps.enroll(principal, { sealed, name: 'Phone', code: appCode(secret, now() - 30_000) }, async () => {})
  return secret
}

/** Says an address on the root user's page; `query` begins with `?`. */
export async function asRoot(browser: Browser, email: string, query = ''): Promise<Page> {
  await browser.open(`/console/sign-in/root${query}`)
  return browser.submit({ email })
}

/** Says an account and a name on the IAM user's page. */
export async function asUser(browser: Browser, account: string, userName: string, query = ''): Promise<Page> {
  await browser.open(`/console/sign-in/user${query}`)
  return browser.submit({ account, userName })
}

/** The step that is open, by its address. */
export const stepOf = ({ page }: Browser): string => new URL(page.url).pathname.split('/').at(-1)!
