// What the forms on the page of a permission set ask for. What changes its policies is shown first: what they would allow
// more and less, and to whom.
import { Refusal } from '../../platform/errors.js'
import type { Form } from '../middleware/form.js'
import { tagChanges } from './instance-tags.js'
import type { Foresight, Obstacle } from './foresight.js'
import { mayOfSet, nameOfPolicy, policiesOf, readReference, readingActions, setWishes, spelledReference, type SetPolicies, type SetThing } from './permission-set-thing.js'
import type { Change, Changes } from './things.js'
import type { AdminVisit } from './visit.js'

export const atOnce = 'It counts at once, in sessions that are open too.'

/** Looks ahead at other policies: whoever holds the permission set is concerned. */
export async function otherPolicies(visit: AdminVisit, thing: SetThing, make: (policies: SetPolicies) => Partial<SetPolicies>): Promise<Record<string, unknown>> {
  const before = await policiesOf(visit, thing)
  const { managed, own, inline, boundary } = { ...before, ...make(before) }
  return ahead(thing, { managed, own, inline, boundary })
}

const ahead = ({ arn }: SetThing, { managed, own, inline, boundary }: SetPolicies): Record<string, unknown> =>
  ({ Policies: { PermissionSetArn: arn, ManagedPolicies: managed, CustomerManagedPolicies: own, InlinePolicy: inline, PermissionsBoundary: boundary ?? '' } })

interface PolicyChange {
  /** The operation, which is also the action that it takes. */
  operation: string
  title: string
  button: string
  done: string
  fields?: string[]
  /** What it is called that comes or goes. */
  about: (fields: Form) => string
  make: (policies: SetPolicies, fields: Form) => Partial<SetPolicies>
  input: (fields: Form) => Record<string, unknown>
}

function policyChange({ operation, title, button, done, fields = [], about, make, input }: PolicyChange): Change<SetThing> {
  return {
    run: (visit, { arn }, given) => visit.ssoAdmin(operation, { PermissionSetArn: arn, ...input(given) }), done,
    foresight: {
      title, button, fields, wishes: policyWishes(operation), text: (_visit, _thing, given) => `${about(given)} ${atOnce}`,
      change: (visit, thing, given) => {
        input(given)
        return otherPolicies(visit, thing, (policies) => make(policies, given))
      },
    },
  }
}

/** Whoever is shown the difference has to be allowed to read both sides of it. */
export const policyWishes = (operation: string): Foresight<SetThing>['wishes'] => (visit, thing) => setWishes(visit, thing, `sso:${operation}`, ...readingActions)

const without = (list: readonly string[], one: string | undefined): string[] => list.filter((other) => other !== one)
const faulty = (path: string, message: string): Refusal => new Refusal('invalid-input', message, { faults: [{ path, message }] })

/** The policies that were ticked, by the names of their fields. */
const ticked = (fields: Form): string[] => Object.keys(fields).filter((name) => name.startsWith('policy.') && fields[name])

function tickedArns(fields: Form): string[] {
  const arns = ticked(fields).map((name) => fields[name]!)
  if (arns.length === 0) throw new Refusal('invalid-input', 'Tick at least one policy of the catalogue.')
  return arns
}

const named = (arns: readonly string[]): string => arns.map(nameOfPolicy).join(', ')

/** Policies of the catalogue, as many as were ticked, one after the other and each with its event; what somebody attached meanwhile is there. */
const attach: Change<SetThing> = {
  run: async (visit, { arn }, fields) => {
    for (const ManagedPolicyArn of tickedArns(fields)) {
      await visit.ssoAdmin('AttachManagedPolicyToPermissionSet', { PermissionSetArn: arn, ManagedPolicyArn }).catch((error: unknown) => {
        if (!(error instanceof Refusal) || error.code !== 'conflict') throw error
      })
    }
  },
  done: 'Attached.',
  ask: { title: 'Attach these policies?', button: 'Attach', fields: ticked, text: (_visit, _thing, fields) => `${named(tickedArns(fields))}. ${atOnce}` },
  foresight: {
    title: 'Attach these policies?', button: 'Attach', fields: ticked, wishes: policyWishes('AttachManagedPolicyToPermissionSet'), text: (_visit, _thing, fields) => `${named(tickedArns(fields))}. ${atOnce}`,
    change: (visit, thing, fields) => otherPolicies(visit, thing, ({ managed }) => ({ managed: [...new Set([...managed, ...tickedArns(fields)])] })),
  },
}

/** A reference that is not one is told at the field, before anything is foreseen. */
function referenceOf(fields: Form, path: string): { Name: string; Path: string } {
  const reference = readReference(fields[path] ?? '')
  if (!/^[\w+=,.@-]{1,128}$/.test(reference.Name) || !/^(\/[A-Za-z0-9.,+@=_-]+)*\/$/.test(reference.Path)) throw faulty(path, 'A policy of an account is told by its name, or by path and name, such as /team/Base.')
  return reference
}

/** What was chosen to bound it: a policy of the catalogue, or one of each account. */
function boundaryOf(fields: Form): { ManagedPolicyArn: string } | { CustomerManagedPolicyReference: { Name: string; Path: string } } {
  const [arn, own] = [fields.Boundary ?? '', fields.OwnBoundary?.trim() ?? '']
  if (arn !== '' && own !== '') throw faulty('OwnBoundary', 'Choose one of the two: there is one boundary.')
  if (arn === '' && own === '') throw faulty('Boundary', 'Choose a policy.')
  return arn === '' ? { CustomerManagedPolicyReference: referenceOf(fields, 'OwnBoundary') } : { ManagedPolicyArn: arn }
}

