// What a preview answers, as the page tells it: who gains and who loses, or what policies would allow more and less.
import { effectsModel, type PreviewAnswer } from './effects.js'
import { numbersOf, unreachedOf, type EndedAnswer } from './ended-numbers.js'
import { nameOfPolicy } from './permission-set-thing.js'

interface LineAnswer {
  Effect: 'Allow' | 'Deny'
  Action: string
  Resources: string[]
  Conditions: string[]
}

interface BoundaryAnswer {
  Falls: LineAnswer[]
  Returns: LineAnswer[]
  Partial: (LineAnswer & { Within: string[] })[]
  Unclear: LineAnswer[]
  Unchanged: number
  Unread: string[]
}

interface PoliciesAnswer {
  Wider: LineAnswer[]
  Narrower: LineAnswer[]
  BoundaryChanges: boolean
  /** What another boundary makes of what the policies allow. */
  Boundary?: BoundaryAnswer
  Unread: string[]
  /** Who holds the permission set, and where. */
  People: number
  Names: { UserId: string; DisplayName: string }[]
  Accounts: number
  FirstAccounts: { AccountId: string; AccountName: string }[]
}

export interface ForeseenAnswer extends PreviewAnswer {
  Policies?: PoliciesAnswer
  /** What is open of a person or an account that goes. */
  Ends?: EndedAnswer
}

const mostActions = 40
const mostLines = 50

const counted = (count: number, noun: string, nouns = `${noun}s`): string => `${count.toLocaleString('en-GB')} ${count === 1 ? noun : nouns}`

/** Makes what the page shows of an answer. */
export const foreseenModel = ({ Policies, Ends, ...answer }: ForeseenAnswer): object => (Policies ? { policies: policiesModel(Policies) } : { ...effectsModel(answer), policies: undefined, ends: Ends && { numbers: numbersOf(Ends), unreached: unreachedOf(Ends) } })

const verbs = { wider: { Allow: 'Allows', Deny: 'No longer denies' }, narrower: { Allow: 'No longer allows', Deny: 'Denies' }, partial: { Allow: 'Allows', Deny: 'Denies' }, unclear: { Allow: 'Allows', Deny: 'Denies' } } as const
const unbounded: BoundaryAnswer = { Falls: [], Returns: [], Partial: [], Unclear: [], Unchanged: 0, Unread: [] }

function policiesModel({ Wider, Narrower, BoundaryChanges, Boundary = unbounded, Unread, People, Names, Accounts, FirstAccounts }: PoliciesAnswer): object {
  return {
    wider: linesOf([...Wider, ...Boundary.Returns], 'wider'), narrower: linesOf([...Narrower, ...Boundary.Falls], 'narrower'), partial: linesOf(Boundary.Partial, 'partial'), unclear: linesOf(Boundary.Unclear, 'unclear'),
    boundaryChanges: BoundaryChanges, unchanged: Boundary.Unchanged, unreadBoundary: Boundary.Unread.map(nameOfPolicy), unread: Unread.map(nameOfPolicy),
    isNothing: Wider.length === 0 && Narrower.length === 0 && !BoundaryChanges && Unread.length === 0,
    holders: People === 0 ? undefined : {
      text: `${counted(People, 'person', 'people')}${Accounts > 0 ? ` in ${counted(Accounts, 'account')}` : ''}`,
      people: Names.map(({ UserId, DisplayName }) => ({ name: DisplayName, url: `/admin/users/${UserId}` })), morePeople: more(People, Names),
      accounts: FirstAccounts.map(({ AccountId, AccountName }) => ({ name: AccountName, url: `/admin/accounts/${AccountId}` })), moreAccounts: more(Accounts, FirstAccounts),
    },
  }
}

const more = (count: number, named: readonly unknown[]): string | undefined => (count > named.length ? (count - named.length).toLocaleString('en-GB') : undefined)

/** Gathers lines that differ in nothing but the action. */
function linesOf(lines: readonly (LineAnswer & { Within?: string[] })[], side: keyof typeof verbs): object | undefined {
  if (lines.length === 0) return undefined
  const kinds = new Map<string, { verb: string; actions: string[]; where: string; when: string | undefined; within: string[] | undefined }>()
  for (const { Effect, Action, Resources, Conditions, Within } of lines) {
    const where = Resources.length === 1 && Resources[0] === '*' ? '' : Resources.join(', ')
    const when = Conditions.length > 0 ? Conditions.join('; ') : undefined
    const key = JSON.stringify([Effect, where, when, Within])
    const kind = kinds.get(key) ?? { verb: verbs[side][Effect], actions: [], where, when, within: Within }
    kind.actions.push(Action)
    kinds.set(key, kind)
  }
  const all = [...kinds.values()]
  return {
    isMore: all.length > mostLines,
    rows: all.slice(0, mostLines).map(({ verb, actions, where, when, within }) => ({
      verb, isEverything: actions.includes('*'), actions: actions.toSorted().slice(0, mostActions), more: actions.length > mostActions ? counted(actions.length - mostActions, 'more action') : undefined, where, when,
      ...(within && { within: within.slice(0, mostActions), moreWithin: within.length > mostActions ? counted(within.length - mostActions, 'more action') : undefined }),
    })),
  }
}
