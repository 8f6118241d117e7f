// A person as a row of the database, and back.
import { newUuid } from '../../platform/ids.js'
import type { Row } from '../../platform/storage/database.js'
import type { Email, ExternalId, Profile } from './profile.js'

export interface User {
  id: string
  userName: string
  displayName: string
  givenName: string | undefined
  familyName: string | undefined
  emails: Email[]
  active: boolean
  profile: Profile
  externalIds: ExternalId[]
  createdAt: Date
  /** Who made them, by the ARN of whoever it was, or in a few words. */
  createdBy: string | undefined
  updatedAt: Date
  updatedBy: string | undefined
}

/** A person to be, or what they become: what is left out of the last four stays as it is. */
export type NewUser = Pick<User, 'userName' | 'displayName' | 'givenName' | 'familyName' | 'emails' | 'active'> & {
  id?: string
  profile?: Profile
  externalIds?: ExternalId[]
  /** Who does it. */
  by?: string
}

const names = ['id', 'user_name', 'display_name', 'given_name', 'family_name', 'emails', 'active', 'profile', 'external_ids', 'created_at', 'created_by', 'updated_at', 'updated_by']

export const columns = names.join(', ')
export const columnsOf = (alias: string): string => names.map((name) => `${alias}.${name}`).join(', ')

export const record = `r(id uuid, user_name text, display_name text, given_name text, family_name text, emails jsonb, active boolean, profile jsonb, external_ids jsonb, by text)`

export const toRow = (user: NewUser): Row & { id: string } => ({
  id: user.id ?? newUuid(),
  user_name: user.userName,
  display_name: user.displayName,
  given_name: user.givenName ?? null,
  family_name: user.familyName ?? null,
  emails: user.emails,
  active: user.active,
  profile: user.profile,
  external_ids: user.externalIds,
  by: user.by,
})

export const fromRow = (row: Row): User => ({
  id: row.id as string,
  userName: row.user_name as string,
  displayName: row.display_name as string,
  givenName: (row.given_name as string | null) ?? undefined,
  familyName: (row.family_name as string | null) ?? undefined,
  emails: row.emails as Email[],
  active: row.active as boolean,
  profile: row.profile as Profile,
  externalIds: row.external_ids as ExternalId[],
  createdAt: row.created_at as Date,
  createdBy: (row.created_by as string | null) ?? undefined,
  updatedAt: row.updated_at as Date,
  updatedBy: (row.updated_by as string | null) ?? undefined,
})
