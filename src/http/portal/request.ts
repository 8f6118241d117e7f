// /start/requests/ID: one request, for whoever asked and for those who answer, with what each of them may do.
import { stateWords, type AccessRequest } from '../../domain/requests/index.js'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf } from '../middleware/form.js'
import type { Page, PortalOptions, Visit } from './portal.js'
import { actingIn, requestModel } from './request-model.js'

const done = new Map([
  ['asked', 'Your request is on its way. Those who answer it were told.'],
  ['approved', 'You approved it.'],
  ['denied', 'You denied it.'],
  ['withdrawn', 'Your request is taken back.'],
  ['ended', 'The access is ended. What was issued under it works no more.'],
])

/** Shows a request; to others it is not there. */
export async function requestPage(here: Visit, { requests: { history }, clock }: PortalOptions, refusal?: Refusal): Promise<void> {
  const { ctx, user, show } = here
  const request = await history.find(String(ctx.params.id))
  const isOwn = request?.user.id === user.id
  const mayAnswer = request !== undefined && !isOwn && await history.isApprover(user.id, request.permissionSet.id)
  if (!request || !(isOwn || mayAnswer || hasAnswered(request, user.id))) throw new Refusal('not-found', 'There is no such request, or it is not for you to see.')
  const isPending = request.state === 'pending'
  await show('portal/request', {
    request: { ...requestModel(request, clock()), expiresAt: request.expiresAt.toISOString(), extendsUrl: request.extends && `/start/requests/${request.extends}`, id: request.id },
    isOwn,
    answers: request.answers.map(({ userName, answer, reason, at }) => ({ userName, approved: answer === 'approve', reason, at: at.toISOString() })),
    missing: isPending ? Math.max(1, request.approvalsNeeded - await history.countApprovals(request.id)) : 0,
    closed: closingOf(request),
    canAnswer: isPending && mayAnswer && !hasAnswered(request, user.id),
    canWithdraw: isPending && isOwn,
    canEnd: request.state === 'granted' && (isOwn || mayAnswer),
    extendUrl: request.state === 'granted' && isOwn ? `/start/requests/new?${new URLSearchParams({ set: request.permissionSet.id, account: request.account.id }).toString()}` : undefined,
    done: refusal ? undefined : done.get(queryOf(ctx).done ?? ''),
    reason: refusal ? (formOf(ctx).reason ?? '').slice(0, 2000) : '',
    problem: refusal?.message, faults: refusal?.faults ?? [],
  })
}

/** How it was closed, where no answer says so: before its time, or by an administrator. */
function closingOf({ state, answers, closedAt, closedBy, closingReason }: AccessRequest): object | undefined {
  const isAnswered = answers.some(({ userId, at }) => userId === closedBy?.id && at.getTime() === closedAt?.getTime())
  if (!closedAt || isAnswered || ['pending', 'expired', 'over'].includes(state)) return undefined
  return { words: state === 'granted' ? 'Granted' : stateWords[state], by: closedBy?.userName, at: closedAt.toISOString(), reason: closingReason }
}

const hasAnswered = ({ answers }: AccessRequest, userId: string): boolean => answers.some((answer) => answer.userId === userId)

export function actOnRequest(options: PortalOptions): Page {
  const { approve, deny, withdraw, end } = namedSteps(options)
  const acts = new Map([['approve', approve], ['deny', deny], ['withdraw', withdraw], ['end', end]])
  return async (here) => {
    const { act = '', reason = '' } = formOf(here.ctx)
    const id = String(here.ctx.params.id)
    try {
      const outcome = await acts.get(act)?.(here, id, reason)
      here.ctx.status = 303
      here.ctx.redirect(`/start/requests/${id}${outcome ? `?done=${outcome}` : ''}`)
    } catch (error) {
      if (!(error instanceof Refusal) || !['invalid-input', 'conflict'].includes(error.code)) throw error
      here.ctx.status = error.code === 'conflict' ? 409 : 422
      await requestPage(here, options, error)
    }
  }
}

/** Each step says what is told when it is done. */
function namedSteps({ requests: { steps } }: PortalOptions) {
  const step = (outcome: string, run: (here: Visit, id: string, reason: string) => Promise<AccessRequest>) => async (here: Visit, id: string, reason: string): Promise<string> => {
    await run(here, id, reason)
    return outcome
  }
  return {
    approve: step('approved', (here, id) => steps.approve(actingIn(here), id)),
    deny: step('denied', (here, id, reason) => steps.deny(actingIn(here), id, reason)),
    withdraw: step('withdrawn', (here, id) => steps.withdraw(actingIn(here), id)),
    end: step('ended', (here, id, reason) => steps.end(actingIn(here), id, reason)),
  }
}
