// A page of the second factor: a recovery code in place of a device. Its owner is told by mail.
import { formOf } from '../middleware/form.js'
import { commonModel, factorTry, failedModel } from './factor-try.js'
import { isOffered, otherMethods } from './second-factor.js'
import type { SigninOptions } from './signin.js'
import type { SigninPage, Visit } from './steps.js'

export function recoveryCodePage(options: SigninOptions): SigninPage {
  const { recoveryCodes, notify, render } = options
  const attemptCode = factorTry(options)
  const page = (here: Visit, model: object = {}): Promise<void> => render(here.ctx, 'signin/recovery-code', { ...commonModel(here), others: otherMethods(here, 'recovery-code'), ...model })

  return {
    name: 'recovery-code',
    step: 'second-factor',
    isOpen: isOffered('recovery-code'),
    show: (here) => page(here),
    async prove(here) {
      const { code = '' } = formOf(here.ctx)
      const failed = await attemptCode(here, 'rec', async (principal) => {
        const redeemed = await recoveryCodes.redeem(principal, code, (tx, left) => notify(here.ctx, here.attempt.userId!, { letter: 'recovery-code-used', left }, tx))
        return redeemed ? undefined : 'That recovery code is not right, or was used already.'
      })
      if (!failed) return 'proved'
      await page(here, failedModel(here.ctx, failed, 'code'))
      return 'shown'
    },
  }
}
