// The two ceremonies, each in two halves: a browser is asked, and its answer is judged. The doors bring who it is
// about and what the challenge is bound to (an attempt or a session, and the browser).
import { Refusal } from '../../platform/errors.js'
import { PasskeyChallenges, type ChallengeUse } from './passkey-challenges.js'
import { proposedName } from './passkey-makers.js'
import type { AnnouncePasskey, Passkey, Passkeys } from './passkeys.js'
import { authenticationOptions, checkMade, checkSigned, readMade, readSigned, registrationOptions, relyingPartyOf, type Assertion, type RelyingParty } from './webauthn.js'

interface CeremonyOptions {
  passkeys: Passkeys
  challenges: PasskeyChallenges
  /** The configured address: the origin, and the domain that passkeys are good for. */
  publicUrl: URL
  /** What people see beside the request of their browser. */
  organizationName: () => Promise<string>
}

/** Whose passkey is made. */
export interface PasskeyOwner {
  principal: string
  userName: string
  displayName: string
}

/** What a browser answered that was asked to make one, and the name its owner gave it. */
export interface MadeAnswer {
  answer: string
  name?: string
}

/** What a passkey proves, as `amr` values (RFC 8176). */
export type PasskeyProof = 'swk' | 'hwk' | 'user'

/** What an answer was worth. `copied`: the signature is right, but its count was seen before, so there is a copy of the key. */
export type PasskeyOutcome =
  | { outcome: 'proved'; passkey: Passkey; proofs: PasskeyProof[] }
  | { outcome: 'copied'; passkey: Passkey }
  | { outcome: 'refused'; passkey: Passkey | undefined }

export class PasskeyCeremonies {
  readonly #rp: RelyingParty | undefined

  constructor(private readonly options: CeremonyOptions) {
    this.#rp = relyingPartyOf(options.publicUrl)
  }

  /** Whether browsers have passkeys for our address: not for an IP address, nor for plain http other than localhost. */
  get isPossible(): boolean {
    return this.#rp !== undefined
  }

  /** Asks for a new passkey; the result is what a page's script gives to the browser. */
  async beginRegistration(owner: PasskeyOwner, bound: string): Promise<object> {
    const { passkeys, challenges, organizationName } = this.options
    const [existing, handle, rpName, challenge] = await Promise.all([
      passkeys.list(owner.principal), passkeys.handleOf(owner.principal), organizationName(), challenges.issue({ ceremony: 'register', bound, principal: owner.principal }),
    ])
    return registrationOptions({ rp: this.#relyingParty(), rpName, challenge, handle, userName: owner.userName, displayName: owner.displayName, existing })
  }

  /** Takes the answer and keeps the passkey, under a name of ours where none is given; refuses with `invalid-input`, `expired` or `conflict`. */
  async finishRegistration({ principal }: Pick<PasskeyOwner, 'principal'>, bound: string, { answer: text, name = '' }: MadeAnswer, announce?: AnnouncePasskey): Promise<Passkey> {
    const answer = readMade(text)
    if (!answer) throw notUsable()
    if (!await this.options.challenges.redeem(answer.challenge, { ceremony: 'register', bound, principal })) throw new Refusal('expired', 'That took too long, or was sent twice. Please try again.')
    const made = await checkMade(answer, this.#relyingParty())
    if (!made) throw notUsable()
    return this.options.passkeys.add(principal, made, name.trim() === '' ? proposedName(made) : name, announce)
  }

  /** Asks for a passkey: whichever the browser has for us, or, of a principal who has proved something already, one of theirs. */
  async beginAuthentication(bound: string, principal?: string): Promise<object> {
    const rp = this.#relyingParty()
    const challenge = await this.options.challenges.issue(useOf(bound, principal))
    if (principal === undefined) return authenticationOptions({ rp, challenge, verify: 'required' })
    return authenticationOptions({ rp, challenge, verify: 'preferred', allowed: await this.options.passkeys.list(principal) })
  }

  /** Judges the answer. Without a principal it must be proof of who somebody is: both of having the key and of being its owner. */
  async finishAuthentication(bound: string, text: string, principal?: string): Promise<PasskeyOutcome> {
    const { passkeys, challenges } = this.options
    const answer = readSigned(text)
    if (!answer || !await challenges.redeem(answer.challenge, useOf(bound, principal))) return { outcome: 'refused', passkey: undefined }
    const passkey = await passkeys.findByCredentialId(answer.form.id)
    if (!passkey || !await this.#isOwners(passkey, principal, answer.form.userHandle ?? undefined)) return { outcome: 'refused', passkey: undefined }
    const assertion = await checkSigned(answer, this.#relyingParty(), passkey, principal === undefined ? 'required' : 'preferred')
    if (!assertion) return { outcome: 'refused', passkey }
    if (!await passkeys.use(passkey, assertion)) return { outcome: 'copied', passkey }
    return { outcome: 'proved', passkey, proofs: proofsOf(passkey, assertion) }
  }

  /** WebAuthn level 3, section 7.2, step 6: of somebody unknown, the handle must come, and be the owner's. */
  async #isOwners({ principal: owner }: Passkey, principal: string | undefined, handle: string | undefined): Promise<boolean> {
    if (principal !== undefined && owner !== principal) return false
    if (handle === undefined) return principal !== undefined
    return await this.options.passkeys.findHandle(owner) === handle
  }

  #relyingParty(): RelyingParty {
    if (!this.#rp) throw new Refusal('not-found', 'Passkeys cannot be used at this address.')
    return this.#rp
  }
}

const useOf = (bound: string, principal: string | undefined): ChallengeUse => ({ ceremony: principal === undefined ? 'first-factor' : 'second-factor', bound, principal })

/** As `amr` values (RFC 8176): a key that is synced is in software, one that stays on its device counts as hardware. */
const proofsOf = ({ isSynced }: Passkey, { userVerified }: Assertion): PasskeyProof[] => [isSynced ? 'swk' : 'hwk', ...(userVerified ? ['user' as const] : [])]

const notUsable = (): Refusal => new Refusal('invalid-input', 'The passkey could not be registered. Please try again.')
