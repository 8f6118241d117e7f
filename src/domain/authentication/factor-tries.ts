// How often a second factor may be guessed at: so often for each challenge, and so often a day for each principal.
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
    try {
      await this.budgets.spend('SecondFactorTriesPerChallenge', one.challenge)
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'too-many-attempts') throw error
      throw new Refusal('too-many-attempts', 'That was wrong too often. Start again with your password.', { cause: error })
    }
    return (await this.budgets.look('SecondFactorTriesPerChallenge', one.challenge)).count
  }

  /** Refuses when the day's tries are used up; call it again before a right proof counts. */
  async check(one: FactorTry): Promise<void> {
    const { wait } = await this.budgets.look('SecondFactorTriesPerPerson', dayOf(one))
    if (wait > 0) throw new Refusal('too-many-attempts', 'There were too many wrong codes today. Wait until tomorrow, or ask the people who look after access.', { retryAfter: wait })
  }

  async failed(one: FactorTry): Promise<void> {
    await this.budgets.count('SecondFactorTriesPerPerson', dayOf(one))
  }

  async succeeded(one: FactorTry): Promise<void> {
    await this.budgets.restore('SecondFactorTriesPerPerson', dayOf(one))
  }
}

const dayOf = ({ principal, browser }: FactorTry): string => JSON.stringify([principal, browser ?? ''])
