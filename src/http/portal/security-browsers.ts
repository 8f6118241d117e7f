// Takes back the trust in browsers that skip the second step, from the security page.
import { userPrincipal } from '../../domain/authentication/index.js'
import { factorEvent } from '../middleware/device-events.js'
import { formOf } from '../middleware/form.js'
import { aboutVisit } from './events.js'
import { describeDevice } from './device.js'
import type { Page, PortalOptions } from './portal.js'

interface TrustedBrowser {
  id: string
  userAgent: string
  createdAt: Date
  expiresAt: Date
}

/** What the page needs of whoever keeps trusted browsers. */
export interface PortalTrustedBrowsers {
  list(principal: string): Promise<TrustedBrowser[]>
  revoke(principal: string, id: string): Promise<unknown>
}

/** A trusted browser as the page shows it. */
export const browserModel = ({ id, userAgent, createdAt, expiresAt }: TrustedBrowser): object =>
  ({ id, device: describeDevice(userAgent), since: createdAt.toISOString(), until: expiresAt.toISOString() })

export function revokeBrowsers({ trustedBrowsers, trail }: PortalOptions): Page {
  return async (here) => {
    const { ctx, user } = here
    const { revoke = '' } = formOf(ctx)
    const principal = userPrincipal(user.id)
    const all = (await trustedBrowsers.list(principal)).map(({ id }) => id)
    const revoked = revoke === 'all' ? all : all.filter((id) => id === revoke)
    for (const id of revoked) {
      await trustedBrowsers.revoke(principal, id)
      await trail.record({ ...factorEvent('DeleteTrustedBrowser', user.id, { trustedBrowserId: id }), ...aboutVisit(here) })
    }
    ctx.status = 303
    ctx.redirect(revoked.length === 0 ? '/start/security' : `/start/security?done=${revoke === 'all' ? 'browsers' : 'browser'}`)
  }
}
