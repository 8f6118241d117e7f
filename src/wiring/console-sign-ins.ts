// Who signs in at the console: root users and IAM users, as the sign-in pages ask for them.
import { iamArn, rootArn, type Account, type IamUser } from '../domain/accounts/index.js'
import { iamUserPrincipal, rootPrincipal } from '../domain/authentication/index.js'
import type { SignInAttempt } from '../domain/sessions/index.js'
import type { OpenConsole } from '../http/entrance/index.js'
import { ConsoleSignInEvents, type Member, type NotifyMember, type PasskeyOwners, type Population } from '../http/signin/index.js'
import { isMailAddress } from '../platform/mail/index.js'
import { Refusal } from '../platform/errors.js'
import type { Rooms } from './rooms.js'

const hasDevice = (devices?: { totp: number; passkey: number }): boolean => devices !== undefined && devices.totp + devices.passkey > 0

/** Finds who a proved sign-in was of. */
export type FindOwner = (id: string, attempt: SignInAttempt) => Promise<OpenConsole | undefined>

const types: Awaited<ReturnType<Population['mfa']>>['types'] = ['passkey', 'totp']
const day = 86_400_000

/** Owners of accounts. A device is asked for every time; without one, a browser that is new gets a code by mail. */
export function rootUsersOf({ accounts, endConsoles, clock, passwords, newPasswords, trail, settings: { config: { publicUrl } } }: Rooms, notify: NotifyMember): Population {
  const idOf = (principal: string): string | undefined => (principal.startsWith('root:') ? principal.slice('root:'.length) : undefined)
  return {
    base: '/console/sign-in/root', notify, endSessions: (id) => endConsoles(id, clock() - 1), principalOf: rootPrincipal,
    mfa: async (devices) => ({ types, mode: hasDevice(devices) ? 'always' : 'context', whenNoDevice: 'email' }),
    findByName: async (email) => found(await accounts.findByRootEmail(email)),
    findByPrincipal: async (principal) => {
      const member = found(await accounts.find(idOf(principal) ?? ''))
      return member && { ...member, active: await passwords.findProfile(principal) !== undefined }
    },
    get: async (id) => rootMember(await accounts.get(id)),
    markOf: (email) => `root ${email}`,
    newPasswordsOf: () => newPasswords,
    findMailAddress: async (id) => {
      const { email } = await accounts.get(id)
      return isMailAddress(email) ? email : undefined
    },
    passwordWords: ({ userName = '' }) => ({ forgotUrl: `/console/forgot-password?name=${encodeURIComponent(userName)}`, wrong: 'The mail address or the password is not right.' }),
    eventsOf: (ctx, attempt) => new ConsoleSignInEvents(trail, ctx, attempt, { type: 'Root', accountId: undefined, loginTo: new URL('/console', publicUrl).href }),
  }
}

const found = (account: Account | undefined): Member | undefined => account && rootMember(account)

const rootMember = ({ id, name, email }: Account): Member =>
  ({ id, principal: rootPrincipal(id), userName: email, displayName: name, active: true, ownNames: [email, email.split('@')[0]!, name] })

/** Finds the account that a root user owns. */
export const rootOwners = ({ accounts, iam }: Pick<Rooms, 'accounts' | 'iam'>): FindOwner => async (id, attempt) => {
  const account = await accounts.find(id)
  return account && { ...rootSession(account), ...await serialOf(attempt, { accountId: id, principal: rootPrincipal(id), userName: 'root' }, iam) }
}

/** What a root user would say on the first page, by the principal of a passkey. */
export const saidByRoots = ({ accounts }: Pick<Rooms, 'accounts'>): PasskeyOwners['saidOf'] => async (principal) => {
  const account = principal.startsWith('root:') ? await accounts.find(principal.slice('root:'.length)) : undefined
  return account && { userName: account.email, accountId: '', account: '' }
}

/** What an IAM user would say there. */
export const saidByIamUsers = ({ iam }: Pick<Rooms, 'iam'>): PasskeyOwners['saidOf'] => async (principal) => {
  const user = principal.startsWith('iam:') ? await iam.users.findById(principal.slice('iam:'.length)) : undefined
  return user && { userName: user.name, accountId: user.accountId, account: user.accountId }
}

/** The serial number of the device that proved a second factor, as the account spells it. */
async function serialOf({ provedBy }: SignInAttempt, { accountId, ...owner }: { accountId: string; principal: string; userName: string }, { devices }: Pick<Rooms['iam'], 'devices'>): Promise<Pick<OpenConsole, 'mfaSerial'>> {
  const device = provedBy === undefined ? undefined : (await devices.listOf(accountId, owner)).find(({ id }) => id === provedBy)
  return device ? { mfaSerial: device.serial } : {}
}

