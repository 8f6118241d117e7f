// What the door works with, and what one request is to those who answer it.
import type { Context } from 'koa'
import type { EndIssued } from '../../domain/access/index.js'
import type { Budgets } from '../../domain/authentication/index.js'
import type { Arrivals, DirectorySearch, GroupMembers, Groups, Users } from '../../domain/directory/index.js'
import type { ProvisioningToken, ProvisioningTokens } from '../../domain/federation/index.js'
import type { RequestOrigin, Trail } from '../../platform/audit/index.js'
import type { Clock } from '../../platform/clock.js'
import type { Log } from '../../platform/log.js'
import type { Database, Executor } from '../../platform/storage/database.js'
import type { Projection } from './projection.js'
import type { Value } from './values.js'

export interface ScimRooms {
  publicUrl: URL
  tokens: Pick<ProvisioningTokens, 'find'>
  database: Pick<Database, 'transaction'>
  users: Users
  arrivals: Pick<Arrivals, 'create'>
  groups: Groups
  members: GroupMembers
  search: DirectorySearch
  budgets: Pick<Budgets, 'spend'>
  trail: Pick<Trail, 'record' | 'within'>
  /** True for the first wrong token of a minute from one place. */
  isWrongTokenTold: (ctx: Context) => Promise<boolean>
  clock: Clock
  log: Log
  /** Ends every session of somebody with what hangs on it, tokens of command lines and applications, and role credentials. */
  endEverything: (userId: string, by: string) => Promise<void>
  /** Ends what was issued in places to those who hold it there no more. */
  endIssued: EndIssued
  /** Makes links worthless that were mailed to an address which is somebody's no more. */
  voidMailedTo: (tx: Executor, userId: string, address: string) => Promise<void>
  /** Resolves once events can say which account they belong to. */
  ready: () => Promise<unknown>
}

/** Who asks, and how. */
export interface Call {
  token: ProvisioningToken
  /** Who it was, in a few words. */
  by: string
  origin: RequestOrigin
  ifMatch?: string | undefined
  ifNoneMatch?: string | undefined
}

export interface Answer {
  status: number
  body?: Value
  version?: string
  location?: string
}

/** What can be done with resources of one kind. */
export interface Resources {
  create(call: Call, body: Value, projection: Projection): Promise<Answer>
  read(call: Call, id: string, projection: Projection): Promise<Answer>
  replace(call: Call, id: string, body: Value, projection: Projection): Promise<Answer>
  patch(call: Call, id: string, body: Value, projection: Projection): Promise<Answer>
  remove(call: Call, id: string): Promise<Answer>
}
