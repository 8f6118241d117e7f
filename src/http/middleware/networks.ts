// Lets in only those who come from the networks that the organization names for a part of it, where it names any.
import type { Middleware } from 'koa'
import { isWithinNetworks, networksIn, type Guarded, type Organization } from '../../domain/settings/index.js'
import { Refusal } from '../../platform/errors.js'
import { originOf } from './front.js'

const parts: readonly [path: RegExp, guarded: Guarded, name: string][] = [
  [/^\/admin(\/|$)/, 'administration', 'The administration'],
  [/^\/signin\//, 'portal', 'Signing in'],
]

/** Refuses addresses that are in none of the networks. */
export const networkGuard = (find: () => Promise<Pick<Organization, 'settings'>>): Middleware => async (ctx, next) => {
  const [, guarded, name] = parts.find(([path]) => path.test(ctx.path)) ?? []
  if (guarded && name) {
    const { sourceIPAddress } = originOf(ctx)
    if (!isWithinNetworks(sourceIPAddress, networksIn(await find(), guarded))) throw new Refusal('forbidden', `${name} is open only from networks that your organization allows, and ${sourceIPAddress} is in none of them.`)
  }
  await next()
}
