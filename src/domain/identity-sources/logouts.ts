// Sessions that came of a source, and their end: by the word of the source, which ends them here, and by signing out here, which
// may sign out there, too. Each message of a source counts once; nothing here waits for one.
import { createHash } from 'node:crypto'
import type { RequestOrigin, Trail } from '../../platform/audit/index.js'
import type { Clock } from '../../platform/clock.js'
import { newSecret } from '../../platform/ids.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import { ExternalSteps, type OidcRelyingParty, type SamlInbound, type SamlOutbound, type SamlServiceProvider, type SamlSession } from '../federation/index.js'
import type { SourceCertificates } from './certificates.js'
import type { SamlPlace } from './saml-way.js'
import type { IdentitySource } from './sources.js'

/** How a source knows a session. */
export interface SessionThere {
  subject: string
  session?: string
  nameId?: Pick<SamlSession, 'format' | 'qualifier' | 'spQualifier'>
}

/** A session here that came of a source. */
interface VouchedSession {
  uid: string
  userId: string
  vouchedBy?: SessionThere
}

export interface SourceLogoutsOptions {
  sessions: {
    listVouched(of: { sourceId: string; subject?: string; session?: string }): Promise<VouchedSession[]>
    /** Keeps that the source took its word back, for sign-ins that are on their way. */
    takeBack(of: { sourceId: string; subject?: string; session?: string }): Promise<void>
    /** Ends one, with what was issued through it. */
    end(userId: string, uid: string): Promise<unknown>
  }
  party: Pick<OidcRelyingParty, 'readLogout' | 'endSession'>
  provider: Pick<SamlServiceProvider, 'readLogout' | 'answerLogout' | 'endSession'>
  certificates: Pick<SourceCertificates, 'accepted'>
  placeOf: (sourceId: string) => SamlPlace
  /** Where people come back to who signed out there. */
  returnsTo: (sourceId: string) => string
  store: Pick<EphemeralStore, 'add' | 'put' | 'get' | 'take'>
  trail: Pick<Trail, 'record'>
  clock: Clock
}

/** Why sessions end; it is in the event. */
type Cause = 'back-channel' | 'single-logout' | 'source-deleted'

/** What a message of single logout came to: an answer to take there, or how it went there. */
export type SingleLogout = { kind: 'request'; answer: SamlOutbound | undefined } | { kind: 'response'; isDone: boolean; onwards: string | undefined } | { kind: 'late' }

type OfKind<Kind extends IdentitySource['kind']> = Extract<IdentitySource, { kind: Kind }>
interface Kept { sourceId: string; requestId?: string; onwards?: string | undefined }

