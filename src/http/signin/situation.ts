// Reads what decides about the next step beside the attempt: settings, devices, and how well the browser is known.
import type { Context } from 'koa'
import { hasProved, type SignInAttempt } from '../../domain/sessions/index.js'
import type { Situation } from './flow.js'
import { knownBrowsers } from './known-browser.js'
import type { SigninOptions } from './signin.js'
import type { SigninInteraction } from './steps.js'
import { browserOf } from './trusted-browser.js'

const noDevices = { totp: 0, passkey: 0, recoveryCodes: 0 }

/** Makes the reader. Before somebody has proved who they are, nothing about them is looked up. */
export function situationReader({ mfa, principalOf, markOf, countDevices, trustedBrowsers, findMailAddress, passkeys, secure, external }: SigninOptions) {
  const known = knownBrowsers(secure)
  return async (ctx: Context, attempt: SignInAttempt, interaction: SigninInteraction): Promise<Situation> => {
    const settings = await mfa()
    const types = settings.types.filter((type) => type !== 'passkey' || passkeys.isPossible)
    const plain = { ...settings, types, devices: noDevices, trusted: false, unknownBrowser: true, stepUp: interaction.wantsTwoFactors, mailPossible: false, onlyExternal: false }
    if (attempt.userId && external && !hasProved(attempt.proofs, 'ext')) plain.onlyExternal = !await external.mayProveHere(attempt.userId)
    if (!attempt.userId || !attempt.userName || (settings.mode === 'never' && !plain.stepUp)) return plain
    const principal = principalOf(attempt.userId)
    const browser = browserOf(ctx, secure)
    const [devices, trusted, mailAddress] = await Promise.all([
      countDevices(principal),
      settings.mode === 'context' ? trustedBrowsers.check(principal, browser) : false,
      findMailAddress(attempt.userId),
    ])
    const { mode, whenNoDevice } = await mfa(devices)
    return { ...plain, mode, whenNoDevice, devices, trusted, mailPossible: mailAddress !== undefined, unknownBrowser: known.find(ctx, markOf(attempt.userName, interaction)) === undefined }
  }
}