/** What a session of an account's root user acts as. */
export const rootSession = ({ id, email }: Pick<Account, 'id' | 'email'>): OpenConsole => ({ kind: 'root', principal: rootPrincipal(id), userName: email, accountId: id, label: 'Root user', arn: rootArn(id) })

/** Users inside of an account. A device is asked for every time; nothing is mailed to them. */
export function iamUsersOf({ iam, endConsoles, passwords, clock, trail, settings: { config: { publicUrl } } }: Rooms): Population {
  const memberOf = async (user: IamUser | undefined, accountId: string): Promise<Member | undefined> => {
    // The same is asked where there is nobody.
    const [profile, policy] = await Promise.all([passwords.findProfile(user ? iamUserPrincipal(user.id) : 'nobody'), iam.passwordPolicies.find(accountId)])
    if (!user) return undefined
    const isOld = policy !== undefined && policy.maxAge > 0 && profile !== undefined && profile.changedAt.getTime() + policy.maxAge * day < clock()
    return {
      id: user.id, principal: iamUserPrincipal(user.id), userName: user.name, displayName: user.name, ownNames: [user.name],
      active: profile !== undefined && !(isOld && policy.hardExpiry), mustReplace: isOld ? `Passwords of this account are good for ${policy.maxAge} days, and yours is older.` : undefined,
    }
  }
  return {
    base: '/console/sign-in/user', principalOf: iamUserPrincipal,
    notify: async () => {},
    endSessions: (id) => endConsoles(id, clock() - 1),
    // Who has devices that cannot be used at this address does not get in without them.
    mfa: async (devices) => ({ types, mode: 'always', whenNoDevice: hasDevice(devices) ? 'block' : 'allow' }),
    findByName: async (userName, { said }) => memberOf(await iam.users.find(said!.accountId, userName), said!.accountId),
    findByPrincipal: async (principal, { said }) => {
      const user = principal.startsWith('iam:') ? await iam.users.findById(principal.slice('iam:'.length)) : undefined
      return user?.accountId === said!.accountId ? memberOf(user, user.accountId) : undefined
    },
    get: async (id) => {
      const user = await iam.users.findById(id)
      const member = await memberOf(user, user?.accountId ?? '')
      if (!member) throw new Refusal('not-found', 'There is no such user any more.')
      return member
    },
    markOf: (userName, { said }) => `iam ${said!.accountId || said!.account} ${userName}`,
    newPasswordsOf: ({ said }) => iam.newPasswordsOf(said!.accountId),
    findMailAddress: async () => undefined,
    passwordWords: (_, { said }) => ({
      account: spelled(said!.account), wrong: 'The account, the user name or the password is not right.',
      forgotten: 'Forgot it? Only an administrator of the account can give you a new one.', ...portalHint(said!.userName),
    }),
    helpers: 'an administrator of the account',
    eventsOf: (ctx, attempt, { said }) => new ConsoleSignInEvents(trail, ctx, attempt, { type: 'IAMUser', accountId: said!.accountId || undefined, loginTo: new URL('/console', publicUrl).href }),
  }
}

const spelled = (account: string): string => (/^\d{12}$/.test(account) ? account.replace(/(\d{4})(\d{4})(\d{4})/, '$1-$2-$3') : account)

/** A name that looks like a mail address may be one of somebody who signs in elsewhere; whether it is, is nothing this says. */
const portalHint = (userName: string) => (/^[^@]+@[^@]+\.[^@]+$/.test(userName)
  ? { elsewhere: { text: 'A mail address may also be that of a root user, who signs in without an account id, or of somebody who signs in at the portal.', url: '/console/sign-in?choose', link: 'Choose another way' } } : {})

/** Finds the IAM user, and remembers that its password was used. */
export const iamOwners = ({ iam }: Pick<Rooms, 'iam'>): FindOwner => async (id, attempt) => {
  const user = await iam.users.findById(id)
  if (!user) return undefined
  if (attempt.proofs.some(({ way }) => way === 'pwd')) await iam.users.recordPasswordUse(id)
  const owner = { principal: iamUserPrincipal(id), userName: user.name, accountId: user.accountId }
  return { kind: 'iam-user', ...owner, label: user.name, arn: iamArn('user', user), ...await serialOf(attempt, owner, iam) }
}
