// Step: no way on from here. The person proved who they are, and the organization wants them to come from their identity source.
import type { SigninOptions } from './signin.js'
import { stepWithoutForm, type SigninPage } from './steps.js'

export function elsewhereStep({ external, render }: SigninOptions): SigninPage {
  return stepWithoutForm('elsewhere', async ({ ctx, attempt, home }) => {
    ctx.status = 403
    await render(ctx, 'signin/elsewhere', { userName: attempt.userName, sources: (await external?.buttons(home)) ?? [], notYouUrl: `${home}/restart` })
  })
}
