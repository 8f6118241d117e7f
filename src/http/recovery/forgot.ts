// /forgot-password: asks for a link. The answer is the same, in the same time, whoever is named.
import type { Router } from '@koa/router'
import type { Context } from 'koa'
import { formOf, queryOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import type { RecoveryDoorOptions } from './recovery.js'
import type { SecurityCheck } from './security-check.js'

const longestName = 254

interface Shown {
  name: string
  problem?: string
}

export function mountForgot(router: Router, check: SecurityCheck, { resets, sender, csrf, render }: RecoveryDoorOptions): void {
  const addressOf = (ctx: Context): string => originOf(ctx).sourceIPAddress

  const page = async (ctx: Context, { name, problem }: Shown, asksCheck: boolean): Promise<void> => render(ctx, 'recovery/forgot', {
    name, problem, faults: problem === undefined ? undefined : [{ path: 'name', message: problem }], retryAfter: undefined,
    challenge: asksCheck ? await check.make() : undefined,
  })

  router.get('/forgot-password', csrf, async (ctx) => {
    const { name = '' } = queryOf(ctx)
    await page(ctx, { name: name.slice(0, longestName) }, await check.isDue(addressOf(ctx)))
  })

  router.get('/forgot-password/sent', csrf, async (ctx) => render(ctx, 'recovery/sent', { sender: await sender() }))

  router.post('/forgot-password', csrf, async (ctx) => {
    const form = formOf(ctx)
    const name = (form.name ?? '').trim()
    const isDue = await check.isDue(addressOf(ctx))
    if (name === '' || name.length > longestName) {
      ctx.status = 422
      return page(ctx, { name: name.slice(0, longestName), problem: name === '' ? 'Enter your user name or mail address.' : `At most ${longestName} characters.` }, isDue)
    }
    if (isDue && !await check.passes(form, addressOf(ctx))) {
      ctx.status = 422
      return page(ctx, { name, problem: 'The security check was not done yet. Please try once more.' }, true)
    }
    await check.count(addressOf(ctx))
    resets.ask(name, originOf(ctx))
    ctx.status = 303
    ctx.redirect('/forgot-password/sent')
  })
}
