// Sessions of the console without its sign-in pages: as a root user, an IAM user, or a role.
import { AccessKeys, IamUsers, Roles, Attachments, InlinePolicies, type IamUser, type Role } from '../../src/domain/accounts/index.js'
import { iamUserPrincipal, Passwords, rootPrincipal } from '../../src/domain/authentication/index.js'
import { ConsoleSessions, type NewConsoleSession } from '../../src/domain/sessions/index.js'
import { Sealer } from '../../src/platform/keys/index.js'
import { password, type TestApp } from './app.js'
import { Browser } from './browser.js'

const accountId = '111122223333'
const hour = 3_600_000

type Opened = Partial<NewConsoleSession> & Pick<NewConsoleSession, 'kind' | 'principal' | 'label' | 'arn'>

/** Opens a session in a browser, another one where the browser has some. */
export async function openSession({ store, origin }: TestApp, session: Opened, browser = new Browser(origin), clock = Date.now): Promise<Browser> {
  const { secret } = await new ConsoleSessions(store, clock).start(browser.cookie('gatehouse-console'), {
    accountId, accountName: 'Management', userName: session.label, via: 'sign-in', provedAt: clock(), expiresAt: clock() + 2 * hour, ...session,
  })
  const at = browser.cookies.findIndex(({ name }) => name === 'gatehouse-console')
  if (at >= 0) browser.cookies.splice(at, 1)
  browser.cookies.push({ name: 'gatehouse-console', value: secret, path: '/' })
  return browser
}

/** Gives a principal the usual password. */
export async function givePassword({ database, app }: TestApp, principal: string): Promise<void> {
  await new Passwords(database, app.hashes).create({ principal, hash: await app.hashes.hash(password, 'test'), oneTime: false })
}

export async function openRoot(app: TestApp, more: Partial<NewConsoleSession> = {}, browser?: Browser): Promise<Browser> {
  await givePassword(app, rootPrincipal(accountId))
  return openSession(app, { kind: 'root', principal: rootPrincipal(accountId), label: 'Root user', userName: 'root@example.com', arn: `arn:aws:iam::${accountId}:root`, ...more }, browser)
}

/** Makes an IAM user with a password, and a policy of its own where statements are given. */
export async function makeUser(app: TestApp, name: string, statements: object[] = []): Promise<IamUser> {
  const [user] = await new IamUsers(app.database).create([{ accountId, name, path: '/' }])
  await givePassword(app, iamUserPrincipal(user!.id))
  if (statements.length > 0) await new InlinePolicies(app.database).put(user!, 'own', documentOf(...statements))
  return user!
}

export const openUser = (app: TestApp, user: IamUser, more: Partial<NewConsoleSession> = {}, browser?: Browser): Promise<Browser> =>
  openSession(app, { kind: 'iam-user', principal: iamUserPrincipal(user.id), label: user.name, arn: user.arn, ...more }, browser)

/** Makes a role with managed policies attached. */
export async function makeRole({ database }: TestApp, name: string, managed: string[] = []): Promise<Role> {
  const [role] = await new Roles(database).create([{ accountId, name, path: '/', trustPolicy: documentOf({ Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' }), maxSessionDuration: 3600 }])
  for (const policy of managed) await new Attachments(database).attach(role!, `arn:aws:iam::aws:policy/${policy}`)
  return role!
}

export const openRole = (app: TestApp, role: Role, more: Partial<NewConsoleSession> = {}, browser?: Browser): Promise<Browser> => openSession(app, {
  kind: 'role', principal: 'somebody elsewhere', label: role.name, arn: `arn:aws:sts::${accountId}:assumed-role/${role.name}/test`,
  role: { id: role.id, name: role.name, arn: role.arn, sessionName: 'test' }, ...more,
}, browser)

export const keysOf = ({ database, settings }: TestApp): AccessKeys => new AccessKeys({ store: database, sealer: new Sealer(settings.secrets.masterKey, 'access keys'), clock: Date.now })

export const documentOf = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements })
