// The operations: what may be asked for, asking, one's own requests and those to answer, and answering.
import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import type { User } from '../../../domain/directory/index.js'
import type { AccessRequest, Acting, Requestable, RequestHistory, Requests } from '../../../domain/requests/index.js'
import { Refusal } from '../../../platform/errors.js'
import type { Log } from '../../../platform/log.js'
import { originOf } from '../../middleware/front.js'
import { bearerOf, type BearerTokens } from '../protocol/bearer.js'
import { AwsError, portalLanguage } from '../protocol/errors.js'
import { answerIn, parseJson, queryParameters, readBody, sendJson, type JsonObject, type Parameters } from '../protocol/request.js'

export interface AccessRequestsOptions {
  tokens: BearerTokens
  findUser: (id: string) => Promise<User | undefined>
  steps: Pick<Requests, 'ask' | 'approve' | 'deny' | 'withdraw' | 'end'>
  requestable: Pick<Requestable, 'list' | 'listAccounts' | 'findSetId'>
  history: Pick<RequestHistory, 'find' | 'list' | 'listToAnswer' | 'isApprover'>
  log: Log
}

interface Call extends Acting {
  ctx: Context
  user: User
  parameters: Parameters
}

/** Serves them. */
export function accessRequestsDoor(options: AccessRequestsOptions): Middleware {
  const router = new Router({ prefix: '/access-requests' })
  const answer = answerIn(portalLanguage, options.log)
  const as = (run: (call: Call) => Promise<object>): Middleware => async (ctx) => {
    const { user } = await bearerOf(ctx, options)
    sendJson(ctx, await run({ ctx, user, origin: originOf(ctx), parameters: queryParameters(ctx.originalUrl) }))
  }
  const step = (run: (call: Call, id: string, body: JsonObject) => Promise<AccessRequest>): Middleware =>
    as(async (call) => spelled(await run(call, String(call.ctx.params.id), parseJson(await readBody(call.ctx, 65_536)))))

  router.get('/', answer, as((call) => list(call, options)))
  router.post('/', answer, as((call) => ask(call, options)))
  router.get('/requestable', answer, as((call) => requestable(call, options)))
  router.get('/:id', answer, as(async (call) => spelled(await visible(call, options))))
  router.post('/:id/approve', answer, step((call, id) => options.steps.approve(call, id)))
  router.post('/:id/deny', answer, step((call, id, { reason }) => options.steps.deny(call, id, text(reason, 'reason'))))
  router.post('/:id/withdraw', answer, step((call, id) => options.steps.withdraw(call, id)))
  router.post('/:id/end', answer, step((call, id, { reason }) => options.steps.end(call, id, reason === undefined ? undefined : text(reason, 'reason'))))
  return router.routes() as unknown as Middleware
}

const mostAtOnce = 100

async function list({ user, parameters }: Call, { history }: AccessRequestsOptions): Promise<object> {
  const view = parameters.get('view') ?? 'mine'
  if (view !== 'mine' && view !== 'to-answer') throw new AwsError('InvalidRequestException', 400, 'The parameter view must be mine or to-answer.')
  const limit = Number(parameters.get('max_result') ?? mostAtOnce)
  if (!Number.isInteger(limit) || limit < 1 || limit > mostAtOnce) throw new AwsError('InvalidRequestException', 400, `The parameter max_result must be from 1 to ${mostAtOnce}.`)
  const before = positionOf(parameters.get('next_token'))
  const { requests, next } = view === 'mine' ? await history.list({ userId: user.id, before, limit }) : await history.listToAnswer(user.id, { before, limit })
  return { requests: requests.map(spelled), ...(next !== undefined && { nextToken: Buffer.from(`r${next}`).toString('base64url') }) }
}

function positionOf(token: string | undefined): string | undefined {
  if (token === undefined || token === '') return undefined
  const found = /^r(\d{1,18})$/.exec(Buffer.from(token, 'base64url').toString('latin1'))
  if (!found) throw new AwsError('InvalidRequestException', 400, 'The parameter next_token was not made by this service.')
  return found[1]
}

async function requestable({ user, parameters }: Call, options: AccessRequestsOptions): Promise<object> {
  const sets = await options.requestable.list(user.id)
  const named = parameters.get('permission_set')
  const shown = named === undefined ? sets : sets.filter(({ name }) => name.toLowerCase() === named.toLowerCase())
  const accounts = named !== undefined && shown[0] ? await options.requestable.listAccounts(user.id, shown[0].id) : undefined
  return {
    permissionSets: shown.map(({ name, description, longestDuration, approvalsNeeded, reasonRequired, approvers }) => ({ name, description, longestSeconds: longestDuration, approvalsNeeded, reasonRequired, approvers })),
    ...(accounts && { accounts: accounts.map(({ id, name, isAssigned, grantedUntil, pendingId }) => ({ accountId: id, accountName: name, isAssigned, grantedUntil: grantedUntil?.toISOString(), pendingRequestId: pendingId })) }),
  }
}

async function ask(call: Call, { steps, requestable: asking }: AccessRequestsOptions): Promise<object> {
  const body = parseJson(await readBody(call.ctx, 65_536))
  const permissionSetId = await asking.findSetId(text(body.permissionSet, 'permissionSet'))
  const accountId = text(body.accountId, 'accountId')
  if (!/^\d{12}$/.test(accountId)) throw new AwsError('InvalidRequestException', 400, 'accountId must have 12 digits.')
  if (typeof body.durationSeconds !== 'number') throw new AwsError('InvalidRequestException', 400, 'durationSeconds must be a whole number.')
  return spelled(await steps.ask(call, { accountId, permissionSetId: permissionSetId ?? '', duration: body.durationSeconds, reason: body.reason === undefined ? '' : text(body.reason, 'reason') }))
}

/** A request of one's own, or one that one may answer. */
async function visible({ ctx, user }: Call, { history }: AccessRequestsOptions): Promise<AccessRequest> {
  const request = await history.find(String(ctx.params.id))
  const isSeen = request && (request.user.id === user.id || request.answers.some(({ userId }) => userId === user.id) || await history.isApprover(user.id, request.permissionSet.id))
  if (!isSeen) throw new Refusal('not-found', 'There is no such request.')
  return request
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) throw new AwsError('InvalidRequestException', 400, `${name} must be text.`)
  return value
}

const spelled = ({ id, state, user, account, permissionSet, duration, reason, approvalsNeeded, answers, askedAt, expiresAt, startsAt, endsAt, closedBy, closingReason }: AccessRequest): object => ({
  requestId: id, state, userName: user.userName, displayName: user.displayName, accountId: account.id, accountName: account.name, permissionSet: permissionSet.name,
  durationSeconds: duration, reason, approvalsNeeded, answers: answers.map(({ userName, answer, reason: why, at }) => ({ userName, answer, reason: why, at: at.toISOString() })),
  askedAt: askedAt.toISOString(), expiresAt: expiresAt.toISOString(), startsAt: startsAt?.toISOString(), endsAt: endsAt?.toISOString(), closedBy: closedBy?.userName, closingReason,
})
