// What the administrator's pages are given.
import type { Context, Middleware } from 'koa'
import type { Health } from '../../domain/health/index.js'
import type { Decision } from '../../domain/policy/index.js'
import type { ConsoleSession } from '../../domain/sessions/index.js'
import type { Clock } from '../../platform/clock.js'
import type { Wish } from '../middleware/asking.js'
import type { Render } from '../middleware/render.js'

type JsonObject = Record<string, unknown>

/** Runs an operation of an API as a session: asked of the policies, checked and recorded as on the wire; refuses in the words of pages. */
export type RunOperation = (ctx: Context, session: ConsoleSession, operation: string, input: JsonObject) => Promise<JsonObject>

/** What is administered, by the names that operations and policies have for it. */
export interface Places {
  /** The management account's id. */
  accountId: string
  identityStoreId: string
  instanceArn: string
}

export interface AdminOptions {
  places: () => Promise<Places>
  /** Finds this browser's session in an account: the one that the console shows, where it is there. */
  findSession: (ctx: Context, accountId: string) => Promise<ConsoleSession | undefined>
  decide: (ctx: Context, session: ConsoleSession, wishes: readonly Wish[]) => Promise<Decision[]>
  /** The APIs that pages work through. */
  run: Readonly<Record<'directory' | 'ssoAdmin' | 'accounts' | 'requests' | 'trail' | 'settings', RunOperation>>
  /** Where applications sign people in: the issuer's address. */
  issuer: string
  /** Where a directory outside keeps people and groups here. */
  provisioning: string
  /** Asks and records, and gives the lines of events that are taken away. */
  exportEvents: (ctx: Context, session: ConsoleSession, input: JsonObject & { Format: 'csv' | 'ndjson' }) => Promise<AsyncIterable<string>>
  health: Pick<Health, 'read'>
  /** Names a browser or a program from its User-Agent, and the place of an address where that is known. */
  describeDevice: (userAgent: string) => string
  placeOf: (address: string) => string | undefined
  /** Says whether the person behind a session holds anything in an account, and so gets into its console. */
  hasWayIn: (session: ConsoleSession, accountId: string) => Promise<boolean>
  csrf: Middleware
  /** The same for forms that carry documents. */
  csrfOfDocuments: Middleware
  /** The same for forms that carry tables of people. */
  csrfOfImports: Middleware
  /** The same for forms that carry a picture. */
  csrfOfPictures: Middleware
  clock: Clock
  render: Render
}
