// /admin/permission-sets/ID: one permission set: what it is, what it allows, who may ask for it, where it is assigned.
import type { Router } from '@koa/router'
import { spelledSpan } from '../../platform/templates/index.js'
import { formOf, queryOf, type Form } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { readable } from '../middleware/documents.js'
import { accessLinks } from './access.js'
import { assignedModel } from './assigned.js'
import { assignLinks } from './assignments.js'
import { tagsModel } from './instance-tags.js'
import type { AdminOptions } from './options.js'
import { mountPermissionSetPolicies } from './permission-set-policies.js'
import { setChanges } from './permission-set-changes.js'
import { findSet, idOfSet, mayOfSet, nameOfPolicy, policiesOf, readingActions, setWishes, spelledReference, type SetThing } from './permission-set-thing.js'
import { mountRequestRule, ruleModel } from './request-rule.js'
import { lengthChoices, secondsOf, usualLength } from './session-lengths.js'
import { begunWith, laidOver } from './stale-form.js'
import { askUrl, changeThing, nothingFailed, orNothing, thingPage, type Said } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

export function mountPermissionSet(router: Router, page: MakePage, options: AdminOptions): void {
  const { csrf } = options
  const pages = { changes: setChanges, find: findSet, show }
  router.get('/permission-sets/:id', csrf, page(thingPage(pages)))
  router.post('/permission-sets/:id', csrf, page(changeThing(pages)))
  router.get('/permission-sets/:id/edit', csrf, page(async (visit) => showEdit(visit, await findSet(visit))))
  router.post('/permission-sets/:id/edit', csrf, page(edit))
  mountPermissionSetPolicies(router, page, options)
  mountRequestRule(router, page, options)
}

const said: Readonly<Record<string, string>> = {
  'create': 'The permission set is there. It allows nothing yet: give it policies.', 'create-with': 'The permission set is there. Assign it to people now.', 'create-without': 'The permission set is there, but its policy could not be attached.',
  'edit': 'Saved.', 'inline': 'Its own policy is saved.', 'rule': 'The rule is saved.',
}

const actions = [
  ...readingActions, 'sso:UpdatePermissionSet', 'sso:DeletePermissionSet', 'sso:AttachManagedPolicyToPermissionSet', 'sso:DetachManagedPolicyFromPermissionSet', 'sso:AttachCustomerManagedPolicyReferenceToPermissionSet',
  'sso:DetachCustomerManagedPolicyReferenceFromPermissionSet', 'sso:PutInlinePolicyToPermissionSet', 'sso:DeleteInlinePolicyFromPermissionSet', 'sso:PutPermissionsBoundaryToPermissionSet',
  'sso:DeletePermissionsBoundaryFromPermissionSet', 'sso:ListTagsForResource', 'sso:TagResource', 'sso:UntagResource', 'gatehouse:GetRequestRule', 'gatehouse:PutRequestRule', 'gatehouse:DeleteRequestRule',
]

type Can = Record<string, boolean>

async function show(visit: AdminVisit, thing: SetThing, { done: was, failed }: Said): Promise<void> {
  const { set, path, arn } = thing
  const can = await mayOfSet(visit, thing, actions)
  const { done: asked } = queryOf(visit.ctx)
  const scope = { set: idOfSet(arn) }
  await visit.show('admin/permission-set', {
    title: thing.title, action: path, links: [...await assignLinks(visit, scope), ...await accessLinks(visit, scope)], done: was ?? (asked !== undefined && Object.hasOwn(said, asked) ? said[asked] : undefined), ...nothingFailed, ...failed, typed: failed ? formOf(visit.ctx) : {},
    facts: [
      ...(set.Description ? [{ term: 'Description', text: set.Description }] : []), { term: 'A session lasts', text: spelledSpan(secondsOf(set.SessionDuration)) },
      ...(set.RelayState ? [{ term: 'Leads to', text: set.RelayState }] : []), { term: 'Since', at: new Date(set.CreatedDate * 1000).toISOString() }, { term: 'ARN', text: arn, id: 'arn' },
    ],
    editUrl: can['sso:UpdatePermissionSet'] ? `${path}/edit` : undefined, deleteUrl: askUrl(can['sso:DeletePermissionSet'], thing, 'delete'),
    policies: readingActions.every((action) => can[action]) ? await policiesModel(visit, thing, can) : undefined,
    rule: can['gatehouse:GetRequestRule'] ? await ruleModel(visit, thing, { put: can['gatehouse:PutRequestRule'] === true, remove: can['gatehouse:DeleteRequestRule'] === true }) : undefined,
    tags: can['sso:ListTagsForResource'] ? await tagsModel(visit, thing.arn, { tag: can['sso:TagResource'], untag: can['sso:UntagResource'] }) : undefined,
    assigned: await assignedModel(visit, path, { PermissionSetArn: arn }), otherTitle: 'account',
  })
}

