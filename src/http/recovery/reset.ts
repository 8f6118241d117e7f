// /reset-password: a new password by a mailed link. Opening the link changes nothing, as mail scanners open links too.
import type { Router } from '@koa/router'
import type { FoundLink } from '../../domain/recovery/index.js'
import { originOf } from '../middleware/front.js'
import { mountLinkedPage } from './choose-password.js'
import { pagesOf, tokenOf, type Over } from './link-over.js'
import type { RecoveryDoorOptions } from './recovery.js'

/** What a page says of a link that does nothing any more. */
function overOf(link: FoundLink | undefined): Over {
  const pages = pagesOf(link?.owner)
  const another = { text: 'Get a new link', url: pages.forgotten }
  const signIn = { text: 'Sign in', url: pages.home }
  if (!link) return { title: 'This link does not work', sentence: 'A part of it may be missing: copy the whole address from the mail. Or get a new link.', links: [another, signIn] }
  if (link.state === 'expired') return { title: 'This link has expired', sentence: 'A link for a new password is good for 30 minutes. Your password is as it was.', links: [another, signIn] }
  return { title: 'This link does not work any more', sentence: 'Each link works once, and whoever chooses a password makes the links before it worthless. If that was not you, get a new link now.', links: [signIn, another] }
}

export function mountReset(router: Router, options: RecoveryDoorOptions): void {
  const { resets, endSessions } = options

  mountLinkedPage(router, {
    path: '/reset-password/:token',
    title: 'Choose a new password', lead: 'It replaces the password you had.', button: 'Save the new password', offersEnd: true,
    find: (token) => resets.find(token),
    overOf,
    save: (ctx, choice) => resets.complete(tokenOf(ctx), choice.password, originOf(ctx), choice.endSessions ? endSessions : undefined),
    doneOf: (owner, choice) => ({
      title: 'Your new password is saved',
      sentence: `Sign in as ${owner.userName} with it from now on. ${choice.endSessions ? 'Every session that was open has ended.' : 'Sessions that were open go on.'}`,
      link: { text: 'Sign in', url: pagesOf(owner).home },
    }),
  }, options)
}
