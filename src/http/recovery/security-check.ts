// The security check: a puzzle that costs a browser about a second and a flood of requests a lot (ALTCHA's proof
// of work). It asks nothing of the person; who runs no scripts waits a minute instead.
import { createHash, randomInt } from 'node:crypto'
import { createChallenge, verifySolution, type Challenge, type Solution } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import { neighbourhoodOf } from '../../platform/addresses.js'
import { Refusal } from '../../platform/errors.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import type { Form } from '../middleware/form.js'

interface CheckOptions {
  store: Pick<EphemeralStore, 'add' | 'count' | 'counted'>
  clock: () => number
  key: Buffer
}

const hour = 3600
/** Requests without a puzzle, of one network and of all. */
const freePerNetwork = 2
const freeOfAll = 200
const mostPerNetwork = 30
/** Requests that may wait instead of solving, of one network. */
const waitedPerNetwork = 5
const waitInstead = 60_000
const lifetime = 15 * 60
/** Rounds of one guess, and how many guesses there are: about a million rounds. */
const rounds = 1000
const guesses = [500, 1500] as const

export class SecurityCheck {
  readonly #secrets: { hmacSignatureSecret: string; hmacKeySignatureSecret: string }

  constructor(private readonly options: CheckOptions) {
    const secret = (purpose: string): string => createHash('sha256').update(purpose).update(options.key).digest('base64url')
    this.#secrets = { hmacSignatureSecret: secret('challenge'), hmacKeySignatureSecret: secret('solution') }
  }

  /** True where the next request from an address must solve a puzzle. */
  async isDue(address: string): Promise<boolean> {
    const { store } = this.options
    const [near, all] = await Promise.all([store.counted(nearOf(address)), store.counted(ofAll)])
    return near >= freePerNetwork || all >= freeOfAll
  }

  /** Counts a request; refuses a network that sends more than people could mean. */
  async count(address: string): Promise<void> {
    const { store } = this.options
    const [near] = await Promise.all([store.count(nearOf(address), hour), store.count(ofAll, hour)])
    if (near > mostPerNetwork) throw new Refusal('too-many-attempts', 'Too many requests came from your network. Please try again in an hour.', { retryAfter: hour })
  }

  /** Makes a puzzle, as text for the page. */
  async make(): Promise<string> {
    const now = this.options.clock()
    return JSON.stringify(await createChallenge({
      algorithm: 'PBKDF2/SHA-256', cost: rounds, counter: randomInt(guesses[0], guesses[1]), deriveKey,
      expiresAt: Math.floor(now / 1000) + lifetime, data: { at: now }, ...this.#secrets,
    }))
  }

  /** True for a puzzle of ours that is solved, or was waited for, and counts for the first time. */
  async passes({ challenge: puzzle = '', solution: answer = '' }: Form, address: string): Promise<boolean> {
    const challenge = parsed<Challenge>(puzzle)
    if (typeof challenge?.signature !== 'string' || typeof challenge.parameters !== 'object' || challenge.parameters === null) return false
    const solution = parsed<Solution>(answer) ?? { counter: 0, derivedKey: '' }
    const result = await verifySolution({ challenge, solution, deriveKey, ...this.#secrets }).catch(() => undefined)
    if (!result || result.expired || result.invalidSignature !== false) return false
    if (!result.verified && !await this.#waited(challenge, address)) return false
    const mark = createHash('sha256').update(challenge.signature).digest('base64url')
    return this.options.store.add(`security-check:${mark}`, '1', { ttl: lifetime })
  }

  async #waited({ parameters }: Challenge, address: string): Promise<boolean> {
    if (this.options.clock() - Number(parameters.data?.at) < waitInstead) return false
    return await this.options.store.count(`${nearOf(address)}:waited`, hour) <= waitedPerNetwork
  }
}

const nearOf = (address: string): string => `forgot:near:${neighbourhoodOf(address)}`
const ofAll = 'forgot:all'

function parsed<T>(text: string): T | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value as T : undefined
  } catch {
    return undefined
  }
}
