// What the operations work with.
import type { Context } from 'koa'
import type { Explorer, Held } from '../../../domain/access/index.js'
import type { OwnDevices, PasswordChanges, PasswordHashes, Passwords, RecoveryCodes } from '../../../domain/authentication/index.js'
import type { DeletedUsers, GroupNesting, Groups, Memberships, User, Users } from '../../../domain/directory/index.js'
import type { ProvisioningTokens } from '../../../domain/federation/index.js'
import type { PersonSessions } from '../../../domain/incidents/index.js'
import type { Organization } from '../../../domain/settings/index.js'
import type { EventsAbout } from '../../../platform/audit/index.js'
import type { Database, Executor } from '../../../platform/storage/database.js'
import type { JsonRooms } from '../protocol/json-operation.js'

export interface IdentityStoreRooms extends JsonRooms {
  organization: () => Promise<Organization>
  database: Pick<Database, 'transaction'>
  users: Users
  deletedUsers: DeletedUsers
  groups: Groups
  memberships: Memberships
  nesting: GroupNesting
  /** Does what takes people or groups out of a group, and ends what was issued through it to whoever holds it no more. */
  losing: <T>(whom: { groupId: string; userId?: string | undefined; by: string }, work: (tx: Executor) => Promise<T>) => Promise<T>
  held: Held
  explorer: Explorer
  eventsAbout: EventsAbout
  passwords: Pick<Passwords, 'findProfile'>
  passwordChanges: Pick<PasswordChanges, 'set'>
  hashes: PasswordHashes
  devices: Pick<OwnDevices, 'list' | 'withdraw'>
  recoveryCodes: Pick<RecoveryCodes, 'withdraw'>
  personSessions: Pick<PersonSessions, 'list' | 'end' | 'endKeys'>
  letters: PeoplesLetters
  provisioningTokens: Pick<ProvisioningTokens, 'create' | 'list' | 'remove'>
  /** Ends every session of somebody with what hangs on it, tokens of command lines and applications, and role credentials. */
  endEverything: (userId: string, by: string) => Promise<void>
}

/** What is mailed to people about their sign-in. */
export interface PeoplesLetters {
  /** Mails a link to set a first password within a transaction. */
  invite: (tx: Executor, user: User) => Promise<void>
  /** Mails a link for a new password within a transaction. */
  reset: (tx: Executor, user: User) => Promise<void>
  /** Makes links worthless that went to an address which is somebody's no more. */
  voidMailedTo: (tx: Executor, userId: string, address: string) => Promise<void>
  /** Tells somebody within a transaction that a way to prove who they are is gone; `factor` is what it is. */
  tellRemoved: (ctx: Context, userId: string, factor: string, tx: Executor) => Promise<void>
  wasInvited: (userId: string) => Promise<boolean>
}
