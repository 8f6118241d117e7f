// The four operations: ListAccounts, ListAccountRoles, GetRoleCredentials, Logout.
import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import type { Reach } from '../../../domain/access/index.js'
import type { User } from '../../../domain/directory/index.js'
import type { Trail } from '../../../platform/audit/index.js'
import { Refusal } from '../../../platform/errors.js'
import type { Log } from '../../../platform/log.js'
import { bearerOf, type BearerTokens } from '../protocol/bearer.js'
import { AwsError, portalLanguage } from '../protocol/errors.js'
import { answerIn, queryParameters, send, sendJson, type Parameters } from '../protocol/request.js'
import { originOf } from '../../middleware/front.js'
import { pageOf } from './paging.js'

/** What this door needs of whoever keeps access tokens. */
export interface AccessTokens extends BearerTokens {
  revoke(accessToken: string): Promise<void>
}

/** Issues the credentials of a role that a user holds; refuses with `forbidden` when it is not theirs. */
export type IssueRoleCredentials = (ctx: Context, user: User, role: { accountId: string; permissionSet: string }) => Promise<{
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
  expiration: number
}>

export interface SsoPortalOptions {
  tokens: AccessTokens
  findUser: (id: string) => Promise<User | undefined>
  reach: Reach
  issueRoleCredentials: IssueRoleCredentials
  trail: Trail
  log: Log
}

interface Caller {
  user: User
  accessToken: string
  parameters: Parameters
}

/** Serves the portal's API. */
export function ssoPortalDoor(options: SsoPortalOptions): Middleware {
  const router = new Router()
  const answer = answerIn(portalLanguage, options.log)
  const as = (run: (ctx: Context, caller: Caller) => Promise<void>): Middleware => async (ctx) => run(ctx, await caller(ctx, options))

  router.get('/assignment/accounts', answer, as(async (ctx, { user, parameters }) => {
    const { offset, limit, next } = pageOf(parameters)
    const { accounts, matches } = await options.reach.accounts(user.id, { offset, limit })
    sendJson(ctx, { accountList: accounts.map(({ id, name, email }) => ({ accountId: id, accountName: name, emailAddress: email })), ...next(accounts.length, matches) })
  }))

  router.get('/assignment/roles', answer, as(async (ctx, { user, parameters }) => {
    const { offset, limit, next } = pageOf(parameters)
    const accountId = accountIdOf(parameters)
    const roles = await options.reach.roles(user.id, accountId, { offset, limit: limit + 1 })
    sendJson(ctx, { roleList: roles.slice(0, limit).map(({ name }) => ({ roleName: name, accountId })), ...next(Math.min(roles.length, limit), offset + roles.length) })
  }))

  router.get('/federation/credentials', answer, as(async (ctx, { user, parameters }) => {
    const role = { accountId: accountIdOf(parameters), permissionSet: required(parameters, 'role_name') }
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await issue(ctx, user, role, options)
    sendJson(ctx, { roleCredentials: { accessKeyId, secretAccessKey, sessionToken, expiration } })
  }))

  router.post('/logout', answer, as(async (ctx, { user, accessToken }) => {
    await options.tokens.revoke(accessToken)
    await options.trail.record({ eventName: 'Logout', eventSource: 'sso.amazonaws.com', eventType: 'AwsApiCall', origin: originOf(ctx), userId: user.id })
    send(ctx, { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' })
  }))

  return router.routes() as unknown as Middleware
}

async function caller(ctx: Context, options: SsoPortalOptions): Promise<Caller> {
  const parameters = queryParameters(ctx.originalUrl)
  return { parameters, ...await bearerOf(ctx, options) }
}

/** The wire's own words for a role that is not the caller's. */
async function issue(ctx: Context, user: User, role: { accountId: string; permissionSet: string }, { issueRoleCredentials }: SsoPortalOptions): ReturnType<IssueRoleCredentials> {
  try {
    return await issueRoleCredentials(ctx, user, role)
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'forbidden')) throw error
    throw new AwsError('ForbiddenException', 403, 'No access')
  }
}

function required(parameters: Parameters, name: string): string {
  const value = parameters.get(name)
  if (!value) throw new AwsError('InvalidRequestException', 400, `The parameter ${name} is required.`)
  if (value.length > 256 || value.includes('\0') || !value.isWellFormed()) throw new AwsError('InvalidRequestException', 400, `The parameter ${name} cannot be used.`)
  return value
}

function accountIdOf(parameters: Parameters): string {
  const accountId = required(parameters, 'account_id')
  if (!/^\d{12}$/.test(accountId)) throw new AwsError('InvalidRequestException', 400, 'The parameter account_id must have 12 digits.')
  return accountId
}
