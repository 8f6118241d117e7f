// How often a second factor may be guessed at: five times for each challenge, twenty times a day for each principal.
// Browsers that the person signed in from before have a day's tries of their own, so that strangers who know
// the password do not use them up.
import { createHash } from 'node:crypto'
import { Refusal } from '../../platform/errors.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'

export interface FactorTry {
  principal: string
  /** What the try is an answer to. */
  challenge: string
  /** The browser, where the person signed in from it before. */
  browser: string | undefined
}

const perChallenge = 5
const perDay = 20
const challengeLifetime = 3600
const aDay = 86_400

export class FactorTries {
  constructor(private readonly store: EphemeralStore) {}

  /** Takes one of the tries before the proof is looked at, and returns which it is; refuses when there is none left. */
  async begin(one: FactorTry): Promise<number> {
    await this.check(one)
    const tries = await this.store.count(challengeKey(one), challengeLifetime)
    if (tries > perChallenge) throw new Refusal('too-many-attempts', 'That was wrong too often. Start again with your password.')
    return tries
  }

  /** Refuses when the day's tries are used up; call it again before a right proof counts. */
  async check(one: FactorTry): Promise<void> {
    if (await this.store.counted(dayKey(one)) >= perDay) {
      throw new Refusal('too-many-attempts', 'There were too many wrong codes today. Wait until tomorrow, or ask the people who look after access.', { retryAfter: aDay })
    }
  }

  async failed(one: FactorTry): Promise<void> {
    await this.store.count(dayKey(one), aDay)
  }

  async succeeded(one: FactorTry): Promise<void> {
    await this.store.reset(dayKey(one))
  }
}

const hashed = (...parts: string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
const challengeKey = ({ challenge }: FactorTry): string => `factor-challenge:${hashed(challenge)}`
const dayKey = ({ principal, browser }: FactorTry): string => `factor-day:${hashed(principal, browser ?? '')}`