async function policiesModel(visit: AdminVisit, thing: SetThing, can: Can): Promise<object> {
  const { managed, own, inline, boundary } = await policiesOf(visit, thing)
  return {
    managed: managed.map((arn) => ({ arn, name: nameOfPolicy(arn) })), canDetach: can['sso:DetachManagedPolicyFromPermissionSet'],
    own: own.map((reference) => ({ reference, name: nameOfPolicy(reference) })), canRemove: can['sso:DetachCustomerManagedPolicyReferenceFromPermissionSet'], canAdd: can['sso:AttachCustomerManagedPolicyReferenceToPermissionSet'],
    missing: own.length > 0 || boundary?.startsWith('/') ? await missingModel(visit, thing) : [],
    isUnnamed: managed.length === 0 && own.length === 0, isNothing: managed.length === 0 && own.length === 0 && inline === '',
    attachUrl: can['sso:AttachManagedPolicyToPermissionSet'] ? `${thing.path}/policies` : undefined,
    document: inline === '' ? undefined : readable(inline), editUrl: can['sso:PutInlinePolicyToPermissionSet'] ? `${thing.path}/policy` : undefined, canRemoveDocument: inline !== '' && can['sso:DeleteInlinePolicyFromPermissionSet'] === true,
    boundary: boundary && nameOfPolicy(boundary), boundaryUrl: can['sso:PutPermissionsBoundaryToPermissionSet'] ? `${thing.path}/boundary` : undefined, canRemoveBoundary: boundary !== undefined && can['sso:DeletePermissionsBoundaryFromPermissionSet'] === true,
  }
}

interface MissingAnswer {
  CustomerManagedPolicyReference: { Name: string; Path: string }
  AccountName: string
}

const mostNamed = 5

/** Says of policies of accounts where they are not there. */
async function missingModel({ ssoAdmin }: AdminVisit, { arn }: SetThing): Promise<{ name: string; accounts: string }[]> {
  const { MissingPolicies } = await ssoAdmin('ListMissingPolicies', { PermissionSetArn: arn })
  const byPolicy = new Map<string, string[]>()
  for (const { CustomerManagedPolicyReference, AccountName } of MissingPolicies as MissingAnswer[]) {
    const name = nameOfPolicy(spelledReference(CustomerManagedPolicyReference))
    byPolicy.set(name, [...byPolicy.get(name) ?? [], AccountName])
  }
  return [...byPolicy].map(([name, accounts]) => ({ name, accounts: `${accounts.slice(0, mostNamed).join(', ')}${accounts.length > mostNamed ? ` and ${(accounts.length - mostNamed).toLocaleString('en-GB')} more` : ''}` }))
}

async function showEdit(visit: AdminVisit, thing: SetThing, failed?: Failed): Promise<void> {
  const { set, path } = thing
  for (const wish of setWishes(visit, thing, 'sso:UpdatePermissionSet')) await visit.require(wish)
  const { Description = '', RelayState = '', SessionDuration = usualLength } = failed ? formOf(visit.ctx) : set
  await visit.show('admin/permission-set-edit', {
    isNew: false, about: thing.title, backUrl: path, values: { Name: set.Name, Description, RelayState }, lengths: lengthChoices(SessionDuration), policies: undefined, begun: begunWith(editable(set), failed && formOf(visit.ctx)), ...nothingFailed, ...failed,
  })
}

const editable = ({ Description = '', RelayState = '', SessionDuration = usualLength }: SetThing['set']): Form => ({ Description, RelayState, SessionDuration: `PT${secondsOf(SessionDuration)}S` })

const edit: AdminPage = async (visit) => {
  const thing = await findSet(visit)
  const { Description, RelayState, SessionDuration = usualLength } = laidOver(formOf(visit.ctx), editable(thing.set))
  const work = (): Promise<unknown> => visit.ssoAdmin('UpdatePermissionSet', { PermissionSetArn: thing.arn, Description: orNothing(Description), RelayState: orNothing(RelayState), SessionDuration })
  if (await done(visit, work, (failed) => showEdit(visit, thing, failed))) visit.goTo(`${thing.path}?done=edit`)
}
