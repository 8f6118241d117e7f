// Passkeys on the way in: what the pages' script asks for, and the first pages, where a passkey says who somebody is and proves it.
import { createHash } from 'node:crypto'
import type { Passkey, PasskeyCeremonies, PasskeyOutcome } from '../../domain/authentication/index.js'
import { Refusal } from '../../platform/errors.js'
import { spellDevice } from '../middleware/device-events.js'
import { methodsOf, type Step } from './flow.js'
import type { SigninOptions } from './signin.js'
import type { Notice, Visit } from './steps.js'

/** What the sign-in needs of whoever keeps passkeys. */
export type SigninPasskeys = Pick<PasskeyCeremonies, 'isPossible' | 'beginAuthentication' | 'finishAuthentication' | 'beginRegistration' | 'finishRegistration'>

/** Ties a challenge to one attempt and one browser. */
export const boundTo = ({ ctx, attempt }: Visit): string =>
  `attempt ${attempt.id} ${createHash('sha256').update(ctx.state.csrf as string).digest('base64url')}`

/** Where a page's script learns what to ask the browser for; none where there can be no passkeys. */
export const passkeyOptionsUrl = ({ home }: Visit, passkeys: SigninPasskeys): string | undefined =>
  (passkeys.isPossible ? `${home}/passkey-options` : undefined)

/** Answers a page's script for the step that is due. */
export async function passkeyOptions(here: Visit, step: Step, { passkeys, get }: SigninOptions): Promise<object> {
  const { attempt: { userId = '' }, principal, situation } = here
  // The same question for every name, so that nobody learns who has a passkey.
  if (step === 'user-name' || step === 'password') return passkeys.beginAuthentication(boundTo(here))
  if (step === 'second-factor' && methodsOf(situation).includes('passkey')) return passkeys.beginAuthentication(boundTo(here), principal)
  if (step === 'enroll' && situation.types.includes('passkey')) {
    const { userName, displayName } = await get(userId)
    return passkeys.beginRegistration({ principal: principal!, userName, displayName }, boundTo(here))
  }
  throw new Refusal('wrong-step', 'This page is no longer the one that is due.')
}

/**
 * Proves who somebody is by a passkey alone: both factors at once. The same answer for a passkey that nobody has, a wrong
 * signature, and a person who may not sign in.
 */
export function passkeyAlone({ passkeys, findByPrincipal, clock, worthRecording, notify }: SigninOptions): (here: Visit, answer: string) => Promise<boolean> {
  return async (here, answer) => {
    const result = await passkeys.finishAuthentication(boundTo(here), answer)
    const user = result.passkey && await findByPrincipal(result.passkey.principal, here.interaction)
    if (result.outcome !== 'proved' || user?.active !== true) {
      if (result.passkey || await worthRecording(here.ctx)) await here.events.verified('hwk', 'Failure', user?.id, reasonOf(result))
      if (result.outcome === 'copied' && user) await notify(here.ctx, user.id, copiedNotice(result.passkey))
      return false
    }
    await here.events.challenged('hwk', user)
    await here.events.verified('hwk', 'Success', user.id)
    Object.assign(here.attempt, { userName: user.userName, userId: user.id, proofs: result.proofs.map((way) => ({ way, provedAt: clock() })), provedBy: result.passkey.id })
    return true
  }
}

/** What the owner of a passkey is told when a copy of it was used, and refused. */
export const copiedNotice = ({ name }: Passkey): Notice => ({ letter: 'passkey-copied', factor: spellDevice({ kind: 'passkey', name }) })

/** What the trail says of an answer that was refused. */
export const reasonOf = ({ outcome, passkey }: PasskeyOutcome): Record<string, unknown> => ({
  ...(outcome === 'copied' && { Reason: 'SignCountRegressed' }),
  ...(passkey && { DeviceId: passkey.id }),
})
