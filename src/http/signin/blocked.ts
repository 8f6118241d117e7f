// Step: no way on. Says why, and who can help.
import type { SigninOptions } from './signin.js'
import type { SigninPage } from './steps.js'

export function blockedStep({ helpers, render }: SigninOptions): SigninPage {
  const show: SigninPage['show'] = async ({ ctx, attempt, home }) => {
    ctx.status = 403
    await render(ctx, 'signin/blocked', { userName: attempt.userName, helpers, notYouUrl: `${home}/restart` })
  }
  return {
    name: 'blocked',
    step: 'blocked',
    show,
    async prove(here) {
      await show(here)
      return 'shown'
    },
  }
}
