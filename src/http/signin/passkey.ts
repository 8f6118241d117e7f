// Passkeys on the way in: what the pages' script asks for, and the first pages, where a passkey says who somebody is and proves it.
import { createHash } from 'node:crypto'
import { userPrincipal, type Passkey, type PasskeyCeremonies, type PasskeyOutcome } from '../../domain/authentication/index.js'
import type { User } from '../../domain/directory/index.js'
import { Refusal } from '../../platform/errors.js'
import { methodsOf, type Step } from './flow.js'
import type { SigninOptions } from './signin.js'
import type { Notice, Visit } from './steps.js'

/** What the sign-in needs of whoever keeps passkeys. */
export type SigninPasskeys = Pick<PasskeyCeremonies, 'isPossible' | 'beginAuthentication' | 'finishAuthentication' | 'beginRegistration' | 'finishRegistration'>

/** Ties a challenge to one attempt and one browser. */
export const boundTo = ({ ctx, attempt }: Visit): string =>
  `attempt ${attempt.id} ${createHash('sha256').update(ctx.state.csrf as string).digest('base64url')}`

/** Where a page's script learns what to ask the browser for; none where there can be no passkeys. */
export const passkeyOptionsUrl = ({ attempt }: Visit, passkeys: SigninPasskeys): string | undefined =>
  (passkeys.isPossible ? `/signin/${attempt.id}/passkey-options` : undefined)

/** Answers a page's script for the step that is due. */
export async function passkeyOptions(here: Visit, step: Step, { passkeys, getUser }: SigninOptions): Promise<object> {
  const { attempt: { userId = '' }, situation } = here
  // The same question for every name, so that nobody learns who has a passkey.
  if (step === 'user-name' || step === 'password') return passkeys.beginAuthentication(boundTo(here))
  if (step === 'second-factor' && methodsOf(situation).includes('passkey')) return passkeys.beginAuthentication(boundTo(here), userPrincipal(userId))
  if (step === 'enroll' && situation.types.includes('passkey')) {
    const { userName, displayName } = await getUser(userId)
    return passkeys.beginRegistration({ principal: userPrincipal(userId), userName, displayName }, boundTo(here))
  }
  throw new Refusal('wrong-step', 'This page is no longer the one that is due.')
}

/**
 * Proves who somebody is by a passkey alone: both factors at once. The same answer for a passkey that nobody has, a wrong
 * signature, and a person who may not sign in.
 */
export function passkeyAlone({ passkeys, findUser, clock, worthRecording, notify }: SigninOptions): (here: Visit, answer: string) => Promise<boolean> {
  return async (here, answer) => {
    const result = await passkeys.finishAuthentication(boundTo(here), answer)
    const user = result.passkey && await ownerOf(result.passkey.principal, findUser)
    if (result.outcome !== 'proved' || user?.active !== true) {
      if (result.passkey || await worthRecording(here.ctx)) await here.events.verified('hwk', 'Failure', user?.id, reasonOf(result))
      if (result.outcome === 'copied' && user) await notify(here.ctx, user.id, copiedNotice(result.passkey))
      return false
    }
    await here.events.challenged('hwk', user)
    await here.events.verified('hwk', 'Success', user.id)
    Object.assign(here.attempt, { userName: user.userName, userId: user.id, proofs: result.proofs.map((way) => ({ way, provedAt: clock() })) })
    return true
  }
}

const ownerOf = async (principal: string, findUser: SigninOptions['findUser']): Promise<User | undefined> =>
  (principal.startsWith('user:') ? findUser(principal.slice('user:'.length)) : undefined)

/** What the owner of a passkey is told when a copy of it was used, and refused. */
export const copiedNotice = ({ name }: Passkey): Notice => ({ letter: 'passkey-copied', factor: `passkey or security key “${name}”` })

/** What the trail says of an answer that was refused. */
export const reasonOf = ({ outcome, passkey }: PasskeyOutcome): Record<string, unknown> => ({
  ...(outcome === 'copied' && { Reason: 'SignCountRegressed' }),
  ...(passkey && { DeviceId: passkey.id }),
})
