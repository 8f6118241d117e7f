// Checkpoints: signed statements of how far the chain goes (a head) or where what is kept begins (a cut).
import { CompactSign, compactVerify, decodeProtectedHeader } from 'jose'
import type { Clock } from '../clock.js'
import type { Executor } from '../storage/database.js'
import type { Place } from './chain.js'
import type { CheckpointKeys } from './checkpoint-keys.js'

export type CheckpointKind = 'head' | 'cut'

export interface Checkpoint extends Place {
  kind: CheckpointKind
  signedAt: Date
  /** The compact JWS that says all this. */
  jws: string
}

interface Options {
  sql: Executor
  keys: CheckpointKeys
  clock: Clock
}

interface Stored extends Record<string, unknown> {
  kind: CheckpointKind
  position: string
  hash: Buffer
  signed_at: Date
  jws: string
}

const type = 'gatehouse-audit-checkpoint+jws'
const columns = 'kind, position, hash, signed_at, jws'
const day = 86_400_000

export class Checkpoints {
  constructor(private readonly options: Options) {}

  /** Signs the head of the chain where it has moved since it was signed last. */
  async signHead(): Promise<Checkpoint | undefined> {
    const { sql } = this.options
    const [head] = await sql.query<{ position: string; hash: Buffer | null }>(`
      select position, hash from audit_events where position > coalesce((select max(position) from audit_checkpoints where kind = 'head'), 0) order by position desc limit 1`)
    return head?.hash ? this.#sign(sql, 'head', { position: Number(head.position), hash: head.hash }) : undefined
  }

  /** Makes sure that there is a key: inside of a transaction nothing else may be asked where one connection is all there is. */
  async prepare(): Promise<void> {
    await this.options.keys.getCurrent()
  }

  /** Signs, with the transaction that removes it and everything before, the last event that is removed. */
  async signCut(tx: Executor, last: Place): Promise<void> {
    await this.#sign(tx, 'cut', last)
    await tx.query(`delete from audit_checkpoints where kind = 'cut' and position < $1`, [last.position])
  }

  async findCut(): Promise<Checkpoint | undefined> {
    const [found] = await this.options.sql.query<Stored>(`select ${columns} from audit_checkpoints where kind = 'cut' order by position desc limit 1`)
    return found && checkpointOf(found)
  }

  /** Finds the last signed head before a position. */
  async findHeadBefore(position: number): Promise<Checkpoint | undefined> {
    const [found] = await this.options.sql.query<Stored>(`select ${columns} from audit_checkpoints where kind = 'head' and position < $1 order by position desc limit 1`, [position])
    return found && checkpointOf(found)
  }

  /** Lists signed heads after a position, in their order. */
  async listHeads(after: number, most: number, until = Number.MAX_SAFE_INTEGER): Promise<Checkpoint[]> {
    const found = await this.options.sql.query<Stored>(`select ${columns} from audit_checkpoints where kind = 'head' and position > $1 and position <= $2 order by position limit $3`, [after, until, most])
    return found.map(checkpointOf)
  }

  /** Reads what a JWS says, where this installation has signed it. */
  async prove(jws: string): Promise<(Place & { kind: CheckpointKind; signedAt: Date }) | undefined> {
    try {
      const { kid = '', typ } = decodeProtectedHeader(jws)
      const key = typ === type ? await this.options.keys.find(kid) : undefined
      if (!key) return undefined
      const { payload } = await compactVerify(jws, key.publicKey, { algorithms: ['ES256'] })
      const { kind, position, hash, iat } = JSON.parse(new TextDecoder().decode(payload)) as { kind: CheckpointKind; position: number; hash: string; iat: number }
      return { kind, position, hash: Buffer.from(hash, 'hex'), signedAt: new Date(iat * 1000) }
    } catch (error) {
      if (isOfJose(error)) return undefined
      throw error
    }
  }

  /** Forgets the heads that others stand in for: of days gone by, one each is enough. */
  async thin(): Promise<void> {
    await this.options.sql.query(`delete from audit_checkpoints c where kind = 'head' and signed_at < $1 and exists (
      select 1 from audit_checkpoints later where later.kind = 'head' and later.position > c.position and later.signed_at < $1 and date_trunc('day', later.signed_at) = date_trunc('day', c.signed_at))`,
      [new Date(this.options.clock() - day)])
  }

  async #sign(sql: Executor, kind: CheckpointKind, { position, hash }: Place): Promise<Checkpoint> {
    const { kid, privateKey } = await this.options.keys.getCurrent()
    const signedAt = new Date(this.options.clock())
    const payload = { kind, position, hash: hash.toString('hex'), iat: Math.floor(signedAt.getTime() / 1000) }
    const jws = await new CompactSign(new TextEncoder().encode(JSON.stringify(payload))).setProtectedHeader({ alg: 'ES256', kid, typ: type }).sign(privateKey)
    await sql.query('insert into audit_checkpoints (kind, position, hash, signed_at, jws) values ($1, $2, $3, $4, $5) on conflict do nothing', [kind, position, hash, signedAt, jws])
    return { kind, position, hash, signedAt, jws }
  }
}

const checkpointOf = ({ kind, position, hash, signed_at: signedAt, jws }: Stored): Checkpoint => ({ kind, position: Number(position), hash, signedAt, jws })

/** Faults of the JWS itself; a database that does not answer is another matter. */
const isOfJose = (error: unknown): boolean => error instanceof SyntaxError || error instanceof TypeError || String((error as { code?: unknown }).code).startsWith('ERR_J')
