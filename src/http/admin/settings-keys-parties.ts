// What the page of our own keys shows of the applications that check by them, and of who has the next one.
import { applicationUrl } from './application-answers.js'
import { isoOf } from './people-answers.js'

type State = 'Fetched' | 'NotSeen' | 'OnDevices' | 'NotCalled'

interface CallerAnswer {
  Address: string
  UserAgent: string
  CalledAt: number
  FetchedAt?: number
  HasKey: boolean
}

interface PartyAnswer {
  ApplicationArn: string
  Name: string
  State: State
  Callers: CallerAnswer[]
  CallerCount: number
}

/** The applications of a set of keys of the OpenID provider, as the operation tells of them. */
export interface PartiesAnswer {
  RelyingParties?: PartyAnswer[]
  RelyingPartyCounts?: Readonly<Record<State, number>>
}

/** What the page shows of them. */
export function partiesModel({ RelyingParties, RelyingPartyCounts: counts }: PartiesAnswer): object | undefined {
  if (!RelyingParties || !counts) return undefined
  const of = (...states: State[]): object => {
    const shown = RelyingParties.filter(({ State }) => states.includes(State))
    const count = states.reduce((sum, state) => sum + counts[state], 0)
    return { count, rows: shown.map(partyModel), more: count > shown.length ? count - shown.length : undefined }
  }
  return { unseen: of('NotSeen'), fetched: of('Fetched'), untold: of('OnDevices', 'NotCalled'), isNone: Object.values(counts).every((count) => count === 0) }
}

const partyModel = ({ ApplicationArn, Name, State, Callers, CallerCount }: PartyAnswer): object => ({
  name: Name, url: applicationUrl(ApplicationArn), isOnDevices: State === 'OnDevices', more: CallerCount > Callers.length ? CallerCount - Callers.length : undefined,
  callers: Callers.map(({ Address, UserAgent, CalledAt, FetchedAt, HasKey }) => ({ address: Address, program: UserAgent, calledAt: isoOf(CalledAt), fetchedAt: FetchedAt === undefined ? undefined : isoOf(FetchedAt), hasKey: HasKey })),
})

/** Says how many have not been seen to fetch the next key, and of how many it cannot be told. */
export function unseenSentence({ RelyingParties = [], RelyingPartyCounts }: PartiesAnswer): string {
  const { NotSeen = 0, Fetched = 0, OnDevices = 0, NotCalled = 0 } = RelyingPartyCounts ?? {}
  const names = RelyingParties.filter(({ State }) => State === 'NotSeen').map(({ Name }) => Name).slice(0, 10).join(', ')
  const untold = OnDevices + NotCalled
  const sentences = [
    NotSeen > 0 ? `${countOf(NotSeen)} ${NotSeen === 1 ? 'has' : 'have'} not been seen to fetch the next key: ${names}${NotSeen > 10 ? ` and ${NotSeen - 10} more` : ''}.` : Fetched > 0 ? 'No application is known that has not fetched the next key.' : '',
    untold > 0 ? `Of ${countOf(untold)} it cannot be told.` : '',
    NotSeen + untold > 0 ? 'An application that fetches the keys anew when it meets one that it does not know goes on working.' : '',
  ]
  return sentences.filter(Boolean).join(' ')
}

const countOf = (count: number): string => (count === 1 ? '1 application' : `${count} applications`)