const boundaryText = (fields: Form): string => {
  const chosen = boundaryOf(fields)
  return 'ManagedPolicyArn' in chosen ? chosen.ManagedPolicyArn : spelledReference(chosen.CustomerManagedPolicyReference)
}

const policyChanges: Changes<SetThing> = {
  attach,
  detach: policyChange({
    operation: 'DetachManagedPolicyFromPermissionSet', title: 'Detach this policy?', button: 'Detach', done: 'Detached.', fields: ['ManagedPolicyArn'], about: ({ ManagedPolicyArn = '' }) => `${nameOfPolicy(ManagedPolicyArn)} goes.`,
    make: ({ managed }, { ManagedPolicyArn }) => ({ managed: without(managed, ManagedPolicyArn) }), input: ({ ManagedPolicyArn }) => ({ ManagedPolicyArn }),
  }),
  'add-reference': policyChange({
    operation: 'AttachCustomerManagedPolicyReferenceToPermissionSet', title: 'Add this policy?', button: 'Add', done: 'Added.', fields: ['Reference'],
    about: (fields) => `${nameOfPolicy(spelledReference(referenceOf(fields, 'Reference')))} of each account where the permission set is assigned. In an account that has no such policy the permission set allows nothing until there is one.`,
    make: ({ own }, fields) => ({ own: [...new Set([...own, spelledReference(referenceOf(fields, 'Reference'))])] }), input: (fields) => ({ CustomerManagedPolicyReference: referenceOf(fields, 'Reference') }),
  }),
  'remove-reference': policyChange({
    operation: 'DetachCustomerManagedPolicyReferenceFromPermissionSet', title: 'Take this policy out?', button: 'Take out', done: 'Taken out.', fields: ['Reference'], about: ({ Reference = '' }) => `${nameOfPolicy(Reference)} goes.`,
    make: ({ own }, { Reference }) => ({ own: without(own, Reference) }), input: (fields) => ({ CustomerManagedPolicyReference: referenceOf(fields, 'Reference') }),
  }),
  'remove-inline': policyChange({
    operation: 'DeleteInlinePolicyFromPermissionSet', title: 'Remove its own policy?', button: 'Remove', done: 'Removed.', about: () => 'The document is gone; its text stays in the event.', make: () => ({ inline: '' }), input: () => ({}),
  }),
  'put-boundary': policyChange({
    operation: 'PutPermissionsBoundaryToPermissionSet', title: 'Set this boundary?', button: 'Set boundary', done: 'The boundary is set.', fields: ['Boundary', 'OwnBoundary'],
    about: (fields) => `Nothing is allowed any more that ${nameOfPolicy(boundaryText(fields))} does not allow too.`,
    make: (_policies, fields) => ({ boundary: boundaryText(fields) }), input: (fields) => ({ PermissionsBoundary: boundaryOf(fields) }),
  }),
  'remove-boundary': policyChange({
    operation: 'DeletePermissionsBoundaryFromPermissionSet', title: 'Remove the boundary?', button: 'Remove', done: 'The boundary is removed.', about: () => 'All that its policies allow is allowed.', make: () => ({ boundary: undefined }), input: () => ({}),
  }),
}

/** Where it is assigned still, which it may not be when it goes. */
async function assignedObstacle(visit: AdminVisit, thing: SetThing): Promise<Obstacle | undefined> {
  if (!Object.values(await mayOfSet(visit, thing, ['sso:ListAccountAssignments'])).every(Boolean)) return undefined
  const { AccountAssignments } = await visit.ssoAdmin('SearchAccountAssignments', { PermissionSetArn: thing.arn, MaxResults: 1 })
  if ((AccountAssignments as unknown[]).length === 0) return undefined
  return { text: 'It is assigned still, and cannot be deleted until nobody is assigned to it any more.', link: { url: `${thing.path}#assigned-title`, text: 'Where it is assigned' } }
}

const deletion = { title: 'Delete this permission set?', button: 'Delete' }
const gone = 'It is gone for good, with its policies and the rule by which it could be requested. Its events stay.'

export const setChanges: Changes<SetThing> = {
  ...policyChanges,
  ...tagChanges((_, { arn }) => arn),
  'remove-rule': {
    run: (visit, { arn }) => visit.ssoAdmin('DeleteRequestRule', { PermissionSetArn: arn }), done: 'Nobody can ask for it any more.',
    ask: { title: 'Let nobody ask for it any more?', text: () => 'Requests that wait cannot be approved any more. What was granted goes on until its end.', button: 'Remove the rule' },
  },
  delete: {
    run: (visit, { arn }) => visit.ssoAdmin('DeletePermissionSet', { PermissionSetArn: arn }), done: 'Deleted.', next: '/admin/permission-sets',
    ask: { ...deletion, text: () => gone },
    foresight: {
      ...deletion, isGrave: true, text: () => gone, wishes: (visit, thing) => setWishes(visit, thing, 'sso:DeletePermissionSet'), obstacle: assignedObstacle, change: async (_visit, thing) => ahead(thing, { managed: [], own: [], inline: '', boundary: undefined }),
    },
  },
}
