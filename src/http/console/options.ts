// What the console is given.
import type { Context, Middleware } from 'koa'
import type { AccountSummary } from '../../domain/accounts/index.js'
import type { Clock } from '../../platform/clock.js'
import type { Render } from '../middleware/render.js'
import type { ConsoleActions } from './actions.js'
import type { BrowserSessionOptions } from './browser-sessions.js'
import type { ConsoleRooms } from './rooms.js'

export interface ConsoleOptions extends BrowserSessionOptions {
  region: string
  clock: Clock
  actions: ConsoleActions
  rooms: ConsoleRooms
  /** Ends what began until then of a user (`AIDA…`) or of the root user of an account. */
  endSessions: (subject: string, until: number) => Promise<void>
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
