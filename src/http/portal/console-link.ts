// /start/console: opens a role's console, from the accounts page or from a link that somebody kept:
// ?account_id=…&role_name=…&destination=…; without a role the person chooses.
import { Refusal } from '../../platform/errors.js'
import { queryOf } from '../middleware/form.js'
import { roleUrl } from './accounts.js'
import type { Page, PortalOptions } from './portal.js'

const longestDestination = 2000

export function consoleLink({ findAccount, reach, marks, startConsole }: PortalOptions): Page {
  return async ({ ctx, user, show }) => {
    const { account_id: accountId = '', role_name: roleName = '', destination = '' } = queryOf(ctx)
    if (destination.length > longestDestination) throw new Refusal('too-large', 'The destination of this link is too long.')
    const [account, roles] = /^\d{12}$/.test(accountId) ? await Promise.all([findAccount(accountId), reach.roles(user.id, accountId)]) : []
    if (!account || !roles || roles.length === 0) throw new Refusal('forbidden', 'This link leads to an account that is not assigned to you.')
    if (roleName === '' && roles.length > 1) {
      return show('portal/choose-role', {
        account: { id: account.id, name: account.name },
        destination: destination || undefined,
        roles: roles.map(({ name, description }) => ({ name, description, url: `${roleUrl('/start/console', account.id, name)}${destination && `&${new URLSearchParams({ destination }).toString()}`}` })),
      })
    }
    const role = await reach.requireRole(user.id, accountId, roleName || roles[0]!.name)
    await marks.add(user.id, 'recent', accountId, role.id)
    ctx.redirect(await startConsole(ctx, user, { accountId, permissionSet: role.name, ...(destination && { destination }) }))
  }
}
