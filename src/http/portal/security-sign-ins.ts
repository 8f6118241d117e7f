// /start/security/sign-ins: when and from where somebody signed in as this person, or tried to, in plain words.
import type { RecordedEvent } from '../../platform/audit/index.js'
import { queryOf } from '../middleware/form.js'
import { describeDevice } from './device.js'
import type { Page, PortalOptions } from './portal.js'

const perPage = 25

/** How the trail calls a proof, and how people do. */
const proofs = new Map([
  ['PASSWORD', 'password'],
  ['TOTP', 'authenticator app'],
  ['RESYNC_TOTP', 'authenticator app'],
  ['WEBAUTHN', 'passkey or security key'],
  ['EMAIL_OTP', 'code by mail'],
  ['RECOVERY_CODE', 'recovery code'],
  ['TRUSTED_BROWSER', 'trusted browser'],
  ['EXTERNAL_IDP', 'your organization’s identity provider'],
])

interface SignInRow {
  at: string
  succeeded: boolean
  /** With what, or what was wrong. */
  how: string
  device: string
  address: string
  place: string | undefined
}

/** One row of the list, from an event of the trail. */
export function signInRow({ event }: RecordedEvent, placeOf: PortalOptions['placeOf']): SignInRow {
  const { eventName, eventTime, sourceIPAddress, userAgent, additionalEventData } = event as Record<string, string> & { additionalEventData?: { CredentialType?: string } }
  const used = (additionalEventData?.CredentialType ?? '').split(',').flatMap((type) => proofs.get(type) ?? [])
  const succeeded = eventName === 'UserAuthentication'
  return {
    at: eventTime!, succeeded,
    how: succeeded ? capital(used.join(' and ')) : `Wrong ${used[0] ?? 'answer'}`,
    device: describeDevice(userAgent ?? ''), address: sourceIPAddress ?? '', place: placeOf(sourceIPAddress ?? ''),
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

export function signIns({ trail, placeOf }: PortalOptions): Page {
  return async ({ ctx, user, show }) => {
    const { before: asked = '' } = queryOf(ctx)
    const before = /^\d{1,18}$/.test(asked) ? asked : undefined
    const found = await trail.listSignIns(user.id, { before, limit: perPage + 1 })
    const shown = found.slice(0, perPage)
    await show('portal/security-sign-ins', {
      signIns: shown.map((event) => signInRow(event, placeOf)),
      olderUrl: found.length > perPage ? `/start/security/sign-ins?before=${shown.at(-1)!.position}` : undefined,
      latestUrl: before ? '/start/security/sign-ins' : undefined,
    })
  }
}
