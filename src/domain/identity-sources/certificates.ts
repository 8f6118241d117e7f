// The certificates of a SAML source, through a change from one to the next: the next one counts before it is used, and takes
// over when it proves a sign-in; the one before goes on counting until somebody retires it.
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import { isUuid } from '../../platform/ids.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import { within, type Store } from '../../platform/storage/store.js'
import { refuseTaken } from '../../platform/storage/taken.js'
import { readCertificates, type Certificate } from '../federation/index.js'

export type CertificateState = 'next' | 'current' | 'retiring' | 'retired'

export interface SourceCertificate extends Certificate {
  state: CertificateState
  addedAt: Date
  addedBy: string
  firstUsedAt: Date | undefined
  lastUsedAt: Date | undefined
}

/** Every sign-in tries them one after the other. */
export const mostCertificates = 20
const noteEvery = 60_000

const order = `array_position(array['current', 'next', 'retiring', 'retired'], state), not_after desc, fingerprint`

export class SourceCertificates {
  constructor(private readonly store: Store, private readonly clock: Clock) {}

  /** The same ones, inside of a transaction. */
  within(tx: Executor): SourceCertificates {
    return new SourceCertificates(within(tx), this.clock)
  }

  /** Lists all of a source, the current one first and the retired ones last. */
  list(sourceId: string): Promise<SourceCertificate[]> {
    return listOf(this.store, sourceId)
  }

  /** When the last of each source's that count ends, by source. */
  async lastEnds(): Promise<ReadonlyMap<string, Date>> {
    const rows = await this.store.query<{ id: string; until: Date }>(`select source_id::text as id, max(not_after) as until from identity_source_certificates where state <> 'retired' group by source_id`)
    return new Map(rows.map(({ id, until }) => [id, until]))
  }

  /** Lists those that prove a sign-in. */
  async accepted(sourceId: string): Promise<SourceCertificate[]> {
    return (await this.list(sourceId)).filter(({ state }) => state !== 'retired')
  }

