// What this door is given.
import type { Context, Middleware } from 'koa'
import type { SamlClaims, SamlCredentials, SamlRoles } from '../../domain/credentials/index.js'
import type { Trail } from '../../platform/audit/index.js'
import type { Log } from '../../platform/log.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import type { Render } from '../middleware/render.js'

export interface SamlOptions {
  publicUrl: URL
  roles: Pick<SamlRoles, 'prove' | 'assume'>
  store: Pick<EphemeralStore, 'put' | 'get' | 'take'>
  /** Opens a session of the console in this browser. */
  startConsole: (ctx: Context, assumed: SamlCredentials, claims: SamlClaims) => Promise<unknown>
  findAccount: (id: string) => Promise<{ name: string } | undefined>
  /** The condition keys of a request. */
  circumstancesOf: (ctx: Context) => Readonly<Record<string, string>>
  /** False for failures of which there are many. */
  isWorthRecording: (ctx: Context) => Promise<boolean>
  trail: Trail
  log: Pick<Log, 'info'>
  csrf: Middleware
  render: Render
}
