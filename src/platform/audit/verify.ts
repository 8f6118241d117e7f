// Walks along the chain, a page at a time, and stops at the first event where something is wrong.
import type { Executor } from '../storage/database.js'
import { beginning } from './canonical.js'
import { checkRow, nowhere, readChain, type ChainedRow, type ChainFault, type Place } from './chain.js'
import type { Checkpoint, Checkpoints } from './checkpoints.js'

export interface Verified {
  fault?: ChainFault
  /** How many events were found to be as they were written. */
  count: number
  /** How many are from before there was a chain. */
  unchained: number
  /** The first and the last of them. */
  first?: number
  last?: number
  /** How many signed heads they agree with. */
  checkpoints: number
}

/** What somebody has kept elsewhere. */
export type KeptPlace = Place & { signedAt: Date }

interface Options {
  sql: Executor
  checkpoints: Checkpoints
  /** Verifies what happened since; everything unless told. */
  since?: Date | undefined
  /** A head that was signed and kept elsewhere. */
  kept?: KeptPlace | undefined
  /** Events read at once. */
  page?: number
}

/** Verifies the chain. */
export const verifyChain = (options: Options): Promise<Verified> => new Walk(options).run()

class Walk {
  readonly #result: Verified = { count: 0, unchained: 0, checkpoints: 0 }
  #at: Place = nowhere
  /** Signed heads that are still to come by, and how far they were read. */
  #heads: Checkpoint[] = []
  #headsRead = 0
  /** How far the chain went at least when the walk began. */
  #furthest: Checkpoint | undefined

  constructor(private readonly options: Options) {}

  async run(): Promise<Verified> {
    // Known before the walk, because others go on writing and signing meanwhile.
    this.#furthest = await this.options.checkpoints.findHeadBefore(Number.MAX_SAFE_INTEGER)
    const fault = await this.#begin() ?? await this.#walk() ?? await this.#end()
    return { ...this.#result, ...(fault && { fault }) }
  }

  /** Where to begin: a place that was signed, or the beginning of the chain. */
  async #begin(): Promise<ChainFault | undefined> {
    const { sql, checkpoints, since } = this.options
    let start = await checkpoints.findCut()
    if (since) {
      const [first] = await sql.query<{ position: string }>('select position from audit_events where event_time >= $1 order by event_time, position limit 1', [since])
      const head = first && await checkpoints.findHeadBefore(Number(first.position))
      if (head && head.position > (start?.position ?? 0)) start = head
    }
    if (!start) return undefined
    this.#at = start
    this.#headsRead = start.position
    const { kept } = this.options
    if (kept?.position === start.position && !kept.hash.equals(start.hash)) return { position: start.position, kind: 'changed', sentence: `the checkpoint that was signed at ${kept.signedAt.toISOString()} has another hash for this position` }
    return await this.#isSigned(start) ? undefined : { position: start.position, kind: 'unsigned', sentence: `the ${start.kind === 'cut' ? 'record of what was removed up to here' : 'checkpoint of this position'} was not signed by this installation` }
  }

  async #walk(): Promise<ChainFault | undefined> {
    const { sql, page = 1000 } = this.options
    for (;;) {
      const rows = await readChain(sql, this.#at.position, page)
      let wasCut = false
      for (const row of rows) {
        const fault = await this.#pass(row)
        if (!fault) continue
        wasCut = fault.kind === 'missing' && await this.#wasCutMeanwhile(fault)
        if (wasCut) break
        return fault
      }
      // Whoever waits for nothing more to come never ends where much is written.
      if (rows.length < page && !wasCut) return undefined
    }
  }

  async #pass(row: ChainedRow): Promise<ChainFault | undefined> {
    if (!row.hash && !row.previousHash && this.#at.hash.equals(beginning)) {
      this.#result.unchained += 1
      this.#at = { position: row.position, hash: beginning }
      return undefined
    }
    const fault = checkRow(row, this.#at)
    if (fault) return fault
    this.#at = { position: row.position, hash: row.hash! }
    this.#result.first ??= row.position
    this.#result.last = row.position
    const forged = await this.#compare(row)
    if (!forged) this.#result.count += 1
    return forged
  }

  /** Compares an event with the heads that were signed when it was the last. */
  async #compare({ position, eventId, hash }: ChainedRow): Promise<ChainFault | undefined> {
    const { kept } = this.options
    const says = (at: Date): string => `its hash is not the one of the checkpoint that was signed at ${at.toISOString()}: events up to here were changed together with their hashes`
    if (kept?.position === position && !kept.hash.equals(hash!)) return { position, eventId, kind: 'changed', sentence: says(kept.signedAt) }
    const head = await this.#nextHead()
    if (head?.position !== position) return undefined
    this.#heads.shift()
    if (!await this.#isSigned(head)) return { position, eventId, kind: 'unsigned', sentence: 'the checkpoint of this position was not signed by this installation' }
    if (!head.hash.equals(hash!)) return { position, eventId, kind: 'changed', sentence: says(head.signedAt) }
    this.#result.checkpoints += 1
    return undefined
  }

  async #end(): Promise<ChainFault | undefined> {
    const { kept } = this.options
    const furthest = [this.#furthest, kept].filter((place) => place !== undefined).toSorted((one, other) => other.position - one.position)[0]
    if (!furthest || furthest.position <= this.#at.position) return undefined
    return {
      position: this.#at.position + 1, kind: 'missing',
      sentence: `the trail ends before this position, but the checkpoint that was signed at ${furthest.signedAt.toISOString()} goes to position ${furthest.position}`,
    }
  }

  async #nextHead(): Promise<Checkpoint | undefined> {
    if (this.#heads.length === 0) {
      this.#heads = await this.options.checkpoints.listHeads(this.#headsRead, 200)
      this.#headsRead = this.#heads.at(-1)?.position ?? Number.MAX_SAFE_INTEGER
    }
    return this.#heads[0]
  }

  async #isSigned({ kind, position, hash, jws }: Checkpoint): Promise<boolean> {
    const proved = await this.options.checkpoints.prove(jws)
    return proved !== undefined && proved.kind === kind && proved.position === position && proved.hash.equals(hash)
  }

  /** Retention may remove what was about to be read. */
  async #wasCutMeanwhile({ position }: ChainFault): Promise<boolean> {
    const cut = await this.options.checkpoints.findCut()
    if (!cut || cut.position < position || !await this.#isSigned(cut)) return false
    this.#at = cut
    this.#heads = this.#heads.filter((head) => head.position > cut.position)
    return true
  }
}
