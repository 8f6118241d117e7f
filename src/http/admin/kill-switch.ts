// /admin/access/end: the kill switch. First what it would end, in numbers; then what it ended, and what it could not reach.
import type { Router } from '@koa/router'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { scopeIn, scopeInput, type ReachScope } from './access-scope.js'
import { numbersOf, unreachedOf, type EndedAnswer } from './ended-numbers.js'
import { addressOf } from '../middleware/listing.js'
import type { AdminOptions } from './options.js'
import { mayAll, userArn } from './people-rights.js'
import { nothingFailed } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

interface ForeseenAnswer extends EndedAnswer {
  Name: string
  AccountName?: string
}

export function mountKillSwitch(router: Router, page: MakePage, { csrf }: AdminOptions): void {
  router.get('/access/end', csrf, page((visit) => ask(visit, scopeOf(queryOf(visit.ctx)))))
  router.post('/access/end', csrf, page(end))
}

function scopeOf(query: Parameters<typeof scopeIn>[0]): ReachScope {
  const scope = scopeIn(query)
  if (!scope || scope.application !== undefined) throw new Refusal('not-found', 'Say whose access to end: a person’s, a permission set’s or an account’s.')
  return scope
}

async function ask(visit: AdminVisit, scope: ReachScope, failed?: Failed): Promise<void> {
  const foreseen = await visit.ssoAdmin('PreviewRevocation', scopeInput(visit, scope)) as unknown as ForeseenAnswer
  const can = scope.user === undefined ? {} : await mayAll(visit, ['sso-directory:DisableUser'], [userArn(scope.user)])
  const typed = failed ? formOf(visit.ctx) : {}
  await visit.show('admin/access-end', {
    about: aboutOf(scope, foreseen), text: words(scope), fields: Object.entries(scope).map(([name, value]) => ({ name, value })), numbers: numbersOf(foreseen), unreached: unreachedOf(foreseen),
    canDisable: can['sso-directory:DisableUser'] ?? false, isOwn: isOwn(visit, scope), reason: typed.reason ?? '', isDisabling: typed.disable !== undefined, backUrl: addressOf('/admin/access/reach', { ...scope }), ...nothingFailed, ...failed,
  })
}

const end: AdminPage = async (visit) => {
  const { reason = '', disable, ...fields } = formOf(visit.ctx)
  const scope = scopeOf(fields)
  let name = ''
  let ended: EndedAnswer | undefined
  const isDone = await done(visit, async () => {
    const foreseen = await visit.ssoAdmin('PreviewRevocation', scopeInput(visit, scope)) as unknown as ForeseenAnswer
    name = aboutOf(scope, foreseen)
    ended = await visit.ssoAdmin('RevokeAccess', { ...scopeInput(visit, scope), Reason: reason.trim().slice(0, 1000), Disable: scope.user !== undefined && disable !== undefined }) as unknown as EndedAnswer
  }, (failed) => ask(visit, scope, failed))
  if (isDone && ended) {
    await visit.show('admin/access-ended', { about: name, numbers: numbersOf(ended), unreached: unreachedOf(ended), isDisabled: ended.Disabled, isPerson: scope.user !== undefined, reachUrl: addressOf('/admin/access/reach', { ...scope }), goesOn: goesOn(scope, ended) })
  }
}

const aboutOf = ({ account, set }: ReachScope, { Name, AccountName }: ForeseenAnswer): string => (account !== undefined && set !== undefined && AccountName !== undefined ? `${Name} in ${AccountName}` : Name)

function words({ user, set, account }: ReachScope): string {
  if (user !== undefined) return 'Ends everything that they have open: sessions, what applications and command lines were allowed, credentials of roles, and what was granted to them on request.'
  if (set !== undefined) return `Ends every session and credential of this permission set${account === undefined ? ', in every account' : ' in this account'}, whoever has it, and what was granted of it on request.`
  return 'Ends every session and credential in this account, of people, of its users and of its root user, and what was granted there on request.'
}

/** What stays after it. */
function goesOn({ user }: ReachScope, { Disabled }: EndedAnswer): string {
  if (Disabled) return 'They cannot sign in until somebody enables them.'
  return user === undefined ? 'Assignments stay: whoever has one may come in again. Take it away to keep them out.' : 'Their assignments stay, and they may sign in again. Disable them, or take assignments away, to keep them out.'
}

/** Whoever pulls it over their own head should know. */
function isOwn({ session, places }: AdminVisit, { user, set, account }: ReachScope): boolean {
  if (user !== undefined) return session.principal === `user:${user}`
  const isHere = account === undefined || account === places.accountId
  return isHere && (set === undefined || session.role?.permissionSet?.id === set)
}
