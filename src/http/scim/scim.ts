// The door: who asks is found by a bearer token, the rest by method and path; whatever is thrown is said as SCIM does.
import type { Context, Middleware } from 'koa'
import { readBody } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import type { ProvisioningToken } from '../../domain/federation/index.js'
import { errorBody, invalid, saidOf, ScimError } from './errors.js'
import { wrongTokenEvent } from './events.js'
import type { Answer, Call, ScimRooms } from './rooms.js'
import { routesOf } from './routes.js'
import { isObject, type Value } from './values.js'

const prefix = '/scim/v2'
/** Bytes of a body: a thousand people, or the members of a very large group. */
export const largestBody = 2 * 1024 * 1024

/** Serves SCIM. */
export function scimDoor(rooms: ScimRooms): Middleware {
  const route = routesOf(rooms)
  return async (ctx, next) => {
    if (ctx.path !== prefix && !ctx.path.startsWith(`${prefix}/`)) return next()
    try {
      const token = await authenticate(ctx, rooms)
      await rooms.ready()
      await rooms.budgets.spend('ProvisioningRequestsPerToken', token.id)
      send(ctx, await route({
        method: ctx.method === 'HEAD' ? 'GET' : ctx.method, path: ctx.path.slice(prefix.length), query: new URLSearchParams(ctx.querystring), body: () => bodyOf(ctx), call: callOf(ctx, token),
      }))
    } catch (error) {
      sendError(ctx, error, rooms)
    }
  }
}

function callOf(ctx: Context, token: ProvisioningToken): Call {
  return { token, by: `provisioning token ${token.name}`, origin: originOf(ctx), ifMatch: ctx.get('if-match') || undefined, ifNoneMatch: ctx.get('if-none-match') || undefined }
}

async function authenticate(ctx: Context, rooms: ScimRooms): Promise<ProvisioningToken> {
  const { tokens, budgets } = rooms
  const [, secret = ''] = /^Bearer +([\w.~+/=-]{1,200})$/i.exec(ctx.get('authorization')) ?? []
  const token = secret === '' ? undefined : await tokens.find(secret)
  if (token) return token
  if (secret !== '') {
    await tellWrongToken(ctx, rooms)
    await budgets.spend('WrongProvisioningTokensPerAddress', originOf(ctx).sourceIPAddress)
  }
  ctx.set('WWW-Authenticate', secret === '' ? 'Bearer realm="scim"' : 'Bearer realm="scim", error="invalid_token"')
  throw new ScimError(401, secret === '' ? 'A provisioning token is needed, as a bearer token.' : 'The provisioning token is none, or has ended.')
}

/** Whoever tries tokens is seen; before there is an organization there is nobody to see it. */
async function tellWrongToken(ctx: Context, { trail, ready, isWrongTokenTold }: ScimRooms): Promise<void> {
  if (!await isWrongTokenTold(ctx)) return
  await ready()
  await trail.record(wrongTokenEvent(originOf(ctx), ctx))
}

async function bodyOf(ctx: Context): Promise<Value> {
  if (!ctx.is('application/scim+json', 'application/json', '+json')) throw new ScimError(415, 'A body is application/scim+json.')
  const text = (await readBody(ctx, largestBody)).toString('utf8')
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw invalid('invalidSyntax', 'The body is no JSON.')
  }
  if (!isObject(body)) throw invalid('invalidSyntax', 'The body is no JSON object.')
  return body
}

function send(ctx: Context, { status, body, version, location }: Answer): void {
  ctx.status = status
  if (version !== undefined) ctx.set('ETag', version)
  if (location !== undefined && status === 201) ctx.set('Location', location)
  if (location !== undefined && status === 200) ctx.set('Content-Location', location)
  if (!body) return void (ctx.body = null, ctx.status = status)
  ctx.type = 'application/scim+json'
  ctx.body = JSON.stringify(body)
}

function sendError(ctx: Context, error: unknown, { log }: ScimRooms): void {
  const said = saidOf(error, originOf(ctx).requestId, log)
  if (said.retryAfter !== undefined) ctx.set('Retry-After', String(said.retryAfter))
  send(ctx, { status: said.status, body: errorBody(said) })
}
