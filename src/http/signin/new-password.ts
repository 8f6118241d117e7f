// Step: a one-time password is replaced by one that only its owner knows, before anything else.
import type { Chooser, JudgedRule } from '../../domain/authentication/index.js'
import { formOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import type { SigninOptions } from './signin.js'
import type { SigninPage, Visit } from './steps.js'

interface Problem {
  path: 'password' | 'repeated'
  message: string
}

export function newPasswordStep({ get, passwordChanges, newPasswordsOf, notify, endSessions, render }: SigninOptions): SigninPage {
  const chooserOf = async ({ ctx, attempt }: Visit): Promise<Chooser & { principal: string }> => {
    const { principal, ownNames } = await get(attempt.userId!)
    return { principal, ownNames, address: originOf(ctx).sourceIPAddress }
  }

  const page = async (here: Visit, rules: JudgedRule[], faults: Problem[] = []): Promise<void> => {
    const { mustReplace } = await get(here.attempt.userId!)
    await render(here.ctx, 'signin/new-password', {
      userName: here.attempt.userName,
      reason: mustReplace,
      rules: rules.map(({ sentence, pattern, met }) => ({ text: sentence, pattern, met })),
      problem: faults.length > 1 ? 'Two things need another look.' : faults[0]?.message,
      faults: faults.length > 0 ? faults : undefined,
    })
  }

  return {
    name: 'new-password',
    step: 'new-password',
    show: async (here) => page(here, await newPasswordsOf(here.interaction).rules(await chooserOf(here))),

    async prove(here) {
      const { password = '', repeated = '' } = formOf(here.ctx)
      const chooser = await chooserOf(here)
      const { rules, accepted } = await newPasswordsOf(here.interaction).judge(password, chooser)
      const faults: Problem[] = []
      if (!accepted) faults.push({ path: 'password', message: 'This password does not meet every rule yet.' })
      if (password !== repeated) faults.push({ path: 'repeated', message: 'The two passwords are not the same.' })
      if (faults.length > 0) {
        here.ctx.status = 422
        await page(here, rules, faults)
        return 'shown'
      }
      const replacement = { principal: chooser.principal, proved: here.attempt.provedPassword!, plain: password, address: chooser.address }
      const replaced = await passwordChanges.replace(replacement, {
        announce: async (tx) => {
          await here.events.passwordReplaced(here.attempt.userId!, tx)
          await notify(here.ctx, here.attempt.userId!, { letter: 'password-changed' }, tx)
        },
        endSessions: () => endSessions(here.attempt.userId!, here.interaction.sessionUid),
      })
      // Somebody else changed it in the meantime: what was proved is worth nothing any more.
      if (!replaced) here.attempt.proofs = []
      Object.assign(here.attempt, { mustChangePassword: false, provedPassword: undefined })
      return 'proved'
    },
  }
}
