// Sign-in attempts: what has been said and proved so far on the way in. An attempt lives on the server,
// belongs to one interaction of one browser, and ends when it is taken.
import { newUuid } from '../../platform/ids.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import type { Proof } from './proofs.js'
import type { Voucher } from './signed-in.js'

export interface SignInAttempt {
  id: string
  /** Joins the events of one sign-in. */
  workflowId: string
  userName?: string
  userId?: string
  proofs: Proof[]
  /** Set when the first proofs are those of the session that asks for more: when that session was signed in to, in seconds. */
  sessionSince?: number
  /** Set when the password that was proved works only once. */
  mustChangePassword?: boolean
  /** The mark of the password that was proved: only that one is replaced, and the proof counts while it is the password. */
  provedPassword?: string
  /** Set when a device was registered on the way, and its owner has not kept recovery codes yet. */
  owesRecoveryCodes?: boolean
  /** What a page that registers a device keeps until it is proved, sealed where it is secret. */
  enrolling?: Record<string, string>
  /** The device that proved a second factor, by its id. */
  provedBy?: string
  /** Set when the person ticked "Don't ask again on this device". */
  trustBrowser?: boolean
  /** The identity source that is to vouch for the person, or has: `hint` is the name that was typed, `amr` what it said of its ways, `voucher` how it is told of the session. */
  external?: { sourceId: string; name: string; secondStep: 'ours' | 'unless-theirs' | 'theirs'; hint?: string; amr?: string[]; voucher?: Voucher }
  /** Set where the password of this place counts, whatever directory the person is in. */
  here?: boolean
  /** Set for an administrator who signs in here though people are to come from an identity source. */
  breakGlass?: boolean
  /** The id of the code that was mailed last. */
  mailedCode?: string
}

const lifetime = 30 * 60

export class Attempts {
  constructor(private readonly store: EphemeralStore) {}

  /** Finds the attempt of an interaction, or begins it. */
  async open(id: string, begin: () => Promise<Partial<SignInAttempt>> = async () => ({})): Promise<SignInAttempt> {
    const entry = await this.store.get(key(id))
    return entry ? JSON.parse(entry.value) as SignInAttempt : { proofs: [], ...await begin(), id, workflowId: newUuid() }
  }

  async save(attempt: SignInAttempt): Promise<void> {
    await this.store.put(key(attempt.id), JSON.stringify(attempt), { ttl: lifetime })
  }

  /** Ends an attempt: true for exactly one caller. */
  async end(attempt: SignInAttempt): Promise<boolean> {
    return await this.store.take(key(attempt.id)) !== undefined
  }
}

const key = (id: string): string => `attempt:${id}`
