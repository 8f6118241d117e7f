// The end of a sign-in: it ends once, the trail says so, and the browser is known from then on.
import { hasProved } from '../../domain/sessions/index.js'
import { Refusal } from '../../platform/errors.js'
import { factorEvent } from '../middleware/device-events.js'
import { knownBrowsers } from './known-browser.js'
import type { SigninOptions } from './signin.js'
import type { Visit } from './steps.js'
import { browserOf, keepTokens } from './trusted-browser.js'

/** Makes what ends an attempt; exactly one of several calls gets past it. */
export function finisher({ attempts, trustedBrowsers, notify, secure }: SigninOptions): (here: Visit) => Promise<void> {
  const known = knownBrowsers(secure)
  return async ({ ctx, attempt, situation, events, mark, principal }) => {
    if (!await attempts.end(attempt)) throw new Refusal('already-used', 'This sign-in was finished already.')
    // The letter first: what fails or dies from here on leaves a letter without a session, never a session without its letter.
    if (!known.find(ctx, mark)) await notify(ctx, attempt.userId!, { letter: 'new-browser' })
    await events.authenticated()
    known.remember(ctx, mark)
    if (!attempt.trustBrowser || situation.mode !== 'context' || !hasProved(attempt.proofs, 'otp', 'swk', 'hwk')) return
    const { id, tokens, lifetime } = await trustedBrowsers.trust(principal!, browserOf(ctx, secure))
    keepTokens(ctx, secure, tokens, lifetime)
    await events.changed(factorEvent('CreateTrustedBrowser', attempt.userId!, { trustedBrowserId: id }))
  }
}
