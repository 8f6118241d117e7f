// What whoever opened a page may do, as the policies in force say it: for pages to show what they may, and to refuse the rest.
import type { Decision } from '../../domain/policy/index.js'
import { Refusal } from '../../platform/errors.js'

export interface Wish {
  /** Such as `iam:CreateUser`. */
  action: string
  /** An ARN, or `*`. */
  resource: string
  context?: Readonly<Record<string, string | readonly string[]>>
}

export interface Asking {
  /** Says of each wish, by its key, whether the session may. */
  may<Key extends string>(wishes: Readonly<Record<Key, Wish>>): Promise<Record<Key, boolean>>
  /** Refuses what the session may not. */
  require(wish: Wish): Promise<void>
  decide(wish: Wish): Promise<Decision>
}

/** Asks whoever decides on several wishes at once. */
export function asking(decideAll: (wishes: readonly Wish[]) => Promise<Decision[]>): Asking {
  const decide = async (wish: Wish): Promise<Decision> => (await decideAll([wish]))[0]!
  return {
    decide,
    may: async <Key extends string>(wishes: Readonly<Record<Key, Wish>>) => {
      const keys = Object.keys(wishes) as Key[]
      const decisions = await decideAll(keys.map((key) => wishes[key]))
      return Object.fromEntries(keys.map((key, at) => [key, decisions[at]!.allowed])) as Record<Key, boolean>
    },
    require: async (wish) => {
      if (!(await decide(wish)).allowed) throw new Refusal('forbidden', `You may not open this. It needs ${wish.action} on ${wish.resource}.`)
    },
  }
}
