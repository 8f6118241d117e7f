// Builds the sign-in doors over the rooms below them: the same pages for everybody, and what differs between people of
// the directory, root users and IAM users.
import type { Context, Middleware } from 'koa'
import { countDevices, userPrincipal } from '../domain/authentication/index.js'
import { primaryEmail, type User } from '../domain/directory/index.js'
import { longestConsoleSession, type NewConsoleSession } from '../domain/sessions/index.js'
import { SignUps } from '../domain/sign-up/index.js'
import { consoleInteractions, entranceDoor, signUpDoor, type EntranceCheck } from '../http/entrance/index.js'
import { isWorthRecording } from '../http/middleware/failures.js'
import type { Render } from '../http/middleware/render.js'
import { SecurityCheck } from '../http/recovery/index.js'
import type { PortalSessions } from '../http/oidc/index.js'
import { beginningsElsewhere, externalLogoutDoor, externalReturnDoor, passkeyEntrance, signinDoor, SignInEvents, type Member, type NotifyMember, type PasskeyOwners, type Population, type SigninInteractions, type SigninOptions } from '../http/signin/index.js'
import { neighbourhoodOf } from '../platform/addresses.js'
import { isMailAddress } from '../platform/mail/index.js'
import { iamOwners, iamUsersOf, rootOwners, rootSession, rootUsersOf, saidByIamUsers, saidByRoots, type FindOwner } from './console-sign-ins.js'
import { externalSignIn, samlMetadataOf, type Logouts } from './identity-sources.js'
import type { Rooms } from './rooms.js'

interface Wiring extends Logouts {
  interactions: SigninInteractions
  notify: NotifyMember
  notifyRoot: NotifyMember
  sessions: Pick<PortalSessions, 'list' | 'end' | 'find' | 'endCurrent'>
  /** Opens a console session in a browser and returns its home. */
  startConsole: (ctx: Context, session: NewConsoleSession, page: string) => Promise<string>
  csrf: Middleware
  render: Render
}

/** Builds the doors, to be mounted one after another. */
export function signInDoors(rooms: Rooms, wiring: Wiring): Middleware[] {
  const shared = common(rooms, wiring)
  const { entries } = rooms
  const [roots, iamUsers] = [rootUsersOf(rooms, wiring.notifyRoot), iamUsersOf(rooms)]
  const interactionsOf = (kind: 'root' | 'iam-user', findOwner: FindOwner): SigninInteractions =>
    consoleInteractions({ kind, entries, findOwner, clock: rooms.clock, start: wiring.startConsole })
  const external = externalSignIn(rooms)
  const { arrive, door: beginnings } = beginningsElsewhere({
    ...wiring, external, findUser: (id) => rooms.users.find(id), trail: rooms.trail, worthRecording: shared.worthRecording, origin: rooms.settings.config.publicUrl.origin, secure: shared.secure, clock: rooms.clock,
  })
  return [
    externalReturnDoor({ arrive, waysOut: rooms.waysOut, base: '/signin', secure: shared.secure, metadataOf: samlMetadataOf(rooms) }),
    beginnings,
    externalLogoutDoor({ ...wiring, store: rooms.store, trail: rooms.trail, worthRecording: shared.worthRecording }),
    signinDoor({ ...shared, ...peopleOf(rooms, wiring), interactions: wiring.interactions, external }),
    ...openEntrance(rooms, wiring, shared, [{ kind: 'root', ...roots, saidOf: saidByRoots(rooms) }, { kind: 'iam-user', ...iamUsers, saidOf: saidByIamUsers(rooms) }]),
    signinDoor({ ...shared, ...roots, interactions: interactionsOf('root', rootOwners(rooms)) }),
    signinDoor({ ...shared, ...iamUsers, interactions: interactionsOf('iam-user', iamOwners(rooms)) }),
  ]
}

/** A few wrong passwords from an address, and its next sign-in at the console solves a puzzle. */
const freeFailures = 3

