// /admin/applications/ID/assign: people and groups, searched and ticked; who would gain it is shown first.
import type { Router } from '@koa/router'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { addressOf } from '../middleware/listing.js'
import { findApplication, tickedIn, type ApplicationThing } from './application-answers.js'
import { foreseen, mayForesee, showForeseen } from './foresight.js'
import type { AdminOptions } from './options.js'
import type { FoundGroup, UserAnswer } from './people-answers.js'
import { groupArn, mayAll, userArn } from './people-rights.js'
import { nothingFailed } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

const shown = 20

export function mountApplicationAssign(router: Router, page: MakePage, { csrf }: AdminOptions): void {
  router.get('/applications/:id/assign', csrf, page(async (visit) => show(visit, await findApplication(visit))))
  router.post('/applications/:id/assign', csrf, page(assign))
}

interface Candidate {
  type: 'USER' | 'GROUP'
  id: string
  name: string
  text: string
}

async function candidates(visit: AdminVisit, query: string): Promise<{ found: Candidate[]; isMore: boolean }> {
  const people = await mayAll(visit, ['sso-directory:SearchUsers'], [userArn('*')])
  const groups = await mayAll(visit, ['sso-directory:SearchGroups'], [groupArn('*')])
  const [ofGroups, ofPeople] = await Promise.all([
    groups['sso-directory:SearchGroups'] ? visit.directory('SearchGroups', { Search: query, MaxResults: shown }) : undefined,
    people['sso-directory:SearchUsers'] ? visit.directory('SearchUsers', { Search: query, MaxResults: shown }) : undefined,
  ])
  return {
    found: [
      ...((ofGroups?.Groups ?? []) as FoundGroup[]).map(({ GroupId, DisplayName, UserCount }): Candidate => ({ type: 'GROUP', id: GroupId, name: DisplayName, text: `${UserCount.toLocaleString('en-GB')} ${UserCount === 1 ? 'member' : 'members'}` })),
      ...((ofPeople?.Users ?? []) as UserAnswer[]).map(({ UserId, DisplayName, UserName }): Candidate => ({ type: 'USER', id: UserId, name: DisplayName, text: UserName })),
    ],
    isMore: ofGroups?.NextToken !== undefined || ofPeople?.NextToken !== undefined,
  }
}

/** What was searched for, which goes along until something is assigned. */
const searchedIn = ({ ctx }: AdminVisit): string => (queryOf(ctx).q ?? '').trim().slice(0, 100)

const takes = ({ arn }: ApplicationThing) => ({ action: 'sso:CreateApplicationAssignment', resource: arn })

async function show(visit: AdminVisit, thing: ApplicationThing, { failed, isAgain = false }: { failed?: Failed; isAgain?: boolean } = {}): Promise<void> {
  const { arn, path, title } = thing
  await visit.require(takes(thing))
  const query = searchedIn(visit)
  const { found, isMore } = await candidates(visit, query)
  const { assignments } = await visit.may({ assignments: { action: 'sso:ListApplicationAssignments', resource: arn } })
  const known = assignments && found.length > 0 ? await visit.ssoAdmin('FindApplicationAssignments', { ApplicationArn: arn, PrincipalIds: found.map(({ id }) => id) }) : { PrincipalIds: [] }
  const ticked = new Set(failed || isAgain ? tickedIn(formOf(visit.ctx)).map(({ PrincipalId }) => PrincipalId) : [])
  await visit.show('admin/application-assign', {
    about: title, backUrl: path, action: `${path}/assign`, here: addressOf(`${path}/assign`, { q: query }), query, isMore, ...nothingFailed, ...failed,
    rows: found.map((one) => ({ ...one, isGroup: one.type === 'GROUP', isAssigned: (known.PrincipalIds as string[]).includes(one.id), isTicked: ticked.has(one.id) })),
  })
}

const assign: AdminPage = async (visit) => {
  const thing = await findApplication(visit)
  const form = formOf(visit.ctx)
  if (form.again) return show(visit, thing, { isAgain: true })
  const principals = tickedIn(form)
  const isSeen = form[foreseen.name] === foreseen.value || !await mayForesee(visit, [takes(thing)])
  const isDone = await done(visit, async () => {
    if (principals.length === 0) throw new Refusal('invalid-input', 'Tick at least one person or group.')
    await (isSeen ? visit.ssoAdmin('AssignApplication', { ApplicationArn: thing.arn, Principals: principals }) : showGains(visit, thing, principals))
  }, (failed) => show(visit, thing, { failed }))
  if (isDone && isSeen) visit.goTo(`${thing.path}?done=assign`)
}

async function showGains(visit: AdminVisit, { arn, path, title }: ApplicationThing, principals: ReturnType<typeof tickedIn>): Promise<void> {
  await showForeseen(visit, { AssignApplications: [{ ApplicationArns: [arn], Principals: principals }] }, {
    title: 'Assign?', about: title, text: undefined, button: 'Assign', change: 'assign', action: addressOf(`${path}/assign`, { q: searchedIn(visit) }), backUrl: path, again: 'Choose otherwise',
    nothing: 'It makes no difference to anybody: they have it by another way, everybody may use it, or nobody is in the groups.', fields: principals.map(({ PrincipalType, PrincipalId }) => ({ name: `${PrincipalType} ${PrincipalId}`, value: 'on' })),
  })
}
