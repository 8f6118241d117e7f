// /start/security/recovery-codes: codes for the day the devices are lost; made together, and shown once.
import { userPrincipal } from '../../domain/authentication/index.js'
import { factorEvent } from '../middleware/device-events.js'
import { queryOf } from '../middleware/form.js'
import type { Executor } from '../../platform/storage/database.js'
import { aboutVisit } from './events.js'
import type { Page, PortalOptions } from './portal.js'

/** What the page needs of whoever keeps recovery codes. */
export interface PortalRecoveryCodes {
  count(principal: string): Promise<number>
  /** Makes new ones; those before are good for nothing any more. */
  issue(principal: string, announce: (tx: Executor) => Promise<void>): Promise<string[]>
}

export function recoveryCodesPage({ recoveryCodes }: PortalOptions): Page {
  return async ({ ctx, user, show }) => {
    await show('portal/security-codes', { left: await recoveryCodes.count(userPrincipal(user.id)), late: queryOf(ctx).late === '1' })
  }
}

export function makeRecoveryCodes({ recoveryCodes, trail }: PortalOptions): Page {
  return async (here) => {
    const { user } = here
    const codes = await recoveryCodes.issue(userPrincipal(user.id), (tx) => trail.within(tx).record({ ...factorEvent('CreateRecoveryCodes', user.id), ...aboutVisit(here) }))
    await here.show('portal/security-codes', { codes, left: codes.length, late: false })
  }
}
