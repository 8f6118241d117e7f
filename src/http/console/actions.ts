// What may be done in an account, and doing it. The console decides nothing by itself: the policies in force do, and
// what is done goes through the operations of the IAM API, which check and record every one.
import type { Context } from 'koa'
import type { TokenContent } from '../../domain/credentials/index.js'
import type { Decision } from '../../domain/policy/index.js'
import type { ConsoleSession } from '../../domain/sessions/index.js'
import type { Wish } from '../middleware/asking.js'

/** What the console needs of whoever decides, and does. */
export interface ConsoleActions {
  /** Assumes a role as the session; returns what its token says. */
  assumeRole(ctx: Context, session: ConsoleSession, parameters: ReadonlyMap<string, string>): Promise<Readonly<TokenContent>>
  /** Says of each wish whether the session may. */
  decide(ctx: Context, session: ConsoleSession, wishes: readonly Wish[]): Promise<Decision[]>
  /** Runs an operation of the IAM API as the session; refuses with the names of parameters as paths of faults. */
  run(ctx: Context, session: ConsoleSession, operation: string, parameters: ReadonlyMap<string, string>): Promise<unknown>
}