/** Seconds for all of it at the provider. */
const logoutLasts = 15 * 60
/** Seconds that a logout token may count for: as long as its name has to be kept. */
const longestToken = 24 * 3600
const keyOf = (handle: string): string => `source-logout:${handle}`
const digestOf = (...parts: string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url')

export class SourceLogouts {
  constructor(private readonly options: SourceLogoutsOptions) {}

  /** Takes a logout token (OpenID Connect Back-Channel Logout 1.0 section 2.5), once. Throws `ExternalRefusal`. */
  async takeToken(source: OfKind<'oidc'>, token: string, origin: RequestOrigin): Promise<void> {
    const { party, store, clock } = this.options
    const steps = new ExternalSteps()
    const { jti, expiresAt, subject, session } = await party.readLogout(source.connection, token, steps)
    const refuse = (says: string): never => steps.fail({ name: 'logout', reason: 'not-logout', says, advice: 'Nothing, unless it comes again and again: then ask the provider.' })
    const left = Math.ceil((expiresAt - clock()) / 1000)
    if (left > longestToken) refuse('The token counts for longer than a day.')
    // Beyond its end it counts for as long as clocks may differ.
    if (!await store.add(`logout-token:${digestOf(source.connection.issuer, jti)}`, '1', { ttl: Math.max(1, left) + 300 })) refuse('The token was used already.')
    await this.#end(source, { subject, sessions: session === undefined ? [] : [session] }, { cause: 'back-channel', origin })
  }

  /** Takes a message of SAML single logout, once. Throws `SamlRefusal`. */
  async takeMessage(source: OfKind<'saml'>, { inbound, isAnswer, relayState }: { inbound: SamlInbound; isAnswer: boolean; relayState: string | undefined }, origin: RequestOrigin): Promise<SingleLogout> {
    const { provider, certificates, placeOf, store } = this.options
    const { entityId, slo } = placeOf(source.id)
    const entry = relayState === undefined || relayState.length > 80 ? undefined : await store.get(keyOf(relayState))
    const kept = entry && JSON.parse(entry.value) as Kept
    const { requestId, onwards }: Partial<Kept> = kept?.sourceId === source.id ? kept : {}
    // An answer that nobody waits for any more: the session here ended long before, and nothing hangs on it.
    if (requestId === undefined && isAnswer) return { kind: 'late' }
    const message = await provider.readLogout(source.connection, { inbound, slo, certificates: await certificates.accepted(source.id), requestId })
    if (message.kind === 'response') {
      await store.take(keyOf(relayState!))
      return { kind: 'response', isDone: message.isDone, onwards }
    }
    await this.#end(source, { subject: message.subject.nameId, sessions: message.indexes }, { cause: 'single-logout', origin })
    return { kind: 'request', answer: await provider.answerLogout(source.connection, { entityId, request: message, isDone: true }) }
  }

  /**
   * Begins to sign out there, for a session that has ended here; undefined where the source is not asked for it. `onwards` is an address
   * that is not ours, to which the person goes afterwards. Throws `ExternalRefusal`.
   */
  async leave(source: IdentitySource, { subject, session, nameId }: SessionThere, onwards?: string): Promise<SamlOutbound | undefined> {
    if (source.kind === 'ldap' || !source.connection.signOutThere) return undefined
    const { party, provider, placeOf, returnsTo, store } = this.options
    const handle = newSecret()
    const keep = (kept: Kept): Promise<void> => store.put(keyOf(handle), JSON.stringify(kept), { ttl: logoutLasts })
    if (source.kind === 'oidc') {
      const url = await party.endSession(source.connection, { returnTo: returnsTo(source.id), state: handle })
      if (url) await keep({ sourceId: source.id, onwards })
      return url && { binding: 'redirect', location: url.href }
    }
    if (!nameId) return undefined
    const { entityId } = placeOf(source.id)
    const begun = await provider.endSession(source.connection, { entityId, session: { ...nameId, nameId: subject, index: session }, relayState: handle })
    if (begun) await keep({ sourceId: source.id, requestId: begun.requestId, onwards })
    return begun?.outbound
  }

  /** Says, once, where somebody goes on who comes back and was sent to sign out there; undefined of anybody else. */
  async comesBack({ id }: Pick<IdentitySource, 'id'>, state: string): Promise<{ onwards: string | undefined } | undefined> {
    const taken = await this.options.store.take(keyOf(state))
    const kept = taken === undefined ? undefined : JSON.parse(taken) as Kept
    return kept?.sourceId === id ? { onwards: kept.onwards } : undefined
  }

  /** Ends every session that came of a source. */
  async endAll(source: Pick<IdentitySource, 'id' | 'name'>): Promise<number> {
    const { sessions } = this.options
    const ended = new Set<string>()
    await sessions.takeBack({ sourceId: source.id })
    const next = async (): Promise<VouchedSession[]> => (await sessions.listVouched({ sourceId: source.id })).filter(({ uid }) => !ended.has(uid))
    // A list has a thousand at most.
    for (let some = await next(); some.length > 0; some = await next()) {
      for (const { userId, uid } of some) {
        await sessions.end(userId, uid)
        ended.add(uid)
      }
    }
    if (ended.size > 0) await this.#record(source, { cause: 'source-deleted' }, ended.size)
    return ended.size
  }

  /** Ends those of a subject, where one is said, and of sessions, where any is; of one that the provider never named, it is taken to be among them. */
  async #end(source: IdentitySource, { subject, sessions }: { subject: string | undefined; sessions: readonly string[] }, why: { cause: Cause; origin: RequestOrigin }): Promise<void> {
    const here = this.options.sessions
    const named = sessions.length === 0 && subject !== undefined ? [{ sourceId: source.id, subject }] : sessions.map((session) => ({ sourceId: source.id, session }))
    for (const one of named) await here.takeBack(one)
    const meant = subject === undefined
      ? (await Promise.all(sessions.map((session) => here.listVouched({ sourceId: source.id, session })))).flat()
      : (await here.listVouched({ sourceId: source.id, subject })).filter(({ vouchedBy }) => sessions.length === 0 || vouchedBy?.session === undefined || sessions.includes(vouchedBy.session))
    for (const { userId, uid } of meant) await here.end(userId, uid)
    await this.#record(source, why, meant.length, meant[0]?.userId)
  }

  #record({ id, name }: Pick<IdentitySource, 'id' | 'name'>, { cause, origin }: { cause: Cause; origin?: RequestOrigin }, sessions: number, userId?: string): Promise<void> {
    return this.options.trail.record({
      eventName: 'ExternalLogout', eventSource: 'signin.amazonaws.com', eventType: 'AwsServiceEvent', userIdentity: { type: 'IdentitySource', principalId: id, userName: name },
      ...(origin && { origin }), ...(userId !== undefined && { userId }), requestParameters: { sourceId: id, cause, ...(userId !== undefined && { userId }) }, additionalEventData: { sessions },
    })
  }
}
