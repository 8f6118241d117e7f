// /start/console: opens a role's console, from the accounts page or from a link that somebody kept:
// ?account_id=…&role_name=…&destination=…; without a role the person chooses. A link may stand anywhere and
// is followed by GET, so it never ends a session: with five open the page asks, and only its form goes on.
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf, type Form } from '../middleware/form.js'
import { roleUrl } from './accounts.js'
import type { Page, PortalOptions, Visit } from './portal.js'

const longestDestination = 2000

export function consoleLink(options: PortalOptions): Page {
  const { findAccount, reach, consoles } = options
  return async (here) => {
    const { ctx, user, show } = here
    const { accountId, roleName, destination } = askedFor(queryOf(ctx))
    const [account, roles] = /^\d{12}$/.test(accountId) ? await Promise.all([findAccount(accountId), reach.roles(user.id, accountId)]) : []
    if (!account || !roles || roles.length === 0) throw new Refusal('forbidden', 'This link leads to an account that is not assigned to you.')
    const shown = { account: { id: account.id, name: account.name }, destination: destination || undefined }
    if (roleName === '' && roles.length > 1) {
      return show('portal/choose-role', { ...shown, roles: roles.map(({ name, description }) => ({ name, description, url: linkTo(account.id, name, destination) })) })
    }
    const role = await reach.requireRole(user.id, accountId, roleName || roles[0]!.name)
    const ending = await consoles.findEnding(ctx, user, { accountId, permissionSet: role.name })
    if (!ending) return open(here, role, { accountId, destination }, options)
    await show('portal/open-console', { ...shown, role: { name: role.name }, ending: { roleName: ending.label, account: { id: ending.accountId, name: ending.accountName }, startedAt: new Date(ending.startedAt).toISOString() } })
  }
}

/** The form of the page that asked. */
export function openConsole(options: PortalOptions): Page {
  return async (here) => {
    const { accountId, roleName, destination } = askedFor(formOf(here.ctx))
    await open(here, await options.reach.requireRole(here.user.id, accountId, roleName), { accountId, destination }, options)
  }
}

async function open({ ctx, user, proof }: Visit, role: { id: string; name: string }, { accountId, destination }: { accountId: string; destination: string }, { marks, consoles }: PortalOptions): Promise<void> {
  await marks.add(user.id, 'recent', accountId, role.id)
  const home = await consoles.start(ctx, user, { accountId, permissionSet: role.name, ...(destination && { destination }), ...(proof.amr.includes('mfa') && { mfaAt: proof.authTime * 1000 }) })
  ctx.status = 303
  ctx.redirect(home)
}

function askedFor({ account_id: accountId = '', role_name: roleName = '', destination = '' }: Form): { accountId: string; roleName: string; destination: string } {
  if (destination.length > longestDestination) throw new Refusal('too-large', 'The destination of this link is too long.')
  return { accountId, roleName, destination }
}

const linkTo = (accountId: string, name: string, destination: string): string => `${roleUrl('/start/console', accountId, name)}${destination && `&${new URLSearchParams({ destination }).toString()}`}`
