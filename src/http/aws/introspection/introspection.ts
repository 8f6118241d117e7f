// POST /credentials/introspect: a service posts the parts of a request that it was sent, and hears who signed it.
import type { Context, Middleware } from 'koa'
import type { Actor, Denials, Rights } from '../../../domain/credentials/index.js'
import type { Log } from '../../../platform/log.js'
import type { Caller } from '../protocol/caller.js'
import { AwsError, json11Language } from '../protocol/errors.js'
import type { Permissions } from '../protocol/permissions.js'
import { answerIn, parseJson, readBody, sendJson } from '../protocol/request.js'
import { requireService, SigningKeys, verifySignature, verifyText, type LookUp, type Verified } from '../protocol/sigv4.js'
import { decisionsOf, signerOf } from './answers.js'
import { readQuestion, type Question } from './input.js'

export interface IntrospectionOptions {
  lookUp: LookUp<Caller>
  rightsOf: (actor: Actor) => Promise<Rights>
  denials: Pick<Denials, 'seal'>
  permissions: Permissions
  /** The account whose services may ask about everybody; those of others ask about their own. */
  managementAccount: () => Promise<string | undefined>
  clock: () => number
  log: Pick<Log, 'error'>
}

const path = '/credentials/introspect'

/** Serves the question. */
export function introspectionDoor(options: IntrospectionOptions): Middleware {
  const keys = new SigningKeys()
  const answer = answerIn(json11Language, options.log)
  const serve = async (ctx: Context): Promise<void> => {
    const body = await readBody(ctx)
    const asker = await verifySignature({ method: ctx.method, rawUrl: ctx.originalUrl, rawHeaders: ctx.req.rawHeaders, body, now: options.clock() }, options.lookUp, keys)
    requireService(asker, 'gatehouse')
    await options.permissions.check(asker.principal, { action: 'gatehouse:IntrospectCredentials', resource: '*' }, ctx)
    const question = readQuestion(parseJson(body))
    sendJson(ctx, await answerTo(question, asker.principal, options, keys))
  }
  return async (ctx, next) => (ctx.path === path && ctx.method === 'POST' ? answer(ctx, () => serve(ctx)) : next())
}

async function answerTo(question: Question, asker: Caller, options: IntrospectionOptions, keys: SigningKeys): Promise<object> {
  const found = await verified(question, options, keys).catch((error: unknown) => {
    if (error instanceof AwsError) return error
    throw error
  })
  if (found instanceof AwsError) return { active: false, code: found.code, message: found.message }
  if (found.principal.accountId !== asker.accountId && asker.accountId !== await options.managementAccount()) {
    return { active: false, code: 'AccessDenied', message: 'The credentials are of another account.' }
  }
  const rights = await options.rightsOf(found.principal)
  return { ...signerOf(found, rights), ...(question.decide && { decisions: decisionsOf(question.decide, rights, options.denials) }) }
}

async function verified({ request, signed, service }: Question, { lookUp, clock }: IntrospectionOptions, keys: SigningKeys): Promise<Verified<Caller>> {
  const found = request
    ? await verifySignature({ method: request.method, rawUrl: request.url, rawHeaders: Object.entries(request.headers).flatMap(([name, values]) => [values].flat().flatMap((value) => [name, value])), body: request.bodyHash, now: clock() }, lookUp, keys)
    : await verifyText({ ...signed!, sessionToken: signed!.sessionToken, now: clock() }, lookUp, keys)
  requireService(found, service)
  return found
}