  /** Adds what somebody has, in whatever spelling, and returns it. Refuses with `invalid-input` what is no certificate or a weak one, with `conflict` what is there. */
  async add(sourceId: string, given: string | Uint8Array, by: string): Promise<SourceCertificate[]> {
    const certificates = readCertificates(given)
    return this.#change(sourceId, async (tx, known) => {
      const twice = certificates.find(({ fingerprint }) => known.some((other) => other.fingerprint === fingerprint))
      if (twice) throw new Refusal('conflict', `The source has the certificate of “${twice.subject}” with the fingerprint ${twice.fingerprint.slice(0, 16)}… already.`)
      await this.#insert(tx, { sourceId, known, certificates, by })
    }, (one) => certificates.some(({ fingerprint }) => fingerprint === one.fingerprint))
  }

  /** Takes those of new metadata over: new ones are next, and those that are not in it any more go on counting until somebody retires them. Returns what changed. */
  async replace(sourceId: string, certificates: readonly Certificate[], by: string): Promise<SourceCertificate[]> {
    const changed = new Set<string>()
    return this.#change(sourceId, async (tx, known) => {
      const named = new Set(certificates.map(({ fingerprint }) => fingerprint))
      const added = certificates.filter(({ fingerprint }) => !known.some((other) => other.fingerprint === fingerprint))
      const gone = known.filter(({ fingerprint, state }) => !named.has(fingerprint) && (state === 'next' || state === 'current'))
      for (const { fingerprint } of [...added, ...gone]) changed.add(fingerprint)
      await tx.query(`update identity_source_certificates set state = 'retiring' where source_id = $1 and fingerprint = any($2)`, [sourceId, gone.map(({ fingerprint }) => fingerprint)])
      await this.#insert(tx, { sourceId, known, certificates: added, by })
    }, ({ fingerprint }) => changed.has(fingerprint))
  }

  /** Lists those of all sources, by the ids of the sources. */
  static async listAll(sql: Executor): Promise<Map<string, SourceCertificate[]>> {
    const all = new Map<string, SourceCertificate[]>()
    for (const row of await sql.query(`select * from identity_source_certificates order by source_id, ${order}`)) all.set(row.source_id as string, [...all.get(row.source_id as string) ?? [], fromRow(row)])
    return all
  }

  /** Adds some whose states are known, as where a source is rebuilt. Refuses with `conflict` what is there. */
  restore(sourceId: string, certificates: readonly (Certificate & { state: CertificateState })[], by: string): Promise<SourceCertificate[]> {
    return this.#change(sourceId, async (tx, known) => {
      checkCount([...known, ...certificates])
      for (const certificate of certificates) await refuseTaken(this.#put(tx, { sourceId, certificate, by }), taken)
    }, (one) => certificates.some(({ fingerprint }) => fingerprint === one.fingerprint))
  }

  /** Makes one that counts the current one; the current one retires. */
  promote(sourceId: string, fingerprint: string): Promise<SourceCertificate[]> {
    return this.#makeCurrent(sourceId, fingerprint, ['next', 'retiring'])
  }

  /** Makes one that was retired the current one again; the one in its place goes on counting. */
  rollBack(sourceId: string, fingerprint: string): Promise<SourceCertificate[]> {
    return this.#makeCurrent(sourceId, fingerprint, ['retired'])
  }

  /** Ends that one counts. Refuses with `in-use` for the last one. */
  retire(sourceId: string, fingerprint: string): Promise<SourceCertificate[]> {
    return this.#change(sourceId, async (tx, known) => {
      if (stateOf(known, fingerprint) === 'retired') throw new Refusal('conflict', 'That certificate is retired already.')
      if (known.filter(({ state }) => state !== 'retired').length === 1) throw new Refusal('in-use', 'That is the last certificate that counts: without it nobody can sign in with the source. Add another one first.')
      await tx.query(`update identity_source_certificates set state = 'retired' where source_id = $1 and fingerprint = $2`, [sourceId, fingerprint])
    }, (one) => one.fingerprint === fingerprint)
  }

  /** Notes that one proved a sign-in, at most once a minute. True where it was next and is the current one from now on. */
  async noteUse(sourceId: string, fingerprint: string): Promise<boolean> {
    const now = this.clock()
    const [row] = await this.store.query<{ state: CertificateState }>(
      `update identity_source_certificates set first_used_at = coalesce(first_used_at, $3), last_used_at = $3
       where source_id = $1 and fingerprint = $2 and (state = 'next' or last_used_at is null or last_used_at <= $4) returning state`, [sourceId, fingerprint, new Date(now), new Date(now - noteEvery)])
    return row?.state === 'next' && this.store.transaction(async (tx) => {
      await lock(tx, sourceId)
      await tx.query(`update identity_source_certificates set state = 'retiring' where source_id = $1 and state = 'current'
        and exists (select from identity_source_certificates n where n.source_id = $1 and n.fingerprint = $2 and n.state = 'next')`, [sourceId, fingerprint])
      return (await tx.query(`update identity_source_certificates set state = 'current' where source_id = $1 and fingerprint = $2 and state = 'next' returning 1`, [sourceId, fingerprint])).length > 0
    })
  }

  #makeCurrent(sourceId: string, fingerprint: string, from: readonly CertificateState[]): Promise<SourceCertificate[]> {
    const changed = new Set([fingerprint])
    return this.#change(sourceId, async (tx, known) => {
      const state = stateOf(known, fingerprint)
      if (!from.includes(state)) throw new Refusal('conflict', state === 'current' ? 'That certificate is the current one.' : `That certificate is ${state === 'retired' ? 'retired' : 'not retired'}.`)
      for (const one of known) if (one.state === 'current') changed.add(one.fingerprint)
      await tx.query(`update identity_source_certificates set state = 'retiring' where source_id = $1 and state = 'current'`, [sourceId])
      await tx.query(`update identity_source_certificates set state = 'current' where source_id = $1 and fingerprint = $2`, [sourceId, fingerprint])
    }, (one) => changed.has(one.fingerprint))
  }

  /** Changes those of one source, one change after the other, and returns the ones it was about as they are then. */
  #change(sourceId: string, work: (tx: Executor, known: SourceCertificate[]) => Promise<void>, isAbout: (one: SourceCertificate) => boolean): Promise<SourceCertificate[]> {
    return this.store.transaction(async (tx) => {
      await lock(tx, sourceId)
      await work(tx, await listOf(tx, sourceId))
      return (await listOf(tx, sourceId)).filter(isAbout)
    })
  }

  async #insert(tx: Executor, { sourceId, known, certificates, by }: { sourceId: string; known: readonly SourceCertificate[]; certificates: readonly Certificate[]; by: string }): Promise<void> {
    const coming = beginning(known, certificates)
    checkCount([...known, ...coming])
    for (const certificate of coming) await this.#put(tx, { sourceId, certificate, by })
  }

  #put(tx: Executor, { sourceId, certificate, by }: { sourceId: string; certificate: Certificate & { state: CertificateState }; by: string }): Promise<unknown> {
    const { fingerprint, der, subject, notBefore, notAfter, state } = certificate
    return tx.query(
      'insert into identity_source_certificates (source_id, fingerprint, der, subject, not_before, not_after, state, added_at, added_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
      [sourceId, fingerprint, Buffer.from(der, 'base64'), subject, notBefore, notAfter, state, new Date(this.clock()), by])
  }
}

