// Step: recovery codes, made and shown once to somebody who has just registered their first device.
import { factorEvent } from '../middleware/device-events.js'
import { formOf } from '../middleware/form.js'
import type { SigninOptions } from './signin.js'
import type { SigninPage, Visit } from './steps.js'

export function recoveryCodesStep({ recoveryCodes, render }: SigninOptions): SigninPage {
  const page = (here: Visit, model: object = {}): Promise<void> => render(here.ctx, 'signin/recovery-codes', { userName: here.attempt.userName, codes: undefined, problem: undefined, faults: undefined, ...model })

  return {
    name: 'recovery-codes',
    step: 'recovery-codes',
    show: (here) => page(here),
    async prove(here) {
      const { action, kept } = formOf(here.ctx)
      const principal = here.principal!
      if (action === 'show') {
        const codes = await recoveryCodes.issue(principal, (tx) => here.events.changed(factorEvent('CreateRecoveryCodes', here.attempt.userId!), tx))
        await page(here, { codes })
        return 'shown'
      }
      if (kept !== 'on' || await recoveryCodes.count(principal) === 0) {
        here.ctx.status = 422
        await page(here, { problem: 'Keep your recovery codes first, and say so. They are shown only once; you can have new ones.' })
        return 'shown'
      }
      here.attempt.owesRecoveryCodes = false
      return 'proved'
    },
  }
}
