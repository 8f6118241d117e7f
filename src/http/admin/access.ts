// /admin/access: who reaches an account, a permission set or an application and by which way, what one person reaches, and
// the ways to the kill switch and the look-up.
import type { Router } from '@koa/router'
import { Refusal } from '../../platform/errors.js'
import { queryOf, type Form } from '../middleware/form.js'
import { addressOf } from '../middleware/listing.js'
import { mountAccessExport } from './access-export.js'
import { endUrlOf, reachUrlOf, scopeIn, scopeInput, type ReachScope, type WayAnswer } from './access-scope.js'
import { findKinds, type FoundThing, type ThingKind } from './found-things.js'
import { mountKillSwitch } from './kill-switch.js'
import { mountLookUp } from './look-up.js'
import type { AdminOptions } from './options.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

const perPage = 50
const kinds: readonly ThingKind[] = ['user', 'account', 'set', 'application']

export function mountAccess(router: Router, page: MakePage, options: AdminOptions): void {
  const { csrf } = options
  router.get('/access', csrf, page(home))
  router.get('/access/reach', csrf, page(reach))
  mountAccessExport(router, page, options)
  mountKillSwitch(router, page, options)
  mountLookUp(router, page, options)
}

/** Where the explorer shows what a thing is about. */
export const reachUrl = ({ kind, id }: Pick<FoundThing, 'kind' | 'id'>): string => addressOf('/admin/access/reach', { [kind]: id })

const home: AdminPage = async (visit) => {
  const { q = '' } = queryOf(visit.ctx)
  const query = q.trim().slice(0, 100)
  const { explore, lookUp } = await visit.may({ explore: { action: 'gatehouse:ExploreAccess', resource: visit.places.instanceArn }, lookUp: { action: 'gatehouse:LookUp', resource: visit.places.instanceArn } })
  if (!explore && !lookUp) await visit.require({ action: 'gatehouse:ExploreAccess', resource: visit.places.instanceArn })
  const found = explore ? await findKinds(visit, kinds, query, reachUrl) : []
  await visit.show('admin/access', { query, canExplore: explore, canLookUp: lookUp, kinds: found, isNothing: query !== '' && found.length === 0 })
}

const reach: AdminPage = async (visit) => {
  const scope = scopeIn(queryOf(visit.ctx))
  const { after, ...query } = queryOf(visit.ctx)
  if (!scope) throw new Refusal('not-found', 'Say what to look at: a person, an account, a permission set or an application.')
  const { Ways, NextToken } = await visit.ssoAdmin('ExploreAccess', { ...scopeInput(visit, scope), ...(scope.user !== undefined && query.what === 'applications' && { What: 'APPLICATIONS' }), MaxResults: perPage, NextToken: after })
  const ways = Ways as WayAnswer[]
  const address = (path: string, more: Form = {}): string => addressOf(path, { ...scope, ...(query.what !== undefined && { what: query.what }), ...more })
  await visit.show('admin/reach', {
    ...titleOf(scope, ways), isPerson: scope.user !== undefined, rows: scope.user === undefined ? byPerson(ways, scope) : byPlace(ways),
    people: scope.user === undefined && after === undefined ? await countOf(visit, scope) : undefined,
    tabs: scope.user === undefined ? undefined : tabsOf(scope.user, query.what === 'applications'),
    endUrl: await endUrlOf(visit, scope), csvUrl: address('/admin/access/export', { format: 'csv' }), ndjsonUrl: address('/admin/access/export', { format: 'ndjson' }),
    nextUrl: NextToken === undefined ? undefined : address('/admin/access/reach', { after: NextToken as string }), firstUrl: after === undefined ? undefined : address('/admin/access/reach'),
  })
}

async function countOf(visit: AdminVisit, scope: ReachScope): Promise<string> {
  const { People, IsMore } = await visit.ssoAdmin('CountPeople', scopeInput(visit, scope)) as { People: number; IsMore: boolean }
  if (IsMore) return `More than ${People.toLocaleString('en-GB')} people; an export has everybody.`
  return People === 0 ? '' : People === 1 ? '1 person' : `${People.toLocaleString('en-GB')} people`
}

const tabsOf = (user: string, isApplications: boolean): object[] => [
  { url: addressOf('/admin/access/reach', { user }), text: 'Accounts', current: !isApplications },
  { url: addressOf('/admin/access/reach', { user, what: 'applications' }), text: 'Applications', current: isApplications },
]

/** Names what the page is about, as far as what was found names it. */
function titleOf({ account, set, application, user }: ReachScope, [first]: readonly WayAnswer[]): { title: string; about: string } {
  if (user !== undefined) return { title: 'What they reach', about: first?.DisplayName ?? user }
  const [accountName, setName] = [first?.AccountName ?? account, first?.PermissionSetName ?? set]
  if (application !== undefined) return { title: 'Who reaches it', about: first?.ApplicationName ?? application }
  return { title: 'Who reaches it', about: account !== undefined && set !== undefined ? `${setName} in ${accountName}` : (account === undefined ? setName : accountName)! }
}

interface Row {
  name: string
  fact: string
  url: string
  ways: { what: string; groups: { name: string; url: string }[]; isRequest: boolean; until: string | undefined }[]
}

/** Gathers the ways of each person, as they follow one another. */
function byPerson(ways: readonly WayAnswer[], { account, set }: ReachScope): Row[] {
  const rows = new Map<string, Row>()
  for (const way of ways) {
    const row = rows.get(way.UserId) ?? { name: way.DisplayName, fact: way.UserName, url: `/admin/users/${way.UserId}`, ways: [] }
    row.ways.push(wayModel(way, [account === undefined ? way.AccountName : undefined, set === undefined ? way.PermissionSetName : undefined]))
    rows.set(way.UserId, row)
  }
  return [...rows.values()]
}

function byPlace(ways: readonly WayAnswer[]): Row[] {
  const rows = new Map<string, Row>()
  for (const way of ways) {
    const id = way.AccountId ?? way.ApplicationArn!
    const row = rows.get(id) ?? { name: way.AccountName ?? way.ApplicationName!, fact: way.AccountId ?? '', url: reachUrl(way.AccountId === undefined ? { kind: 'application', id: id.split('/').at(-1)! } : { kind: 'account', id }), ways: [] }
    row.ways.push(wayModel(way, [way.PermissionSetName]))
    rows.set(id, row)
  }
  return [...rows.values()]
}

const wayModel = ({ Groups, Via, Until }: WayAnswer, what: (string | undefined)[]): Row['ways'][number] => ({
  what: what.filter((part) => part !== undefined).join(' · '), groups: Groups.map(({ GroupId, DisplayName }) => ({ name: DisplayName, url: `/admin/groups/${GroupId}` })), isRequest: Via === 'REQUEST',
  until: Until === undefined ? undefined : new Date(Until * 1000).toISOString(),
})

/** The links to the explorer and the kill switch from the page of a thing, for those who may follow them. */
export async function accessLinks(visit: AdminVisit, scope: ReachScope): Promise<{ url: string; text: string; isGrave?: boolean }[]> {
  const reachUrl = await reachUrlOf(visit, scope)
  const endUrl = await endUrlOf(visit, scope)
  return [
    ...(reachUrl === undefined ? [] : [{ url: reachUrl, text: scope.user === undefined ? 'Who reaches it' : 'Explore and export' }]),
    ...(endUrl === undefined ? [] : [{ url: endUrl, text: 'End access now', isGrave: true }]),
  ]
}
