// Tells whoever made a provisioning token that it ends: 30, 14, 7 and 1 days before. Nodes take turns by skipping what another holds.
import { primaryEmail, type Email } from '../directory/index.js'
import type { Clock } from '../../platform/clock.js'
import type { Log } from '../../platform/log.js'
import { isMailAddress, type MailQueue } from '../../platform/mail/index.js'
import type { Executor, Row } from '../../platform/storage/database.js'

interface TokenWarningsOptions {
  database: { transaction<T>(work: (tx: Executor) => Promise<T>): Promise<T> }
  mail: MailQueue
  clock: Clock
  log: Pick<Log, 'warn'>
}

const day = 24 * 3600 * 1000
const every = 3600 * 1000
const soon = 10_000
const warnedBefore = [1, 7, 14, 30]

export class TokenWarnings {
  #timers: NodeJS.Timeout[] = []
  #working: Promise<void> | undefined

  constructor(private readonly options: TokenWarningsOptions) {}

  start(): void {
    const look = (): void => {
      this.#working ??= this.run().catch((error: Error) => this.options.log.warn({ err: error.message }, 'nobody could be told that provisioning tokens end')).finally(() => { this.#working = undefined })
    }
    this.#timers = [setTimeout(look, soon).unref(), setInterval(look, every).unref()]
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    await this.#working
  }

  /** Tells of every token for which it is time, once for each of the four times. */
  async run(): Promise<void> {
    const { database, clock } = this.options
    const now = clock()
    await database.transaction(async (tx) => {
      const rows = await tx.query(
        'select id, name, expires_at, warned_days, created_by_user from provisioning_tokens where expires_at > $1 and expires_at <= $2 for update skip locked', [new Date(now), new Date(now + 30 * day)])
      for (const row of rows) await this.#warn(tx, row, now)
    })
  }

  async #warn(tx: Executor, row: Row, now: number): Promise<void> {
    const endsAt = (row.expires_at as Date).getTime()
    const due = warnedBefore.find((days) => endsAt - now <= days * day)!
    if (row.warned_days !== null && (row.warned_days as number) <= due) return
    await tx.query('update provisioning_tokens set warned_days = $2 where id = $1', [row.id, due])
    const to = await addressOf(tx, row.created_by_user as string | null)
    if (to) await this.options.mail.queue(tx, { to, template: 'provisioning-token-ending', model: { name: row.name as string, days: due, endsAt, link: '/admin/provisioning' } })
  }
}

/** Whoever made it, or else whoever owns the management account. */
async function addressOf(tx: Executor, userId: string | null): Promise<string | undefined> {
  const [person] = userId === null ? [] : await tx.query<{ emails: Email[] }>('select emails from users where id = $1 and active', [userId])
  const [account] = await tx.query<{ email: string }>('select email from accounts where management')
  return [primaryEmail(person?.emails ?? []), account?.email].find((address) => address !== undefined && isMailAddress(address))
}
