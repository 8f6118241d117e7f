// What a client has been given for a person: first-party clients need no consent, others what was allowed before.
import { createHash } from 'node:crypto'
import type { Grant, KoaContextWithOIDC } from 'oidc-provider'
import { seconds, type Clock } from '../../platform/clock.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import { portalClientId } from './clients.js'

const aYear = 365 * 86_400

interface Consent {
  clientId: string
  scopes: string[]
  /** Seconds since the epoch. */
  since: number
}

/** What people have allowed which application, beyond their sessions. Where it is lost, they are asked again. */
export class Consents {
  constructor(private readonly store: EphemeralStore, private readonly clock: Clock) {}

  async find(userId: string, clientId: string): Promise<string[]> {
    return (await this.#read(key(userId, clientId)))?.scopes ?? []
  }

  async list(userId: string): Promise<Consent[]> {
    const found = await Promise.all((await this.store.list(listOf(userId))).map((name) => this.#read(name)))
    return found.filter((consent) => consent !== undefined)
  }

  /** Adds to what was allowed before. */
  async remember(userId: string, clientId: string, scopes: string[]): Promise<void> {
    const before = await this.#read(key(userId, clientId))
    const consent: Consent = { clientId, scopes: [...new Set([...before?.scopes ?? [], ...scopes])], since: before?.since ?? seconds(this.clock()) }
    await this.store.put(key(userId, clientId), JSON.stringify(consent), { ttl: aYear, lists: [listOf(userId)] })
  }

  /** From now on the person is asked again. An entry that was removed could not be written again for minutes, so it is emptied. */
  async forget(userId: string, clientId: string): Promise<void> {
    await this.store.put(key(userId, clientId), JSON.stringify({ clientId, scopes: [], since: 0 } satisfies Consent), { ttl: 1, lists: [listOf(userId)] })
  }

  async #read(name: string): Promise<Consent | undefined> {
    const entry = await this.store.get(name)
    const consent = entry && JSON.parse(entry.value) as Consent
    return consent?.scopes?.length ? consent : undefined
  }
}

const key = (userId: string, clientId: string): string => `consent:${createHash('sha256').update(`${userId}|${clientId}`).digest('base64url')}`
const listOf = (userId: string): string => `consents-of:${userId}`

/** Loads the grant that an authorization request builds on (`loadExistingGrant`). */
export const grantLoader = (consents: Consents) => async (ctx: KoaContextWithOIDC): Promise<Grant | undefined> => {
  const { client, provider, result, session, requestParamScopes } = ctx.oidc
  const consented = result?.consent?.grantId ?? session!.grantIdFor(client!.clientId)
  const found = consented ? await provider.Grant.find(consented) : undefined
  // A session may outlive its person's change: a grant speaks for one person only.
  const grant = found?.accountId === session!.accountId ? found : undefined
  const allowed = await allowedScopes(ctx, consents)
  const wanted = [...requestParamScopes].filter((scope) => allowed.has(scope)).join(' ')
  if (wanted === '' || grant?.getOIDCScopeFiltered(requestParamScopes) === wanted) return grant
  const own = grant ?? new provider.Grant({ accountId: session!.accountId!, clientId: client!.clientId })
  own.addOIDCScope(wanted)
  await own.save()
  return own
}

/** What needs no question now. A native client's name proves nothing (RFC 8252 section 8.6), so it asks each time. */
async function allowedScopes({ oidc: { client, session, requestParamScopes } }: KoaContextWithOIDC, consents: Consents): Promise<Set<string>> {
  if (isFirstParty(client!.metadata())) return requestParamScopes
  if (client!.applicationType === 'native') return new Set()
  return new Set(await consents.find(session!.accountId!, client!.clientId))
}

/** True for the portal, and for applications that the administrator marked as the organization's own. */
export const isFirstParty = (metadata: Record<string, unknown>): boolean =>
  metadata.client_id === portalClientId || metadata.first_party === true
