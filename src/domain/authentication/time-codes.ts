// Codes of authenticator apps (RFC 6238): six digits, a new one every thirty seconds.
import { generateSync, generateURI, verifySync } from 'otplib'
import { base32 } from '../../platform/ids.js'

const period = 30
const secretLength = 20

export const totpSecretLength = secretLength

/** Spells a secret as authenticator apps take it. */
export const spellSecret = (secret: Uint8Array): string => base32(secret, Math.ceil((secret.length * 8) / 5))

/** What the picture to scan says. */
export const enrolmentUri = (secret: Uint8Array, issuer: string, label: string): string =>
  generateURI({ issuer: issuer.replaceAll(':', ' '), label: label.replaceAll(':', ' '), secret: spellSecret(secret) })

/** The number of the time step of an instant in milliseconds. */
export const stepOf = (now: number): number => Math.floor(now / 1000 / period)

/** Takes six digits out of what somebody typed, spaces aside; undefined for anything else. */
export function sixDigits(typed: string): string | undefined {
  const digits = typed.replaceAll(/[\s-]/g, '')
  return /^[0-9]{6}$/.test(digits) ? digits : undefined
}

/** Finds the time step whose code this is: the current one by the device's clock, the one before it, or the one after. */
export function findStep(secret: Uint8Array, typed: string, now: number, drift = 0): number | undefined {
  const token = sixDigits(typed)
  if (!token) return undefined
  const result = verifySync({ secret, token, period, epoch: Math.floor(now / 1000) + drift * period, epochTolerance: [period, period] })
  return result.valid && 'timeStep' in result ? result.timeStep : undefined
}

/** Finds the second step of two consecutive codes, up to so many steps away. */
export function findPair(secret: Uint8Array, first: string, second: string, now: number, width: number): number | undefined {
  const [one, two] = [sixDigits(first), sixDigits(second)]
  if (!one || !two) return undefined
  const codeAt = (step: number): string => generateSync({ secret, period, epoch: step * period })
  const middle = stepOf(now)
  let found: number | undefined
  let before = codeAt(middle - width - 1)
  for (let step = middle - width; step <= middle + width; step += 1) {
    const code = codeAt(step)
    if (before === one && code === two) found = step
    before = code
  }
  return found
}
