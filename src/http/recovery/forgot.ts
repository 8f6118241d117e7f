// /forgot-password, and /console/forgot-password of root users: asks for a link. The answer is the same, in the same time,
// whoever is named.
import type { Router } from '@koa/router'
import type { Context } from 'koa'
import { formOf, queryOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import type { RecoveryDoorOptions } from './recovery.js'
import type { SecurityCheck } from './security-check.js'

const longestName = 254

/** Whose passwords are forgotten at an address. */
interface Forgetful {
  path: string
  entrance: '/start/' | '/console'
  /** What its field asks for; of a root user, there is one way to be named. */
  asksFor: 'name' | 'address'
  resets: RecoveryDoorOptions['rootResets']
}

interface Shown {
  name: string
  problem?: string
}

/** Mounts the pages of those who sign in at the portal, and of root users. */
export function mountForgot(router: Router, check: SecurityCheck, options: RecoveryDoorOptions): void {
  mountPages(router, check, { path: '/forgot-password', entrance: '/start/', asksFor: 'name', resets: options.resets }, options)
  mountPages(router, check, { path: '/console/forgot-password', entrance: '/console', asksFor: 'address', resets: options.rootResets }, options)
}

const missing = { name: 'Enter your user name or mail address.', address: 'Enter the mail address of the root user.' }

function mountPages(router: Router, check: SecurityCheck, { path, entrance, asksFor, resets }: Forgetful, { sender, csrf, render }: RecoveryDoorOptions): void {
  const addressOf = (ctx: Context): string => originOf(ctx).sourceIPAddress

  const page = async (ctx: Context, { name, problem }: Shown, asksCheck: boolean): Promise<void> => render(ctx, 'recovery/forgot', {
    path, entrance, root: asksFor === 'address', name, problem, faults: problem === undefined ? undefined : [{ path: 'name', message: problem }], retryAfter: undefined,
    challenge: asksCheck ? await check.make() : undefined,
  })

  router.get(path, csrf, async (ctx) => {
    const { name = '' } = queryOf(ctx)
    await page(ctx, { name: name.slice(0, longestName) }, await check.isDue(addressOf(ctx)))
  })

  router.get(`${path}/sent`, csrf, async (ctx) => render(ctx, 'recovery/sent', { path, entrance, root: asksFor === 'address', sender: await sender() }))

  router.post(path, csrf, async (ctx) => {
    const form = formOf(ctx)
    const name = (form.name ?? '').trim()
    const isDue = await check.isDue(addressOf(ctx))
    if (name === '' || name.length > longestName) {
      ctx.status = 422
      return page(ctx, { name: name.slice(0, longestName), problem: name === '' ? missing[asksFor] : `At most ${longestName} characters.` }, isDue)
    }
    if (isDue && !await check.passes(form, addressOf(ctx))) {
      ctx.status = 422
      return page(ctx, { name, problem: 'The security check was not done yet. Please try once more.' }, true)
    }
    await check.count(addressOf(ctx))
    resets.ask(name, originOf(ctx))
    ctx.status = 303
    ctx.redirect(`${path}/sent`)
  })
}
