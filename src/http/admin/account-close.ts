// /admin/accounts/ID/close: the end of an account, with everybody and everything in it; asked for by its id.
import type { Router } from '@koa/router'
import { spelledAccountId } from '../../platform/templates/index.js'
import { Refusal } from '../../platform/errors.js'
import { formOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { findAccount, type AccountThing } from './account-thing.js'
import { inTime, lookAhead, mayForesee } from './foresight.js'
import type { AdminOptions } from './options.js'
import { nothingFailed } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

export function mountAccountClosing(router: Router, page: MakePage, { csrf }: AdminOptions): void {
  router.get('/accounts/:id/close', csrf, page(async (visit) => show(visit, await findAccount(visit))))
  router.post('/accounts/:id/close', csrf, page(close))
}

async function show(visit: AdminVisit, { title, path, account: { Id, Arn, Management } }: AccountThing, failed?: Failed): Promise<void> {
  await visit.require({ action: 'organizations:CloseAccount', resource: Arn })
  const { look } = await visit.may({ look: { action: 'gatehouse:PreviewChange', resource: Arn } })
  await visit.show('admin/account-close', {
    about: title, backUrl: path, accountId: spelledAccountId(Id), isManagement: Management, loses: look && !Management ? await losesOf(visit, Id) : undefined,
    ahead: !Management && await mayForesee(visit, []) ? { ...await lookAhead(visit, { RemoveAccounts: [Id] }), nothing: 'Nobody of the directory reaches it.' } : undefined, ...nothingFailed, ...failed,
  })
}

/** What goes with it, in numbers. */
async function losesOf({ accounts }: AdminVisit, id: string): Promise<object | undefined> {
  const answer = await inTime(() => accounts('PreviewAccountClosing', { AccountId: id }))
  return answer && { people: answer.People, users: answer.Users, roles: answer.Roles, policies: answer.Policies }
}

const close: AdminPage = async (visit) => {
  const thing = await findAccount(visit)
  const { Confirmation = '' } = formOf(visit.ctx)
  const { account: { Id } } = thing
  const isDone = await done(visit, async () => {
    const message = 'That is not the id of this account.'
    if (Confirmation.replace(/[\s-]/g, '') !== Id) throw new Refusal('invalid-input', message, { faults: [{ path: 'Confirmation', message }] })
    await visit.accounts('CloseAccount', { AccountId: Id })
  }, (failed) => show(visit, thing, failed))
  if (isDone) visit.goTo('/admin/accounts?done=close')
}
