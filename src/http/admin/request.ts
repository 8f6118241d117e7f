// /admin/requests/ID: one request: what was asked and why, what was answered, and what whoever looks may do with it.
import type { Router } from '@koa/router'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { Clock } from '../../platform/clock.js'
import type { AdminOptions } from './options.js'
import { setArnOf } from './found-things.js'
import { answerModel, closingOf, requestFacts, requestRowModel, ruleModel, type RequestAnswer, type RuleAnswer } from './request-answers.js'
import { nothingFailed } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

interface Described {
  Request: RequestAnswer
  Approvals: number
  IsOwn: boolean
  AnswersByRule: boolean
  Rule?: RuleAnswer
}

export function mountRequest(router: Router, page: MakePage, { csrf, clock }: AdminOptions): void {
  router.get('/requests/:id', csrf, page((visit) => show(visit, clock)))
  router.post('/requests/:id', csrf, page(act(clock)))
}

async function find({ ctx, requests }: AdminVisit): Promise<Described> {
  const { id = '' } = ctx.params as { id?: string }
  if (!/^req-[0-9a-f]{16}$/.test(id)) throw new Refusal('not-found', 'There is no such request.')
  return await requests('DescribeAccessRequest', { RequestId: id }) as unknown as Described
}

const said: Readonly<Record<string, string>> = { approved: 'You approved it.', denied: 'You denied it.', ended: 'The access is ended. What was issued under it works no more.' }

/** Asks of the policies what the operations will ask: about the permission set and about the account. */
async function mayOn(visit: AdminVisit, { PermissionSetId, AccountId }: RequestAnswer): Promise<{ approve: boolean; end: boolean }> {
  const [set, account] = [setArnOf(visit, PermissionSetId), `arn:aws:sso:::account/${AccountId}`]
  const [approve, end] = ['gatehouse:ApproveAccessRequest', 'gatehouse:EndAccess']
  const can = await visit.may({ approve: { action: approve!, resource: set }, approveThere: { action: approve!, resource: account }, end: { action: end!, resource: set }, endThere: { action: end!, resource: account } })
  return { approve: can.approve && can.approveThere, end: can.end && can.endThere }
}

async function show(visit: AdminVisit, clock: Clock, failed?: Failed): Promise<void> {
  const { Request: request, Approvals, IsOwn, AnswersByRule, Rule } = await find(visit)
  const can = await mayOn(visit, request)
  const { done: was } = queryOf(visit.ctx)
  const isPending = request.State === 'pending'
  await visit.show('admin/request', {
    request: { ...requestRowModel(request, clock()), ...requestFacts(request) }, isOwn: IsOwn, missing: isPending ? Math.max(1, request.ApprovalsNeeded - Approvals) : 0,
    answers: request.Answers.map(answerModel), closed: closingOf(request), rule: Rule && ruleModel(Rule), ...nothingFailed, ...failed, reason: failed ? (formOf(visit.ctx).reason ?? '') : '',
    done: failed || was === undefined || !Object.hasOwn(said, was) ? undefined : said[was],
    canAnswer: isPending && !IsOwn && (AnswersByRule || can.approve), isByRight: !AnswersByRule, canEnd: request.State === 'granted' && can.end,
  })
}

const act = (clock: Clock): AdminPage => async (visit) => {
  const { Request: { RequestId }, AnswersByRule } = await find(visit)
  const { act: name = '', reason = '' } = formOf(visit.ctx)
  // Whom the rule names answers by it; who has the right alone, by the right.
  const steps: Readonly<Record<string, { outcome: string; run: () => Promise<unknown> }>> = {
    approve: { outcome: 'approved', run: () => (AnswersByRule ? visit.requests('AnswerAccessRequest', { RequestId, Answer: 'APPROVE' }) : visit.requests('ApproveAccessRequest', { RequestId })) },
    deny: { outcome: 'denied', run: () => (AnswersByRule ? visit.requests('AnswerAccessRequest', { RequestId, Answer: 'DENY', Reason: reason }) : visit.requests('DenyAccessRequest', { RequestId, Reason: reason })) },
    end: { outcome: 'ended', run: () => visit.requests('EndAccess', { RequestId, Reason: reason }) },
  }
  const step = Object.hasOwn(steps, name) ? steps[name] : undefined
  if (!step) throw new Refusal('not-found', 'This page does not do that.')
  if (await done(visit, step.run, (failed) => show(visit, clock, failed))) visit.goTo(`/admin/requests/${RequestId}?done=${step.outcome}`)
}
