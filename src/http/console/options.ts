// What the console is given.
import type { Context, Middleware } from 'koa'
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
  /** Meets whoever opens a page without a session. */
  entrance: (ctx: Context) => void | Promise<void>
  csrf: Middleware
  /** The same for forms that carry documents. */
  csrfOfDocuments: Middleware
  render: Render
}
