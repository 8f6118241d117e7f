// What somebody has open, one by one: sessions of the portal, what applications and command lines were allowed, sessions of
// the console, credentials of roles. Each can be ended by itself; what is made anew of what stays is another one.
import { IssuedKeys, type IssuedKey, type Revocation, type Revocations } from '../credentials/index.js'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import type { Database } from '../../platform/storage/database.js'
import type { Accessed, Telling } from './ended.js'
import { tellable } from './foresight.js'
import { isOfConsole, listGoodKeys } from './good-keys.js'

/** A session of the portal, as whoever keeps those knows it; times in milliseconds since the epoch. */
export interface PortalSignIn {
  uid: string
  address: string
  userAgent: string
  startedAt: number
  lastUsedAt?: number
  expiresAt: number
}

/** What an application or a command line was allowed. */
export interface AccessInUse extends Accessed {
  since: number
  staysConnected: boolean
  refreshes: boolean
  inUse: boolean
  until: number | undefined
}

interface Known<Kind> {
  kind: Kind
  /** Names it among those of its kind. */
  id: string
}

export interface OpenPortal extends Known<'portal'>, PortalSignIn {
  /** Signed in to from there; those that are not told of its end go on with sessions of their own. */
  applications: { name: string; isTold: boolean }[]
}

export interface OpenAccess extends Known<'application' | 'command-line'>, Omit<AccessInUse, 'kind'> {
  isTold: boolean
}

export interface OpenKey extends Known<'console' | 'credentials'>, IssuedKey {
  accountName: string | undefined
}

export type OpenThing = OpenPortal | OpenAccess | OpenKey
export type OpenKind = OpenThing['kind']

export interface PersonSessionsOptions {
  database: Database
  clock: Clock
  revocations: Pick<Revocations, 'revokeAll' | 'check'>
  sessions: {
    list(userId: string): Promise<readonly PortalSignIn[]>
    end(userId: string, uid: string): Promise<readonly Telling[]>
    applicationsIn(userId: string, uid: string): Promise<readonly { clientId: string; name: string }[]>
  }
  access: { list(userId: string): Promise<readonly AccessInUse[]>; revoke(userId: string, id: string): Promise<unknown> }
  tell: (userId: string, clientIds: readonly string[]) => Promise<readonly Telling[]>
  directoryId: () => Promise<string>
  region: string
}

export class PersonSessions {
  constructor(private readonly options: PersonSessionsOptions) {}

  /** Lists everything that somebody has open, kind by kind, the latest first. */
  async list(userId: string): Promise<OpenThing[]> {
    const [portal, access, keys] = [await this.#portal(userId), await this.#access(userId), await this.#keys(userId)]
    return [...portal, ...access, ...keys]
  }

  /** Ends one of them, with what was made with it, and says what it was. Throws where it has ended. */
  async end(userId: string, { kind, id }: { kind: OpenKind; id: string }, by: string): Promise<OpenThing> {
    const ended = (await this.list(userId)).find((one) => one.kind === kind && one.id === id)
    if (!ended) throw new Refusal('not-found', 'This has ended already.')
    if (ended.kind === 'portal') {
      await this.options.sessions.end(userId, id)
    } else if (ended.kind === 'application' || ended.kind === 'command-line') {
      await this.options.access.revoke(userId, id)
      if (ended.kind === 'application') await this.options.tell(userId, [ended.clientId])
    } else {
      await this.#revoke([id], by)
    }
    return ended
  }

  /** Ends whatever credentials are left, those too that do not end with their person because they were made with others. */
  async endKeys(userId: string, by: string): Promise<void> {
    await this.#revoke((await listGoodKeys({ userId }, this.options)).map(({ accessKeyId }) => accessKeyId), by)
  }

  async #portal(userId: string): Promise<OpenPortal[]> {
    const { sessions, database } = this.options
    return Promise.all((await sessions.list(userId)).map(async (session) => {
      const applications = await sessions.applicationsIn(userId, session.uid)
      const told = applications.length > 0 ? await tellable({ database }, applications) : new Set<string>()
      return { ...session, kind: 'portal', id: session.uid, applications: applications.map(({ clientId, name }) => ({ name, isTold: told.has(clientId) })) }
    }))
  }

  async #access(userId: string): Promise<OpenAccess[]> {
    const accesses = await this.options.access.list(userId)
    const told = await tellable(this.options, accesses)
    return (['application', 'command-line'] as const).flatMap((kind) => accesses.filter((one) => one.kind === kind).map((one) => ({ ...one, kind, isTold: told.has(one.clientId) })))
  }

  async #keys(userId: string): Promise<OpenKey[]> {
    const keys = (await listGoodKeys({ userId }, this.options)).toSorted((one, other) => other.issuedAt - one.issuedAt)
    const names = await this.#accountNames(keys)
    const open = keys.map((key): OpenKey => ({ ...key, kind: isOfConsole(key) ? 'console' : 'credentials', id: key.accessKeyId, accountName: names.get(key.accountId ?? '') }))
    return [...open.filter(({ kind }) => kind === 'console'), ...open.filter(({ kind }) => kind === 'credentials')]
  }

  async #accountNames(keys: readonly IssuedKey[]): Promise<Map<string, string>> {
    const ids = [...new Set(keys.flatMap(({ accountId }) => accountId ?? []))]
    const rows = ids.length === 0 ? [] : await this.options.database.query<{ id: string; name: string }>('select id, name from accounts where id = any($1)', [ids])
    return new Map(rows.map(({ id, name }) => [id, name]))
  }

  /** Ends keys, and what was made with them. */
  async #revoke(accessKeyIds: readonly string[], by: string): Promise<void> {
    if (accessKeyIds.length === 0) return
    const { database, clock, revocations } = this.options
    const issuedBefore = clock()
    const madeOfThem = (await new IssuedKeys(database).list({ accessKeyIds }, issuedBefore)).map(({ accessKeyId }) => accessKeyId)
    await revocations.revokeAll([...new Set([...accessKeyIds, ...madeOfThem])].map((subject): Revocation => ({ kind: 'session', subject, issuedBefore, by })))
  }
}
