// What was proved on the way in stops counting when the password it was proved by is another one now, or when everything of the
// person was ended since: who had begun before with what was stolen does not arrive after.
import { markOf } from '../../domain/authentication/index.js'
import type { SignInAttempt } from '../../domain/sessions/index.js'
import type { SigninOptions } from './signin.js'

/** Makes what takes proofs off an attempt that are worth nothing any more. */
export function proofCheck({ passwords, isInForce, principalOf }: Pick<SigninOptions, 'passwords' | 'isInForce' | 'principalOf'>) {
  const isSamePassword = async ({ userId, provedPassword }: SignInAttempt): Promise<boolean> => {
    if (provedPassword === undefined) return true
    const stored = await passwords.find(principalOf(userId!))
    return stored !== undefined && markOf(stored) === provedPassword
  }
  return async (attempt: SignInAttempt): Promise<void> => {
    if (attempt.userId === undefined || attempt.proofs.length === 0) return
    const since = Math.min(...attempt.proofs.map(({ provedAt }) => provedAt))
    if (isInForce(attempt.userId, since) && await isSamePassword(attempt)) return
    attempt.proofs = []
    for (const gone of ['provedPassword', 'mustChangePassword', 'owesRecoveryCodes', 'enrolling', 'trustBrowser', 'mailedCode', 'sessionSince', 'provedBy'] as const) delete attempt[gone]
  }
}
