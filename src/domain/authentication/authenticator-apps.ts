// Authenticator apps, at most two for each principal. A secret is sealed at rest, and each of its time steps is accepted
// once, by one statement.
import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../../platform/clock.js'
import type { Sealer } from '../../platform/keys/index.js'
import type { Database, Executor, Row } from '../../platform/storage/database.js'
import { checkRoomForDevice } from './devices.js'
import { enrolmentUri, findPair, findStep, spellSecret, stepOf, totpSecretLength } from './time-codes.js'

export interface AuthenticatorApp {
  id: string
  name: string
  createdAt: Date
  lastUsedAt: Date | undefined
}

/** A secret that was shown to somebody, and does not count before a code proves that it arrived. */
export interface OfferedApp {
  /** To be kept until then, sealed for this principal. */
  sealed: string
  /** Base32. */
  secret: string
  uri: string
}

/** What a code turned out to be; `used` is right, but was accepted before. */
export type CodeOutcome = 'proved' | 'used' | 'wrong'

type Announce = (tx: Executor, app: AuthenticatorApp) => Promise<void>

export const mostAuthenticatorApps = 2
/** How far off a device's clock may be that is resynchronised: half an hour. */
const widestDrift = 60
const longestName = 64

interface Kept {
  id: string
  secret: Buffer
  lastStep: number
  drift: number
}

export class AuthenticatorApps {
  constructor(private readonly options: { database: Database; sealer: Sealer; clock: Clock }) {}

  async list(principal: string): Promise<AuthenticatorApp[]> {
    const rows = await this.options.database.query('select id, name, created_at, last_used_at from authenticator_apps where principal = $1 order by created_at, id', [principal])
    return rows.map((row) => ({ id: row.id as string, name: row.name as string, createdAt: row.created_at as Date, lastUsedAt: (row.last_used_at as Date | null) ?? undefined }))
  }

  async count(principal: string): Promise<number> {
    const [row] = await this.options.database.query<{ count: number }>('select count(*)::int as count from authenticator_apps where principal = $1', [principal])
    return row!.count
  }

  /** Makes a secret to be scanned; `sealed` brings back the same one. */
  offer(principal: string, shown: { issuer: string; label: string }, sealed?: string): OfferedApp {
    const kept = sealed === undefined ? undefined : this.#openOffer(principal, sealed)
    const secret = kept ?? randomBytes(totpSecretLength)
    return {
      sealed: kept && sealed ? sealed : this.options.sealer.seal(secret, offerPlace(principal)).toString('base64url'),
      secret: spellSecret(secret),
      uri: enrolmentUri(secret, shown.issuer, shown.label),
    }
  }

  /**
   * Registers an offered app by its first code; `full` where there are two already. Twice the same is once. `announce` hears
   * of it in the same transaction.
   */
  async enroll(principal: string, { sealed, name, code }: { sealed: string; name: string; code: string }, announce?: Announce): Promise<AuthenticatorApp | 'wrong' | 'full'> {
    const secret = this.#openOffer(principal, sealed)
    const step = secret && findStep(secret, code, this.options.clock())
    return secret && step !== undefined ? this.#register(principal, { secret, name, step, drift: 0 }, announce) : 'wrong'
  }

  /** Registers an app that was offered to nobody in particular, by two codes in a row; remembers how far off its clock is. */
  async enrollByPair(principal: string, { sealed, offeredTo, name, codes }: { sealed: string; offeredTo: string; name: string; codes: [string, string] }): Promise<AuthenticatorApp | 'wrong' | 'full'> {
    const secret = this.#openOffer(offeredTo, sealed)
    const now = this.options.clock()
    const step = secret && findPair(secret, ...codes, now, widestDrift)
    // A code of the step before and one of the step after are a clock that is right.
    const drift = step === undefined || Math.abs(step - stepOf(now)) <= 1 ? 0 : step - stepOf(now)
    return secret && step !== undefined ? this.#register(principal, { secret, name, step, drift }) : 'wrong'
  }

