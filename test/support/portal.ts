// A stand-in for the portal's APIs, made from what AWS clients expect on the wire, with the real root door
// behind it so that the credentials it gives can be used.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import Koa, { type Context } from 'koa'
import { Credentials } from '../../src/domain/credentials/index.js'
import { AwsError, oidcLanguage, portalLanguage } from '../../src/http/aws/protocol/errors.js'
import { answerIn, parseJson, readBody, sendJson } from '../../src/http/aws/protocol/request.js'
import { MasterKey } from '../../src/platform/keys/master-key.js'
import { identityDoor, principal } from './aws.js'

export interface StubAccount {
  accountId: string
  accountName: string
  roles: string[]
}

/** Starts the stand-in. Every request is kept in `seen`; `polls` is what the device grant answers, in turn. */
export async function startPortal() {
  const state = {
    seen: [] as { method: string; path: string; query: Record<string, string>; body: Record<string, unknown>; bearer: string }[],
    polls: [] as string[],
    accounts: [{ accountId: '111122223333', accountName: 'Production', roles: ['AdministratorAccess', 'ReadOnly'] }] as StubAccount[],
    expiresIn: 3600,
    refuse: {} as Record<string, [string, number]>,
    refreshToken: '',
    accessTokens: new Set<string>(),
    codes: new Map<string, { challenge: string; redirectUri: string }>(),
  }
  const credentials = new Credentials({ master: new MasterKey(randomBytes(32)), clock: Date.now, revocations: { check: () => 'in-force' } })
  const tokens = () => {
    state.refreshToken = randomUUID()
    const accessToken = randomUUID()
    state.accessTokens.add(accessToken)
    return { accessToken, tokenType: 'Bearer', expiresIn: state.expiresIn, refreshToken: state.refreshToken }
  }
  const grants: Record<string, (body: Record<string, unknown>) => object> = {
    'urn:ietf:params:oauth:grant-type:device_code': () => {
      const next = state.polls.shift()
      if (next) throw new AwsError(next, 400, `told ${next}`)
      return tokens()
    },
    'refresh_token': ({ refreshToken }) => {
      if (refreshToken !== state.refreshToken) throw new AwsError('InvalidGrantException', 400, 'unknown refresh token')
      return tokens()
    },
    'authorization_code': ({ code, codeVerifier, redirectUri }) => {
      const kept = state.codes.get(String(code))
      state.codes.delete(String(code))
      const challenge = createHash('sha256').update(String(codeVerifier)).digest('base64url')
      if (kept?.challenge !== challenge || kept.redirectUri !== redirectUri) throw new AwsError('InvalidGrantException', 400, 'wrong code')
      return tokens()
    },
  }
  const page = <T>(all: T[], { next_token: from = '0' }: Record<string, string>): [T[], string | undefined] =>
    [all.slice(Number(from), Number(from) + 2), Number(from) + 2 < all.length ? String(Number(from) + 2) : undefined]
  const account = (query: Record<string, string>) => state.accounts.find((one) => one.accountId === query['account_id'])
  const routes: Record<string, (query: Record<string, string>, body: Record<string, unknown>, ctx: Context) => object> = {
    'POST /client/register': () => ({ clientId: 'client-1', clientSecret: 'secret-1', clientIdIssuedAt: 1, clientSecretExpiresAt: Math.floor(Date.now() / 1000) + 90 * 86_400 }),
    'POST /device_authorization': () => ({
      deviceCode: 'device-1', userCode: 'BCDF-GHJK', verificationUri: 'http://127.0.0.1/device', verificationUriComplete: 'http://127.0.0.1/device?user_code=BCDF-GHJK', expiresIn: 600, interval: 2,
    }),
    'POST /token': (_, body) => grants[String(body['grantType'])]!(body),
    'GET /assignment/accounts': (query) => {
      const [accountList, nextToken] = page(state.accounts.map(({ accountId, accountName }) => ({ accountId, accountName })), query)
      return { accountList, nextToken }
    },
    'GET /assignment/roles': (query) => {
      const [roleList, nextToken] = page(account(query)!.roles.map((roleName) => ({ roleName, accountId: query['account_id'] })), query)
      return { roleList, nextToken }
    },
    'GET /federation/credentials': (query) => {
      if (!account(query)?.roles.includes(query['role_name'] ?? '')) throw new AwsError('ForbiddenException', 403, 'No access')
      return { roleCredentials: credentials.issue({ principal, durationSeconds: 3600 }) }
    },
    'POST /logout': () => ({}),
  }
  const app = new Koa()
  app.silent = true
  app.use(async (ctx, next) => {
    const route = routes[`${ctx.method} ${ctx.path}`]
    if (!route) return next()
    const forPeople = /^\/(assignment|federation|logout)/.test(ctx.path)
    return answerIn(forPeople ? portalLanguage : oidcLanguage, { error: () => undefined })(ctx, async () => {
      const query = Object.fromEntries(ctx.URL.searchParams)
      const body = parseJson(await readBody(ctx))
      const bearer = ctx.get('x-amz-sso_bearer_token')
      state.seen.push({ method: ctx.method, path: ctx.path, query, body, bearer })
      const refusal = state.refuse[ctx.path]
      if (refusal) throw new AwsError(refusal[0], refusal[1], 'told to refuse')
      if (forPeople && !state.accessTokens.has(bearer)) throw new AwsError('UnauthorizedException', 401, 'Session token not found or invalid')
      sendJson(ctx, route(query, body, ctx))
    })
  })
  app.use(identityDoor({ credentials, clock: Date.now, log: { error: () => undefined } }))
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    state, url,
    /** Does what a browser and a person would: signs in at the page and follows the way back. */
    approve: async (page: string, change: Record<string, string> = {}) => {
      const query = new URL(page).searchParams
      const code = randomUUID()
      state.codes.set(code, { challenge: query.get('code_challenge')!, redirectUri: query.get('redirect_uri')! })
      const back = new URL(query.get('redirect_uri')!)
      back.search = new URLSearchParams({ code, state: query.get('state')!, ...change }).toString()
      return fetch(back)
    },
    close: () => new Promise((resolve) => {
      server.closeAllConnections()
      server.close(resolve)
    }),
  }
}
