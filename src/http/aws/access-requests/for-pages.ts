// Access on request for the pages of administrators: what was asked and became of it, answers by a rule or by a right, and
// the end of what was granted. The steps leave their own events.
import { permissionSetArn } from '../../../domain/access/index.js'
import { personBehind } from '../../../domain/credentials/index.js'
import { requestRow, type AccessRequest, type ListedRule, type RequestFilter, type RequestHistory, type RequestPage, type Requests, type RequestState, type Rules } from '../../../domain/requests/index.js'
import type { Organization } from '../../../domain/settings/index.js'
import { Refusal } from '../../../platform/errors.js'
import { originOf } from '../../middleware/front.js'
import { json11Language } from '../protocol/errors.js'
import { namedOperations, operationsOf, type JsonOperations, type JsonRooms, type NamelessOperation, type PageOf, type Scope } from '../protocol/json-operation.js'
import { list, oneOf, optional, text } from '../protocol/members.js'
import { administering, type Target } from '../protocol/operation.js'
import type { JsonObject } from '../protocol/request.js'

export interface RequestRooms extends JsonRooms {
  steps: Pick<Requests, 'approve' | 'approveByRight' | 'deny' | 'denyByRight' | 'endAll'>
  history: RequestHistory
  rules: Pick<Rules, 'named'>
  organization: () => Promise<Organization>
  findUser: (id: string) => Promise<{ id: string; userName: string; displayName: string; active: boolean } | undefined>
}

const operation = operationsOf<RequestRooms>({ actions: 'gatehouse', source: 'sso.amazonaws.com', language: json11Language })
const reading = { action: 'gatehouse:ListAccessRequests', readOnly: true } as const

const states: readonly RequestState[] = ['pending', 'granted', 'denied', 'withdrawn', 'expired', 'ended', 'over']
const RequestId = text(5, 40, /^req-[0-9a-f]{16}$/, 'must be the number of a request')
const Reason = optional(text(0, 4000))
const day = optional(text(10, 10, /^\d{4}-\d{2}-\d{2}$/, 'must be a day such as 2026-11-21'))

const secondsOf = (date: Date | undefined): number | undefined => date && date.getTime() / 1000

const requestAnswer = (request: AccessRequest): JsonObject => ({
  RequestId: request.id, State: request.state, UserId: request.user.id, UserName: request.user.userName, DisplayName: request.user.displayName, AccountId: request.account.id, AccountName: request.account.name,
  PermissionSetId: request.permissionSet.id, PermissionSetName: request.permissionSet.name, DurationSeconds: request.duration, Reason: request.reason, ApprovalsNeeded: request.approvalsNeeded, Extends: request.extends,
  AskedAt: secondsOf(request.askedAt), ExpiresAt: secondsOf(request.expiresAt), StartsAt: secondsOf(request.startsAt), EndsAt: secondsOf(request.endsAt), ClosedAt: secondsOf(request.closedAt),
  ClosedBy: request.closedBy?.userName, ClosingReason: request.closingReason,
  Answers: request.answers.map(({ userId, userName, answer, reason, at }) => ({ UserId: userId, UserName: userName, Answer: answer === 'approve' ? 'APPROVE' : 'DENY', Reason: reason, At: secondsOf(at) })),
})

const ruleAnswer = ({ permissionSetId, permissionSetName, accounts, requesters, approvers, approvalsNeeded, longestDuration, reasonRequired }: ListedRule): JsonObject => ({
  PermissionSetId: permissionSetId, PermissionSetName: permissionSetName, Accounts: accounts === 'all' ? undefined : accounts, Requesters: requesters === 'everybody' ? undefined : requesters, Approvers: approvers,
  ApprovalsNeeded: approvalsNeeded, LongestSeconds: longestDuration, ReasonRequired: reasonRequired,
})

/** A request, about whose permission set and account the policies are asked. */
async function toRequest({ RequestId: id }: { RequestId: string }, { rooms }: Scope<RequestRooms>): Promise<Target<AccessRequest>> {
  const found = await rooms.history.find(id)
  const missing = 'There is no such request.'
  if (!found) return { arn: '*', found, missing }
  return { arn: permissionSetArn((await rooms.organization()).id, found.permissionSet.id), also: [`arn:aws:sso:::account/${found.account.id}`], found, missing }
}

const toAny = async (input: { RequestId: string }, scope: Scope<RequestRooms>): Promise<Target<AccessRequest>> => ({ arn: '*', found: (await toRequest(input, scope)).found, missing: 'There is no such request.' })

/** The person whose session it is; answers by a rule are people's. */
async function acting({ caller, ctx, rooms }: Scope<RequestRooms>) {
  const id = personBehind(caller)
  const user = id === undefined ? undefined : await rooms.findUser(id)
  if (!user?.active) throw new Refusal('forbidden', 'Only people of the directory answer by a rule.')
  return { user, origin: originOf(ctx) }
}

const filters = {
  States: optional(list(oneOf(...states), { max: states.length })), UserName: optional(text(1, 128)), AccountId: optional(text(12, 12, /^\d{12}$/, 'must be 12 digits')),
  PermissionSetName: optional(text(1, 32)), Since: day, Until: day,
}

