// Our keys for SAML as the providers of sources know them: each fetches our metadata at an address of its source, so that it can
// be told which of them have seen the next key. Whoever asks is not told from others: a fetch by hand counts as the provider's.
import type { SamlKeyPurpose, SamlKeyRecord, SamlKeys } from '../federation/index.js'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import { isUuid } from '../../platform/ids.js'
import type { Executor } from '../../platform/storage/database.js'

/** A source, and when our metadata was fetched for it last. */
export interface GivenMetadata {
  sourceId: string
  name: string
  givenAt: Date | undefined
}

interface KeyTurnsOptions {
  sql: Executor
  keys: Pick<SamlKeys, 'list' | 'rotate'>
  clock: Clock
}

const noteEvery = 60_000

export class KeyTurns {
  constructor(private readonly options: KeyTurnsOptions) {}

  /** Notes that our metadata was fetched for a source. */
  async noteGiven(sourceId: string): Promise<void> {
    const now = this.options.clock()
    if (!isUuid(sourceId)) return
    await this.options.sql.query('update identity_sources set metadata_given_at = $2 where id = $1 and (metadata_given_at is null or metadata_given_at <= $3)', [sourceId, new Date(now), new Date(now - noteEvery)])
  }

  /** Lists the sources in use whose provider has not fetched our metadata since a time, or never. */
  async waiting(since: Date): Promise<GivenMetadata[]> {
    const rows = await this.options.sql.query<{ id: string; name: string; metadata_given_at: Date | null }>(
      `select id::text as id, name, metadata_given_at from identity_sources where kind = 'saml' and enabled and (metadata_given_at is null or metadata_given_at < $1) order by lower(name)`, [since])
    return rows.map(({ id, name, metadata_given_at: at }) => ({ sourceId: id, name, givenAt: at ?? undefined }))
  }

  /** Uses the next key of a purpose from now on. Refuses with `conflict` while a provider may not know it, unless that is to be put up with. */
  async rotate(purpose: SamlKeyPurpose, { anyway }: { anyway: boolean }): Promise<{ before: string; after: string }> {
    const [current, next] = await this.#pair(purpose)
    const waiting = anyway ? [] : await this.waiting(next.createdAt)
    if (waiting.length > 0) throw new Refusal('conflict', `Some providers have not fetched our metadata since the next key is in it: ${waiting.slice(0, 5).map(({ name }) => name).join(', ')}${waiting.length > 5 ? ', …' : ''}.`)
    await this.options.keys.rotate(purpose, next.id)
    return { before: current.fingerprint, after: next.fingerprint }
  }

  async #pair(purpose: SamlKeyPurpose): Promise<[SamlKeyRecord, SamlKeyRecord]> {
    const keys = (await this.options.keys.list()).filter((key) => key.purpose === purpose)
    const [current, next] = (['current', 'next'] as const).map((state) => keys.find((key) => key.state === state))
    if (!current || !next) throw new Refusal('conflict', 'There is no next key yet. Please try again.')
    return [current, next]
  }
}
