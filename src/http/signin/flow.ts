// Decides what a sign-in still needs. Steps never name one another: each proves one thing on the
// attempt and comes back here.
import type { SignInAttempt } from '../../domain/sessions/index.js'

/** The steps, each at the address of its name below the interaction. */
export type Step = 'user-name' | 'password' | 'new-password' | 'done'

/** Names the step that is due. */
export function nextStep(attempt: Pick<SignInAttempt, 'userName' | 'proofs' | 'mustChangePassword'>): Step {
  if (attempt.userName === undefined) return 'user-name'
  if (!attempt.proofs.includes('pwd') && !attempt.proofs.includes('user')) return 'password'
  if (attempt.mustChangePassword) return 'new-password'
  return 'done'
}
