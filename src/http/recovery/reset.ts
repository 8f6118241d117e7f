// /reset-password: a new password by a mailed link. Opening the link changes nothing, as mail scanners open links too.
import type { Router } from '@koa/router'
import type { Owner } from '../../domain/recovery/index.js'
import { originOf } from '../middleware/front.js'
import { readChoice, showChoice, type Occasion } from './choose-password.js'
import { pagesOf, showOver, tokenOf, type Over } from './link-over.js'
import type { RecoveryDoorOptions } from './recovery.js'

const occasion: Occasion = { title: 'Choose a new password', lead: 'It replaces the password you had.', button: 'Save the new password', offersEnd: true }

type LinkEnd = 'expired' | 'used' | 'unknown'

/** What a page says of a link that does nothing any more. */
function overOf(owner: Owner | undefined, end: LinkEnd): Over {
  const pages = pagesOf(owner)
  const another = { text: 'Get a new link', url: pages.forgotten }
  const signIn = { text: 'Sign in', url: pages.home }
  const overs: Record<LinkEnd, Over> = {
    expired: { title: 'This link has expired', sentence: 'A link for a new password is good for 30 minutes. Your password is as it was.', links: [another, signIn] },
    used: { title: 'This link does not work any more', sentence: 'Each link works once, and whoever chooses a password makes the links before it worthless. If that was not you, get a new link now.', links: [signIn, another] },
    unknown: { title: 'This link does not work', sentence: 'A part of it may be missing: copy the whole address from the mail. Or get a new link.', links: [another, signIn] },
  }
  return overs[end]
}

export function mountReset(router: Router, options: RecoveryDoorOptions): void {
  const { resets, endSessions, csrf, render } = options

  router.get('/reset-password/:token', csrf, async (ctx) => {
    const link = await resets.find(tokenOf(ctx))
    if (link?.state === 'open') await showChoice(ctx, link.owner, occasion, options)
    else await showOver(ctx, overOf(link?.owner, link?.state ?? 'unknown'), options)
  })

  router.post('/reset-password/:token', csrf, async (ctx) => {
    const link = await resets.find(tokenOf(ctx))
    if (link?.state !== 'open') return showOver(ctx, overOf(link?.owner, link?.state ?? 'unknown'), options)
    const choice = await readChoice(ctx, link.owner, occasion, options)
    if (!choice) return
    if (!await resets.complete(tokenOf(ctx), choice.password, originOf(ctx), choice.endSessions ? endSessions : undefined)) return showOver(ctx, overOf(link.owner, 'used'), options)
    await render(ctx, 'recovery/done', {
      title: 'Your new password is saved',
      sentence: `Sign in as ${link.owner.userName} with it from now on. ${choice.endSessions ? 'Every session that was open has ended.' : 'Sessions that were open go on.'}`,
      link: { text: 'Sign in', url: pagesOf(link.owner).home },
    })
  })
}
