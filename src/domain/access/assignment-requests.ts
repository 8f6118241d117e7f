// What came of requests to assign, to take away and to provision, for whoever asks later: kept for thirty days.
import { newUuid } from '../../platform/ids.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import { pageOf, type Page, type PageRequest } from '../../platform/storage/paging.js'
import type { Principal } from './assignments.js'

export type RequestKind = 'assign' | 'unassign' | 'provision'

export interface AssignmentRequest {
  id: string
  kind: RequestKind
  /** Why nothing came of it. */
  failure: string | undefined
  /** None where all accounts are meant. */
  accountId: string | undefined
  permissionSetId: string
  principal: Principal | undefined
  createdAt: Date
}

const columns = 'id, kind, failure, account_id, permission_set_id, principal_id, principal_type, created_at'

export class AssignmentRequests {
  constructor(private readonly sql: Executor, private readonly clock: () => number = Date.now) {}

  async add({ kind, failure, accountId, permissionSetId, principal }: Omit<AssignmentRequest, 'id' | 'createdAt'>): Promise<AssignmentRequest> {
    const request = { id: newUuid(), kind, failure, accountId, permissionSetId, principal, createdAt: new Date(this.clock()) }
    await this.sql.query(`insert into assignment_requests (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [request.id, kind, failure ?? null, accountId ?? null, permissionSetId, principal?.id ?? null, principal?.type ?? null, request.createdAt])
    await this.sql.query(`delete from assignment_requests where id in (select id from assignment_requests where created_at < $1::timestamptz - interval '30 days' order by created_at limit 100)`, [request.createdAt])
    return request
  }

  async find(kind: RequestKind, id: string): Promise<AssignmentRequest | undefined> {
    const [row] = await this.sql.query(`select ${columns} from assignment_requests where id = $2 and kind = $1`, [kind, id])
    return row && fromRow(row)
  }

  /** Lists a page of a kind, the last first. */
  async list(kind: RequestKind, { failed, after, limit }: PageRequest & { failed?: boolean | undefined }): Promise<Page<AssignmentRequest>> {
    const [time, id] = after?.split(' ') ?? []
    const rows = await this.sql.query(
      `select ${columns}, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ' ' || id as key from assignment_requests
       where kind = $1 and ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid)) and ($4::boolean is null or (failure is not null) = $4) order by created_at desc, id desc limit $5`,
      [kind, time ?? null, id ?? null, failed ?? null, limit + 1])
    return pageOf(rows, limit, (row) => row.key as string, fromRow)
  }
}

const fromRow = (row: Row): AssignmentRequest => ({
  id: row.id as string,
  kind: row.kind as RequestKind,
  failure: (row.failure as string | null) ?? undefined,
  accountId: (row.account_id as string | null) ?? undefined,
  permissionSetId: row.permission_set_id as string,
  principal: row.principal_id === null ? undefined : { id: row.principal_id as string, type: row.principal_type as Principal['type'] },
  createdAt: row.created_at as Date,
})
