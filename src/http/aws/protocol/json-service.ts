// JSON 1.1: services told apart by X-Amz-Target at the root of the origin, and the same operations for pages.
import type { Context } from 'koa'
import type { ConsoleSession } from '../../../domain/sessions/index.js'
import type { Caller } from './caller.js'
import { consoleCaller } from './console-caller.js'
import { AwsError, json11Language, type Language } from './errors.js'
import type { JsonOperation, JsonOperations } from './json-operation.js'
import { inWordsOfPages } from './page-errors.js'
import type { JsonObject } from './request.js'

export interface JsonService<Who> {
  /** The service's name in a signature's scope. */
  name: string
  /** What targets begin with, such as `AWSIdentityStore`. */
  target: string
  language: Language
  operations: Readonly<Record<string, JsonOperation<Who>>>
}

export const speaksJson = (ctx: Context): boolean => ctx.get('x-amz-target') !== '' || /^application\/x-amz-json-/i.test(ctx.get('content-type'))

/** The language of the service that a request is for. */
export const jsonLanguageOf = (ctx: Context, services: readonly JsonService<never>[]): Language => serviceOf(ctx, services)?.language ?? json11Language

const serviceOf = <Service extends JsonService<never>>(ctx: Context, services: readonly Service[]): Service | undefined => {
  const [target] = ctx.get('x-amz-target').split('.', 1)
  return services.find((service) => service.target === target)
}

/** Finds the operation that a request names. */
export function findJson<Who>(ctx: Context, services: readonly JsonService<Who>[]): { service: JsonService<Who>; operation: JsonOperation<Who> } {
  const service = serviceOf(ctx, services)
  const name = ctx.get('x-amz-target').slice((service?.target.length ?? 0) + 1)
  const operation = service && Object.hasOwn(service.operations, name) ? service.operations[name] : undefined
  if (!service || !operation) throw new AwsError('UnknownOperationException', 400, 'The requested operation is not known.')
  return { service, operation }
}

/** Runs operations as whoever has a session of the console: the same permissions, checks and events as on the wire, with refusals in the words of the house. */
export type RunForPages = (ctx: Context, session: ConsoleSession, operation: string, input: JsonObject) => Promise<JsonObject>

/** The operations of a service for pages; those that are not on the wire may be among them. */
export const jsonForPages = (operations: JsonOperations): RunForPages => (ctx, session, operation, input) =>
  inWordsOfPages(() => operations[operation]!.run({ input, caller: consoleCaller(session) satisfies Caller, ctx }))
