// /start: the accounts a person reaches, with search, favourites and recents.
import type { AccountReach, Mark } from '../../domain/access/index.js'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf } from '../middleware/form.js'
import type { Page, PortalOptions } from './portal.js'

const accountsPerPage = 20
const longestSearch = 100
const longestGlimpse = 120

export function accounts({ reach, marks }: PortalOptions): Page {
  return async ({ ctx, user, show }) => {
    const { q = '', page: pageText = '1' } = queryOf(ctx)
    const query = q.trim().slice(0, longestSearch)
    const page = /^\d{1,5}$/.test(pageText) ? Math.max(1, Number(pageText)) : 1
    const offset = (page - 1) * accountsPerPage
    const [found, marked] = await Promise.all([
      reach.accounts(user.id, { search: query, offset, limit: accountsPerPage }),
      marks.list(user.id),
    ])
    // A page that was there a moment ago.
    if (found.accounts.length === 0 && page > 1) return ctx.redirect(pageUrl(query, 1))
    const isStar = starFinder(marked)
    const shortcuts = query === '' && page === 1 ? marked : []
    await show('portal/accounts', {
      query,
      page,
      total: found.total,
      hasApplications: found.total === 0 && (await reach.applications(user.id)).length > 0,
      matches: found.matches,
      first: found.matches === 0 ? 0 : offset + 1,
      last: offset + found.accounts.length,
      previousUrl: page > 1 ? pageUrl(query, page - 1) : undefined,
      nextUrl: offset + found.accounts.length < found.matches ? pageUrl(query, page + 1) : undefined,
      favourites: shortcuts.filter(({ kind }) => kind === 'favourite').map((mark) => shortcut(mark, isStar)),
      recents: shortcuts.filter((mark) => mark.kind === 'recent' && !isStar(mark.accountId, mark.permissionSetName)).map((mark) => shortcut(mark, isStar)),
      accounts: found.accounts.map((account) => unfolded(account, isStar, found.matches <= 3)),
    })
  }
}

type IsStar = (accountId: string, permissionSet: string) => boolean

function starFinder(marks: Mark[]): IsStar {
  const stars = new Set(marks.filter(({ kind }) => kind === 'favourite').map((mark) => `${mark.accountId}/${mark.permissionSetName}`))
  return (accountId, permissionSet) => stars.has(`${accountId}/${permissionSet}`)
}

/** As much of a description as a list has room for; a page of a hundred rows stays light. */
const glimpse = (description: string): string => (description.length > longestGlimpse ? `${description.slice(0, longestGlimpse - 1).toWellFormed().replace(/\ufffd$/, '').trimEnd()}…` : description)

const roleModel = (accountId: string, name: string, description: string | undefined, isStar: IsStar): object => ({
  accountId,
  name,
  description: description && glimpse(description),
  consoleUrl: roleUrl('/start/console', accountId, name),
  keysUrl: roleUrl('/start/access-keys', accountId, name),
  favourite: isStar(accountId, name),
})

const shortcut = (mark: Mark, isStar: IsStar): object => ({ ...roleModel(mark.accountId, mark.permissionSetName, undefined, isStar), account: mark.accountName })

const unfolded = ({ id, name, email, roles }: AccountReach, isStar: IsStar, open: boolean): object => (
  { id, name, email, open, roles: roles.map((role) => roleModel(id, role.name, role.description, isStar)) })

/** The address of a page about one role. */
export const roleUrl = (path: string, accountId: string, name: string): string => `${path}?${new URLSearchParams({ account_id: accountId, role_name: name }).toString()}`

function pageUrl(query: string, page: number): string {
  const parameters = new URLSearchParams({ ...(query && { q: query }), ...(page > 1 && { page: String(page) }) }).toString()
  return `/start/${parameters && `?${parameters}`}`
}

/** Adds or removes a favourite, and goes back to where it was done. */
export function favourites({ reach, marks }: PortalOptions): Page {
  return async ({ ctx, user }) => {
    const { add, remove, q = '', page = '1' } = formOf(ctx)
    const [accountId = '', name = ''] = (add ?? remove ?? '').split('/')
    if (!/^\d{12}$/.test(accountId) || !name) throw new Refusal('invalid-input', 'That is no permission set of an account.')
    const permissionSet = await reach.requireRole(user.id, accountId, name)
    if (add !== undefined) await marks.add(user.id, 'favourite', accountId, permissionSet.id)
    else await marks.remove(user.id, 'favourite', accountId, permissionSet.id)
    ctx.status = 303
    ctx.redirect(pageUrl(q.slice(0, longestSearch), Number(page) || 1))
  }
}
