// The sessions of consoles: their pages, and the other ways into them.
import type { Middleware } from 'koa'
import { circumstancesOf } from '../http/aws/protocol/index.js'
import { consolesInForce, endFederatedConsoles, startConsole, tokenSession, type ConsoleOptions } from '../http/console/index.js'
import { federationDoor } from '../http/federation/index.js'
import { toEntrance } from '../http/entrance/index.js'
import { isWorthRecording } from '../http/middleware/failures.js'
import { samlDoor } from '../http/saml/index.js'
import { Refusal } from '../platform/errors.js'
import { closeAccount } from './closing.js'
import type { Rooms } from './rooms.js'
import type { Services } from './aws.js'
import type { Letters } from './letters.js'
import type { Pages } from './pages.js'

/** What the console is made with. */
export function consolesOf(rooms: Rooms, { csrf, csrfOfDocuments, render }: Pages, { forPages }: Services, { notifyRoot, rootAddresses }: Letters): ConsoleOptions {
  const { settings: { config: { publicUrl, region } }, database, mail, consoleSessions, accounts, users, passwords, revocations, trail, clock, iam } = rooms
  const isInForce = consolesInForce({ revocations, accounts, users, passwords, iamUsers: iam.users, roles: iam.roles })
  const { newPasswords: rootPasswords, passwordChanges, throttle, factorTries, mailedCodes, apps, passkeys, devices, recoveryCodes } = rooms
  return {
    sessions: consoleSessions, region, publicUrl, secure: publicUrl.protocol === 'https:', trail, clock, csrf, csrfOfDocuments, render, actions: forPages, notifyRoot,
    rooms: { ...iam, virtualDevices: iam.devices, rootAddresses, rootPasswords, passwords, passwordChanges, throttle, factorTries, mailedCodes, apps, passkeys, devices, recoveryCodes },
    endSessions: rooms.endConsoles,
    sendCode: (to, code) => database.transaction((tx) => mail.queue(tx, { to, template: 'address-code', model: { ...code, address: to } })),
    countIn: (id) => iam.summaryOf(id),
    closeAccount: (id) => closeAccount(rooms, id),
    entrance: (ctx) => toEntrance(ctx, { publicUrl }),
    findAccount: (id) => accounts.find(id),
    // Of an account that was closed and is there again under its id, no session goes on.
    isInForce: async (session) => revocations.check([{ kind: 'account', subject: session.accountId }], session.startedAt) === 'in-force' && await isInForce(session),
  }
}

/** Builds the door of brokers. */
export function openFederation({ settings: { config: { publicUrl } }, acting, trail, store, organization }: Rooms, consoles: ConsoleOptions): Middleware {
  return federationDoor({
    ...acting, trail, tokens: acting.signinTokens, origin: publicUrl.origin,
    destinations: async () => ((await organization.get()).settings.federation as { destinations?: string[] } | undefined)?.destinations ?? [],
    startConsole: async (ctx, { session, expiresAt }, beside) => {
      const opening = tokenSession(session, { ...beside, via: 'federation', expiresAt })
      if (opening) await startConsole(ctx, opening, consoles)
    },
    endConsoles: (ctx) => endFederatedConsoles(ctx, consoles),
    isWorthRecording: (ctx) => isWorthRecording(ctx, store),
  })
}

/** Builds the door of assertions. */
export function openSaml({ settings: { config: { publicUrl } }, acting, trail, store, log, accounts, credentials }: Rooms, { csrf, render }: Pages, consoles: ConsoleOptions): Middleware {
  return samlDoor({
    publicUrl, store, trail, log, csrf, render, roles: acting.samlRoles,
    startConsole: async (ctx, { credentials: issued, role, provider }, { subject }) => {
      const { session } = credentials.open(issued)
      const opening = session && tokenSession(session, { via: 'saml', roleArn: role.arn, principal: `saml:${provider.arn}:${subject}`, userName: subject })
      if (!opening) throw new Refusal('unavailable', 'The session could not be opened. Please try again.')
      return startConsole(ctx, opening, consoles)
    },
    findAccount: (id) => accounts.find(id),
    circumstancesOf: (ctx) => circumstancesOf(ctx) as Record<string, string>,
    isWorthRecording: (ctx) => isWorthRecording(ctx, store),
  })
}
