// What a client has been given for a person: first-party clients need no consent, others what was allowed before.
import { createHash } from 'node:crypto'
import type { Grant, KoaContextWithOIDC } from 'oidc-provider'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import { portalClientId } from './clients.js'

const aYear = 365 * 86_400

/** What people have allowed which application, beyond their sessions. Where it is lost, they are asked again. */
export class Consents {
  constructor(private readonly store: EphemeralStore) {}

  async find(userId: string, clientId: string): Promise<string[]> {
    const entry = await this.store.get(key(userId, clientId))
    return entry ? JSON.parse(entry.value) as string[] : []
  }

  /** Adds to what was allowed before. */
  async remember(userId: string, clientId: string, scopes: string[]): Promise<void> {
    const all = new Set([...await this.find(userId, clientId), ...scopes])
    await this.store.put(key(userId, clientId), JSON.stringify([...all]), { ttl: aYear, lists: [`consents-of:${userId}`] })
  }
}

const key = (userId: string, clientId: string): string => `consent:${createHash('sha256').update(`${userId}|${clientId}`).digest('base64url')}`

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
