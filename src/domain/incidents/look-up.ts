// The look-up: whatever somebody pastes, an access key id, a session's name, a request's id or a reference number, leads to
// the person, the account and role, the request that it was granted by, and what happened.
import { sessionNameOf, type Revocations } from '../credentials/index.js'
import { Users, type User } from '../directory/index.js'
import { RequestHistory, type AccessRequest } from '../requests/index.js'
import type { RecordedEvent } from '../../platform/audit/index.js'
import type { Clock } from '../../platform/clock.js'
import { isUuid } from '../../platform/ids.js'
import type { Database } from '../../platform/storage/database.js'

export interface LookUpOptions {
  database: Database
  clock: Clock
  revocations: Pick<Revocations, 'check'>
}

export interface FoundKey {
  accessKeyId: string
  /** The event that issued it, `CreateAccessKey` for long-term keys. */
  issuedBy: string
  issuedAt: Date | undefined
  expiresAt: Date | undefined
  state: 'in-force' | 'expired' | 'revoked' | 'inactive'
  /** The keys that it was made with, the latest first, where it was made with others. */
  madeWith: string[]
}

export interface LookedUp {
  kind: 'access-key' | 'session-name' | 'access-request' | 'reference'
  person: Pick<User, 'id' | 'userName' | 'displayName' | 'active'> | undefined
  /** Who acts, where that is no person of the directory. */
  identity: Record<string, unknown> | undefined
  account: { id: string; name: string | undefined } | undefined
  /** The permission set or role. */
  role: string | undefined
  key: FoundKey | undefined
  /** What it was granted by. */
  request: AccessRequest | undefined
  /** The latest first. */
  events: RecordedEvent[]
}

const mostEvents = 50
const mostLinks = 10
const issuedKey = `event #>> '{responseElements,credentials,accessKeyId}'`

interface Row extends RecordedEvent {
  event_name: string
  event_time: Date
  user_id: string | null
  account_id: string | null
  access_key_id: string | null
  issued: string | null
}

const columns = `position, event, event_name, event_time, user_id, account_id, access_key_id, ${issuedKey} as issued`

export class LookUp {
  constructor(private readonly options: LookUpOptions) {}

  /** Looks something up; undefined where nothing is known of it. */
  async find(text: string): Promise<LookedUp | undefined> {
    const wanted = text.trim()
    if (wanted.length < 2 || wanted.length > 256 || wanted.includes('\0')) return undefined
    if (/^A(KIA|SIA)[A-Z2-7]{16}$/.test(wanted)) return this.#key(wanted)
    if (/^req-[0-9a-f]{16}$/i.test(wanted)) return this.#request(wanted.toLowerCase())
    if (isUuid(wanted)) return this.#reference(wanted.toLowerCase())
    return this.#sessionName(wanted)
  }

  async #key(accessKeyId: string): Promise<LookedUp | undefined> {
    const events = await this.#events(`access_key_id = $1 or ${issuedKey} = $1`, [accessKeyId])
    const key = await this.#longTerm(accessKeyId)
    if (events.length === 0 && !key) return undefined
    const issuing = (await this.#events(`${issuedKey} = $1`, [accessKeyId])).at(-1)
    const chain = issuing ? await this.#chainOf(issuing) : []
    const origin = chain.at(-1) ?? issuing ?? events.at(-1)
    const found = issuing ? this.#temporary(accessKeyId, issuing, chain) : key
    const requestId = [issuing, ...chain].map((row) => (row?.event.additionalEventData as { accessRequestId?: string } | undefined)?.accessRequestId).find(Boolean)
    return this.#answer('access-key', { events, userId: origin?.user_id, account: issuing?.account_id ?? events[0]?.account_id ?? key?.accountId, role: roleIn(issuing), key: found, requestId, identity: origin?.event.userIdentity })
  }

