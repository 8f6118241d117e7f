// Credentials that were issued and may still be good, as the trail knows them: whoever revokes names each by its key,
// and those that were made with one of them too.
import type { Executor, Row } from '../../platform/storage/database.js'

export interface IssuedKey {
  accessKeyId: string
  accountId: string | undefined
  /** The workforce user it was issued to. */
  userId: string | undefined
  /** Its permission set, by name, or the role that was assumed, by id. */
  permissionSet: string | undefined
  roleId: string | undefined
  /** The event that issued it: `GetRoleCredentials`, `AssumeRole` … */
  issuedBy: string
  /** Where it was asked for, and with what. */
  address: string | undefined
  userAgent: string | undefined
  /** The role that was assumed, and the name that the session was given. */
  roleArn: string | undefined
  sessionName: string | undefined
  /** The key that it was made with. */
  madeWith: string | undefined
  /** Milliseconds since the epoch, as recorded: a little after the time that the credentials say themselves. */
  issuedAt: number
  expiresAt: number
}

/** Whose: a person's, an account's, of a permission set by name (in one account where that is given), or made with keys. */
export type IssuedTo = { userId: string } | { accountId: string } | { permissionSet: string; accountId?: string } | { accessKeyIds: readonly string[] }

/** A permission set in an account, by its name. */
export interface RolePlace {
  accountId: string
  permissionSet: string
}

const issuing = `event #>> '{responseElements,credentials,accessKeyId}'`
/** What is told of a key beside who got it. */
const circumstances = `event #>> '{responseElements,credentials,expiration}' as expiry, event #>> '{serviceEventDetails,role_name}' as permission_set, event ->> 'sourceIPAddress' as address,
  event ->> 'userAgent' as user_agent, event #>> '{requestParameters,roleArn}' as role_arn, event #>> '{requestParameters,roleSessionName}' as session_name, access_key_id as used_key`
/** The longest life of credentials. */
const longest = 36 * 3600 * 1000

export class IssuedKeys {
  constructor(private readonly sql: Executor) {}

  /** Lists the keys that have not expired, and those that were issued to whoever used one of them. */
  async list(to: IssuedTo, now: number): Promise<IssuedKey[]> {
    const { condition, parameters } = whereOf(to)
    const rows = await this.sql.query(
      `with recursive issued as (
         select position, ${issuing} as key from audit_events where event_time > $1 and ${issuing} is not null and ${condition}
         union
         select e.position, e.event #>> '{responseElements,credentials,accessKeyId}' from issued i join audit_events e on e.access_key_id = i.key
         where e.event_time > $1 and e.event #>> '{responseElements,credentials,accessKeyId}' is not null
       ) select distinct on (key) key, account_id, user_id, event_name, event_time, ${circumstances},
           split_part(event #>> '{responseElements,assumedRoleUser,assumedRoleId}', ':', 1) as role_id
         from issued join audit_events using (position)`,
      [new Date(now - longest), ...parameters])
    return rows.map(keyOf).filter(({ accessKeyId, expiresAt }) => expiresAt > now && !('accessKeyIds' in to && to.accessKeyIds.includes(accessKeyId)))
  }

  /** Lists the keys of people's sessions of permission sets in accounts, or of one person's, that have not expired, without those that were made with them. */
  async listIn(places: readonly RolePlace[], now: number, userId?: string): Promise<IssuedKey[]> {
    const rows = await this.sql.query(
      `select ${issuing} as key, account_id, user_id, event_name, event_time, ${circumstances}, null as role_id
       from audit_events where event_name in ('GetRoleCredentials', 'Federate') and ${issuing} is not null and event_time > $1 and user_id is not null and ($3::uuid is null or user_id = $3)
         and (account_id, lower(event #>> '{serviceEventDetails,role_name}')) in (select p.account_id, lower(p.permission_set) from jsonb_to_recordset($2::jsonb) as p(account_id text, permission_set text))`,
      [new Date(now - longest), JSON.stringify(places.map(({ accountId, permissionSet }) => ({ account_id: accountId, permission_set: permissionSet }))), userId ?? null])
    return rows.map(keyOf).filter(({ expiresAt }) => expiresAt > now)
  }
}

function whereOf(to: IssuedTo): { condition: string; parameters: unknown[] } {
  if ('userId' in to) return { condition: 'user_id = $2', parameters: [to.userId] }
  if ('accessKeyIds' in to) return { condition: 'access_key_id = any($2)', parameters: [to.accessKeyIds] }
  if ('permissionSet' in to) {
    return {
      condition: `event_name in ('GetRoleCredentials', 'Federate') and lower(event #>> '{serviceEventDetails,role_name}') = lower($2) and ($3::text is null or account_id = $3)`,
      parameters: [to.permissionSet, to.accountId ?? null],
    }
  }
  return { condition: 'account_id = $2', parameters: [to.accountId] }
}

const textOf = (value: unknown): string | undefined => (value as string | null) ?? undefined

const keyOf = (row: Row): IssuedKey => ({
  accessKeyId: row.key as string,
  accountId: textOf(row.account_id),
  userId: textOf(row.user_id),
  permissionSet: textOf(row.permission_set),
  address: textOf(row.address),
  userAgent: textOf(row.user_agent),
  roleArn: textOf(row.role_arn),
  sessionName: textOf(row.session_name),
  // What the portal issues is told under its own name.
  madeWith: row.used_key === row.key ? undefined : textOf(row.used_key),
  roleId: (row.role_id as string | null) || undefined,
  issuedBy: row.event_name as string,
  issuedAt: (row.event_time as Date).getTime(),
  expiresAt: timeOf(row.expiry as string),
})

/** Reads the two spellings that events have: ISO 8601, and `Jul 18, 2023, 4:07:39 PM` in UTC. */
const timeOf = (text: string): number => Date.parse(/^\d{4}-/.test(text) ? text : `${text} UTC`)
