// What a client has been given for a person: first-party clients need no consent, others what was allowed before.
import type { Grant, KoaContextWithOIDC } from 'oidc-provider'
import { portalClientId } from './clients.js'

/** Loads the grant that an authorization request builds on (`loadExistingGrant`). */
export async function loadGrant(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { client, provider, result, session } = ctx.oidc
  const consented = result?.consent?.grantId ?? session!.grantIdFor(client!.clientId)
  const grant = consented ? await provider.Grant.find(consented) : undefined
  if (!isFirstParty(client!.metadata())) return grant
  const own = grant ?? new provider.Grant({ accountId: session!.accountId!, clientId: client!.clientId })
  const wanted = [...ctx.oidc.requestParamScopes].join(' ')
  if (!grant || own.getOIDCScopeFiltered(ctx.oidc.requestParamScopes) !== wanted) {
    own.addOIDCScope(wanted)
    await own.save()
  }
  return own
}

/** True for the portal, and for applications that the administrator marked as the organization's own. */
export const isFirstParty = (metadata: Record<string, unknown>): boolean =>
  metadata.client_id === portalClientId || metadata.first_party === true
