// Sign-in attempts: what has been said and proved so far on the way in. An attempt lives on the server,
// belongs to one interaction of one browser, and ends when it is taken.
import { newUuid } from '../../platform/ids.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'

export interface SignInAttempt {
  id: string
  /** Joins the events of one sign-in. */
  workflowId: string
  userName?: string
  userId?: string
  /** Ways proved, as `amr` values (RFC 8176). */
  proofs: string[]
  /** Set when the password that was proved works only once. */
  mustChangePassword?: boolean
  /** The mark of the password that was proved, so that only that one is replaced. */
  provedPassword?: string
}

const lifetime = 30 * 60

export class Attempts {
  constructor(private readonly store: EphemeralStore) {}

  /** Finds the attempt of an interaction, or begins it. */
  async open(id: string): Promise<SignInAttempt> {
    const entry = await this.store.get(key(id))
    return entry ? JSON.parse(entry.value) as SignInAttempt : { id, workflowId: newUuid(), proofs: [] }
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
