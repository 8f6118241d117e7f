// What an application may exchange for tokens. Those of an OIDC client are in its metadata, where the provider looks; the
// rest are kept beside.
import { Refusal } from '../../platform/errors.js'
import { redirectFault } from './addresses.js'
import type { Application } from './applications.js'
import type { ApplicationParts } from './application-changes.js'

export type GrantType = 'authorization_code' | 'refresh_token' | 'urn:ietf:params:oauth:grant-type:jwt-bearer' | 'urn:ietf:params:oauth:grant-type:token-exchange'

export type Grant = Readonly<Record<string, unknown>>

const isOfClients = (type: GrantType): boolean => type === 'authorization_code' || type === 'refresh_token'

const typesOf = ({ grant_types: types }: Readonly<Record<string, unknown>>): string[] => (types as string[] | undefined) ?? ['authorization_code']

/** All grants of an application by their types. */
export function grantsOf({ clientId, clientMetadata = {}, settings: { grants } }: Application): Partial<Record<GrantType, Grant>> {
  if (clientId === undefined) return grants as Partial<Record<GrantType, Grant>>
  const types = typesOf(clientMetadata)
  return {
    ...(types.includes('authorization_code') && { authorization_code: { AuthorizationCode: { RedirectUris: clientMetadata.redirect_uris ?? [] } } }),
    ...(types.includes('refresh_token') && { refresh_token: { RefreshToken: {} } }),
    ...grants as Partial<Record<GrantType, Grant>>,
  }
}

/** Says what to change so that an application has a grant. */
export function withGrant(application: Application, type: GrantType, grant: Grant): ApplicationParts {
  const redirectUris = (grant.AuthorizationCode as { RedirectUris?: string[] } | undefined)?.RedirectUris ?? []
  for (const uri of redirectUris) {
    const fault = redirectFault(uri)
    if (fault) throw new Refusal('invalid-input', `The redirect address ${uri} ${fault}.`)
  }
  const { clientId, clientMetadata = {}, settings: { grants } } = application
  if (clientId === undefined || !isOfClients(type)) return { settings: { grants: { ...grants, [type]: grant } } }
  return {
    clientMetadata: { ...clientMetadata, grant_types: [...new Set([...typesOf(clientMetadata), type])], ...(type === 'authorization_code' && { redirect_uris: redirectUris, response_types: ['code'] }) },
  }
}

/** Says what to change so that it has it no more. */
export function withoutGrant(application: Application, type: GrantType): ApplicationParts {
  const { clientId, clientMetadata = {}, settings: { grants } } = application
  if (clientId === undefined || !isOfClients(type)) return { settings: { grants: Object.fromEntries(Object.entries(grants).filter(([one]) => one !== type)) } }
  const rest = typesOf(clientMetadata).filter((one) => one !== type)
  return { clientMetadata: { ...clientMetadata, grant_types: rest, ...(type === 'authorization_code' && { redirect_uris: [], response_types: [] }) } }
}
