// /admin/permission-sets/ID/policies, /policy and /boundary: policies of the catalogue to choose, a policy of its own to write,
// a boundary to set.
import type { Router } from '@koa/router'
import { listManagedPolicies, policyLimits } from '../../domain/policy/index.js'
import { checkDocument, faultsOf, firstPolicy, readable } from '../middleware/documents.js'
import { formOf, queryOf, type Form } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { foreseen, mayForesee, showForeseen } from './foresight.js'
import type { AdminOptions } from './options.js'
import { atOnce, otherPolicies, policyWishes, setChanges } from './permission-set-changes.js'
import { findSet, policiesOf, setWishes, type SetThing } from './permission-set-thing.js'
import { changeThing, nothingFailed, thingPage, type Said } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

const limits = { characters: policyLimits.permissionSet }

/** Mounts the pages. */
export function mountPermissionSetPolicies(router: Router, page: MakePage, { csrf, csrfOfDocuments }: AdminOptions): void {
  router.get('/permission-sets/:id/policies', csrf, page(thingPage({ changes: { attach: setChanges.attach! }, find: findSet, show: showChoice })))
  router.get('/permission-sets/:id/policy', csrf, page(async (visit) => {
    const thing = await findSet(visit)
    await showEditor(visit, thing, readable((await policiesOf(visit, thing)).inline) || firstPolicy)
  }))
  router.post('/permission-sets/:id/policy', csrfOfDocuments, page(write))
  const boundary = { changes: { 'put-boundary': setChanges['put-boundary']! }, find: findSet, show: showBoundary }
  router.get('/permission-sets/:id/boundary', csrf, page(thingPage(boundary)))
  router.post('/permission-sets/:id/boundary', csrf, page(changeThing(boundary)))
}

async function requireOfSet(visit: AdminVisit, thing: SetThing, action: string): Promise<void> {
  for (const wish of setWishes(visit, thing, action)) await visit.require(wish)
}

/** The catalogue: what is ticked stays ticked through a search. */
async function showChoice(visit: AdminVisit, thing: SetThing, { failed }: Said): Promise<void> {
  await requireOfSet(visit, thing, 'sso:AttachManagedPolicyToPermissionSet')
  const { q = '', ...fields } = queryOf(visit.ctx)
  const query = q.trim().slice(0, 100)
  const { managed } = await policiesOf(visit, thing)
  const all = listManagedPolicies().map(({ arn, name, description }) => ({ arn, name, description, isThere: managed.includes(arn), ticked: isTicked(fields, name, arn) }))
  const wanted = query.toLowerCase()
  const rows = all.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(wanted))
  await visit.show('admin/policy-choice', { about: thing.title, backUrl: thing.path, action: `${thing.path}/policies`, query, rows, kept: all.filter((one) => one.ticked && !rows.includes(one)), ...nothingFailed, ...failed })
}

const isTicked = (fields: Form, name: string, arn: string): boolean => fields[`policy.${name}`] === arn

async function showEditor(visit: AdminVisit, thing: SetThing, document: string, { failed, isChecked = false }: { failed?: Failed; isChecked?: boolean } = {}): Promise<void> {
  await requireOfSet(visit, thing, 'sso:PutInlinePolicyToPermissionSet')
  await visit.show('admin/policy-editor', {
    about: thing.title, backUrl: thing.path, document, mostCharacters: limits.characters.toLocaleString('en-GB'),
    documentFaults: failed || isChecked ? faultsOf(document, 'identity', limits) : [], isChecked: isChecked || failed !== undefined, ...nothingFailed, ...failed,
  })
}

/** Checks what was written, shows what it would do, and keeps it; each when it is asked for. */
const write: AdminPage = async (visit) => {
  const thing = await findSet(visit)
  const { InlinePolicy = '', check, again, [foreseen.name]: seen } = formOf(visit.ctx)
  if (check || again) return showEditor(visit, thing, InlinePolicy, { isChecked: check !== undefined })
  const isSeen = seen === foreseen.value || !await mayForesee(visit, policyWishes('PutInlinePolicyToPermissionSet')(visit, thing))
  const isDone = await done(visit, async () => {
    checkDocument(InlinePolicy, 'identity', limits)
    await (isSeen ? visit.ssoAdmin('PutInlinePolicyToPermissionSet', { PermissionSetArn: thing.arn, InlinePolicy }) : showDifference(visit, thing, InlinePolicy))
  }, (failed) => showEditor(visit, thing, InlinePolicy, { failed }))
  if (isDone && isSeen) visit.goTo(`${thing.path}?done=inline`)
}

async function showDifference(visit: AdminVisit, thing: SetThing, inline: string): Promise<void> {
  await showForeseen(visit, await otherPolicies(visit, thing, () => ({ inline })), {
    title: 'Save this policy?', about: thing.title, text: atOnce, button: 'Save policy', change: 'put-inline', action: `${thing.path}/policy`, backUrl: thing.path, again: 'Back to the editor',
    fields: [{ name: 'InlinePolicy', value: inline }],
  })
}

async function showBoundary(visit: AdminVisit, thing: SetThing, { failed }: Said): Promise<void> {
  await requireOfSet(visit, thing, 'sso:PutPermissionsBoundaryToPermissionSet')
  const { boundary = '' } = await policiesOf(visit, thing)
  const typed = failed ? formOf(visit.ctx) : boundary.startsWith('arn:') ? { Boundary: boundary } : { OwnBoundary: boundary }
  await visit.show('admin/policy-boundary', {
    about: thing.title, backUrl: thing.path, action: `${thing.path}/boundary`, own: typed.OwnBoundary ?? '', policies: listManagedPolicies().map(({ arn, name }) => ({ arn, name, selected: arn === typed.Boundary })), ...nothingFailed, ...failed,
  })
}
