// A page of the second factor: a passkey or security key of the person who has proved a password.
import { formOf } from '../middleware/form.js'
import { commonModel } from './factor-try.js'
import { boundTo, copiedNotice, passkeyOptionsUrl, reasonOf } from './passkey.js'
import { isOffered, otherMethods } from './second-factor.js'
import type { SigninOptions } from './signin.js'
import type { SigninPage, Visit } from './steps.js'

export function passkeyPage({ passkeys, clock, notify, render }: SigninOptions): SigninPage {
  const page = (here: Visit, model: object = {}): Promise<void> => render(here.ctx, 'signin/passkey', {
    ...commonModel(here),
    optionsUrl: passkeyOptionsUrl(here, passkeys),
    canTrust: here.situation.mode === 'context',
    others: otherMethods(here, 'passkey'),
    ...model,
  })

  return {
    name: 'passkey',
    step: 'second-factor',
    isOpen: isOffered('passkey'),
    show: (here) => page(here),

    async prove(here) {
      const { ctx, attempt, events } = here
      const { passkey = '', trust } = formOf(ctx)
      await events.challenged('hwk', { id: attempt.userId!, userName: attempt.userName! })
      const result = await passkeys.finishAuthentication(boundTo(here), passkey, here.principal!)
      await events.verified('hwk', result.outcome === 'proved' ? 'Success' : 'Failure', attempt.userId, reasonOf(result))
      if (result.outcome !== 'proved') {
        if (result.outcome === 'copied') await notify(ctx, attempt.userId!, copiedNotice(result.passkey))
        ctx.status = 401
        await page(here, { problem: 'That passkey or key cannot be used here. Try again, or use another one.' })
        return 'shown'
      }
      Object.assign(attempt, { proofs: [...attempt.proofs, ...result.proofs.map((way) => ({ way, provedAt: clock() }))], trustBrowser: trust === 'on', provedBy: result.passkey.id })
      return 'proved'
    },
  }
}
