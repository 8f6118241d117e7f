// /start/access-keys: the temporary credentials of one role, in the forms that people paste.
import { Refusal } from '../../platform/errors.js'
import { queryOf } from '../middleware/form.js'
import { roleUrl } from './accounts.js'
import type { Page, PortalOptions } from './portal.js'

export function accessKeys({ publicUrl, region, findAccount, reach, marks, issueKeys, startUrlAliases }: PortalOptions): Page {
  return async ({ ctx, user, show }) => {
    const { account_id: accountId = '', role_name: roleName = '' } = queryOf(ctx)
    const account = /^\d{12}$/.test(accountId) ? await findAccount(accountId) : undefined
    if (!account) throw new Refusal('forbidden', 'That permission set is not assigned to you in that account.')
    const session = await issueKeys(ctx, user, { accountId, permissionSet: roleName })
    const { id: permissionSetId } = await reach.requireRole(user.id, accountId, roleName)
    await marks.add(user.id, 'recent', accountId, permissionSetId)
    const [alias] = await startUrlAliases()
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = session.credentials
    await show('portal/access-keys', {
      account: { id: account.id, name: account.name },
      role: { name: session.permissionSet },
      credentials: { accessKeyId, secretAccessKey, sessionToken, expiresAt: new Date(expiration).toISOString() },
      region,
      startUrl: alias ?? new URL('/start', publicUrl).href,
      endpointUrl: publicUrl.origin,
      profileName: `${session.permissionSet}-${account.id}`,
      sessionName: 'gatehouse',
      consoleUrl: roleUrl('/start/console', account.id, session.permissionSet),
      refreshUrl: roleUrl('/start/access-keys', account.id, session.permissionSet),
    })
  }
}
