// What the operations work with.
import type { Context } from 'koa'
import type { AccountRequests, Accounts } from '../../../domain/accounts/index.js'
import type { Organization } from '../../../domain/settings/index.js'
import type { Database } from '../../../platform/storage/database.js'
import type { JsonRooms } from '../protocol/json-operation.js'

export interface OrganizationsRooms extends JsonRooms {
  organization: () => Promise<Organization>
  database: Pick<Database, 'transaction'>
  accounts: Accounts
  accountRequests: AccountRequests
  /** Removes an account, and ends what was issued in it. */
  closeAccount: (id: string) => Promise<void>
  /** Counts what is in an account. */
  countIn: (id: string) => Promise<{ users: number; roles: number; policies: number }>
  /** Says what is assigned in an account, to whom; of very many the first. */
  assignmentsIn: (id: string) => Promise<{ permissionSet: string; principal: string }[]>
  /** Counts the people who reach an account. */
  countPeople: (id: string) => Promise<number>
  /** Gives a root user another address, and tells them at the old one. */
  changeRootAddress: (ctx: Context, id: string, email: string) => Promise<void>
}
