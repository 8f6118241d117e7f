// What writing changes works with: the transaction, the plan, and what is behind the names.
import type { PasswordHashes } from '../authentication/index.js'
import { Refusal } from '../../platform/errors.js'
import type { Executor } from '../../platform/storage/database.js'
import type { Action, Change } from './change.js'
import { fold } from './raw.js'
import type { Snapshot, UserState } from './snapshot.js'
import type { SourceSealer } from './source-states.js'
import type { Known } from './stored.js'

/** Finds the id behind a name, or behind the key of something inside of an account; refuses where it went meanwhile. */
export function idOf(ids: ReadonlyMap<string, string>, name: string, what = ''): string {
  const id = ids.get(fold(name))
  if (id === undefined) throw new Refusal('conflict', `There is no ${what && `${what} `}${name} any more.`)
  return id
}

// Small enough for a statement to end well within the database's patience.
const rowsAtOnce = 2000

export interface Writing {
  tx: Executor
  changes: readonly Change[]
  known: Known
  before: Snapshot
  hashes: PasswordHashes
  /** Seals what is secret of identity sources. */
  sealer: SourceSealer | undefined
  /** Mails an invitation within the transaction. */
  invite: (user: { id: string; userName: string; displayName: string; emails: UserState['emails'] }) => Promise<void>
  /** Hashes of the passwords to set, by `passwordKey`. */
  passwords: Map<string, string>
}

export async function inChunks<T>(items: T[], write: (chunk: T[]) => Promise<unknown>, size = rowsAtOnce): Promise<void> {
  for (let start = 0; start < items.length; start += size) await write(items.slice(start, start + size))
}

export type Picked<Kind extends Change['kind']> = Extract<Change, { kind: Kind }>

export const picked = <Kind extends Change['kind']>({ changes }: Pick<Writing, 'changes'>, kind: Kind, action: Action): Picked<Kind>[] =>
  changes.filter((change): change is Picked<Kind> => change.kind === kind && change.action === action)
