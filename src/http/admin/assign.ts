// /admin/assignments/new: many people and groups × permission sets × accounts at once. They are searched for and ticked, what
// it does is shown first, and it is done in the background.
import type { Router } from '@koa/router'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf, type Form } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { assignmentsOf, choiceIn, countOf, fieldOf, fieldsOf, type AssignKind, type Choice, type Chosen, type Part } from './assign-choice.js'
import { effectsModel, type PreviewAnswer } from './effects.js'
import { findThings, kindsOpen, setArnOf, type FoundThing, type ThingKind } from './found-things.js'
import type { AdminOptions } from './options.js'
import { nothingFailed } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

const actions: Readonly<Record<AssignKind, { action: string; operation: string }>> = {
  assign: { action: 'sso:CreateAccountAssignment', operation: 'CreateAccountAssignments' },
  remove: { action: 'sso:DeleteAccountAssignment', operation: 'DeleteAccountAssignments' },
}
const parts: readonly { part: Part; kinds: readonly ThingKind[]; title: string; label: string; limit: number }[] = [
  { part: 'who', kinds: ['group', 'user'], title: 'Who', label: 'People and groups', limit: 10 },
  { part: 'set', kinds: ['set'], title: 'With which permission sets', label: 'Permission sets', limit: 20 },
  { part: 'account', kinds: ['account'], title: 'In which accounts', label: 'Accounts', limit: 20 },
]
/** More than so many chosen ones are folded. */
const mostOpen = 10
/** How many accounts one press takes. */
const mostTaken = 1000
const atOnce = 100

export function mountAssign(router: Router, page: MakePage, { csrf, csrfOfImports }: AdminOptions): void {
  router.get('/assignments/new', csrf, page(async (visit) => choose(visit, await prefilled(visit))))
  router.post('/assignments/new', csrfOfImports, page(chooseMore))
  router.post('/assignments/preview', csrfOfImports, page(preview))
  router.post('/assignments/run', csrfOfImports, page(run))
}

/** A link may bring what its page is about. */
async function prefilled(visit: AdminVisit): Promise<Choice> {
  const { kind = '', ...query } = queryOf(visit.ctx)
  const choice = choiceIn({ kind, ...Object.fromEntries(Object.keys(naming).flatMap((name) => (query[name] === undefined ? [] : [[`${name}-${query[name]}`, query[name]]]))) })
  for (const one of [...choice.who, ...choice.set, ...choice.account]) one.name = await naming[one.kind as keyof typeof naming](visit, one.id)
  return choice
}

const naming = {
  account: async ({ accounts }: AdminVisit, AccountId: string) => ((await accounts('DescribeAccount', { AccountId })).Account as { Name: string }).Name,
  set: async (visit: AdminVisit, id: string) => ((await visit.ssoAdmin('DescribePermissionSet', { PermissionSetArn: setArnOf(visit, id) })).PermissionSet as { Name: string }).Name,
  user: async ({ directory }: AdminVisit, UserId: string) => (await directory('DescribeUser', { UserId })).DisplayName as string,
  group: async ({ directory }: AdminVisit, GroupId: string) => (await directory('DescribeGroup', { GroupId })).DisplayName as string,
}

const chooseMore: AdminPage = async (visit) => {
  const form = formOf(visit.ctx)
  const choice = choiceIn(form)
  await visit.require({ action: actions[choice.kind].action, resource: visit.places.instanceArn })
  const work = async (): Promise<void> => {
    if (form.act === 'all-accounts') choice.account = await allAccounts(visit, choice.account, searchIn(form, 'account'))
  }
  if (await done(visit, work, (failed) => choose(visit, choice, failed))) await choose(visit, choice)
}

const searchIn = (form: Form, part: Part): string => (form[`find-${part}`] ?? '').trim().slice(0, 100)

