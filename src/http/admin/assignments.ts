// /admin/assignments: who may do what where, by account, permission set or principal; and what was begun lately.
import type { Router } from '@koa/router'
import { queryOf, type Form } from '../middleware/form.js'
import { addressOf } from '../middleware/listing.js'
import { mountAssign } from './assign.js'
import { mountAssignmentJobs, recentJobs } from './assignment-jobs.js'
import { setUrl, type AssignmentAnswer } from './assigned.js'
import { findKinds, setArnOf, type ThingKind } from './found-things.js'
import type { AdminOptions } from './options.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

const perPage = 50
const kinds: readonly ThingKind[] = ['user', 'group', 'account', 'set']

export function mountAssignments(router: Router, page: MakePage, options: AdminOptions): void {
  router.get('/assignments', options.csrf, page(list))
  mountAssign(router, page, options)
  mountAssignmentJobs(router, page, options)
}

/** Which assignments are listed: those of an account, a permission set or a principal, or all. */
function filterOf(visit: AdminVisit, { account, set, principal }: Form): Record<string, string> {
  return {
    ...(/^\d{12}$/.test(account ?? '') && { AccountId: account! }), ...(/^ps-[\w.-]{16}$/.test(set ?? '') && { PermissionSetArn: setArnOf(visit, set!) }),
    ...(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(principal ?? '') && { PrincipalId: principal! }),
  }
}

const list: AdminPage = async (visit) => {
  const query = queryOf(visit.ctx)
  const filter = filterOf(visit, query)
  const search = (query.q ?? '').trim().slice(0, 100)
  const { AccountAssignments, NextToken } = await visit.ssoAdmin('SearchAccountAssignments', { ...filter, MaxResults: perPage, NextToken: query.after })
  const { instanceArn } = visit.places
  const can = await visit.may({ assign: { action: 'sso:CreateAccountAssignment', resource: instanceArn }, remove: { action: 'sso:DeleteAccountAssignment', resource: instanceArn } })
  const { account = '', set = '', principal = '' } = query
  const address = (more: Form): string => addressOf('/admin/assignments', { account, set, principal, ...more })
  const rows = AccountAssignments as AssignmentAnswer[]
  const found = await findKinds(visit, kinds, search, ({ kind, id }) => addressOf('/admin/assignments', { [kind === 'user' || kind === 'group' ? 'principal' : kind]: id }))
  await visit.show('admin/assignments', {
    query: search, kinds: found, isNothing: search !== '' && found.length === 0, filter: Object.keys(filter).length === 0 ? undefined : nameOfFilter(filter, rows[0]),
    create: [...(can.assign ? [{ url: '/admin/assignments/new', text: 'Assign' }] : []), ...(can.remove ? [{ url: '/admin/assignments/new?kind=remove', text: 'Remove many' }] : [])], canRemove: can.remove,
    rows: rows.map(rowModel), jobs: query.after === undefined && Object.keys(filter).length === 0 ? await recentJobs(visit) : [],
    nextUrl: NextToken === undefined ? undefined : address({ after: NextToken as string }), firstUrl: query.after === undefined ? undefined : address({}),
  })
}

/** Names what the list is of, as far as its first row does. */
function nameOfFilter({ AccountId, PermissionSetArn, PrincipalId }: Record<string, string>, first: AssignmentAnswer | undefined): string {
  return [PrincipalId && (first?.DisplayName ?? first?.PrincipalName ?? PrincipalId), PermissionSetArn && (first?.PermissionSetName ?? PermissionSetArn.split('/').at(-1)), AccountId && (first?.AccountName ?? AccountId)].filter(Boolean).join(' · ')
}

const rowModel = ({ AccountId, AccountName, PermissionSetArn, PermissionSetName, PrincipalType, PrincipalId, PrincipalName, DisplayName }: AssignmentAnswer, n: number): object => ({
  field: `pick-${n}`, value: `${AccountId} ${PermissionSetArn.split('/').at(-1)} ${PrincipalType} ${PrincipalId}`, isGroup: PrincipalType === 'GROUP', name: DisplayName ?? PrincipalName ?? PrincipalId,
  url: PrincipalType === 'USER' ? `/admin/users/${PrincipalId}` : `/admin/groups/${PrincipalId}`, set: { name: PermissionSetName, url: setUrl(PermissionSetArn) }, account: { name: AccountName, url: `/admin/accounts/${AccountId}` },
})

/** The link to assign something, from its page, for those who may. */
export async function assignLinks({ may, places }: AdminVisit, about: Form): Promise<{ url: string; text: string }[]> {
  const { assign } = await may({ assign: { action: 'sso:CreateAccountAssignment', resource: places.instanceArn } })
  return assign ? [{ url: addressOf('/admin/assignments/new', about), text: 'Assign' }] : []
}
