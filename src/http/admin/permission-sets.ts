// /admin/permission-sets: what people may do in accounts, and where each is assigned to whom.
import type { Router } from '@koa/router'
import { spelledDuration } from '../../platform/templates/index.js'
import { Refusal } from '../../platform/errors.js'
import { listModel } from '../middleware/listing.js'
import { accessLinks } from './access.js'
import { assignedModel, setUrl } from './assigned.js'
import { assignLinks } from './assignments.js'
import type { AdminOptions } from './options.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

interface SetAnswer {
  Name: string
  PermissionSetArn: string
  Description?: string
  RelayState?: string
  SessionDuration: string
  CreatedDate: number
}

interface FoundSet extends SetAnswer {
  Assignments: number
  Accounts: number
}

/** Mounts the pages of permission sets. */
export function mountPermissionSets(router: Router, page: MakePage, { csrf }: AdminOptions): void {
  router.get('/permission-sets', csrf, page(list))
  router.get('/permission-sets/:id', csrf, page(one))
}

const several = (count: number, noun: string): string => `${count.toLocaleString('en-GB')} ${noun}${count === 1 ? '' : 's'}`

const list: AdminPage = async ({ ctx, show, ssoAdmin }) => {
  await show('admin/list', await listModel<FoundSet>(ctx, {
    url: '/admin/permission-sets', title: 'Permission sets', lead: 'What people may do in an account, by a name. Each becomes a role in the accounts where somebody is assigned to it.',
    noun: 'permission set', nouns: 'permission sets',
    find: async ({ limit, search, after }) => {
      const { PermissionSets, NextToken } = await ssoAdmin('SearchPermissionSets', { Search: search, MaxResults: limit, NextToken: after })
      return { items: PermissionSets as FoundSet[], next: NextToken as string | undefined }
    },
    row: ({ Name, PermissionSetArn, Description, Assignments, Accounts }) => ({
      url: setUrl(PermissionSetArn), name: Name,
      facts: [Description ?? '', Assignments === 0 ? 'assigned to nobody' : `${several(Assignments, 'assignment')} in ${several(Accounts, 'account')}`].filter(Boolean),
    }),
  }))
}

/** Seconds of an ISO 8601 duration of hours, minutes and seconds. */
function secondsOf(duration: string): number {
  const [, hours = '0', minutes = '0', seconds = '0'] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(duration) ?? []
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}

const one: AdminPage = async (visit) => {
  const { ctx, show, ssoAdmin, places } = visit
  const { id = '' } = ctx.params as { id?: string }
  if (!/^ps-[\w.-]{16}$/.test(id)) throw new Refusal('not-found', 'There is no such permission set.')
  const of = { PermissionSetArn: `${places.instanceArn.replace(':instance/', ':permissionSet/')}/${id}` }
  const { PermissionSet } = await ssoAdmin('DescribePermissionSet', of) as unknown as { PermissionSet: SetAnswer }
  await show('admin/thing', {
    title: PermissionSet.Name, links: [...await assignLinks(visit, { set: id }), ...await accessLinks(visit, { set: id })], back: { url: '/admin/permission-sets', text: 'Permission sets' },
    facts: [
      ...(PermissionSet.Description ? [{ term: 'Description', text: PermissionSet.Description }] : []),
      { term: 'A session lasts', text: spelledDuration(secondsOf(PermissionSet.SessionDuration)) },
      ...(PermissionSet.RelayState ? [{ term: 'Leads to', text: PermissionSet.RelayState }] : []),
      { term: 'Since', at: new Date(PermissionSet.CreatedDate * 1000).toISOString() },
      { term: 'ARN', text: PermissionSet.PermissionSetArn, id: 'arn' },
    ],
    policies: await policiesOf(visit, of),
    assigned: await assignedModel(visit, setUrl(PermissionSet.PermissionSetArn), of), otherTitle: 'account',
  })
}

/** The policies that it is made of, as far as one may read them. */
async function policiesOf({ ssoAdmin, may, places }: AdminVisit, of: { PermissionSetArn: string }): Promise<object | undefined> {
  const actions = { managed: 'sso:ListManagedPoliciesInPermissionSet', own: 'sso:ListCustomerManagedPolicyReferencesInPermissionSet', inline: 'sso:GetInlinePolicyForPermissionSet' }
  const can = await may(Object.fromEntries(Object.entries(actions).flatMap(([key, action]) => [[key, { action, resource: of.PermissionSetArn }], [`${key} in it`, { action, resource: places.instanceArn }]])))
  if (!Object.values(can).every(Boolean)) return undefined
  const [managed, own, inline] = await Promise.all([
    ssoAdmin('ListManagedPoliciesInPermissionSet', of), ssoAdmin('ListCustomerManagedPolicyReferencesInPermissionSet', of), ssoAdmin('GetInlinePolicyForPermissionSet', of),
  ]) as unknown as [{ AttachedManagedPolicies: { Name: string }[] }, { CustomerManagedPolicyReferences: { Name: string; Path: string }[] }, { InlinePolicy: string }]
  return {
    names: [
      ...managed.AttachedManagedPolicies.map(({ Name }) => ({ name: Name, text: 'managed' })),
      ...own.CustomerManagedPolicyReferences.map(({ Name, Path }) => ({ name: `${Path}${Name}`.replace(/^\/(?=[^/]+$)/, ''), text: 'a policy of each account where it is assigned' })),
    ],
    document: inline.InlinePolicy === '' ? undefined : JSON.stringify(JSON.parse(inline.InlinePolicy), null, 2),
  }
}
