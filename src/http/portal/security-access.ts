// Takes back what an application or a command line was allowed, from the security page.
import { formOf } from '../middleware/form.js'
import { aboutVisit } from './events.js'
import type { Page, PortalOptions } from './portal.js'

/** An application or a command line that may act for somebody. */
export interface PortalAccess {
  /** Short, and no secret. */
  id: string
  clientId: string
  kind: 'application' | 'command-line'
  name: string
  /** Milliseconds since the epoch. */
  since: number
  knows: string[]
  may: string[]
  /** True for what goes on when the person is signed out. */
  staysConnected: boolean
}

/** What the page needs of whoever keeps what was granted. */
export interface PortalAccesses {
  list(userId: string): Promise<PortalAccess[]>
  revoke(userId: string, id: string): Promise<PortalAccess | undefined>
}

/** One row of the list. */
export const accessModel = ({ id, kind, name, since, knows, may, staysConnected }: PortalAccess): object =>
  ({ id, commandLine: kind === 'command-line', name, since: new Date(since).toISOString(), knows: knows.join(', '), may, staysConnected })

export function revokeAccess({ accesses, trail }: PortalOptions): Page {
  return async (here) => {
    const { ctx, user } = here
    const taken = await accesses.revoke(user.id, formOf(ctx).revoke ?? '')
    if (taken) {
      await trail.record({
        ...aboutVisit(here), eventName: 'DeleteApplicationGrant', eventSource: 'sso.amazonaws.com',
        requestParameters: { clientId: taken.clientId.slice(0, 48), clientName: taken.name },
      })
    }
    ctx.status = 303
    ctx.redirect(taken ? '/start/security?done=revoked' : '/start/security')
  }
}
