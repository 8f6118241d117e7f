// Slows down guessing of passwords: after a few failures each further one costs a longer wait, counted per
// person and place, per person, address, network and in all. Somebody else's failures never keep a person out:
// a browser that the person signed in from before is counted by itself.
import { neighbourhoodOf, networkOf } from '../../platform/addresses.js'
import { Budgets, tooMany, type Spent } from './budgets.js'
import { limits, type LimitName } from './limits.js'

/** What is being guessed at, and from where. */
export interface Attempted {
  /** The name that was typed, whether or not anybody has it. */
  name: string
  address: string
  /** The browser, where this name signed in from it before. */
  browser?: string | undefined
}

/** How things stood when a try began, by limit. */
export type Turn = readonly Spent[]

export class Throttle {
  constructor(private readonly budgets: Budgets) {}

  /**
   * Refuses with the time left to wait, if there is any. Call it before the proof is looked at, and again with what it
   * returned before a right one is accepted: of many that come at once, none may count once the others have failed.
   */
  async check(attempted: Attempted, since?: Turn): Promise<Turn> {
    const turn = await Promise.all(budgetsOf(attempted).map(([name, of]) => this.budgets.look(name, of)))
    const wait = Math.max(...turn.map((spent) => spent.wait))
    if (wait > 0) throw tooMany(wait)
    if (since) budgetsOf(attempted).forEach(([name], at) => refuseOvertaken(name, since[at]!, turn[at]!.count))
    return turn
  }

  /** Counts a failure; refuses where others that began with it were enough, so that nothing is learnt from it. */
  async failed(attempted: Attempted, since: Turn): Promise<void> {
    const budgets = budgetsOf(attempted)
    const now = await Promise.all(budgets.map(([name, of]) => this.budgets.count(name, of)))
    budgets.forEach(([name], at) => refuseOvertaken(name, since[at]!, now[at]!.count - 1))
  }

  /** Forgets a person's failures from a place, after the right proof came from there. */
  async succeeded(attempted: Attempted): Promise<void> {
    await this.budgets.restore(...budgetsOf(attempted)[0]!)
  }
}

/** One after another, those that failed meanwhile would have made this one wait; the failures of all the world make nobody in particular wait. */
function refuseOvertaken(name: LimitName, since: Spent, failures: number): void {
  if (name !== 'SignInFailuresInAll' && failures > limits[name].amount && failures > since.count) throw tooMany(2)
}

function budgetsOf({ name, address, browser }: Attempted): [[LimitName, string], ...[LimitName, string][]] {
  const [person, place] = [name.toLowerCase(), neighbourhoodOf(address)]
  if (browser) return [['SignInFailuresPerPersonAndPlace', JSON.stringify([person, 'browser', browser])]]
  return [
    ['SignInFailuresPerPersonAndPlace', JSON.stringify([person, 'address', place])],
    ['SignInFailuresPerPerson', person],
    ['SignInFailuresPerAddress', place],
    ['SignInFailuresPerNetwork', networkOf(address)],
    ['SignInFailuresInAll', 'all'],
  ]
}