async function allAccounts(visit: AdminVisit, chosen: readonly Chosen[], search: string): Promise<Chosen[]> {
  const all = new Map(chosen.map((one) => [one.id, one]))
  let after: string | undefined
  do {
    const { things, next } = await findThings(visit, 'account', { search, limit: atOnce, after })
    for (const thing of things) all.set(thing.id, chosenOf(thing))
    after = next
  } while (after !== undefined && all.size < mostTaken)
  if (after !== undefined) throw new Refusal('limit-exceeded', `There are more than ${mostTaken.toLocaleString('en-GB')} accounts to choose. Search for some of them, and do the rest afterwards.`)
  return [...all.values()]
}

const chosenOf = ({ kind, id, name }: FoundThing): Chosen => ({ field: fieldOf({ kind, id }), kind, id, name })

async function choose(visit: AdminVisit, choice: Choice, failed?: Failed): Promise<void> {
  await visit.require({ action: actions[choice.kind].action, resource: visit.places.instanceArn })
  const form = visit.ctx.method === 'POST' ? formOf(visit.ctx) : {}
  const open = await kindsOpen(visit)
  await visit.show('admin/assign', {
    kind: choice.kind, isRemoving: choice.kind === 'remove', count: countOf(choice), parts: await Promise.all(parts.map(async ({ part, kinds, title, label, limit }) => {
      const search = searchIn(form, part)
      const chosen = choice[part]
      const known = new Set(chosen.map(({ id }) => id))
      const found = await Promise.all(kinds.filter((kind) => open[kind]).map((kind) => findThings(visit, kind, { search, limit })))
      const things = found.flatMap(({ things: some }) => some)
      const rest = things.filter(({ id }) => !known.has(id)).map((thing) => ({ field: fieldOf(thing), name: thing.name, fact: thing.fact }))
      return {
        part, title, label, search, chosen: chosen.map((one) => ({ field: one.field, name: one.name, isGroup: one.kind === 'group' })), isFolded: chosen.length > mostOpen, count: chosen.length,
        found: rest, isMore: found.some(({ isMore }) => isMore), isNothing: things.length === 0 && search !== '', canTakeAll: part === 'account' && rest.length > 0,
      }
    })), ...nothingFailed, ...failed,
  })
}

const preview: AdminPage = async (visit) => {
  const choice = choiceIn(formOf(visit.ctx))
  await visit.require({ action: actions[choice.kind].action, resource: visit.places.instanceArn })
  let model: object | undefined
  const isRead = await done(visit, async () => { model = await previewModel(visit, choice) }, (failed) => choose(visit, choice, failed))
  if (isRead) await visit.show('admin/assign-preview', { ...model, isRemoving: choice.kind === 'remove', isPicked: choice.picked.length > 0, fields: fieldsOf(choice), count: countOf(choice) })
}

async function previewModel(visit: AdminVisit, choice: Choice): Promise<object> {
  const assignments = assignmentsOf(visit, choice)
  const { foresee } = await visit.may({ foresee: { action: 'gatehouse:PreviewChange', resource: visit.places.instanceArn } })
  if (!foresee) return { isForeseen: false, isLate: false }
  try {
    const answer = await visit.ssoAdmin('PreviewChange', { [choice.kind === 'remove' ? 'Unassign' : 'Assign']: assignments }) as unknown as PreviewAnswer
    return { isForeseen: true, isLate: false, ...effectsModel(answer) }
  } catch (error) {
    // What concerns everybody may take longer than a page waits; it can be done all the same.
    if (!(error instanceof Refusal) || error.code !== 'unavailable') throw error
    return { isForeseen: false, isLate: true }
  }
}

const run: AdminPage = async (visit) => {
  const choice = choiceIn(formOf(visit.ctx))
  let id = ''
  const isBegun = await done(visit, async () => {
    const { JobId } = await visit.ssoAdmin(actions[choice.kind].operation, { Assignments: assignmentsOf(visit, choice) })
    id = JobId as string
  }, (failed) => choose(visit, choice, failed))
  if (isBegun) visit.goTo(`/admin/assignments/jobs/${id}`)
}
