// Step: the password. The same answer, in the same time, for a wrong password and for a name that
// nobody has, is disabled, or has no password. A passkey does as well, and is offered to every name alike.
import { markOf, userPrincipal } from '../../domain/authentication/index.js'
import { Refusal, type RefusalCode } from '../../platform/errors.js'
import { formOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import { knownBrowsers } from './known-browser.js'
import { passkeyAlone, passkeyOptionsUrl } from './passkey.js'
import type { SigninOptions } from './signin.js'
import type { SigninPage, Visit } from './steps.js'

/** Longer than any that can be chosen, or set in an organization file. */
const longestPassword = 1024

/** What the page says before it counts the wait down. */
const problems: Partial<Record<RefusalCode, string>> = { 'too-many-attempts': 'Too many tries for now.', busy: 'Too many people are signing in right now.' }

export function passwordStep(options: SigninOptions): SigninPage {
  const { findUserByName, passwords, passkeys, throttle, clock, secure, render } = options
  const provePasskey = passkeyAlone(options)
  const known = knownBrowsers(secure)
  const page = async (here: Visit, model: object = {}): Promise<void> => render(here.ctx, 'signin/password', {
    userName: here.attempt.userName,
    notYouUrl: `/signin/${here.attempt.id}/restart`,
    forgotUrl: `/forgot-password?name=${encodeURIComponent(here.attempt.userName ?? '')}`,
    passkeyOptionsUrl: passkeyOptionsUrl(here, passkeys),
    again: here.interaction.again === 'password' && here.interaction.client.isPortal,
    application: here.interaction.client.isPortal ? undefined : { name: here.interaction.client.name },
    problem: undefined, faults: undefined, retryAfter: undefined,
    ...model,
  })

  const refuse = async (here: Visit, refusal: Refusal): Promise<'shown'> => {
    here.ctx.status = refusal.code === 'too-many-attempts' ? 429 : refusal.code === 'busy' ? 503 : 401
    if (refusal.retryAfter) here.ctx.set('Retry-After', String(refusal.retryAfter))
    const problem = refusal.retryAfter ? problems[refusal.code] ?? refusal.message : refusal.message
    await page(here, { problem, faults: [{ path: 'password', message: problem }], retryAfter: refusal.retryAfter })
    return 'shown'
  }

  return {
    name: 'password',
    step: 'password',
    show: (here) => page(here),

    async prove(here) {
      const { password = '', passkey } = formOf(here.ctx)
      if (passkey !== undefined) {
        if (await provePasskey(here, passkey)) return 'proved'
        here.ctx.status = 401
        await page(here, { problem: 'That passkey cannot be used here. Try again, or enter your password.' })
        return 'shown'
      }
      const address = originOf(here.ctx).sourceIPAddress
      const attempted = { name: here.attempt.userName!, address, browser: known.find(here.ctx, here.attempt.userName!) }
      try {
        const turn = await throttle.check(attempted)
        const user = await findUserByName(here.attempt.userName!)
        await here.events.challenged('pwd', user)
        const stored = await passwords.check(user && userPrincipal(user.id), password.slice(0, longestPassword + 1), address, here.attempt.userName)
        const accepted = stored !== undefined && user?.active === true && password.length <= longestPassword
        if (accepted) await throttle.check(attempted, turn)
        await here.events.verified('pwd', accepted ? 'Success' : 'Failure', user?.id)
        if (!accepted) {
          await throttle.failed(attempted, turn)
          throw new Refusal('credentials-wrong', 'The user name or the password is not right.')
        }
        await throttle.succeeded(attempted)
        Object.assign(here.attempt, { userId: user.id, proofs: [{ way: 'pwd', provedAt: clock() }], mustChangePassword: stored.oneTime, provedPassword: markOf(stored) })
        return 'proved'
      } catch (error) {
        if (error instanceof Refusal && ['credentials-wrong', 'too-many-attempts', 'busy'].includes(error.code)) return refuse(here, error)
        throw error
      }
    },
  }
}
