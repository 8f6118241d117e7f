// What an administrator points at by its name: people, groups, permission sets, accounts, applications; each kind for those
// who may read it.
import { spelledAccountId } from '../../platform/templates/index.js'
import type { FoundGroup, UserAnswer } from './people-answers.js'
import { groupArn, userArn } from './people-rights.js'
import { storeArn } from './sections.js'
import type { AdminVisit } from './visit.js'

export type ThingKind = 'user' | 'group' | 'set' | 'account' | 'application'

export interface FoundThing {
  kind: ThingKind
  /** As addresses have it. */
  id: string
  name: string
  fact: string
}

export interface FoundThings {
  things: FoundThing[]
  isMore: boolean
}

const lastOf = (arn: string): string => arn.split('/').at(-1)!

/** Makes the ARN of a permission set of its id. */
export const setArnOf = ({ places }: AdminVisit, id: string): string => `${places.instanceArn.replace(':instance/', ':permissionSet/')}/${id}`

/** Makes the ARN of an application of its id on the wire. */
export const applicationArnOf = ({ places: { accountId, instanceArn } }: AdminVisit, id: string): string => `${instanceArn.replace(':sso:::instance/', `:sso::${accountId}:application/`)}/${id}`

/** Says which kinds somebody may look for. */
export async function kindsOpen({ may, places }: AdminVisit): Promise<Record<ThingKind, boolean>> {
  const { instanceArn } = places
  const store = storeArn(places)
  const { inUsers, inGroups, ...beside } = await may({
    user: { action: 'sso-directory:SearchUsers', resource: store }, inUsers: { action: 'sso-directory:SearchUsers', resource: userArn('*') },
    group: { action: 'sso-directory:SearchGroups', resource: store }, inGroups: { action: 'sso-directory:SearchGroups', resource: groupArn('*') },
    account: { action: 'organizations:ListAccounts', resource: '*' }, set: { action: 'sso:ListPermissionSets', resource: instanceArn }, application: { action: 'sso:ListApplications', resource: instanceArn },
  })
  return { ...beside, user: beside.user && inUsers, group: beside.group && inGroups }
}

interface Searching {
  search: string
  limit: number
  after?: string | undefined
}

/** Finds some of a kind by words of their names. */
export async function findThings(visit: AdminVisit, kind: ThingKind, { search, limit, after }: Searching): Promise<FoundThings & { next: string | undefined }> {
  const input = { ...(search !== '' && { Search: search }), MaxResults: limit, NextToken: after }
  const { things, next } = await finders[kind](visit, input)
  return { things, isMore: next !== undefined, next: next as string | undefined }
}

type Find = (visit: AdminVisit, input: Record<string, unknown>) => Promise<{ things: FoundThing[]; next: unknown }>

const finders: Readonly<Record<ThingKind, Find>> = {
  user: async ({ directory }, input) => {
    const { Users, NextToken } = await directory('SearchUsers', input)
    return { next: NextToken, things: (Users as UserAnswer[]).map(({ UserId, UserName, DisplayName, UserStatus }) => ({ kind: 'user', id: UserId, name: DisplayName, fact: UserStatus === 'DISABLED' ? `${UserName} · disabled` : UserName })) }
  },
  group: async ({ directory }, input) => {
    const { Groups, NextToken } = await directory('SearchGroups', input)
    return { next: NextToken, things: (Groups as FoundGroup[]).map(({ GroupId, DisplayName, UserCount }) => ({ kind: 'group', id: GroupId, name: DisplayName, fact: `group · ${UserCount === 1 ? '1 member' : `${UserCount} members`}` })) }
  },
  set: async ({ ssoAdmin }, input) => {
    const { PermissionSets, NextToken } = await ssoAdmin('SearchPermissionSets', input)
    return { next: NextToken, things: (PermissionSets as { PermissionSetArn: string; Name: string; Description?: string }[]).map(({ PermissionSetArn, Name, Description }) => ({ kind: 'set', id: lastOf(PermissionSetArn), name: Name, fact: Description ?? '' })) }
  },
  account: async ({ accounts }, input) => {
    const { Accounts, NextToken } = await accounts('SearchAccounts', input)
    return { next: NextToken, things: (Accounts as { Id: string; Name: string }[]).map(({ Id, Name }) => ({ kind: 'account', id: Id, name: Name, fact: spelledAccountId(Id) })) }
  },
  application: async ({ ssoAdmin }, input) => {
    const { Applications, NextToken } = await ssoAdmin('SearchApplications', input)
    return { next: NextToken, things: (Applications as { ApplicationArn: string; Name: string; Description?: string }[]).map(({ ApplicationArn, Name, Description }) => ({ kind: 'application', id: lastOf(ApplicationArn), name: Name, fact: Description ?? '' })) }
  },
}

const titles: Readonly<Record<ThingKind, string>> = { user: 'Users', group: 'Groups', set: 'Permission sets', account: 'Accounts', application: 'Applications' }
const mostOfAKind = 8

/** Finds some of several kinds at once, as pages list them: each leads to where `urlOf` says. */
export async function findKinds(visit: AdminVisit, kinds: readonly ThingKind[], search: string, urlOf: (thing: FoundThing) => string): Promise<object[]> {
  if (search === '') return []
  const open = await kindsOpen(visit)
  const found = await Promise.all(kinds.filter((kind) => open[kind]).map(async (kind) => ({ title: titles[kind], ...await findThings(visit, kind, { search, limit: mostOfAKind }) })))
  return found.filter(({ things }) => things.length > 0).map(({ title, things, isMore }) => ({ title, isMore, hits: things.map((thing) => ({ url: urlOf(thing), name: thing.name, fact: thing.fact })) }))
}
