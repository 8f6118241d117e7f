// Requests for access as the operations answer them, and as pages show them.
import { stateWords, type RequestState } from '../../domain/requests/index.js'
import { spelledAccountId } from '../../platform/templates/index.js'

export interface RequestAnswer {
  RequestId: string
  State: RequestState
  UserId: string
  UserName: string
  DisplayName: string
  AccountId: string
  AccountName: string
  PermissionSetId: string
  PermissionSetName: string
  DurationSeconds: number
  Reason: string
  ApprovalsNeeded: number
  Extends?: string
  AskedAt: number
  ExpiresAt: number
  StartsAt?: number
  EndsAt?: number
  ClosedAt?: number
  ClosedBy?: string
  ClosingReason?: string
  Answers: { UserId: string; UserName: string; Answer: 'APPROVE' | 'DENY'; Reason?: string; At: number }[]
}

export interface RuleAnswer {
  PermissionSetId: string
  PermissionSetName: string
  Accounts?: string[]
  Requesters?: string[]
  Approvers: string[]
  ApprovalsNeeded: number
  LongestSeconds: number
  ReasonRequired: boolean
}

const iso = (seconds: number | undefined): string | undefined => (seconds === undefined ? undefined : new Date(seconds * 1000).toISOString())

/** How a request stands: one that is granted may begin later. */
const isLater = ({ State, StartsAt = 0 }: RequestAnswer, now: number): boolean => State === 'granted' && StartsAt * 1000 > now

/** One row of a list. */
export const requestRowModel = (request: RequestAnswer, now: number): object => ({
  url: `/admin/requests/${request.RequestId}`, permissionSet: request.PermissionSetName, account: request.AccountName, accountId: request.AccountId, displayName: request.DisplayName, userName: request.UserName,
  reason: request.Reason, seconds: request.DurationSeconds, state: request.State, words: isLater(request, now) ? 'Granted for later' : stateWords[request.State], isLater: isLater(request, now),
  askedAt: iso(request.AskedAt), startsAt: iso(request.StartsAt), endsAt: iso(request.EndsAt), expiresAt: iso(request.ExpiresAt),
})

/** What the page of one request says about it. */
export const requestFacts = (request: RequestAnswer): object => ({
  userUrl: `/admin/users/${request.UserId}`, accountUrl: `/admin/accounts/${request.AccountId}`, setUrl: `/admin/permission-sets/${request.PermissionSetId}`, spelledAccount: spelledAccountId(request.AccountId),
  id: request.RequestId, extendsUrl: request.Extends && `/admin/requests/${request.Extends}`,
})

export const answerModel = ({ UserName, Answer, Reason, At }: RequestAnswer['Answers'][number]): object => ({ userName: UserName, approved: Answer === 'APPROVE', reason: Reason, at: iso(At) })

/** How a request was closed, where that says more than its answers. */
export const closingOf = ({ State, ClosedAt, ClosedBy, ClosingReason, Answers }: RequestAnswer): object | undefined =>
  (ClosedAt === undefined || State === 'pending' || ['expired', 'over'].includes(State) || Answers.some(({ UserName, At }) => UserName === ClosedBy && At === ClosedAt) ? undefined : { words: State === 'granted' ? 'Granted' : stateWords[State], by: ClosedBy, at: iso(ClosedAt), reason: ClosingReason })

/** A rule, in the words of a list. */
export const ruleModel = ({ PermissionSetId, PermissionSetName, Accounts, Requesters, Approvers, ApprovalsNeeded, LongestSeconds, ReasonRequired }: RuleAnswer): object => ({
  name: PermissionSetName, url: `/admin/permission-sets/${PermissionSetId}`, accounts: Accounts?.join(', ') ?? 'every account', requesters: Requesters?.join(', ') ?? 'everybody', approvers: Approvers.join(', ') || 'nobody',
  approvals: ApprovalsNeeded, longest: LongestSeconds, isReasonRequired: ReasonRequired,
})
