// What a preview answers, as the page tells it: people by name and number, and where.
import { setUrl } from './assigned.js'

interface AffectedAnswer {
  People: number
  Names: { UserId: string; DisplayName: string }[]
}

type PlaceAnswer = { AccountId: string; AccountName: string; PermissionSetArn: string; PermissionSetName: string; ApplicationName?: undefined } | { ApplicationName: string }

interface EffectAnswer {
  Places: PlaceAnswer[]
  Gains: AffectedAnswer
  Losses: AffectedAnswer
}

interface LineAnswer {
  Effect: 'Allow' | 'Deny'
  Action: string
  Resources: string[]
  Conditions: string[]
}

interface PoliciesAnswer {
  Wider: LineAnswer[]
  Narrower: LineAnswer[]
  BoundaryChanges: boolean
  Unread: string[]
  People: number
  Accounts: number
}

export interface ForeseenAnswer {
  Effects: EffectAnswer[]
  Gaining: number
  Losing: number
  IsComplete: boolean
  Policies?: PoliciesAnswer
}

const mostEffects = 50
const mostAccounts = 12
const mostActions = 40
const mostLines = 50

const counted = (count: number, noun: string, nouns = `${noun}s`): string => `${count.toLocaleString('en-GB')} ${count === 1 ? noun : nouns}`
const people = (count: number): string => counted(count, 'person', 'people')

/** Makes what the page shows of an answer. */
export function foreseenModel({ Effects, Gaining, Losing, IsComplete, Policies }: ForeseenAnswer): object {
  // Whoever holds a permission set is who would lose it if it were gone.
  if (Policies) return { policies: policiesModel(Policies), concerned: sideOf(Effects, 'Losses', Losing), gaining: undefined, losing: undefined, isComplete: IsComplete }
  return { policies: undefined, concerned: undefined, gaining: sideOf(Effects, 'Gains', Gaining), losing: sideOf(Effects, 'Losses', Losing), isComplete: IsComplete }
}

function sideOf(effects: readonly EffectAnswer[], side: 'Gains' | 'Losses', count: number): object | undefined {
  const some = effects.filter((effect) => effect[side].People > 0)
  if (some.length === 0) return undefined
  return {
    count: people(count), isMore: some.length > mostEffects,
    rows: some.slice(0, mostEffects).map(({ Places, [side]: { People, Names } }) => ({
      people: People === 1 ? undefined : people(People), names: Names.map(({ UserId, DisplayName }) => ({ url: `/admin/users/${UserId}`, name: DisplayName })),
      more: People > Names.length ? (People - Names.length).toLocaleString('en-GB') : undefined, places: placesOf(Places),
    })),
  }
}

interface Place {
  name: string
  /** None for an application. */
  url: string | undefined
  accounts: { name: string; url: string }[]
  more: string | undefined
}

/** Gathers places by permission set. */
function placesOf(places: readonly PlaceAnswer[]): Place[] {
  const sets = new Map<string, { name: string; url: string | undefined; accounts: { name: string; url: string }[] }>()
  for (const place of places) {
    const isApplication = place.ApplicationName !== undefined
    const key = isApplication ? ` ${place.ApplicationName}` : place.PermissionSetArn
    const set = sets.get(key) ?? (isApplication ? { name: place.ApplicationName, url: undefined, accounts: [] } : { name: place.PermissionSetName, url: setUrl(place.PermissionSetArn), accounts: [] })
    if (!isApplication) set.accounts.push({ name: place.AccountName, url: `/admin/accounts/${place.AccountId}` })
    sets.set(key, set)
  }
  return [...sets.values()].map(({ accounts, ...set }) => ({
    ...set, accounts: accounts.slice(0, mostAccounts), more: accounts.length > mostAccounts ? counted(accounts.length - mostAccounts, 'more account') : undefined,
  }))
}

const verbs = { wider: { Allow: 'Allows', Deny: 'No longer denies' }, narrower: { Allow: 'No longer allows', Deny: 'Denies' } } as const

function policiesModel({ Wider, Narrower, BoundaryChanges, Unread, People, Accounts }: PoliciesAnswer): object {
  return {
    wider: linesOf(Wider, 'wider'), narrower: linesOf(Narrower, 'narrower'), boundaryChanges: BoundaryChanges, unread: Unread.map(shortName),
    isNothing: Wider.length === 0 && Narrower.length === 0 && !BoundaryChanges && Unread.length === 0,
    holders: People === 0 ? undefined : `${people(People)}${Accounts > 0 ? ` in ${counted(Accounts, 'account')}` : ''}`,
  }
}

const shortName = (policy: string): string => (policy.startsWith('arn:') ? policy.slice(policy.lastIndexOf('/') + 1) : policy.replace(/^\/(?=[^/]+$)/, ''))

/** Gathers lines that differ in nothing but the action. */
function linesOf(lines: readonly LineAnswer[], side: keyof typeof verbs): object | undefined {
  if (lines.length === 0) return undefined
  const kinds = new Map<string, { verb: string; actions: string[]; where: string; when: string | undefined }>()
  for (const { Effect, Action, Resources, Conditions } of lines) {
    const where = Resources.length === 1 && Resources[0] === '*' ? '' : Resources.join(', ')
    const when = Conditions.length > 0 ? Conditions.join('; ') : undefined
    const key = JSON.stringify([Effect, where, when])
    const kind = kinds.get(key) ?? { verb: verbs[side][Effect], actions: [], where, when }
    kind.actions.push(Action)
    kinds.set(key, kind)
  }
  const all = [...kinds.values()]
  return {
    isMore: all.length > mostLines,
    rows: all.slice(0, mostLines).map(({ verb, actions, where, when }) => ({
      verb, isEverything: actions.includes('*'), actions: actions.toSorted().slice(0, mostActions), more: actions.length > mostActions ? counted(actions.length - mostActions, 'more action') : undefined, where, when,
    })),
  }
}
