// Lets in only those who come from the networks that the organization names for a part of it, where it names any.
import type { Context, Middleware } from 'koa'
import { isWithinNetworks, networksIn, type Guarded, type Organization } from '../../domain/settings/index.js'
import type { AuditEvent } from '../../platform/audit/index.js'
import { Refusal } from '../../platform/errors.js'
import { originOf } from './front.js'

const parts: readonly [path: RegExp, guarded: Guarded, name: string][] = [
  // Routers do not tell large letters from small ones.
  [/^\/admin(\/|$)/i, 'administration', 'The administration'],
  [/^\/signin\//i, 'portal', 'Signing in'],
]

/** Refuses addresses that are in none of the networks, and says so to the trail. */
export const networkGuard = (find: () => Promise<Pick<Organization, 'settings'>>, tell: (ctx: Context, event: AuditEvent) => Promise<void>): Middleware => async (ctx, next) => {
  const [, guarded, name] = parts.find(([path]) => path.test(ctx.path)) ?? []
  if (guarded && name) {
    const { sourceIPAddress } = originOf(ctx)
    if (!isWithinNetworks(sourceIPAddress, networksIn(await find(), guarded))) {
      await tell(ctx, { eventName: 'RefuseNetwork', eventSource: 'gatehouse', origin: originOf(ctx), requestParameters: { part: guarded, path: ctx.path }, errorCode: 'AccessDenied', errorMessage: 'The address is in none of the networks that are allowed.', readOnly: true })
      throw new Refusal('forbidden', `${name} is open only from networks that your organization allows, and ${sourceIPAddress} is in none of them.`)
    }
  }
  await next()
}
