// Step: no way on. Says why, and who can help.
import type { SigninOptions } from './signin.js'
import { stepWithoutForm, type SigninPage } from './steps.js'

export function blockedStep({ helpers, render }: SigninOptions): SigninPage {
  return stepWithoutForm('blocked', async ({ ctx, attempt, home }) => {
    ctx.status = 403
    await render(ctx, 'signin/blocked', { userName: attempt.userName, helpers, notYouUrl: `${home}/restart` })
  })
}
