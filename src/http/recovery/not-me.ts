// /not-me: "this was not me". Opening the link shows what it does; the button does it.
import type { Router } from '@koa/router'
import { originOf } from '../middleware/front.js'
import { showOver, tokenOf, type Over } from './link-over.js'
import type { RecoveryDoorOptions } from './recovery.js'

const forgotten = { text: 'Choose a new password', url: '/forgot-password' }

const overs: Record<'expired' | 'used' | 'unknown', Over> = {
  expired: { title: 'This link has expired', sentence: 'It was good for 7 days. You can still choose a new password and end your sessions with it.', links: [forgotten] },
  used: { title: 'This was done already', sentence: 'Your sessions were ended, and a link for a new password was mailed to you. You can get another one.', links: [forgotten] },
  unknown: { title: 'This link does not work', sentence: 'A part of it may be missing: copy the whole address from the mail. You can also choose a new password at once.', links: [forgotten] },
}

export function mountNotMe(router: Router, options: RecoveryDoorOptions): void {
  const { notices, csrf, render } = options

  router.get('/not-me/:token', csrf, async (ctx) => {
    const link = await notices.find(tokenOf(ctx))
    if (link?.state === 'open') await render(ctx, 'recovery/not-me', { userName: link.user.userName })
    else await showOver(ctx, overs[link?.state ?? 'unknown'], options)
  })

  router.post('/not-me/:token', csrf, async (ctx) => {
    const user = await notices.act(tokenOf(ctx), originOf(ctx))
    if (user) return render(ctx, 'recovery/done', { title: 'Nobody is signed in as you any more', sentence: 'Your old password does not work any longer. We have mailed you a link for a new one; it is good for 30 minutes.', link: undefined })
    const link = await notices.find(tokenOf(ctx))
    await showOver(ctx, overs[link?.state === 'expired' || link?.state === 'used' ? link.state : 'unknown'], options)
  })
}
