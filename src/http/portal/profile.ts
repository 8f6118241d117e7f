// /start/profile: a person's details. What protects their account is on the page beside it.
import { primaryEmail } from '../../domain/directory/index.js'
import type { Page, PortalOptions } from './portal.js'

export function profile({ groupsOf }: PortalOptions): Page {
  return async ({ user, show }) => {
    const groups = await groupsOf(user.id)
    await show('portal/profile', {
      details: {
        userName: user.userName,
        displayName: user.displayName,
        givenName: user.givenName,
        familyName: user.familyName,
        email: primaryEmail(user.emails),
        groups: groups.map((group) => group.displayName),
      },
    })
  }
}
