// Bulk requests (RFC 7644 section 3.7): many operations in one, which may refer to what others of them make by `bulkId:…`. Each is
// done or refused by itself; one that refers to a later one waits for it.
import type { Log } from '../../platform/log.js'
import { errorBody, invalid, saidOf, ScimError } from './errors.js'
import type { Answer, Call } from './rooms.js'
import type { Route } from './routes.js'
import { urns } from './schema.js'
import { isObject, type Value } from './values.js'

export const mostBulkOperations = 1000
export const largestBulk = 2 * 1024 * 1024

interface Operation {
  method: string
  bulkId: string | undefined
  path: string
  version: string | undefined
  data: Value
  /** Ids that others of the request give. */
  refersTo: ReadonlySet<string>
}

const methods: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const deepest = 20
/** How many people are made at once. */
const mostTogether = 100

interface Bulk {
  call: Call
  route: Route
  log: Log
}

/** Does what a bulk request asks for. */
export async function runBulk(body: Value, { call, route, log }: Bulk): Promise<Answer> {
  const { operations, failOnErrors } = readBulk(body)
  const made: Made = new Map()
  const answers = new Map<Operation, Value>()
  let errors = 0
  let isOutage = false
  let waiting = operations
  while (waiting.length > 0 && errors < failOnErrors && !isOutage) {
    const awaited = new Set(waiting.flatMap(({ bulkId }) => bulkId ?? []))
    const left: Operation[] = []
    for (let at = 0; at < waiting.length && errors < failOnErrors && !isOutage;) {
      const together = failOnErrors === Infinity ? arrivalsFrom(waiting, at) : waiting.slice(at, at + 1)
      at += together.length
      if (together.length === 1 && [...together[0]!.refersTo].some((id) => awaited.has(id) && id !== together[0]!.bulkId)) {
        left.push(together[0]!)
        continue
      }
      for (const { operation, answer, id } of await Promise.all(together.map((one) => runOne(one, { call, route, log, made })))) {
        if (operation.bulkId !== undefined && awaited.delete(operation.bulkId)) made.set(operation.bulkId, id)
        if (Number(answer.status) >= 400) errors += 1
        isOutage ||= answer.status === '503'
        answers.set(operation, answer)
      }
    }
    if (left.length === waiting.length && !isOutage) refuseCircle(left, answers)
    waiting = left.length === waiting.length ? [] : left
  }
  if (isOutage) leaveOut(operations, answers)
  return { status: 200, body: { schemas: [urns.bulkAnswer], Operations: operations.flatMap((operation) => answers.get(operation) ?? []) } }
}

/** Ids by what a request calls them; none where it could not be made. */
type Made = Map<string, string | undefined>

/** People who are made one after the other, and depend on nothing, are made together: that is what a large import consists of. */
function arrivalsFrom(operations: readonly Operation[], from: number): Operation[] {
  const isArrival = ({ method, path, refersTo }: Operation): boolean => method === 'POST' && path === '/Users' && refersTo.size === 0
  let end = from
  while (end < operations.length && end - from < mostTogether && isArrival(operations[end]!)) end += 1
  return operations.slice(from, Math.max(end, from + 1))
}

/** Those that wait for one another never get on. */
function refuseCircle(operations: readonly Operation[], answers: Map<Operation, Value>): void {
  for (const operation of operations) answers.set(operation, { ...said(operation), ...failure(new ScimError(409, 'It refers to operations that refer to it.')) })
}

/** While the store does not answer, what is left is not tried one by one; where nothing was done, the whole request may come again. */
function leaveOut(operations: readonly Operation[], answers: Map<Operation, Value>): void {
  const error = new ScimError(503, 'It was not tried: the service could not answer an operation before it.', undefined, 5)
  if ([...answers.values()].every(({ status }) => status === '503')) throw error
  for (const operation of operations) if (!answers.has(operation)) answers.set(operation, { ...said(operation), ...failure(error) })
}

interface Running extends Bulk {
  made: Made
}

const said = ({ method, bulkId }: Operation): Value => ({ method, ...(bulkId !== undefined && { bulkId }) })
const failure = (error: ScimError): Value => ({ status: String(error.status), response: errorBody(error) })

