// How often a second factor may be guessed at: five times for each challenge, twenty times a day for each principal.
// Browsers that the person signed in from before have a day's tries of their own, so that strangers who know
// the password do not use them up.
import { Refusal } from '../../platform/errors.js'
import type { Budgets } from './budgets.js'

export interface FactorTry {
  principal: string
  /** What the try is an answer to. */
  challenge: string
  /** The browser, where the person signed in from it before. */
  browser: string | undefined
}

export class FactorTries {
  constructor(private readonly budgets: Budgets) {}

  /** Takes one of the tries before the proof is looked at, and returns which it is; refuses when there is none left. */
  async begin(one: FactorTry): Promise<number> {
    await this.check(one)
    const tries = await this.budgets.count('SecondFactorTriesPerChallenge', one.challenge)
    if (tries.isOverdrawn) throw new Refusal('too-many-attempts', 'That was wrong too often. Start again with your password.')
    return tries.count
  }

  /** Refuses when the day's tries are used up; call it again before a right proof counts. */
  async check(one: FactorTry): Promise<void> {
    const { wait } = await this.budgets.look('SecondFactorTriesPerPerson', personOf(one))
    if (wait > 0) {
      throw new Refusal('too-many-attempts', 'There were too many wrong codes today. Wait until tomorrow, or ask the people who look after access.', { retryAfter: wait })
    }
  }

  async failed(one: FactorTry): Promise<void> {
    await this.budgets.count('SecondFactorTriesPerPerson', personOf(one))
  }

  async succeeded(one: FactorTry): Promise<void> {
    await this.budgets.restore('SecondFactorTriesPerPerson', personOf(one))
  }
}

const personOf = ({ principal, browser }: FactorTry): string => JSON.stringify([principal, browser ?? ''])
