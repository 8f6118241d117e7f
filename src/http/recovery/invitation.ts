// /invitation: somebody new sets the first password. An invitation that is over is renewed by one click, to the
// address it went to.
import type { Router } from '@koa/router'
import type { Context } from 'koa'
import type { FoundLink } from '../../domain/recovery/index.js'
import { originOf } from '../middleware/front.js'
import { mountLinkedPage } from './choose-password.js'
import { showOver, tokenOf, type Over } from './link-over.js'
import type { RecoveryDoorOptions } from './recovery.js'

const signIn = { text: 'Sign in', url: '/start/' }
const forgotten = { text: 'Forgot password?', url: '/forgot-password' }

function overOf(link: FoundLink | undefined, ctx: Context): Over {
  if (link?.state === 'expired') return { title: 'This invitation has expired', sentence: 'An invitation is good for 7 days. One click, and another one is on its way to your mail address.', links: [], button: { text: 'Send me another invitation', action: `/invitation/${tokenOf(ctx)}/renew` } }
  if (link) return { title: 'This invitation was used already', sentence: 'A password was chosen with it. Sign in, or get a link for a new password if you do not know it.', links: [signIn, forgotten] }
  return { title: 'This invitation does not work', sentence: 'A part of the address may be missing: copy all of it from the mail. Or ask whoever invited you for another one.', links: [signIn] }
}

export function mountInvitation(router: Router, options: RecoveryDoorOptions): void {
  const { invitations, csrf, render } = options

  mountLinkedPage(router, {
    path: '/invitation/:token',
    title: 'Welcome', lead: 'Choose the password that you will sign in with.', button: 'Save and finish', offersEnd: false,
    find: (token) => invitations.find(token),
    overOf,
    save: (ctx, { password }) => invitations.accept(tokenOf(ctx), password, originOf(ctx)),
    doneOf: ({ userName }) => ({ title: 'You are all set', sentence: `Sign in as ${userName} with the password you just chose.`, link: signIn }),
  }, options)

  router.post('/invitation/:token/renew', csrf, async (ctx) => {
    if (!await invitations.renew(tokenOf(ctx), originOf(ctx))) {
      const link = await invitations.find(tokenOf(ctx))
      if (link?.state !== 'open') return showOver(ctx, overOf(link, ctx), options)
      ctx.status = 303
      return ctx.redirect(`/invitation/${tokenOf(ctx)}`)
    }
    await render(ctx, 'recovery/done', { title: 'Another invitation is on its way', sentence: 'Look into your mail, and open the link in the newest one.', link: undefined })
  })
}
