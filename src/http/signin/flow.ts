// Decides what a sign-in still needs. Steps never name one another: each proves one thing on the
// attempt and comes back here.
import { hasProved, provesTwice, provesWho, type SignInAttempt } from '../../domain/sessions/index.js'
import type { MfaSettings } from '../../domain/settings/index.js'

/** The steps. Each is at the address of its name below the interaction; a step with several pages leads to one of them. */
export type Step = 'external' | 'user-name' | 'password' | 'second-factor' | 'mailed-code' | 'enroll' | 'recovery-codes' | 'blocked' | 'elsewhere' | 'new-password' | 'done'

/** What is known beside the attempt, read before the next step is asked for. */
export interface Situation extends MfaSettings {
  /** What the person has, of every type, whether or not it is allowed. */
  devices: { totp: number; passkey: number; recoveryCodes: number }
  /** The person asked not to be asked again in this browser, and nothing material changed since. */
  trusted: boolean
  /** The person never finished a sign-in from this browser. */
  unknownBrowser: boolean
  /** The request wants a second factor, whatever the organization's mode. */
  stepUp: boolean
  /** A mail to the person can be sent. */
  mailPossible: boolean
  /** The person has to come from an identity source, whatever they proved here. */
  onlyExternal: boolean
}

/** What the flow reads of an attempt. */
export type AttemptState = Pick<SignInAttempt, 'userName' | 'proofs' | 'mustChangePassword' | 'owesRecoveryCodes' | 'external'>

/** A page that proves a second factor. */
export type Method = 'passkey' | 'authenticator-code' | 'recovery-code'

/** Names the step that is due. */
export function nextStep(attempt: AttemptState, situation: Situation): Step {
  if (attempt.external && !hasProved(attempt.proofs, 'ext')) return 'external'
  if (attempt.userName === undefined) return 'user-name'
  if (!provesWho(attempt.proofs)) return 'password'
  if (situation.onlyExternal && !hasProved(attempt.proofs, 'ext')) return 'elsewhere'
  if (!provesTwice(attempt.proofs)) {
    const owed = secondProof(attempt, situation)
    if (owed) return owed
  }
  if (attempt.owesRecoveryCodes) return 'recovery-codes'
  if (attempt.mustChangePassword) return 'new-password'
  return 'done'
}

/** Lists the ways in which the person can prove a second factor, the best first. A recovery code stands in for a device, and is none itself. */
export function methodsOf({ types, devices }: Pick<Situation, 'types' | 'devices'>): Method[] {
  const own: Method[] = [
    ...(devices.passkey > 0 && types.includes('passkey') ? ['passkey' as const] : []),
    ...(devices.totp > 0 && types.includes('totp') ? ['authenticator-code' as const] : []),
  ]
  return own.length > 0 && devices.recoveryCodes > 0 ? [...own, 'recovery-code'] : own
}

function secondProof(attempt: AttemptState, situation: Situation): Step | undefined {
  const { mode, trusted, stepUp } = situation
  if (attempt.external?.secondStep === 'theirs' && !stepUp) return undefined
  if (mode === 'never' && !stepUp) return undefined
  if (methodsOf(situation).length > 0) return mode === 'context' && trusted && !stepUp ? undefined : 'second-factor'
  return withoutDevice(attempt, situation)
}

function withoutDevice({ proofs }: AttemptState, { mode, whenNoDevice, types, unknownBrowser, stepUp, mailPossible }: Situation): Step | undefined {
  const enroll = types.length > 0 ? 'enroll' : 'blocked'
  switch (whenNoDevice) {
    // Who asked for a second factor gets one; what an organization allows without is its own sign-ins.
    case 'allow': return stepUp ? enroll : undefined
    case 'enroll': return enroll
    case 'block': return 'blocked'
    case 'email': {
      if ((mode === 'context' && !unknownBrowser && !stepUp) || hasProved(proofs, 'mca')) return undefined
      return mailPossible ? 'mailed-code' : 'blocked'
    }
  }
}
