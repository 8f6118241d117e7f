// What the pages say of a source's certificates and of fetching its metadata.
import { isoOf } from './people-answers.js'

export interface CertificateAnswer {
  Fingerprint: string
  Subject: string
  State: 'current' | 'next' | 'retiring' | 'retired'
  NotBefore: number
  NotAfter: number
  FirstUsedAt?: number
  LastUsedAt?: number
}

export interface FetchAnswer {
  TriedAt?: number
  FetchedAt?: number
  DueAt: number
  Failures: number
  Fault?: string
}

const stateWords: Readonly<Record<CertificateAnswer['State'], string>> = { current: 'in use', next: 'next: counts already, and takes over by itself', retiring: 'counts until you retire it', retired: 'retired: does not count' }
const day = 86_400_000
const soon = 60
const listedDays = 90

const daysLeft = (at: number, now: number): number => Math.floor((at * 1000 - now) / day)
const isoIf = (at: number | undefined): string | undefined => (at === undefined ? undefined : isoOf(at))

/** What the list says of the last certificate; of one that lasts, nothing. */
export function endWords(at: number | undefined, now: number): string {
  if (at === undefined) return ''
  const left = daysLeft(at, now)
  if (left < 0) return 'the certificate is over'
  return left > listedDays ? '' : left === 0 ? 'the certificate ends within a day' : `the certificate ends in ${left} day${left === 1 ? '' : 's'}`
}

/** One certificate with what may be done to it. */
export function certificateRow({ Fingerprint, Subject, State, NotBefore, NotAfter, FirstUsedAt, LastUsedAt }: CertificateAnswer, now: number): object {
  const left = daysLeft(NotAfter, now)
  return {
    fingerprint: Fingerprint, subject: Subject, state: stateWords[State], from: isoOf(NotBefore), until: isoOf(NotAfter), isOver: left < 0, endsSoon: left >= 0 && left < soon, usedFirst: isoIf(FirstUsedAt), usedLast: isoIf(LastUsedAt),
    canPromote: State === 'next' || State === 'retiring', canRetire: State !== 'retired', canRollBack: State === 'retired',
  }
}

/** How fetching the metadata at an address goes. */
export const fetchModel = (address: string, fetch: FetchAnswer | undefined): object => ({ address, fetchedAt: isoIf(fetch?.FetchedAt), triedAt: isoIf(fetch?.TriedAt), dueAt: isoIf(fetch?.DueAt), fault: fetch?.Fault })
