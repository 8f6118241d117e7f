// Which clients there are, in RFC 7591's words: the portal itself, applications, and command lines
// that registered themselves.
import type { AdapterPayload } from 'oidc-provider'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import { hashClientSecret, secretHashesAt, type Application, type Registration, type Registrations } from '../../domain/access/index.js'

/** The portal's client_id. */
export const portalClientId = 'gatehouse-portal'

/** The scope under which a command line acts with a person's accounts. */
export const accountAccess = 'sso:account:access'

/** Where a client's metadata has the hash of the secret before, while it counts beside the new one. */
export const oldSecretMember = 'gatehouse_old_secret'

const everyScope = 'openid profile email groups offline_access'

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/** True for the ids of command lines that registered themselves. */
export const isCommandLine = (clientId: string | undefined): boolean => clientId?.startsWith('reg-') ?? false

interface ClientSources {
  publicUrl: URL
  findApplication: (clientId: string) => Promise<Application | undefined>
  registrations: Pick<Registrations, 'find' | 'secretOf'>
  clock: Clock
}

/** The provider asks for a client again to say what went wrong: within this time it hears the same, at once. */
const sameOutage = 250

/** Finds a client's metadata wherever it is kept. */
export function clientFinder({ publicUrl, findApplication, registrations, clock }: ClientSources): (clientId: string) => Promise<AdapterPayload | undefined> {
  const portal = portalClient(publicUrl)
  let outage: { error: unknown; at: number } | undefined
  return async (clientId) => {
    if (clientId === portalClientId) return portal
    const registration = registrations.find(clientId)
    if (registration) return commandLineClient(registration, registrations.secretOf(clientId))
    // No other name was ever given to one; some cannot even be looked for.
    if (!/^[\w.:/~+-]{1,128}$/.test(clientId)) return undefined
    if (outage && clock() - outage.at < sameOutage) throw outage.error
    try {
      const application = await findApplication(clientId)
      return application && applicationClient(application, clock())
    } catch (error) {
      if (error instanceof Refusal && error.code === 'unavailable') outage = { error, at: clock() }
      throw error
    }
  }
}

/** The portal needs no token of its own: it reads the provider's session, hence `response_type=none`. */
const portalClient = (publicUrl: URL): AdapterPayload => ({
  client_id: portalClientId,
  client_name: 'Access portal',
  redirect_uris: [new URL('/start/signed-in', publicUrl).href],
  response_types: ['none'],
  grant_types: [],
  token_endpoint_auth_method: 'none',
})

function commandLineClient({ clientId, clientName, grantTypes, redirectUris, scopes }: Registration, secret: string): AdapterPayload {
  // One that named no grants may use whichever it has what is needed for.
  const allowed = grantTypes.length > 0 ? grantTypes : [deviceGrant, 'refresh_token', 'authorization_code']
  const codes = redirectUris.length > 0 && allowed.includes('authorization_code')
  return {
    client_id: clientId,
    client_name: clientName,
    application_type: 'native',
    redirect_uris: redirectUris,
    response_types: codes ? ['code'] : [],
    grant_types: allowed.filter((grant) => codes || grant !== 'authorization_code'),
    // The id is in addresses that people pass on; whoever has only that gets no codes and no tokens.
    token_endpoint_auth_method: 'client_secret_basic',
    client_secret: hashClientSecret(secret),
    scope: ['openid', ...scopes].join(' '),
  }
}

function applicationClient(application: Application, now: number): AdapterPayload | undefined {
  const { name, clientId, clientMetadata } = application
  if (!clientId || !clientMetadata) return undefined
  const [secret, oldSecret] = secretHashesAt(application, now)
  const { scope = everyScope } = clientMetadata as { scope?: string }
  return {
    client_name: name, ...clientMetadata, client_id: clientId, ...(secret && { client_secret: secret }), [oldSecretMember]: oldSecret,
    // What acts with a person's accounts is for command lines only, whatever an application asks for.
    scope: scope.split(' ').filter((one) => one !== accountAccess).join(' '),
  }
}
