// What a person let applications and command lines do: found by the person's sessions, by what goes on without
// one (offline_access), and by what is remembered; taken back for one client as a whole.
import { createHash } from 'node:crypto'
import type { Grant, Provider } from 'oidc-provider'
import type { SignedIn } from '../../domain/sessions/index.js'
import type { StoreAdapter } from './adapter.js'
import { isCommandLine, portalClientId } from './clients.js'
import type { Consents } from './grants.js'
import { endGrant } from './portal-sessions.js'
import { accessOf, knowsOf, mayOf } from './sharing.js'

/** One client that may act for a person. */
export interface Access {
  /** Names the client, in few characters. */
  id: string
  clientId: string
  kind: 'application' | 'command-line'
  name: string
  /** Milliseconds since the epoch. */
  since: number
  knows: string[]
  may: string[]
  /** True for what goes on when the person is signed out. */
  staysConnected: boolean
  /** True where it has a refresh token, and so needs nobody to go on. */
  refreshes: boolean
  /** False for what is only remembered: it was allowed, and is not used at the moment. */
  inUse: boolean
  /** When the session ends that it goes with, in milliseconds since the epoch; undefined for what goes with none. */
  until: number | undefined
}

interface Options {
  provider: () => Provider
  grants: Pick<StoreAdapter, 'listOffline' | 'hasIssued'>
  signedIn: SignedIn
  consents: Consents
}

interface StoredGrant {
  jti?: string
  clientId?: string
  /** Seconds since the epoch. */
  iat?: number
  openid?: { scope?: string }
}

interface Found {
  clientId: string
  grantIds: string[]
  scopes: Set<string>
  /** Seconds since the epoch. */
  since: number
  offline: boolean
  refreshes: boolean
  /** Milliseconds since the epoch. */
  until: number | undefined
}

export class GrantedAccess {
  constructor(private readonly options: Options) {}

  /** Lists the clients that may act for a person, the latest first. */
  async list(userId: string): Promise<Access[]> {
    const found = await Promise.all((await this.#find(userId)).map((one) => this.#describe(one)))
    return found.toSorted((a, b) => b.since - a.since)
  }

  /** Takes back everything that one client was given, and returns what that was; nothing where there is none. */
  async revoke(userId: string, id: string): Promise<Access | undefined> {
    const one = (await this.#find(userId)).find(({ clientId }) => idOf(clientId) === id)
    if (!one) return undefined
    await this.options.consents.forget(userId, one.clientId)
    for (const grantId of one.grantIds) await endGrant(this.options.provider(), grantId)
    return this.#describe(one)
  }

  async #find(userId: string): Promise<Found[]> {
    const [ofSessions, offline, consents] = await Promise.all([this.#ofSessions(userId), this.options.grants.listOffline(userId), this.options.consents.list(userId)])
    const byClient = new Map<string, Found>()
    const into = (clientId: string, since: number): Found => {
      const one = byClient.get(clientId) ?? { clientId, grantIds: [], scopes: new Set(), since, offline: false, refreshes: false, until: undefined }
      byClient.set(clientId, one)
      one.since = Math.min(one.since, since)
      return one
    }
    for (const { clientId, scopes, since } of consents) for (const scope of scopes) into(clientId, since).scopes.add(scope)
    const untilOf = new Map(ofSessions.map(({ grant, until }) => [grant.jti, until]))
    const live = await this.#live([...ofSessions.map(({ grant }) => grant), ...offline] as StoredGrant[])
    for (const { jti, clientId, iat, openid } of live) {
      const one = into(clientId!, iat ?? 0)
      one.grantIds.push(jti!)
      const scopes = openid?.scope?.split(' ') ?? []
      for (const scope of scopes) one.scopes.add(scope)
      one.offline ||= scopes.includes('offline_access') && !isCommandLine(clientId)
      one.refreshes ||= await this.options.grants.hasIssued(jti!, ['RefreshToken'])
      one.until = Math.max(one.until ?? 0, untilOf.get(jti!) ?? 0) || undefined
    }
    return [...byClient.values()]
  }

  /** The grants that something was issued under which can still be used, each once. */
  async #live(grants: StoredGrant[]): Promise<StoredGrant[]> {
    const once = [...new Map(grants.map((grant) => [grant.jti!, grant])).values()]
    const issued = await Promise.all(once.map(({ jti }) => this.options.grants.hasIssued(jti!, ['AccessToken', 'RefreshToken', 'AuthorizationCode'])))
    return once.filter((_, index) => issued[index])
  }

  /** What was allowed in sessions that last, each with the time that its session ends at. */
  async #ofSessions(userId: string): Promise<{ grant: Grant; until: number }[]> {
    const provider = this.options.provider()
    const found = await Promise.all((await this.options.signedIn.list(userId)).map(async ({ uid, expiresAt }) => {
      const session = await provider.Session.findByUid(uid)
      const ids = Object.entries(session?.authorizations ?? {}).flatMap(([clientId, { grantId }]) => (clientId === portalClientId || !grantId ? [] : [grantId]))
      const grants = await Promise.all(ids.map((id) => provider.Grant.find(id)))
      return grants.flatMap((grant) => (grant?.accountId === userId ? [{ grant, until: expiresAt }] : []))
    }))
    return found.flat()
  }

  async #describe({ clientId, grantIds, scopes, since, offline, refreshes, until }: Found): Promise<Access> {
    const client = await this.options.provider().Client.find(clientId)
    const commandLine = isCommandLine(clientId)
    return {
      id: idOf(clientId), clientId, kind: commandLine ? 'command-line' : 'application',
      name: client?.clientName ?? (commandLine ? 'Command line' : clientId),
      since: since * 1000,
      knows: commandLine ? [] : knowsOf([...scopes]),
      may: commandLine ? [...accessOf] : mayOf([...scopes]),
      staysConnected: offline, refreshes, inUse: grantIds.length > 0, until: offline ? undefined : until,
    }
  }
}

const idOf = (clientId: string): string => createHash('sha256').update(clientId).digest('base64url').slice(0, 22)