async function runOne(operation: Operation, { call, route, log, made }: Running): Promise<{ operation: Operation; answer: Value; id?: string }> {
  const { method, path, version, data } = operation
  const location = method === 'POST' ? undefined : path
  try {
    const put = (text: string): string => text.replace(/bulkId:([^/]+)/g, (_, id: string) => idOf(id, made))
    const { status, body, version: is, location: at } = await route({
      method, path: put(path), query: new URLSearchParams(), body: async () => resolved(data, put) as Value, call: { ...call, ifMatch: version, ifNoneMatch: undefined },
    })
    const id = typeof body?.id === 'string' ? body.id : undefined
    return { operation, answer: { ...said(operation), ...((at ?? location) !== undefined && { location: at ?? location }), ...(is !== undefined && { version: is }), status: String(status) }, ...(id !== undefined && { id }) }
  } catch (error) {
    // What was done before would be lost to the client together with the answers, so that also our own faults are answers.
    return { operation, answer: { ...said(operation), ...(location !== undefined && { location }), ...failure(saidOf(error, call.origin.requestId, log)) } }
  }
}

function idOf(bulkId: string, made: Made): string {
  const id = made.get(bulkId)
  if (id === undefined) throw new ScimError(409, `bulkId:${bulkId.slice(0, 100)} is nothing that this request made.`, 'invalidValue')
  return id
}

/** Puts ids in the place of references, in values that are references and nothing else. */
function resolved(value: unknown, put: (text: string) => string): unknown {
  if (typeof value === 'string') return value.startsWith('bulkId:') ? put(value) : value
  if (Array.isArray(value)) return value.map((one) => resolved(one, put))
  return isObject(value) ? mapped(value, (one) => resolved(one, put)) : value
}

function mapped(from: Value, make: (value: unknown) => unknown): Value {
  const to: Value = {}
  for (const [name, value] of Object.entries(from)) Object.defineProperty(to, name, { value: make(value), enumerable: true, writable: true, configurable: true })
  return to
}

function readBulk(body: Value): { operations: Operation[]; failOnErrors: number } {
  if (!Array.isArray(body.schemas) || !body.schemas.includes(urns.bulk)) throw invalid('invalidSyntax', `A bulk request has the schema ${urns.bulk}.`)
  if (!Array.isArray(body.Operations)) throw invalid('invalidSyntax', 'A bulk request has Operations.')
  const list = body.Operations as unknown[]
  if (list.length > mostBulkOperations) throw new ScimError(413, `A bulk request has at most ${mostBulkOperations} operations.`, 'tooMany')
  const failOnErrors = body.failOnErrors ?? Infinity
  if (failOnErrors !== Infinity && !(Number.isInteger(failOnErrors) && (failOnErrors as number) >= 1)) throw invalid('invalidValue', 'failOnErrors is a whole number from 1 on.')
  const operations = list.map(readOperation)
  const ids = operations.flatMap(({ bulkId }) => bulkId ?? [])
  if (new Set(ids).size < ids.length) throw invalid('invalidValue', 'A bulkId is given twice.')
  return { operations, failOnErrors: failOnErrors as number }
}

function readOperation(one: unknown): Operation {
  if (!isObject(one)) throw invalid('invalidSyntax', 'Every operation is a structure.')
  const { bulkId, path, version, data = {} } = one
  const method = String(one.method).toUpperCase()
  if (!methods.has(method)) throw invalid('invalidSyntax', 'An operation has the method POST, PUT, PATCH or DELETE.')
  if (typeof path !== 'string' || !/^\/(Users|Groups)(\/(?!\.search$)[^/?#%]{1,300})?$/.test(path)) throw invalid('invalidPath', 'An operation has the path of users or groups, or of one of them.')
  if (bulkId !== undefined && (typeof bulkId !== 'string' || bulkId.length === 0 || bulkId.length > 200)) throw invalid('invalidValue', 'A bulkId is text of up to 200 characters.')
  if (method === 'POST' && bulkId === undefined) throw invalid('invalidValue', 'What is made has a bulkId.')
  if (version !== undefined && typeof version !== 'string') throw invalid('invalidVers', 'A version is text.')
  if (!isObject(data)) throw invalid('invalidSyntax', 'data is a structure.')
  return { method, bulkId, path, version, data, refersTo: new Set([...referencesIn(path.slice(path.lastIndexOf('/') + 1), 0), ...referencesIn(data, 0)]) }
}

function referencesIn(value: unknown, depth: number): string[] {
  if (depth > deepest) throw invalid('invalidSyntax', 'data goes too deep.')
  if (typeof value === 'string') return value.startsWith('bulkId:') ? [value.slice('bulkId:'.length)] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap((one) => referencesIn(one, depth + 1))
}
