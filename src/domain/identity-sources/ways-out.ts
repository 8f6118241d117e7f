// What is kept of a way out until the provider's answer comes, and of the answer until the browser that set out brings it on:
// answers arrive as another site's request, which nothing of that browser comes with.
import { newSecret } from '../../platform/ids.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'

/** Who set out, and where they wait. */
export interface SetOut {
  /** What only the browser that set out has: its sign-in, or the session that tests. */
  owner: string
  /** Our page that takes the answer. */
  page: string
  sourceId: string
  keep: unknown
}

/** What arrived at the address of a source. */
export interface ExternalAnswer {
  handle: string
  sourceId: string
  params: Record<string, string>
}

/** Seconds for all of it at the provider: whoever has to find a telephone takes a while. */
const wayOutLasts = 15 * 60
/** Seconds from the answer's arrival to its use, which is one redirect. */
const answerLasts = 120
/** Answers that are kept for one way out: whoever sends more is no provider. */
const mostAnswers = 5

const setOutKey = (handle: string): string => `external:${handle}`
const answerKey = (name: string): string => `external-answer:${name}`

export class WaysOut {
  constructor(private readonly store: EphemeralStore) {}

  /** Keeps a way out by the handle that the provider gives back. */
  async keep(handle: string, setOut: SetOut): Promise<void> {
    await this.store.put(setOutKey(handle), JSON.stringify(setOut), { ttl: wayOutLasts })
  }

  /** Keeps an answer for the browser that brings it on, and says where to; undefined where nobody waits for it. */
  async receive(answer: ExternalAnswer): Promise<string | undefined> {
    const entry = await this.store.get(setOutKey(answer.handle))
    const sent = entry && JSON.parse(entry.value) as SetOut
    if (!sent || sent.sourceId !== answer.sourceId || await this.store.count(`external-answers:${answer.handle}`, wayOutLasts) > mostAnswers) return undefined
    const name = newSecret()
    await this.store.put(answerKey(name), JSON.stringify(answer), { ttl: answerLasts })
    return `${sent.page}?answer=${name}`
  }

  /** Takes an answer, once, with what was kept; undefined where it is not to this owner. */
  async take(name: string, owner: string): Promise<{ sourceId: string; keep: unknown; params: Record<string, string> } | undefined> {
    const taken = await this.store.take(answerKey(name))
    if (taken === undefined) return undefined
    const answer = JSON.parse(taken) as ExternalAnswer
    const kept = await this.store.take(setOutKey(answer.handle))
    const sent = kept === undefined ? undefined : JSON.parse(kept) as SetOut
    // Somebody else's answer, put into this browser, would stand for somebody else.
    if (!sent || sent.owner !== owner || sent.sourceId !== answer.sourceId) return undefined
    return { sourceId: sent.sourceId, keep: sent.keep, params: answer.params }
  }
}