interface Filters {
  States?: RequestState[] | undefined
  UserName?: string | undefined
  AccountId?: string | undefined
  PermissionSetName?: string | undefined
  Since?: string | undefined
  Until?: string | undefined
}

const filterOf = ({ States, UserName, AccountId, PermissionSetName, Since, Until }: Filters): RequestFilter =>
  ({ states: States, userName: UserName, accountId: AccountId, permissionSetName: PermissionSetName, since: dateOf(Since), until: dateOf(Until, 1) })

const pageOf = ({ requests, next }: RequestPage): PageOf<AccessRequest> => ({ items: requests, next })

const dateOf = (text: string | undefined, days = 0): Date | undefined => {
  if (text === undefined) return undefined
  const date = new Date(`${text}T00:00:00Z`)
  if (Number.isNaN(date.getTime())) throw new Refusal('invalid-input', 'There is no such day.')
  return new Date(date.getTime() + days * 86_400_000)
}

const looking: Readonly<Record<string, NamelessOperation<RequestRooms>>> = {
  SearchAccessRequests: operation({
    input: filters, ...reading, pages: 100,
    run: async ({ input, page, rooms, listed }) => listed('Requests', pageOf(await rooms.history.list({ ...filterOf(input), before: page.after, limit: page.limit })), requestAnswer),
  }),
  /** The same as flat rows. */
  ExportAccessRequests: operation({
    input: filters, ...reading, pages: 100,
    run: async ({ input, page, rooms, listed }) => listed('Rows', pageOf(await rooms.history.list({ ...filterOf(input), before: page.after, limit: page.limit })), requestRow),
  }),
  /** What waits for an answer of the person whose session it is. */
  ListRequestsToAnswer: operation({
    input: {}, ...reading, pages: 100,
    run: async ({ caller, page, rooms, listed }) => {
      const id = personBehind(caller)
      const found: RequestPage = id === undefined ? { requests: [], next: undefined } : await rooms.history.listToAnswer(id, { before: page.after, limit: page.limit })
      return listed('Requests', pageOf(found), requestAnswer)
    },
  }),
  DescribeAccessRequest: operation({
    input: { RequestId }, ...reading, target: toAny,
    run: async ({ target, caller, rooms }) => {
      const person = personBehind(caller)
      const isOwn = person === target.user.id
      const [approvals, rule, answersByRule] = await Promise.all([
        rooms.history.countApprovals(target.id), rooms.rules.named({ permissionSetId: target.permissionSet.id, limit: 1 }), person !== undefined && !isOwn && rooms.history.isApprover(person, target.permissionSet.id),
      ])
      const [first] = rule.items
      return { Request: requestAnswer(target), Approvals: approvals, IsOwn: isOwn, AnswersByRule: answersByRule && !target.answers.some(({ userId }) => userId === person), ...(first && { Rule: ruleAnswer(first) }) }
    },
  }),
  ListRequestRules: operation({
    input: {}, ...reading, pages: 100,
    run: async ({ page, rooms, listed }) => listed('Rules', await rooms.rules.named(page), ruleAnswer),
  }),
}

const answering: Readonly<Record<string, NamelessOperation<RequestRooms>>> = {
  /** Answers as one whom the rule of the permission set names; the right to see requests opens the page, the rule decides. */
  AnswerAccessRequest: operation({
    input: { RequestId, Answer: oneOf('APPROVE', 'DENY'), Reason }, action: reading.action, recordsItself: true, target: toAny,
    run: async ({ input, target, ...scope }) => {
      const who = await acting(scope)
      return { Request: requestAnswer(input.Answer === 'APPROVE' ? await scope.rooms.steps.approve(who, target.id) : await scope.rooms.steps.deny(who, target.id, input.Reason ?? '')) }
    },
  }),
  ApproveAccessRequest: operation({
    input: { RequestId }, recordsItself: true, target: toRequest,
    run: async ({ target, ...scope }) => ({ Request: requestAnswer(await scope.rooms.steps.approveByRight(administering(scope), target.id)) }),
  }),
  DenyAccessRequest: operation({
    input: { RequestId, Reason }, action: 'gatehouse:ApproveAccessRequest', recordsItself: true, target: toRequest,
    run: async ({ input, target, ...scope }) => ({ Request: requestAnswer(await scope.rooms.steps.denyByRight(administering(scope), target.id, input.Reason ?? '')) }),
  }),
  EndAccess: operation({
    input: { RequestId, Reason }, recordsItself: true, target: toRequest,
    run: async ({ input, target, ...scope }) => {
      const [ended] = await scope.rooms.steps.endAll({ requestId: target.id }, administering(scope), input.Reason ?? '')
      if (!ended) throw new Refusal('conflict', 'This access is not in force any more.')
      return { Request: requestAnswer(ended) }
    },
  }),
}

/** The operations for pages; none of them is on the wire. */
export const accessRequestOperations = (rooms: RequestRooms): JsonOperations => namedOperations({ ...looking, ...answering }, rooms)