function openEntrance(rooms: Rooms, { csrf, render, startConsole }: Wiring, { passkeys, attempts, worthRecording }: Pick<SigninOptions, 'passkeys' | 'attempts' | 'worthRecording'>, owners: PasskeyOwners[]): Middleware[] {
  const { entries, accounts, settings: { config: { publicUrl } }, database, store, clock, mail, hashes, trail, newPasswords, mailedCodes, accountCreation } = rooms
  const check = checkOf(rooms)
  const entrance = entranceDoor({
    entries, publicUrl, csrf, render, check, passkeys: passkeyEntrance({ passkeys, attempts, clock, worthRecording, owners }), opensAccounts: accountCreation,
    findAccountId: async (account) => (/^\d{12}$/.test(account) ? await accounts.find(account) : await accounts.findByAlias(account))?.id,
  })
  const signUps = signUpDoor({
    csrf, render, check, newPasswords, isAllowed: accountCreation,
    signUps: new SignUps({ database, store, mail, hashes, trail, codes: mailedCodes }),
    start: (ctx, account) => startConsole(ctx, { ...rootSession(account), via: 'sign-in', provedAt: clock(), expiresAt: clock() + longestConsoleSession }, '/console'),
  })
  return [entrance, signUps]
}

function checkOf({ store, budgets, clock, settings: { secrets: { masterKey } } }: Rooms): EntranceCheck {
  const check = new SecurityCheck({ store, budgets, clock, key: masterKey.derive('security check') })
  return {
    isDue: async (address) => (await budgets.look('SignInFailuresPerAddress', neighbourhoodOf(address))).count >= freeFailures,
    make: () => check.make(),
    passes: (form, address) => check.passes(form, address),
  }
}

/** What every sign-in is made with. */
function common(rooms: Rooms, { csrf, render }: Wiring): Omit<SigninOptions, keyof Population | 'interactions'> {
  const { settings: { config: { publicUrl } }, database, store, clock, revocations } = rooms
  const { attempts, passwords, passwordChanges, throttle, apps, recoveryCodes, mailedCodes, factorTries, trustedBrowsers, passkeys, organizationName } = rooms
  return {
    attempts, passwords, passwordChanges, throttle, clock, csrf, render, apps, recoveryCodes, mailedCodes, factorTries, trustedBrowsers, passkeys, organizationName,
    isInForce: (id, provedAt) => revocations.check([{ kind: 'user', subject: id }], provedAt) === 'in-force',
    secure: publicUrl.protocol === 'https:',
    countDevices: (principal) => countDevices(database, principal),
    worthRecording: (ctx) => isWorthRecording(ctx, store),
  }
}

/** People of the directory, on their way to the portal or an application. */
function peopleOf({ users, mfa, newPasswords, trail, settings: { config: { publicUrl } } }: Rooms, { notify, sessions }: Wiring): Population {
  const loginTo = new URL('/start', publicUrl).href
  const found = (user: User | undefined): Member | undefined => user && personOf(user)
  return {
    base: '/signin', notify,
    endSessions: async (id, except) => {
      for (const { uid } of await sessions.list(id)) if (uid !== except) await sessions.end(id, uid)
    },
    principalOf: userPrincipal,
    mfa: () => mfa(),
    findByName: async (name) => found(await users.findByUserName(name)),
    findByPrincipal: async (principal) => (principal.startsWith('user:') ? found(await users.find(principal.slice('user:'.length))) : undefined),
    get: async (id) => personOf(await users.get(id)),
    markOf: (userName) => userName,
    newPasswordsOf: () => newPasswords,
    findMailAddress: async (id) => {
      const user = await users.find(id)
      return user && mailAddressOf(user)
    },
    passwordWords: ({ userName = '' }) => ({ forgotUrl: `/forgot-password?name=${encodeURIComponent(userName)}`, wrong: 'The user name or the password is not right.', ...consoleHint(userName) }),
    eventsOf: (ctx: Context, attempt) => new SignInEvents(trail, ctx, attempt, loginTo),
  }
}

const personOf = (user: User): Member => ({
  id: user.id, principal: userPrincipal(user.id), userName: user.userName, displayName: user.displayName, active: user.active, ownNames: [user.userName, user.givenName ?? '', user.familyName ?? ''],
})

/** Where mail to a person goes, where it can be sent. */
export function mailAddressOf({ emails }: Pick<User, 'emails'>): string | undefined {
  const address = primaryEmail(emails)
  return address && isMailAddress(address) ? address : undefined
}

/** Twelve digits are how an account's users begin; whether anybody has such a name is nothing this says. */
const consoleHint = (userName: string) => (/^\d{12}$/.test(userName)
  ? { elsewhere: { text: 'Twelve digits look like the id of an account.', url: `/console/${userName}`, link: 'Sign in to that account as an IAM user' } } : {})