  /** Proves by a code of any of the principal's apps, or of one. Of several calls with one code, one proves. */
  async prove(principal: string, code: string, onlyOf?: string): Promise<{ outcome: CodeOutcome; id?: string }> {
    const now = this.options.clock()
    let outcome: CodeOutcome = 'wrong'
    for (const { id, secret, drift } of await this.#kept(principal)) {
      if (onlyOf !== undefined && id !== onlyOf) continue
      const step = findStep(secret, code, now, drift)
      if (step === undefined) continue
      if (await this.#accept(id, step, drift)) return { outcome: 'proved', id }
      outcome = 'used'
    }
    return { outcome }
  }

  /** Proves by two codes in a row, of any app or of one, and remembers how far off that device's clock is. */
  async resynchronise(principal: string, first: string, second: string, only?: string): Promise<{ outcome: CodeOutcome; id?: string }> {
    const now = this.options.clock()
    for (const { id, secret, lastStep } of await this.#kept(principal)) {
      const step = only === undefined || only === id ? findPair(secret, first, second, now, widestDrift) : undefined
      if (step === undefined) continue
      return { outcome: step > lastStep && await this.#accept(id, step, step - stepOf(now)) ? 'proved' : 'used', id }
    }
    return { outcome: 'wrong' }
  }

  /** Names an app anew; true where it is there. */
  async rename(principal: string, id: string, name: string, executor: Executor = this.options.database): Promise<boolean> {
    return (await executor.query('update authenticator_apps set name = $3 where principal = $1 and id = $2 returning id', [principal, id, appName(name)])).length > 0
  }

  /** Removes an app; true where it was there. Whether it may go is for the caller to ask. */
  async remove(principal: string, id: string, executor: Executor = this.options.database): Promise<boolean> {
    return (await executor.query('delete from authenticator_apps where principal = $1 and id = $2 returning id', [principal, id])).length > 0
  }

  async #register(principal: string, { secret, name, step, drift }: { secret: Buffer; name: string; step: number; drift: number }, announce?: Announce): Promise<AuthenticatorApp | 'wrong' | 'full'> {
    const { database, sealer, clock } = this.options
    const app = { id: idOf(secret), name: appName(name), createdAt: new Date(clock()), lastUsedAt: undefined }
    return database.transaction(async (tx) => {
      await checkRoomForDevice(tx, principal)
      const [{ count }] = await tx.query<{ count: number }>('select count(*)::int as count from authenticator_apps where principal = $1', [principal]) as [{ count: number }]
      if (count >= mostAuthenticatorApps) return 'full'
      const rows = await tx.query(
        'insert into authenticator_apps (id, principal, name, secret, last_step, drift, created_at) values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing returning id',
        [app.id, principal, app.name, sealer.seal(secret, placeOf(app.id)), step, drift, app.createdAt],
      )
      if (rows.length === 0) return 'wrong'
      await announce?.(tx, app)
      return app
    })
  }

  async #accept(id: string, step: number, drift: number): Promise<boolean> {
    const rows = await this.options.database.query(
      'update authenticator_apps set last_step = $2, drift = $3, last_used_at = $4 where id = $1 and last_step < $2 returning id', [id, step, drift, new Date(this.options.clock())])
    return rows.length > 0
  }

  async #kept(principal: string): Promise<Kept[]> {
    const rows = await this.options.database.query<Row>('select id, secret, last_step, drift from authenticator_apps where principal = $1 order by last_used_at desc nulls last', [principal])
    return rows.flatMap((row) => {
      const secret = this.options.sealer.open(row.secret as Buffer, placeOf(row.id as string))
      return secret ? [{ id: row.id as string, secret, lastStep: Number(row.last_step), drift: row.drift as number }] : []
    })
  }

  #openOffer(principal: string, sealed: string): Buffer | undefined {
    return this.options.sealer.open(Buffer.from(sealed, 'base64url'), offerPlace(principal))
  }
}

const placeOf = (id: string): string => `authenticator_apps|secret|${id}`
const offerPlace = (principal: string): string => `offered app|${principal}`
/** The same secret is the same app, so that a form that is sent twice registers one. */
const idOf = (secret: Buffer): string => `app-${createHash('sha256').update('app').update(secret).digest('hex').slice(0, 16)}`
const appName = (name: string): string => name.trim().slice(0, longestName) || 'Authenticator app'
