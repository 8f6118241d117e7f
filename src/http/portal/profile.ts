// /start/profile: a person's details. What protects their account is on the page beside it.
import type { Refusal } from '../../platform/errors.js'
import { queryOf } from '../middleware/form.js'
import type { Page, PortalOptions, Visit } from './portal.js'

/** Shows the page, for itself and for the forms on it. */
export type ShowProfile = (visit: Visit, refusal?: Refusal) => Promise<void>

const done: ReadonlyMap<string, string> = new Map([
  ['verified', 'The address is verified: mail to it reaches you.'],
  ['changed', 'Your mail address was changed. The old one was told.'],
])

export function profilePage({ groupsOf, addresses, emailChange }: PortalOptions): ShowProfile {
  return async ({ ctx, user, show }, refusal) => {
    const [groups, emails, canChange] = await Promise.all([groupsOf(user.id), addresses.list(user), emailChange()])
    await show('portal/profile', {
      details: { userName: user.userName, displayName: user.displayName, givenName: user.givenName, familyName: user.familyName, groups: groups.map((group) => group.displayName) },
      emails: emails.map(({ id, value, isMain, isVerified }) => ({ address: value, main: isMain && emails.length > 1, verified: isVerified, verifyUrl: `/start/profile/email/${id}/verify`, changeUrl: `/start/profile/email/${id}/change` })),
      canChange,
      done: ctx.method === 'GET' ? done.get(queryOf(ctx).done ?? '') : undefined,
      problem: refusal?.message,
    })
  }
}

export const profile = (options: PortalOptions): Page => (here) => profilePage(options)(here)
