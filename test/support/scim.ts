// A directory outside that provisions: a token, and requests as SCIM clients send them.
import { ProvisioningTokens } from '../../src/domain/federation/index.js'
import type { TestApp } from './app.js'

export const core = 'urn:ietf:params:scim:schemas:core:2.0'
export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
export const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

export interface ScimAnswer {
  status: number
  headers: Headers
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any
}

export interface ScimClient {
  token: string
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ScimAnswer>
  patch(path: string, ...operations: object[]): Promise<ScimAnswer>
  list(path: string, query: Record<string, string>): Promise<ScimAnswer>
}

/** Makes a token and whoever holds it. */
export async function provisioner({ database, origin }: Pick<TestApp, 'database' | 'origin'>, { administrators = false, name = 'Entra ID', clock = Date.now } = {}): Promise<ScimClient> {
  const { secret } = await new ProvisioningTokens(database, clock).create({ name, days: 90, administrators, by: 'test', byUser: undefined })
  return scimClient(origin, secret)
}

export function scimClient(origin: string, token: string): ScimClient {
  const send: ScimClient['send'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${origin}/scim/v2${path}`, {
      method, headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/scim+json' }), ...headers }, ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }
  return {
    token, send,
    patch: (path, ...Operations) => send('PATCH', path, { schemas: [patchOp], Operations }),
    list: (path, query) => send('GET', `${path}?${new URLSearchParams(query).toString()}`),
  }
}

/** What a refusal looks like to a test. */
export const refused = (status: number, scimType?: string): object =>
  ({ status, body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(status), ...(scimType && { scimType }), detail: expect.any(String) as unknown } })

/** The events of a name, in their order. */
export const eventsNamed = async ({ database }: Pick<TestApp, 'database'>, name: string): Promise<Record<string, any>[]> => // oxlint-disable-line typescript/no-explicit-any
  (await database.query<{ event: Record<string, unknown> }>('select event from audit_events where event_name = $1 order by position', [name])).map(({ event }) => event)
