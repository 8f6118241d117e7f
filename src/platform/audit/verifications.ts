// Remembers when the chain was verified last, and verifies by itself what was written since.
import type { Clock } from '../clock.js'
import type { Executor } from '../storage/database.js'
import type { Checkpoint, Checkpoints } from './checkpoints.js'
import { verifyChain, type Verified } from './verify.js'

/** Everything that there was, or what came since it was verified before. */
export type VerifiedScope = 'whole' | 'recent'

export interface Verification {
  scope: VerifiedScope
  verifiedAt: Date
  /** The first and the last position, where there were events. */
  first: number | undefined
  last: number | undefined
  count: number
  /** What was wrong, and where. */
  fault: { position: number; sentence: string } | undefined
}

/** How sure one may be of the trail. */
export interface TrailState {
  /** How far it was signed. */
  head: Checkpoint | undefined
  verifications: Verification[]
}

interface Options {
  sql: Executor
  checkpoints: Checkpoints
  clock: Clock
}

interface Stored extends Record<string, unknown> {
  scope: VerifiedScope
  verified_at: Date
  since: Date
  first_position: string | null
  last_position: string | null
  events: string
  fault_position: string | null
  fault: string | null
}

const minute = 60_000
const day = 24 * 60 * minute
/** Another node may have done so a moment ago. */
const oftenEnough = 50 * minute
/** Clocks of nodes differ. */
const overlap = 5 * minute

export class Verifications {
  constructor(private readonly options: Options) {}

  /** Reads how far the trail was signed, and when it was verified. */
  async state(): Promise<TrailState> {
    const [head, rows] = await Promise.all([this.options.checkpoints.findHeadBefore(Number.MAX_SAFE_INTEGER), this.#rows()])
    return { head, verifications: rows.map(verificationOf) }
  }

  /** Remembers that everything was verified. */
  async remember(verified: Verified): Promise<void> {
    await this.#write('whole', verified, new Date(this.options.clock()))
  }

  /** Verifies what came since it did so before, and says what is wrong; a fault is found again until it is mended. */
  async verifyRecent(): Promise<Verified | undefined> {
    const { sql, checkpoints, clock } = this.options
    const now = clock()
    const before = (await this.#rows()).find(({ scope }) => scope === 'recent')
    if (before && now - before.verified_at.getTime() < oftenEnough) return undefined
    const since = before?.since ?? new Date(now - day)
    const verified = await verifyChain({ sql, checkpoints, since })
    await this.#write('recent', verified, verified.fault ? since : new Date(now - overlap))
    return verified
  }

  #rows(): Promise<Stored[]> {
    return this.options.sql.query<Stored>('select scope, verified_at, since, first_position, last_position, events, fault_position, fault from audit_verifications order by scope desc')
  }

  async #write(scope: VerifiedScope, { first, last, count, fault }: Verified, since: Date): Promise<void> {
    await this.options.sql.query(
      `insert into audit_verifications (scope, verified_at, since, first_position, last_position, events, fault_position, fault) values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (scope) do update set verified_at = $2, since = $3, first_position = $4, last_position = $5, events = $6, fault_position = $7, fault = $8`,
      [scope, new Date(this.options.clock()), since, first ?? null, last ?? null, count, fault?.position ?? null, fault?.sentence ?? null])
  }
}

const numberOf = (value: string | null): number | undefined => (value === null ? undefined : Number(value))

const verificationOf = (row: Stored): Verification => ({
  scope: row.scope, verifiedAt: row.verified_at, first: numberOf(row.first_position), last: numberOf(row.last_position), count: Number(row.events),
  fault: row.fault === null ? undefined : { position: Number(row.fault_position), sentence: row.fault },
})
