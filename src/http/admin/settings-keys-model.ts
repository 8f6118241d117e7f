// What the page of our own keys shows of them.
import { isoOf } from './people-answers.js'
import { partiesModel, unseenSentence, type PartiesAnswer } from './settings-keys-parties.js'

const url = '/admin/settings/keys'
const soon = 60 * 86_400_000

interface KeyAnswer {
  KeyId: string
  State: 'current' | 'next' | 'previous'
  CreatedAt: number
  Since: number
  FirstUsedAt?: number
  LastUsedAt?: number
  Fingerprint?: string
  Subject?: string
  NotBefore?: number
  NotAfter?: number
}

/** A set of keys as the operation tells of it. */
export interface SetAnswer extends PartiesAnswer {
  Set: string
  Algorithm: string
  Keys: KeyAnswer[]
  /** Of the OpenID provider. */
  ReadyAt?: number
  KeptFor?: number
  /** Of SAML. */
  Waiting?: { SourceId: string; Name: string; FetchedAt?: number }[]
}

/** What is said of each set. */
export const words: Readonly<Record<string, { title: string; text: string; button: string }>> = {
  ES256: { title: 'OpenID Connect, ES256', text: 'Signs what most applications are told of who signed in.', button: 'Sign with the next key' },
  RS256: { title: 'OpenID Connect, RS256', text: 'Signs the same for applications that ask for RS256.', button: 'Sign with the next key' },
  SAML_SIGNING: { title: 'SAML, signing', text: 'Signs what SAML identity sources are asked. The key in use and the next one both stand in our metadata.', button: 'Sign with the next key' },
  SAML_ENCRYPTION: { title: 'SAML, encryption', text: 'Opens what SAML identity sources encrypt for us. The one before goes on opening, for providers that have not fetched our metadata since.', button: 'Publish the next key' },
}

const changeUrl = (query: Record<string, string>): string => `${url}/change?${new URLSearchParams(query).toString()}`

const stateWords: Readonly<Record<KeyAnswer['State'], string>> = { current: 'in use', next: 'next', previous: 'the one before' }

/** Whether nobody is known not to know the next key. */
export const isReady = ({ ReadyAt, Waiting = [] }: SetAnswer, now: number): boolean => (ReadyAt === undefined ? Waiting.length === 0 : ReadyAt * 1000 <= now)

/** What the page shows of a set of keys. */
export function setModel(set: SetAnswer, now: number, mayChange: boolean): object {
  const { Set: name, Algorithm, Keys, ReadyAt, KeptFor, Waiting } = set
  const { title, text, button } = words[name]!
  const next = Keys.find(({ State }) => State === 'next')
  return {
    name, title, text, algorithm: Algorithm, keys: Keys.map((key) => keyModel(key, name, { now, mayChange })), isReady: isReady(set, now), isOpenId: Waiting === undefined,
    publishedAt: next && isoOf(next.CreatedAt), readyAt: ReadyAt === undefined ? undefined : isoOf(ReadyAt), keptMinutes: KeptFor === undefined ? undefined : KeptFor / 60,
    parties: partiesModel(set),
    waiting: Waiting?.map(({ SourceId, Name, FetchedAt }) => ({ name: Name, url: `/admin/identity-sources/${SourceId}`, at: FetchedAt === undefined ? undefined : isoOf(FetchedAt) })),
    changeUrl: mayChange && next ? changeUrl({ set: name }) : undefined, button,
  }
}

const keyModel = ({ KeyId, State, Since, FirstUsedAt, LastUsedAt, Fingerprint, Subject, NotBefore, NotAfter }: KeyAnswer, set: string, { now, mayChange }: { now: number; mayChange: boolean }): object => ({
  id: Fingerprint ?? KeyId, what: Fingerprint === undefined ? 'kid' : 'SHA-256', state: stateWords[State], isCurrent: State === 'current', since: isoOf(Since), subject: Subject, from: NotBefore === undefined ? undefined : isoOf(NotBefore), until: NotAfter === undefined ? undefined : isoOf(NotAfter),
  ...endingOf(State, NotAfter, now),
  usedFirst: FirstUsedAt === undefined ? undefined : isoOf(FirstUsedAt), usedLast: LastUsedAt === undefined ? undefined : isoOf(LastUsedAt), signs: set !== 'SAML_ENCRYPTION',
  retireUrl: mayChange && State === 'previous' ? changeUrl({ set, key: KeyId }) : undefined,
})

/** A certificate of a key that goes by itself ends without harm. */
function endingOf(state: KeyAnswer['State'], notAfter: number | undefined, now: number): { isOver: boolean; endsSoon: boolean } {
  const left = state === 'previous' || notAfter === undefined ? Infinity : notAfter * 1000 - now
  return { isOver: left <= 0, endsSoon: left > 0 && left <= soon }
}

/** What is said before the next key is used. */
export function warningOf(set: SetAnswer, now: number): string {
  const { ReadyAt, Waiting = [] } = set
  if (isReady(set, now)) return ReadyAt === undefined ? 'Every provider has fetched our metadata with the next key in it.' : `The next key has been published for longer than anybody may keep the keys before it. ${unseenSentence(set)}`
  if (ReadyAt !== undefined) return `Applications may keep the keys that they fetched until ${isoOf(ReadyAt).slice(0, 16).replace('T', ' ')} UTC, and would not believe the next one before. ${unseenSentence(set)} Do it now only when the key in use may have come into other hands.`
  const names = Waiting.map(({ Name }) => Name)
  return `${names.slice(0, 10).join(', ')}${names.length > 10 ? ` and ${names.length - 10} more` : ''} ${names.length === 1 ? 'has' : 'have'} not fetched our metadata since the next key is in it. People may not be able to sign in there until its certificate is entered at the provider.`
}
