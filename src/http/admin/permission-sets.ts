// /admin/permission-sets: what people may do in accounts, by names; and new ones.
import type { Router } from '@koa/router'
import { listManagedPolicies } from '../../domain/policy/index.js'
import { formOf, queryOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { listModel } from '../middleware/listing.js'
import { setUrl } from './assigned.js'
import { areTold, setFilter } from './finding-words.js'
import type { AdminOptions } from './options.js'
import { mountPermissionSet } from './permission-set.js'
import { lengthChoices, usualLength } from './session-lengths.js'
import { nothingFailed, orNothing } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

interface FoundSet {
  Name: string
  PermissionSetArn: string
  Description?: string
  Assignments: number
  Accounts: number
}

/** Mounts the pages of permission sets. */
export function mountPermissionSets(router: Router, page: MakePage, options: AdminOptions): void {
  const { csrf } = options
  router.get('/permission-sets', csrf, page(list))
  router.get('/permission-sets/new', csrf, page((visit) => showNew(visit)))
  router.post('/permission-sets/new', csrf, page(create))
  mountPermissionSet(router, page, options)
}

const several = (count: number, noun: string): string => `${count.toLocaleString('en-GB')} ${noun}${count === 1 ? '' : 's'}`

const list: AdminPage = async ({ ctx, show, ssoAdmin, may, places, sections }) => {
  const { create: mayCreate } = await may({ create: { action: 'sso:CreatePermissionSet', resource: places.instanceArn } })
  await show('admin/list', await listModel<FoundSet>(ctx, {
    url: '/admin/permission-sets', title: 'Permission sets', lead: 'What people may do in an account, by a name. Each becomes a role in the accounts where somebody is assigned to it.',
    noun: 'permission set', nouns: 'permission sets', done: queryOf(ctx).done === 'delete' ? 'The permission set is deleted.' : undefined,
    create: mayCreate ? [{ url: '/admin/permission-sets/new', text: 'New permission set' }] : [],
    filter: areTold(sections) ? setFilter : undefined,
    find: async ({ limit, search, show: asked, after }) => {
      const { PermissionSets, NextToken } = await ssoAdmin('SearchPermissionSets', { Search: search, Finding: asked, MaxResults: limit, NextToken: after })
      return { items: PermissionSets as FoundSet[], next: NextToken as string | undefined }
    },
    row: ({ Name, PermissionSetArn, Description, Assignments, Accounts }) => ({
      url: setUrl(PermissionSetArn), name: Name,
      facts: [Description ?? '', Assignments === 0 ? 'assigned to nobody' : `${several(Assignments, 'assignment')} in ${several(Accounts, 'account')}`].filter(Boolean),
    }),
  }))
}

async function showNew(visit: AdminVisit, failed?: Failed): Promise<void> {
  const { places: { instanceArn } } = visit
  await visit.require({ action: 'sso:CreatePermissionSet', resource: instanceArn })
  const { attach: mayAttach } = await visit.may({ attach: { action: 'sso:AttachManagedPolicyToPermissionSet', resource: instanceArn.replace(':instance/', ':permissionSet/') + '/*' } })
  const { Name = '', Description = '', RelayState = '', SessionDuration = usualLength, ManagedPolicyArn = '' } = failed ? formOf(visit.ctx) : {}
  await visit.show('admin/permission-set-edit', {
    isNew: true, about: 'Permission sets', backUrl: '/admin/permission-sets', values: { Name, Description, RelayState }, lengths: lengthChoices(SessionDuration),
    policies: mayAttach ? listManagedPolicies().map(({ arn, name }) => ({ arn, name, selected: arn === ManagedPolicyArn })) : undefined, ...nothingFailed, ...failed,
  })
}

const create: AdminPage = async (visit) => {
  const { Name = '', Description, RelayState, SessionDuration = usualLength, ManagedPolicyArn = '' } = formOf(visit.ctx)
  let arn = ''
  const isMade = await done(visit, async () => {
    const { PermissionSet } = await visit.ssoAdmin('CreatePermissionSet', { Name: Name.trim(), Description: orNothing(Description), RelayState: orNothing(RelayState), SessionDuration })
    arn = (PermissionSet as { PermissionSetArn: string }).PermissionSetArn
  }, (failed) => showNew(visit, visit.ctx.status === 409 ? { ...failed, faults: [{ path: 'Name', message: failed.problem }] } : failed))
  if (!isMade) return
  const url = setUrl(arn)
  // It is there already: what is wrong with its first policy is told, and mended, on its own page.
  const isAttached = await done(visit, async () => (ManagedPolicyArn === '' ? undefined : visit.ssoAdmin('AttachManagedPolicyToPermissionSet', { PermissionSetArn: arn, ManagedPolicyArn })), async () => undefined)
  visit.goTo(`${url}?done=${isAttached ? (ManagedPolicyArn === '' ? 'create' : 'create-with') : 'create-without'}`)
}
