// The ways out to a source and back, whatever it speaks: what leads a browser there, and whom its answer proves.
import type { ExternalIdentity, ExternalSteps } from '../federation/index.js'
import type { IdentitySource } from './sources.js'

/** What a browser is to do. */
export interface WayOut {
  /** Where it goes, or where the form with these fields is posted to. */
  url: string
  fields?: Readonly<Record<string, string>>
  /** What the provider gives back with its answer, to find what was kept by; nobody can guess it. */
  handle: string
  /** Plain JSON, to be kept for this browser until the answer comes, and given back with it. */
  keep: unknown
}

export interface SettingOut {
  /** The person is to prove once more who they are, though the provider may know them still. */
  again: boolean
  loginHint?: string
  /** What is known of the provider is asked for anew. */
  isTest?: boolean
}

/** What came back; nothing is noted where it is a test. */
export interface Answer {
  keep: unknown
  params: Readonly<Record<string, string>>
  isTest?: boolean
}

/** How sources of a kind are asked. Both throw `ExternalRefusal`. */
export interface Way {
  begin(source: IdentitySource, setOut: SettingOut, steps: ExternalSteps): Promise<WayOut>
  finish(source: IdentitySource, answer: Answer, steps: ExternalSteps): Promise<ExternalIdentity>
}

/** One way for all of them. */
export class Ways implements Way {
  constructor(private readonly kinds: Readonly<Partial<Record<IdentitySource['kind'], Way>>>) {}

  begin(source: IdentitySource, setOut: SettingOut, steps: ExternalSteps): Promise<WayOut> {
    return this.#of(source, steps).begin(source, setOut, steps)
  }

  finish(source: IdentitySource, answer: Answer, steps: ExternalSteps): Promise<ExternalIdentity> {
    return this.#of(source, steps).finish(source, answer, steps)
  }

  #of({ kind }: IdentitySource, steps: ExternalSteps): Way {
    return this.kinds[kind] ?? steps.fail({ name: 'request', reason: 'kind', says: `A browser is not sent to a source of the kind ${kind}.`, advice: 'People of this source type their password here.' })
  }
}

/** Context classes that say that two factors were proved. */
const twoFactors = new Set([
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor', 'https://refeds.org/profile/mfa', 'http://schemas.microsoft.com/claims/multipleauthn', 'phr', 'phrh',
  'urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract', 'urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI',
])

/** Words of RFC 8176 by what kind of factor they tell of. */
const factors = [['pwd', 'pin', 'kba'], ['otp', 'sms', 'tel', 'swk', 'hwk', 'sc', 'pop'], ['face', 'fpt', 'iris', 'retina', 'vbm']]

/** True where a source says that somebody proved two kinds of factors there (`amr` of RFC 8176, or a context class). */
export const provedTwice = ({ amr, acr }: Pick<ExternalIdentity, 'amr' | 'acr'>): boolean =>
  amr.includes('mfa') || [...amr, acr ?? ''].some((word) => twoFactors.has(word)) || factors.filter((words) => words.some((word) => amr.includes(word))).length > 1
