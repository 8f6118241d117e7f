// The root of the origin, where query-protocol services (told apart by Version) and JSON 1.1 services
// (by X-Amz-Target) share `POST /`. Finds the operation, checks who calls, runs it, writes the answer.
import type { Context, Middleware } from 'koa'
import type { Clock } from '../../../platform/clock.js'
import type { Log } from '../../../platform/log.js'
import { AwsError, queryLanguage, type Language } from './errors.js'
import { findJson, jsonLanguageOf, speaksJson, type JsonService } from './json-service.js'
import { answerIn, formPairs, gather, pairsOf, parseJson, queryOf, readBody, requestIdOf, send, sendJson, type Parameters } from './request.js'
import { requireService, SigningKeys, verifySignature, type LookUp, type Verified } from './sigv4.js'
import { writeXml, type XmlContent } from './xml.js'

export interface QueryRequest<Caller> {
  parameters: Parameters
  caller: Caller
  ctx: Context
}

export interface QueryOperation<Caller> {
  isUnsigned?: false
  /** Operations that answer nothing return undefined. */
  run(request: QueryRequest<Caller>): XmlContent | undefined | Promise<XmlContent | undefined>
}

/** An operation for whoever has no key yet: what is in its parameters has to prove who asks. */
export interface UnsignedQueryOperation {
  isUnsigned: true
  run(request: { parameters: Parameters; ctx: Context }): XmlContent | undefined | Promise<XmlContent | undefined>
}

export interface QueryService<Caller> {
  /** The service's name in a signature's scope. */
  name: string
  version: string
  xmlns: string
  operations: Readonly<Record<string, QueryOperation<Caller> | UnsignedQueryOperation>>
}

export interface RootOptions<Caller> {
  /** The first one's namespace also serves requests that name no service. */
  services: readonly [QueryService<Caller>, ...QueryService<Caller>[]]
  jsonServices?: readonly JsonService<Caller>[]
  lookUp: LookUp<Caller>
  clock: Clock
  log: Pick<Log, 'error'>
  /** Hears who signed, before the operation runs. */
  onVerified?: (verified: Verified<Caller>) => void
}

/** Serves `POST /`, `GET /?Action=…` and whatever else at `/` is signed; any other `GET /` is left to who comes next. */
export function rootDoor<Caller>(options: RootOptions<Caller>): Middleware {
  const keys = new SigningKeys()
  const answer = answerIn((ctx) => languageOf(ctx, options), options.log)
  const serve = async (ctx: Context): Promise<void> => {
    const body = await readBody(ctx)
    if (speaksJson(ctx)) return serveJson(ctx, body)
    const parameters = parametersOf(ctx, body)
    ctx.state.version = parameters.get('Version')
    const { service, operation, action } = find(options, parameters)
    const result = operation.isUnsigned ? await operation.run({ parameters, ctx }) : await operation.run({ parameters, caller: await callerOf(ctx, body, service), ctx })
    const content = { [`${action}Result`]: result, ResponseMetadata: { RequestId: requestIdOf(ctx) } }
    send(ctx, { status: 200, headers: { 'content-type': 'text/xml' }, body: writeXml(`${action}Response`, service.xmlns, content) })
  }
  const serveJson = async (ctx: Context, body: Buffer): Promise<void> => {
    const { service, operation } = findJson(ctx, options.jsonServices ?? [])
    const caller = await callerOf(ctx, body, service)
    sendJson(ctx, await operation.run({ input: parseJson(body), caller, ctx }), 'application/x-amz-json-1.1')
  }
  const callerOf = async (ctx: Context, body: Buffer, service: { name: string }): Promise<Caller> => {
    const request = { method: ctx.method, rawUrl: ctx.originalUrl, rawHeaders: ctx.req.rawHeaders, body, now: options.clock() }
    const verified = await verifySignature(request, options.lookUp, keys)
    requireService(verified, service.name)
    options.onVerified?.(verified)
    return verified.principal
  }
  // One address for all: it needs no router, and the calls that clients make most do not pay for one.
  return async (ctx, next) => (ctx.path === '/' && (ctx.method === 'POST' || (ctx.method === 'GET' && isCall(ctx))) ? answer(ctx, () => serve(ctx)) : next())
}

/** Whoever signs is a program, also of a service that is not here: it would make nothing of the portal. */
const isCall = (ctx: Context): boolean => ctx.get('authorization').startsWith('AWS4-') || /(^|&)(Action|X-Amz-[A-Za-z]+)=/.test(queryOf(ctx.originalUrl))

function languageOf<Caller>(ctx: Context, { services, jsonServices = [] }: RootOptions<Caller>): Language {
  if (speaksJson(ctx)) return jsonLanguageOf(ctx, jsonServices)
  const { version } = ctx.state as { version?: string }
  return queryLanguage((services.find((service) => service.version === version) ?? services[0]).xmlns)
}

/** Reads the parameters from body and query together, so that none of them can be there twice; those of the signature are left out. */
function parametersOf(ctx: Context, body: Buffer): Parameters {
  const query = pairsOf(queryOf(ctx.originalUrl)).filter(([name]) => !name.startsWith('X-Amz-'))
  return gather([...query, ...formPairs(body)])
}

function find<Caller>({ services }: RootOptions<Caller>, parameters: Parameters) {
  const action = parameters.get('Action')
  if (!action) throw new AwsError('MissingAction', 400, 'The request must contain the parameter Action.')
  const version = parameters.get('Version')
  const service = services.find((one) => one.version === version)
  const operation = service && Object.hasOwn(service.operations, action) ? service.operations[action] : undefined
  if (!service || !operation) throw new AwsError('InvalidAction', 400, `Could not find operation ${action} for version ${version ?? 'NO_VERSION_SPECIFIED'}`)
  return { service, operation, action }
}
