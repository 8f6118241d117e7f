// How operations of the JSON services go, on the wire and for pages: who may, in which order one is told what, and what
// is left in the trail.
import type { Context } from 'koa'
import { json11Language } from '../../../../src/http/aws/protocol/errors.js'
import { namedOperations, operationsOf, type JsonRooms } from '../../../../src/http/aws/protocol/json-operation.js'
import { jsonForPages } from '../../../../src/http/aws/protocol/json-service.js'
import { optional, text } from '../../../../src/http/aws/protocol/members.js'
import { Permissions } from '../../../../src/http/aws/protocol/permissions.js'
import { parsePolicy, type PolicySet } from '../../../../src/domain/policy/index.js'
import type { ConsoleSession } from '../../../../src/domain/sessions/index.js'
import type { AuditEvent, Trail } from '../../../../src/platform/audit/index.js'
import { Refusal } from '../../../../src/platform/errors.js'

const management = '111122223333'
const thing = `arn:aws:things:::thing/1`

function world(statements: object[]) {
  const events: AuditEvent[] = []
  const policy = parsePolicy({ Version: '2012-10-17', Statement: statements }, 'identity').policy!
  const set: PolicySet = { identity: [{ name: 'own', policy }] }
  const permissions = new Permissions({
    rightsOf: async (actor) => ({ principal: { arn: actor.arn, accountId: actor.accountId, kind: actor.kind }, set, context: {} }), denials: { seal: () => 'sealed' },
  })
  const rooms: JsonRooms = { permissions, trail: { record: async (event: AuditEvent) => void events.push(event) } as unknown as Trail, managementAccount: async () => management }
  const operation = operationsOf<JsonRooms>({ actions: 'things', source: 'things.amazonaws.com', language: json11Language })
  const operations = namedOperations({
    Change: operation({
      input: { Name: text(1, 5), Password: optional(text(1, 50)) },
      target: ({ Name }) => ({ arn: thing, also: ['arn:aws:things:::place/1'], found: Name === 'none' ? undefined : { name: Name }, missing: 'There is no such thing.' }),
      run: ({ target, was }) => {
        was({ Name: 'before', Same: 1 }, { Name: 'after', Same: 1 })
        if (target.name === 'taken') throw new Refusal('conflict', 'It is taken.')
        return { Name: target.name }
      },
    }),
    List: operation({ input: {}, readOnly: true, pages: 2, run: ({ page, listed }) => listed('Things', { items: [page.limit, page.after], next: 'here' }, (one) => one) }),
  }, rooms)
  const session = (accountId: string): ConsoleSession => ({ kind: 'iam-user', accountId, arn: `arn:aws:iam::${accountId}:user/ana`, principal: 'iam:AIDA', label: 'ana', startedAt: 0 } as unknown as ConsoleSession)
  const ctx = { set() {}, secure: true, state: { origin: { requestId: 'r', sourceIPAddress: '192.0.2.1', userAgent: 'test' } } } as unknown as Context
  const run = jsonForPages(operations)
  return { events, run: (name: string, input: Record<string, unknown>, accountId = management) => run(ctx, session(accountId), name, input) }
}

const all = { Effect: 'Allow', Action: 'things:*', Resource: '*' }

test('a change is recorded with what was asked, answered and there before, without secrets', async () => {
  const { run, events } = world([all])
  expect(await run('Change', { Name: 'new', Password: 'secret', Unknown: 1 })).toEqual({ Name: 'new' })
  expect(events).toEqual([expect.objectContaining({
    eventName: 'Change', eventSource: 'things.amazonaws.com', accountId: management, requestParameters: { name: 'new', password: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    responseElements: { name: 'new' }, change: { before: { name: 'before' }, after: { name: 'after' } }, readOnly: false,
  })])
})

test('refusals come in the words of pages, and are recorded where something was to change', async () => {
  const { run, events } = world([all])
  await expect(run('Change', { Name: 'taken' })).rejects.toMatchObject({ code: 'conflict', message: 'It is taken.' })
  await expect(run('Change', { Name: 'none' })).rejects.toMatchObject({ code: 'not-found' })
  await expect(run('Change', { Name: '' })).rejects.toMatchObject({ code: 'invalid-input', faults: [{ path: 'Name', message: 'This must have 1 to 5 characters.' }] })
  await expect(run('List', { NextToken: 'x' })).rejects.toMatchObject({ code: 'invalid-input', faults: [{ path: 'NextToken', message: 'This is not one that was given for this.' }] })
  expect(events.map(({ errorCode }) => errorCode)).toEqual(['ConflictException', 'ResourceNotFoundException', 'ValidationException'])
})

test('whoever may not is told just that, also of what is not there, and every resource is asked about', async () => {
  const { run, events } = world([{ ...all, Resource: thing }])
  await expect(run('Change', { Name: 'none' })).rejects.toMatchObject({ code: 'forbidden', message: 'You may not do this. It needs things:Change on arn:aws:things:::place/1.' })
  await expect(world([all]).run('Change', { Name: 'new' }, '444455556666')).rejects.toMatchObject({ code: 'forbidden' })
  expect(events).toMatchObject([{ errorCode: 'AccessDeniedException', outcome: 'Failure' }])
})

test('a page is as long as was asked, and goes on where it ended', async () => {
  const { run, events } = world([all])
  const first = await run('List', { MaxResults: 1 })
  expect(first).toMatchObject({ Things: [1, undefined], NextToken: expect.any(String) })
  expect(await run('List', { NextToken: first.NextToken })).toMatchObject({ Things: [2, 'here'] })
  expect(events).toEqual([])
})
