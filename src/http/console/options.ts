// What the console is given.
import type { Context, Middleware } from 'koa'
import type { AccountSummary } from '../../domain/accounts/index.js'
import type { Clock } from '../../platform/clock.js'
import type { Executor } from '../../platform/storage/database.js'
import type { Render } from '../middleware/render.js'
import type { ConsoleActions } from './actions.js'
import type { BrowserSessionOptions } from './browser-sessions.js'
import type { ConsoleRooms } from './rooms.js'

/** What a root user is told of by mail. */
export type ConsoleNotice = { letter: 'password-changed' } | { letter: 'factor-added'; factor: string; about: { device: string } } | { letter: 'factor-removed'; factor: string }
  | { letter: 'factor-renamed'; factor: string; was: string } | { letter: 'address-changed'; to: string; was: string; is: string; about: { address: { was: string; is: string } } }

export interface ConsoleOptions extends BrowserSessionOptions {
  region: string
  publicUrl: URL
  clock: Clock
  actions: ConsoleActions
  rooms: ConsoleRooms
  /** Ends what began until then of a user (`AIDA…`) or of the root user of an account. */
  endSessions: (subject: string, until: number) => Promise<void>
  /** Tells the root user of an account by mail, in the transaction of what it announces. */
  notifyRoot: (ctx: Context, accountId: string, notice: ConsoleNotice, tx: Executor) => Promise<void>
  /** Mails a code to an address that is to be proved. */
  sendCode: (to: string, code: { code: string; minutes: number }) => Promise<void>
  countIn: (accountId: string) => Promise<AccountSummary>
  /** Removes an account with everybody in it, and ends what was opened there. */
  closeAccount: (accountId: string) => Promise<void>
  /** Meets whoever opens a page without a session. */
  entrance: (ctx: Context) => void | Promise<void>
  csrf: Middleware
  /** The same for forms that carry documents. */
  csrfOfDocuments: Middleware
  render: Render
}
