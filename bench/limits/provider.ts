// The limit of tokens: oidc-provider alone, its records in a map of this process. `/refresh-token` gives a
// token to begin with.
import { createServer } from 'node:http'
import { Provider, type Adapter, type AdapterPayload } from 'oidc-provider'
import { native, robot } from '../organization.js'

const records = new Map<string, AdapterPayload>()
const grants = new Map<string, Set<string>>()

class MapAdapter implements Adapter {
  constructor(private readonly model: string) {}

  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    const key = this.key(id)
    records.set(key, payload)
    if (payload.grantId) grants.set(payload.grantId, (grants.get(payload.grantId) ?? new Set()).add(key))
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return records.get(this.key(id))
  }

  async consume(id: string): Promise<void> {
    records.get(this.key(id))!.consumed = Math.floor(Date.now() / 1000)
  }

  async destroy(id: string): Promise<void> {
    records.delete(this.key(id))
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const key of grants.get(grantId) ?? []) records.delete(key)
  }

  async findByUid(): Promise<undefined> {}

  async findByUserCode(): Promise<undefined> {}

  private key(id: string): string {
    return `${this.model}:${id}`
  }
}

const port = Number(process.env.PORT)
const provider = new Provider(`http://localhost:${port}`, {
  adapter: MapAdapter,
  clients: [
    { client_id: robot.id, client_secret: robot.secret, redirect_uris: [], response_types: [], grant_types: ['client_credentials'], id_token_signed_response_alg: 'ES256' },
    { client_id: native.id, redirect_uris: [native.redirectUri], application_type: 'native', token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'], id_token_signed_response_alg: 'ES256' },
  ],
  jwks: { keys: [await signingKey()] } as never,
  enabledJWA: { idTokenSigningAlgValues: ['ES256'] } as never,
  scopes: ['openid', 'offline_access'],
  rotateRefreshToken: true,
  ttl: { AccessToken: 3600, ClientCredentials: 3600, Grant: 7200, IdToken: 3600, RefreshToken: 7200 },
  features: { devInteractions: { enabled: false }, clientCredentials: { enabled: true } },
  findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
})

async function signingKey(): Promise<object> {
  const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  return { ...await crypto.subtle.exportKey('jwk', privateKey), key_ops: undefined, kid: 'one', use: 'sig', alg: 'ES256' }
}

async function refreshToken(): Promise<string> {
  const grant = new provider.Grant({ accountId: 'somebody', clientId: native.id })
  grant.addOIDCScope('openid offline_access')
  const grantId = await grant.save()
  const client = (await provider.Client.find(native.id))!
  return new provider.RefreshToken({ accountId: 'somebody', client, grantId, scope: 'openid offline_access', gty: 'authorization_code', authTime: 1 } as never).save()
}

const serve = provider.callback()
createServer(async (request, response) => {
  if (request.url === '/refresh-token') response.end(await refreshToken())
  else await serve(request, response)
}).listen(port, 'localhost')
