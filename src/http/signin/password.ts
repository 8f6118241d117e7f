// Step: the password. The same answer, in the same time, for a wrong password and for a name that nobody has, is disabled, or
// has no password; whose password a directory keeps is asked for there. A passkey does as well, and is offered to every name alike.
import { markOf } from '../../domain/authentication/index.js'
import { Refusal, type RefusalCode } from '../../platform/errors.js'
import { formOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import { directoryPassword } from './directory-password.js'
import { knownBrowsers } from './known-browser.js'
import { passkeyAlone, passkeyOptionsUrl } from './passkey.js'
import type { PasswordWords } from './population.js'
import type { SigninOptions } from './signin.js'
import type { SigninPage, Visit } from './steps.js'

/** Longer than any that can be chosen, or set in an organization file. */
const longestPassword = 1024

/** What the page says before it counts the wait down. */
const problems: Partial<Record<RefusalCode, string>> = { 'too-many-attempts': 'Too many tries for now.', busy: 'Too many people are signing in right now.' }

export function passwordStep(options: SigninOptions): SigninPage {
  const { findByName, passwords, passkeys, throttle, clock, secure, passwordWords, render, external } = options
  const proveElsewhere = external && directoryPassword(options, external)
  const provePasskey = passkeyAlone(options)
  const known = knownBrowsers(secure)
  const wordsOf = ({ attempt, interaction }: Visit): PasswordWords => passwordWords(attempt, interaction)
  const page = async (here: Visit, model: object = {}): Promise<void> => render(here.ctx, 'signin/password', {
    userName: here.attempt.userName,
    notYouUrl: `${here.home}/restart`,
    ...wordsOf(here),
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
      const attempted = { name: here.mark, address, browser: known.find(here.ctx, here.mark) }
      try {
        const turn = await throttle.check(attempted)
        const user = await findByName(here.attempt.userName!, here.interaction)
        const sources = here.attempt.here ? [] : (await external?.directories.sourcesFor(here.attempt.userName!, user?.id)) ?? []
        if (proveElsewhere && sources.length > 0 && password.length <= longestPassword) {
          return await proveElsewhere(here, { sources, userId: user?.id, password, attempted, wrong: wordsOf(here).wrong })
        }
        const stored = await passwords.check(user?.principal, password.slice(0, longestPassword + 1), address, here.mark)
        const accepted = stored !== undefined && user?.active === true && password.length <= longestPassword
        // Counted first: of many that come at once, those that are refused for it do not fill the trail.
        await (accepted ? throttle.check(attempted, turn) : throttle.failed(attempted, turn))
        await here.events.challenged('pwd', user)
        await here.events.verified('pwd', accepted ? 'Success' : 'Failure', user?.id)
        if (!accepted) throw new Refusal('credentials-wrong', wordsOf(here).wrong)
        await throttle.succeeded(attempted)
        Object.assign(here.attempt, { userId: user.id, proofs: [{ way: 'pwd', provedAt: clock() }], mustChangePassword: stored.oneTime || user.mustReplace !== undefined, provedPassword: markOf(stored) })
        return 'proved'
      } catch (error) {
        if (error instanceof Refusal && ['credentials-wrong', 'too-many-attempts', 'busy'].includes(error.code)) return refuse(here, error)
        throw error
      }
    },
  }
}
