// Entries: what was said on the console's first page, kept until the sign-in that follows is finished. An entry lives on
// the server, belongs to one browser, and is taken once.
import { createHash } from 'node:crypto'
import { newSecret } from '../../platform/ids.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'

export interface ConsoleEntry {
  id: string
  kind: 'root' | 'iam-user'
  /** The address or the user name that was said. */
  userName: string
  /** The account it is a name in: its id, or what was typed where nobody has that; empty for a root user. */
  accountId: string
  /** The account as it was typed. */
  account: string
  /** A page of the console to go to. */
  destination?: string | undefined
  region?: string | undefined
}

const lifetime = 30 * 60

export class ConsoleEntries {
  constructor(private readonly store: EphemeralStore) {}

  /** Keeps what a browser said. `browser` is a secret that only it shows. */
  async begin(entry: Omit<ConsoleEntry, 'id'>, browser: string): Promise<ConsoleEntry> {
    const begun = { ...entry, id: newSecret(16) }
    await this.store.put(keyOf(begun.id, browser), JSON.stringify(begun), { ttl: lifetime })
    return begun
  }

  async find(id: string, browser: string): Promise<ConsoleEntry | undefined> {
    const kept = await this.store.get(keyOf(id, browser))
    return kept && JSON.parse(kept.value) as ConsoleEntry
  }

  /** Ends an entry; finds it for exactly one caller. */
  async take(id: string, browser: string): Promise<ConsoleEntry | undefined> {
    const kept = await this.store.take(keyOf(id, browser))
    return kept === undefined ? undefined : JSON.parse(kept) as ConsoleEntry
  }
}

const keyOf = (id: string, browser: string): string => `console-entry:${createHash('sha256').update(JSON.stringify([id, browser])).digest('base64url')}`
