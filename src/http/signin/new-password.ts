// Step: a one-time password is replaced by one that only its owner knows, before anything else.
import { checkPassword, passwordRules, userPrincipal, type PasswordRule } from '../../domain/authentication/index.js'
import { formOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import type { SigninOptions } from './signin.js'
import type { SigninPage, Visit } from './steps.js'

interface Problem {
  path: 'password' | 'repeated'
  message: string
}

export function newPasswordStep({ getUser, passwords, passwordPolicy, render }: SigninOptions): SigninPage {
  const rulesFor = async ({ attempt }: Visit): Promise<PasswordRule[]> => {
    const [policy, user] = await Promise.all([passwordPolicy(), getUser(attempt.userId!)])
    return passwordRules(policy, [user.userName, user.givenName ?? '', user.familyName ?? ''])
  }

  const page = async (here: Visit, password?: string, faults: Problem[] = []): Promise<void> => {
    const rules = await rulesFor(here)
    await render(here.ctx, 'signin/new-password', {
      userName: here.attempt.userName,
      reason: undefined,
      rules: rules.map((rule) => ({
        text: rule.sentence,
        pattern: rule.pattern,
        met: password === undefined ? undefined : rule.isMet(password),
      })),
      problem: faults.length > 1 ? 'Two things need another look.' : faults[0]?.message,
      faults: faults.length > 0 ? faults : undefined,
    })
  }

  return {
    name: 'new-password',
    step: 'new-password',
    show: (here) => page(here),

    async prove(here) {
      const { password = '', repeated = '' } = formOf(here.ctx)
      const address = originOf(here.ctx).sourceIPAddress
      const principal = userPrincipal(here.attempt.userId!)
      const faults: Problem[] = []
      if (checkPassword(password, await rulesFor(here)).length > 0) faults.push({ path: 'password', message: 'This password does not meet every rule yet.' })
      else if (await passwords.check(principal, password, address)) faults.push({ path: 'password', message: 'Choose a password other than the one you were given.' })
      if (password !== repeated) faults.push({ path: 'repeated', message: 'The two passwords are not the same.' })
      if (faults.length > 0) {
        here.ctx.status = 422
        await page(here, password, faults)
        return 'shown'
      }
      const replaced = await passwords.replace(principal, here.attempt.provedPassword!, password, address)
      if (replaced) await here.events.passwordReplaced(here.attempt.userId!)
      // Somebody else changed it in the meantime: what was proved is worth nothing any more.
      else here.attempt.proofs = []
      Object.assign(here.attempt, { mustChangePassword: false, provedPassword: undefined })
      return 'proved'
    },
  }
}
