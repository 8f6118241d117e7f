// Testing an identity source: beginning it, taking what came back, looking at how it went, and whom it failed lately.
import type { Budgets } from '../../../domain/authentication/index.js'
import type { IdentitySource, SourceTest, SourceTests } from '../../../domain/identity-sources/index.js'
import { Refusal } from '../../../platform/errors.js'
import type { Trail } from '../../../platform/audit/index.js'
import { json11Language } from '../protocol/errors.js'
import { operationsOf, type JsonRooms, type NamelessOperation, type Scope } from '../protocol/json-operation.js'
import { optional, text, type Member } from '../protocol/members.js'
import { attributionOf, type Target } from '../protocol/operation.js'
import type { JsonObject } from '../protocol/request.js'

export interface SourceTestRooms extends JsonRooms {
  tests: SourceTests
  budgets: Pick<Budgets, 'spend'>
  /** The page that takes what comes back, by the source's id. */
  testPageOf: (id: string) => string
}

interface Finding {
  /** Finds the source that an operation is about. */
  toSource: (input: { SourceId: string }, scope: { rooms: never }) => Promise<Target<IdentitySource>>
  id: Member<string>
}

const action = 'gatehouse:TestIdentitySource'
const name = text(16, 128, /^[\w-]+$/)

type OfTest = Scope<SourceTestRooms>

const sessionOf = ({ caller: { sessionId } }: OfTest): string => {
  if (sessionId === undefined) throw new Refusal('forbidden', 'A source is tested in a browser.')
  return sessionId
}

/** Records who tested what, and how it went. */
async function record({ caller, ctx, rooms }: OfTest, { id, name: source }: IdentitySource, { steps, reason }: Pick<SourceTest, 'steps' | 'reason'>): Promise<void> {
  const failed = reason === undefined ? undefined : steps.find(({ outcome }) => outcome === 'failed')
  const { name: step, says, advice, certificate, attribute } = failed ?? {}
  const told = Object.fromEntries(Object.entries({ source, reason, step, says, advice, certificate, attribute }).filter(([, word]) => word !== undefined))
  await rooms.trail.record({
    eventName: 'TestIdentitySource', eventSource: 'gatehouse', eventType: 'AwsApiCall', ...attributionOf(caller, ctx), requestParameters: { sourceId: id }, outcome: reason === undefined ? 'Success' : 'Failure', additionalEventData: told,
  })
}

async function keep(scope: OfTest, source: IdentitySource, test: SourceTest): Promise<JsonObject> {
  await record(scope, source, test)
  return { Test: await scope.rooms.tests.keep(test, sessionOf(scope)) }
}

/** The operations, over whatever finds a source. */
export function sourceTestOperations<Rooms extends SourceTestRooms>({ toSource, id }: Finding): Readonly<Record<string, NamelessOperation<Rooms>>> {
  const operation = operationsOf<Rooms>({ actions: 'gatehouse', source: 'gatehouse', language: json11Language })
  const target = (input: { SourceId: string }, scope: Scope<Rooms>) => toSource(input, scope as never)
  return {
    TestIdentitySource: operation({
      input: { SourceId: id, UserName: optional(text(1, 256)), Password: optional(text(1, 1024)) }, recordsItself: true, target,
      run: async (call) => {
        const { input: { UserName, Password }, target: source, rooms, caller } = call
        const session = sessionOf(call)
        await rooms.budgets.spend('SourceTestsPerPerson', caller.arn)
        const begun = await rooms.tests.begin(source, { session, page: rooms.testPageOf(source.id), ...(UserName !== undefined && Password !== undefined && { typed: { name: UserName, password: Password } }) })
        return 'test' in begun ? keep(call, source, begun.test) : { Url: begun.wayOut.url, ...(begun.wayOut.fields && { Fields: { ...begun.wayOut.fields } }) }
      },
    }),
    FinishSourceTest: operation({
      input: { SourceId: id, Answer: name }, action, recordsItself: true, target,
      run: async (call) => keep(call, call.target, await call.rooms.tests.finish(call.target, { session: sessionOf(call), answer: call.input.Answer })),
    }),
    DescribeSourceTest: operation({
      input: { SourceId: id, Test: name }, action, readOnly: true, target,
      run: async (call) => ({ Name: call.target.name, Enabled: call.target.enabled, Shape: call.rooms.tests.shapeOf(call.target.kind), Test: await call.rooms.tests.get(call.input.Test, { session: sessionOf(call), sourceId: call.target.id }) as unknown as JsonObject }),
    }),
    ListFailedSignIns: operation({
      input: { SourceId: id }, action: 'gatehouse:ListIdentitySources', readOnly: true, target,
      run: async ({ target: source, rooms }) => ({ Events: (await failuresOf(rooms.trail, source.id)) }),
    }),
  }
}

const mostFailures = 5

/** The last of them. */
const failuresOf = async (trail: Trail, sourceId: string): Promise<JsonObject[]> => (await trail.listFailedSignIns(sourceId, mostFailures)).map(({ event }) => event)
