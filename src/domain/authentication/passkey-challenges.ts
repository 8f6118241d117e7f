// The challenges that passkeys answer: each is good once, for a few minutes, for one ceremony of one attempt or session.
import { newSecret } from '../../platform/ids.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import { ceremonyTimeout } from './webauthn.js'

/** What a challenge is good for; all of it must be the same when it comes back. */
export interface ChallengeUse {
  ceremony: 'register' | 'first-factor' | 'second-factor'
  /** The attempt or session, and the browser. */
  bound: string
  /** Whose passkey is made or asked for; nobody's before anybody is known. */
  principal: string | undefined
}

export class PasskeyChallenges {
  constructor(private readonly store: Pick<EphemeralStore, 'put' | 'take'>) {}

  /** Issues one: 32 random bytes in base64url. */
  async issue(use: ChallengeUse): Promise<string> {
    const challenge = newSecret(32)
    await this.store.put(key(challenge), spelled(use), { ttl: ceremonyTimeout / 1000 })
    return challenge
  }

  /** Redeems one: true for exactly one caller, across processes; whoever brings it for another use has spent it all the same. */
  async redeem(challenge: string, use: ChallengeUse): Promise<boolean> {
    return await this.store.take(key(challenge)) === spelled(use)
  }
}

const key = (challenge: string): string => `passkey-challenge:${challenge}`
const spelled = ({ ceremony, bound, principal = '' }: ChallengeUse): string => JSON.stringify([ceremony, bound, principal])