const taken = { identity_source_certificates_pkey: 'The source has one of these certificates already.', identity_source_certificates_current: 'The source has another certificate in use.' }

function checkCount(certificates: readonly { state: CertificateState }[]): void {
  if (certificates.filter(({ state }) => state !== 'retired').length > mostCertificates) {
    throw new Refusal('limit-exceeded', `A source has ${mostCertificates} certificates that count at most. Retire those that are not used any more.`)
  }
}

/** How new certificates begin: where none counts yet, the one that began first is the one in use. */
export function beginning<Known extends Certificate>(known: readonly { state: CertificateState }[], certificates: readonly Known[]): (Known & { state: CertificateState })[] {
  const counts = known.some(({ state }) => state !== 'retired')
  const inUse = counts ? undefined : certificates.toSorted((one, other) => one.notBefore.getTime() - other.notBefore.getTime())[0]?.fingerprint
  return certificates.map((one) => ({ ...one, state: one.fingerprint === inUse ? 'current' : 'next' }))
}

async function lock(tx: Executor, sourceId: string): Promise<void> {
  const rows = isUuid(sourceId) ? await tx.query('select 1 from identity_sources where id = $1 for update', [sourceId]) : []
  if (rows.length === 0) throw new Refusal('not-found', 'There is no such identity source.')
}

const stateOf = (known: readonly SourceCertificate[], fingerprint: string): CertificateState => {
  const found = known.find((one) => one.fingerprint === fingerprint)
  if (!found) throw new Refusal('not-found', 'The source has no such certificate.')
  return found.state
}

const listOf = async (sql: Executor, sourceId: string): Promise<SourceCertificate[]> =>
  (isUuid(sourceId) ? (await sql.query(`select * from identity_source_certificates where source_id = $1 order by ${order}`, [sourceId])).map(fromRow) : [])

const fromRow = (row: Row): SourceCertificate => ({
  fingerprint: row.fingerprint as string, der: Buffer.from(row.der as Uint8Array).toString('base64'), subject: row.subject as string, notBefore: row.not_before as Date, notAfter: row.not_after as Date,
  state: row.state as CertificateState, addedAt: row.added_at as Date, addedBy: row.added_by as string,
  firstUsedAt: (row.first_used_at as Date | null) ?? undefined, lastUsedAt: (row.last_used_at as Date | null) ?? undefined,
})
