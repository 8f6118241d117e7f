// Calls the APIs that a client command needs: client registration, tokens, accounts, roles, credentials.
import { z } from 'zod'
import { Refusal } from '../../platform/errors.js'
import { printable } from './io.js'

export interface Call {
  method?: 'GET' | 'POST'
  path: string
  query?: Record<string, string | undefined>
  body?: object
  accessToken?: string
}

/** What came back; a refusal of the other side carries its name (`AuthorizationPendingException`). */
export type Reply = { ok: true; body: unknown } | { ok: false; status: number; code: string; message: string }

const timeLimit = 30_000

/** Sends one request. A side that does not answer in 30 seconds counts as unavailable. */
export async function call(endpoint: string, { method = 'GET', path, query = {}, body, accessToken }: Call): Promise<Reply> {
  const url = new URL(path, endpoint)
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value)
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body) headers['content-type'] = 'application/json'
  if (accessToken) headers['x-amz-sso_bearer_token'] = accessToken
  try {
    // A redirect could carry the token elsewhere.
    const answer = await fetch(url, { method, headers, redirect: 'error', signal: AbortSignal.timeout(timeLimit), ...(body && { body: JSON.stringify(body) }) })
    return read(answer.ok, answer.status, answer.headers.get('x-amzn-errortype'), await answer.text())
  } catch (error) {
    const { cause } = error as { cause?: { code?: string; message?: string } }
    const why = cause?.code ?? cause?.message ?? (error as Error).message
    throw new Refusal('unavailable', `${endpoint} does not answer (${printable(why)}).`, { cause: error })
  }
}

function read(ok: boolean, status: number, type: string | null, text: string): Reply {
  const body = parse(text)
  if (ok) return { ok, body }
  const { message, error_description: description, __type, error } = (body ?? {}) as Record<string, unknown>
  const code = printable(String(type?.split(':')[0] ?? __type ?? error ?? 'UnknownError').replace(/^.*#/, ''))
  return { ok, status, code, message: printable(String(message ?? description ?? `HTTP status ${status}`)) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Takes the body of a reply in its shape, or says in plain words what the other side refused. */
export function shaped<T>(reply: Reply, shape: z.ZodType<T>, what: string): T {
  if (reply.ok) {
    const parsed = shape.safeParse(reply.body)
    if (parsed.success) return parsed.data
    throw new Refusal('unavailable', `The answer to "${what}" makes no sense. Is this the address of an access portal?`, { cause: parsed.error })
  }
  if (reply.status === 401 && reply.code === 'UnauthorizedException') throw notSignedIn()
  const code = reply.status === 403 ? 'forbidden' : reply.status === 404 ? 'not-found' : reply.status >= 500 ? 'unavailable' : 'invalid-input'
  throw new Refusal(code, `${what}: ${reply.message} (${reply.code})`)
}

export const notSignedIn = (): Refusal => new Refusal('not-signed-in', 'You are not signed in, or no longer. Run: gatehouse login')

export const Registration = z.object({ clientId: z.string(), clientSecret: z.string(), clientSecretExpiresAt: z.number() })
export type Registration = z.infer<typeof Registration>

export const Tokens = z.object({ accessToken: z.string(), expiresIn: z.number(), refreshToken: z.string().nullish() })
export type Tokens = z.infer<typeof Tokens>

const Accounts = z.object({
  accountList: z.array(z.object({ accountId: z.string(), accountName: z.string().nullish(), emailAddress: z.string().nullish() })),
  nextToken: z.string().nullish(),
})
const Roles = z.object({ roleList: z.array(z.object({ roleName: z.string(), accountId: z.string() })), nextToken: z.string().nullish() })
const RoleCredentials = z.object({
  roleCredentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string(), sessionToken: z.string(), expiration: z.number() }),
})

export type Account = z.infer<typeof Accounts>['accountList'][number]
export type RoleCredentials = z.infer<typeof RoleCredentials>['roleCredentials']

/** Lists every account that the person may enter. */
export const listAccounts = (endpoint: string, accessToken: string): Promise<Account[]> => everyPage(async (nextToken) => {
  const page = shaped(await call(endpoint, { path: '/assignment/accounts', query: { max_result: '100', next_token: nextToken }, accessToken }), Accounts, 'List the accounts')
  return [page.accountList, page.nextToken]
})

/** Lists every permission set that the person has in an account. */
export const listPermissionSets = (endpoint: string, accessToken: string, accountId: string): Promise<string[]> => everyPage(async (nextToken) => {
  const query = { account_id: accountId, max_result: '100', next_token: nextToken }
  const page = shaped(await call(endpoint, { path: '/assignment/roles', query, accessToken }), Roles, 'List the permission sets')
  return [page.roleList.map((role) => role.roleName), page.nextToken]
})

/** Gets credentials of a permission set in an account. */
export async function roleCredentials(endpoint: string, accessToken: string, accountId: string, permissionSet: string): Promise<RoleCredentials> {
  const query = { role_name: permissionSet, account_id: accountId }
  return shaped(await call(endpoint, { path: '/federation/credentials', query, accessToken }), RoleCredentials, 'Get credentials').roleCredentials
}

async function everyPage<T>(page: (nextToken: string | undefined) => Promise<[T[], string | null | undefined]>): Promise<T[]> {
  const all: T[] = []
  let nextToken: string | undefined
  do {
    const [items, next] = await page(nextToken)
    if (next && next === nextToken) throw new Refusal('unavailable', 'The list does not end.')
    all.push(...items)
    nextToken = next || undefined
  } while (nextToken)
  return all
}
