// /start/requests/new: asking for a permission set in an account. First which one, then where, for how long and why.
import { Refusal } from '../../platform/errors.js'
import { spelledSpan } from '../../platform/templates/index.js'
import { formOf, queryOf } from '../middleware/form.js'
import type { Page, PortalOptions, Visit } from './portal.js'
import { actingIn } from './request-model.js'

const minute = 60
const hour = 60 * minute
const day = 24 * hour
/** What the form offers, as far as the rule goes. */
const lengths = [15 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 8 * hour, 12 * hour, day, 2 * day, 3 * day, 7 * day, 14 * day, 30 * day, 90 * day]

export function newRequest(options: PortalOptions): Page {
  return (here) => showForm(here, queryOf(here.ctx), options)
}

export function sendRequest(options: PortalOptions): Page {
  return async (here) => {
    const form = formOf(here.ctx)
    const { set = '', account = '', duration = '', reason = '' } = form
    try {
      const request = await options.requests.steps.ask(actingIn(here), { permissionSetId: set, accountId: account, duration: /^\d{1,9}$/.test(duration) ? Number(duration) : 0, reason })
      here.ctx.status = 303
      here.ctx.redirect(`/start/requests/${request.id}?done=asked`)
    } catch (error) {
      if (!(error instanceof Refusal) || !['invalid-input', 'conflict'].includes(error.code)) throw error
      here.ctx.status = error.code === 'conflict' ? 409 : 422
      await showForm(here, form, options, error)
    }
  }
}

async function showForm({ user, show }: Visit, given: Readonly<Record<string, string>>, { requests: { requestable } }: PortalOptions, refusal?: Refusal): Promise<void> {
  const sets = await requestable.list(user.id)
  const set = sets.find(({ id }) => id === given.set) ?? (sets.length === 1 ? sets[0] : undefined)
  if (!set) {
    return show('portal/request-choose', { sets: sets.map(({ id, name, description, longestDuration }) => ({ url: `/start/requests/new?${new URLSearchParams({ set: id, ...(given.account && { account: given.account }) }).toString()}`, name, description, seconds: longestDuration })) })
  }
  const accounts = await requestable.listAccounts(user.id, set.id)
  const open = accounts.filter(({ isAssigned, pendingId }) => !isAssigned && !pendingId)
  await show('portal/request-new', {
    set: { id: set.id, name: set.name, description: set.description, approvers: set.approvers.join(', '), approvals: set.approvalsNeeded, reasonRequired: set.reasonRequired },
    isOnly: sets.length === 1,
    accounts: open.map(({ id, name, grantedUntil }) => ({ id, name, selected: id === given.account || open.length === 1, grantedUntil: grantedUntil?.toISOString() })),
    pending: accounts.filter(({ pendingId }) => pendingId).map(({ name, pendingId }) => ({ name, url: `/start/requests/${pendingId}` })),
    lengths: lengthsUpTo(set.longestDuration).map((seconds) => ({ seconds, text: spelledSpan(seconds), selected: String(seconds) === (given.duration ?? String(Math.min(hour, set.longestDuration))) })),
    reason: (given.reason ?? '').slice(0, 2000),
    problem: refusal?.message, faults: refusal?.faults ?? [],
  })
}

const lengthsUpTo = (longest: number): number[] => [...new Set([...lengths.filter((seconds) => seconds < longest), longest])]
