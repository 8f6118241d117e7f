// Step: a code by mail, for a person without a device, where the organization takes that.
import { Refusal } from '../../platform/errors.js'
import { masked } from '../../platform/mail/index.js'
import { formOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import { commonModel, factorTry, failedModel } from './factor-try.js'
import type { SigninOptions } from './signin.js'
import type { SigninPage, Visit } from './steps.js'

const problems = {
  wrong: 'That code is not right.',
  over: 'That code is no longer good. Ask for a new one.',
}

export function mailedCodeStep(options: SigninOptions): SigninPage {
  const { attempts, mailedCodes, notify, findMailAddress, render } = options
  const attemptCode = factorTry(options)
  const page = async (here: Visit, model: object = {}): Promise<void> => render(here.ctx, 'signin/mailed-code', {
    ...commonModel(here), to: masked(await findMailAddress(here.attempt.userId!) ?? ''), sent: here.attempt.mailedCode !== undefined, ...model,
  })

  const send = async (here: Visit): Promise<void> => {
    const { ctx, attempt } = here
    try {
      const way = { from: originOf(ctx).sourceIPAddress, mailbox: await findMailAddress(attempt.userId!) ?? '' }
      const { id, code } = await mailedCodes.issue(here.principal!, attempt.id, way)
      await notify(ctx, attempt.userId!, { letter: 'code', code, purpose: 'sign in', minutes: 10 })
      attempt.mailedCode = id
      await attempts.save(attempt)
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'too-many-attempts') throw error
      return page(here, failedModel(ctx, { problem: error.message, status: 429, tries: 0, isOver: false, retryAfter: error.retryAfter }, 'code'))
    }
    ctx.status = 303
    ctx.redirect(`${here.home}/mailed-code`)
  }

  return {
    name: 'mailed-code',
    step: 'mailed-code',
    show: (here) => page(here),
    async prove(here) {
      const { code = '', action } = formOf(here.ctx)
      const { id: request, mailedCode: id } = here.attempt
      if (action === 'send' || !id) {
        await send(here)
        return 'shown'
      }
      const failed = await attemptCode(here, 'mca', async (principal) => {
        const outcome = await mailedCodes.redeem(principal, request, { id, code })
        return outcome === 'proved' ? undefined : problems[outcome]
      })
      if (!failed) return 'proved'
      await page(here, failedModel(here.ctx, failed, 'code'))
      return 'shown'
    },
  }
}
