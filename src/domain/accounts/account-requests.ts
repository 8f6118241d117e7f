// Requests for new accounts: done at once, and what became of them is kept for a while, because clients come back to ask.
import { randomBytes } from 'node:crypto'
import { Refusal } from '../../platform/errors.js'
import { within, type Store } from '../../platform/storage/store.js'
import { pageOf, type Page, type PageRequest } from './paging.js'
import type { Row } from '../../platform/storage/database.js'
import { Accounts } from './accounts.js'
import { rootArn } from './arns.js'
import { Attachments } from './attachments.js'
import { Roles } from './roles.js'
import type { Tags } from './tags.js'

export interface AccountRequest {
  /** `car-` and 32 hexadecimal digits. */
  id: string
  accountName: string
  /** Of the account that was made. */
  accountId: string | undefined
  failure: 'EMAIL_ALREADY_EXISTS' | undefined
  requestedAt: Date
}

export interface WantedAccount {
  name: string
  /** The root user's address. */
  email: string
  tags: Tags
  /** A role that the management account may act as with every right. */
  role: { name: string; managementId: string }
}

const columns = 'id, account_name, account_id, failure, requested_at'
const keptFor = 90 * 24 * 3600 * 1000
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess'

export class AccountRequests {
  constructor(private readonly store: Store, private readonly clock: () => number = Date.now) {}

  /** Makes an account with its first role. An address that is the root user of another account fails the request. */
  async make(wanted: WantedAccount): Promise<AccountRequest> {
    const request = { id: `car-${randomBytes(16).toString('hex')}`, accountName: wanted.name, requestedAt: new Date(this.clock()) }
    const accountId = await this.#open(wanted)
    const made: AccountRequest = { ...request, accountId, failure: accountId === undefined ? 'EMAIL_ALREADY_EXISTS' : undefined }
    await this.store.query('delete from account_requests where requested_at < $1', [new Date(this.clock() - keptFor)])
    await this.store.query(`insert into account_requests (${columns}) values ($1, $2, $3, $4, $5)`, [made.id, made.accountName, accountId ?? null, made.failure ?? null, made.requestedAt])
    return made
  }

  async find(id: string): Promise<AccountRequest | undefined> {
    const [row] = await this.store.query(`select ${columns} from account_requests where id = $1`, [id])
    return row && fromRow(row)
  }

  /** Lists a page, the oldest first; of those that succeeded or failed, where that is said. */
  async page({ after, limit, failed }: PageRequest & { failed?: boolean | undefined }): Promise<Page<AccountRequest>> {
    const [time = null, id = null] = after?.split(' ') ?? []
    const rows = await this.store.query(
      `select ${columns} from account_requests where ($1::timestamptz is null or (requested_at, id) > ($1, $2)) and ($4::boolean is null or (failure is not null) = $4)
       order by requested_at, id limit $3`, [time, id, limit + 1, failed ?? null])
    return pageOf(rows, limit, (row) => `${(row.requested_at as Date).toISOString()} ${String(row.id)}`, fromRow)
  }

  async #open({ name, email, tags, role }: WantedAccount): Promise<string | undefined> {
    const accounts = new Accounts(this.store)
    if (await accounts.findByRootEmail(email)) return undefined
    const id = await accounts.findFreeId()
    try {
      await this.store.transaction(async (tx) => {
        await new Accounts(tx).create([{ id, name, alias: undefined, email, management: false, tags }])
        const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: rootArn(role.managementId) }, Action: 'sts:AssumeRole' }] })
        const [made] = await new Roles(within(tx), this.clock).create([{ accountId: id, name: role.name, path: '/', trustPolicy, maxSessionDuration: 3600 }])
        await new Attachments(within(tx)).attach(made!, administrator)
      })
      return id
    } catch (error) {
      // Somebody was quicker with the address.
      if (error instanceof Refusal && error.code === 'conflict' && await accounts.findByRootEmail(email)) return undefined
      throw error
    }
  }
}

const fromRow = (row: Row): AccountRequest => ({
  id: row.id as string,
  accountName: row.account_name as string,
  accountId: (row.account_id as string | null) ?? undefined,
  failure: (row.failure as AccountRequest['failure'] | null) ?? undefined,
  requestedAt: row.requested_at as Date,
})
