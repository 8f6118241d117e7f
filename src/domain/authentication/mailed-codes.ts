// Codes by mail: six digits for ten minutes and five tries, good for the one request they were made for.
import { createHmac, randomInt, timingSafeEqual } from 'node:crypto'
import { neighbourhoodOf } from '../../platform/addresses.js'
import { Refusal } from '../../platform/errors.js'
import { newSecret } from '../../platform/ids.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import type { Budgets } from './budgets.js'
import type { LimitName } from './limits.js'
import { sixDigits } from './time-codes.js'

const lifetime = 10 * 60

/** What a code turned out to be; `over` is one that has expired, was used, or was guessed at too often. */
export type MailedCodeOutcome = 'proved' | 'wrong' | 'over'

/** Where a code is asked for from, and where it is mailed to. */
export interface CodeWay {
  /** A network address. */
  from: string
  mailbox: string
}

export class MailedCodes {
  constructor(private readonly options: { store: EphemeralStore; budgets: Budgets; key: Buffer }) {}

  /** Makes a code for a request of a principal, to be mailed to a mailbox; `id` finds it again. Refuses after a few in an hour. */
  async issue(principal: string, request: string, way: CodeWay): Promise<{ id: string; code: string }> {
    const { store } = this.options
    await this.#spend(principal, way)
    const id = newSecret(16)
    const code = String(randomInt(1_000_000)).padStart(6, '0')
    await store.put(key(id), this.#hash(principal, request, code), { ttl: lifetime })
    return { id, code }
  }

  /** Redeems a code: `proved` for exactly one caller, and for the request it was made for. */
  async redeem(principal: string, request: string, { id, code: typed }: { id: string; code: string }): Promise<MailedCodeOutcome> {
    const { store, budgets } = this.options
    // Counted first: of many guesses at once, five are looked at.
    if ((await budgets.count('MailedCodeTriesPerCode', id)).isOverdrawn) {
      await store.remove(key(id))
      return 'over'
    }
    const entry = await store.get(key(id))
    if (!entry) return 'over'
    const code = sixDigits(typed)
    if (!code || !timingSafeEqual(Buffer.from(entry.value), Buffer.from(this.#hash(principal, request, code)))) return 'wrong'
    return await store.take(key(id)) === entry.value ? 'proved' : 'over'
  }

  /** The person's own first: who has used those up takes nothing of what others share. */
  async #spend(principal: string, { from, mailbox }: CodeWay): Promise<void> {
    const budgets: [LimitName, string][] = [
      ['MailedCodesPerPerson', principal], ['MailedCodesPerMailbox', mailbox.toLowerCase()], ['MailedCodesPerAddress', neighbourhoodOf(from)], ['MailedCodesInAll', 'all'],
    ]
    for (const [name, of] of budgets) {
      const { isOverdrawn, wait } = await this.options.budgets.count(name, of)
      if (isOverdrawn) throw new Refusal('too-many-attempts', 'Several codes were sent already. Please use the last one, or try again in an hour.', { retryAfter: wait })
    }
  }

  #hash(principal: string, request: string, code: string): string {
    return createHmac('sha256', this.options.key).update(JSON.stringify([principal, request, code])).digest('base64url')
  }
}

const key = (id: string): string => `mailed-code:${id}`