  /** The events that issued the keys which a key was made with, the latest first. */
  async #chainOf(issuing: Row): Promise<Row[]> {
    return this.options.database.query<Row & Record<string, unknown>>(
      `with recursive made(key, depth) as (
         select $1::text, 0 where $1 <> $2
         union select e.access_key_id, m.depth + 1 from made m join audit_events e on e.event #>> '{responseElements,credentials,accessKeyId}' = m.key where e.access_key_id <> m.key and m.depth < ${mostLinks}
       ), keys as (select key, min(depth) as depth from made group by key)
       select distinct on (k.depth, k.key) e.position, e.event, e.event_name, e.event_time, e.user_id, e.account_id, e.access_key_id, k.key as issued
       from keys k join audit_events e on e.event #>> '{responseElements,credentials,accessKeyId}' = k.key order by k.depth, k.key, e.position`,
      [issuing.access_key_id ?? '', issuing.issued ?? ''])
  }

  #temporary(accessKeyId: string, { event, event_name: issuedBy, event_time: issuedAt, user_id: userId }: Row, chain: readonly Row[]): FoundKey {
    const { expiration } = (event.responseElements as { credentials: { expiration: string } }).credentials
    const expiresAt = new Date(/^\d{4}-/.test(expiration) ? expiration : `${expiration} UTC`)
    const subjects = [{ kind: 'session' as const, subject: accessKeyId }, ...(userId ? [{ kind: 'user' as const, subject: userId }] : [])]
    const isOver = expiresAt.getTime() <= this.options.clock()
    const state = isOver ? 'expired' : this.options.revocations.check(subjects, issuedAt.getTime()) === 'revoked' ? 'revoked' : 'in-force'
    return { accessKeyId, issuedBy, issuedAt, expiresAt, state, madeWith: chain.map(({ issued }) => issued!) }
  }

  async #longTerm(accessKeyId: string): Promise<(FoundKey & { accountId: string }) | undefined> {
    const [row] = await this.options.database.query<{ account_id: string; active: boolean; created_at: Date }>('select account_id, active, created_at from iam_access_keys where id = $1', [accessKeyId])
    return row && { accessKeyId, accountId: row.account_id, issuedBy: 'CreateAccessKey', issuedAt: row.created_at, expiresAt: undefined, state: row.active ? 'in-force' : 'inactive', madeWith: [] }
  }

  async #request(id: string): Promise<LookedUp | undefined> {
    const request = await new RequestHistory(this.options.database, this.options.clock).find(id)
    const events = await this.#events(`event #>> '{additionalEventData,accessRequestId}' = $1`, [id])
    if (!request && events.length === 0) return undefined
    return this.#answer('access-request', { events, userId: request?.user.id, account: request?.account.id, role: request?.permissionSet.name, requestId: id })
  }

  /** The number of a request, as errors show it, or an event's own. */
  async #reference(id: string): Promise<LookedUp | undefined> {
    const events = await this.#events(`event ->> 'requestID' = $1 or event_id = $1::uuid`, [id])
    if (events.length === 0) return undefined
    const [last] = events
    return this.#answer('reference', { events, userId: events.find(({ user_id: userId }) => userId)?.user_id, account: last!.account_id, role: roleIn(last), identity: last!.event.userIdentity })
  }

  async #sessionName(name: string): Promise<LookedUp | undefined> {
    const user = await this.#personNamed(name)
    const events = await this.#events(user ? `user_id = $2 or event #>> '{requestParameters,roleSessionName}' = $1` : `event #>> '{requestParameters,roleSessionName}' = $1`, user ? [name, user.id] : [name])
    if (!user && events.length === 0) return undefined
    const assuming = events.find(({ event }) => (event.requestParameters as { roleSessionName?: string } | null)?.roleSessionName === name)
    return this.#answer('session-name', { events, userId: user?.id ?? assuming?.user_id, account: assuming?.account_id, role: roleIn(assuming), identity: assuming?.event.userIdentity })
  }

  /** A session of the portal is named after its person; a name that had to be simplified ends in a mark. */
  async #personNamed(name: string): Promise<Pick<User, 'id'> | undefined> {
    const { database } = this.options
    const plain = await new Users(database).findByUserName(name)
    if (plain || !/=[a-z2-7]{16}$/.test(name)) return plain
    // Every other name is the name of its sessions.
    return (await database.query<{ id: string; user_name: string }>(`select id, user_name from users where user_name !~ '^[A-Za-z0-9_+=,.@-]{2,64}$' or user_name ~ '=[a-z2-7]{16}$'`)).find(({ user_name: userName }) => sessionNameOf(userName) === name)
  }

  async #answer(kind: LookedUp['kind'], { events, userId, account, role, key, requestId, identity }: {
    events: RecordedEvent[]; userId?: string | null | undefined; account?: string | null | undefined; role?: string | undefined; key?: FoundKey | undefined; requestId?: string | undefined; identity?: unknown
  }): Promise<LookedUp> {
    const { database, clock } = this.options
    const [person] = userId ? [await new Users(database).find(userId)] : []
    const [named] = account ? await database.query<{ name: string }>('select name from accounts where id = $1', [account]) : []
    return {
      kind, events: events.map(({ position, event }) => ({ position, event })), role, key,
      person: person && { id: person.id, userName: person.userName, displayName: person.displayName, active: person.active },
      identity: person ? undefined : identity as Record<string, unknown> | undefined,
      account: account ? { id: account, name: named?.name } : undefined,
      request: requestId === undefined ? undefined : await new RequestHistory(database, clock).find(requestId),
    }
  }

  /** The latest events that fulfil a condition: found through its index first, however long the trail is. */
  #events(condition: string, parameters: unknown[]): Promise<Row[]> {
    return this.options.database.query<Row & Record<string, unknown>>(
      `with found as materialized (select position from audit_events where ${condition}), latest as (select position from found order by position desc limit ${mostEvents})
       select ${columns} from audit_events where position = any(array(select position from latest)) order by position desc`, parameters)
  }
}

/** The permission set of a session of the portal, or the role that was assumed. */
function roleIn(row: Row | undefined): string | undefined {
  const { serviceEventDetails, requestParameters } = (row?.event ?? {}) as { serviceEventDetails?: { role_name?: string }; requestParameters?: { roleArn?: string } | null }
  return serviceEventDetails?.role_name ?? requestParameters?.roleArn
}
