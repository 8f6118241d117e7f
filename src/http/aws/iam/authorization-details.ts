// Everything that decides what may be done in an account, kind by kind: each page is of one kind, and a marker says where to go on.
import type { CustomerPolicy, Entity, Page, PageRequest, Role } from '../../../domain/accounts/index.js'
import { listManagedPolicies } from '../../../domain/policy/index.js'
import type { XmlContent } from '../protocol/xml.js'
import { attachedAnswer, documentOf, groupAnswer, instanceProfileAnswer, managedInList, managedVersion, pageAnswer, policyAnswer, roleAnswer, userAnswer, versionAnswer } from './answers.js'
import { list, oneOf } from '../protocol/fields.js'
import { operation, type Operations } from './operation.js'
import type { IamRooms } from './rooms.js'
import { markerOf, paging } from './words.js'

type Elements = { [name: string]: XmlContent | undefined }

interface Section {
  filter: 'User' | 'Role' | 'Group' | 'LocalManagedPolicy' | 'AWSManagedPolicy'
  read: (rooms: IamRooms, accountId: string, page: PageRequest) => Promise<{ elements: Elements; next: string | undefined }>
}

/** What hangs on entities, by their ids. */
async function hangings(rooms: IamRooms, entities: readonly Entity[]): Promise<(id: string, word: string) => Elements> {
  const ids = entities.map(({ id }) => id)
  const [attached, inline] = await Promise.all([rooms.attachments.listAll(ids), rooms.inline.list(ids)])
  return (id, word) => ({
    [`${word}PolicyList`]: inline.filter(({ entityId }) => entityId === id).map(({ name, document }) => ({ PolicyName: name, PolicyDocument: documentOf(document) })),
    AttachedManagedPolicies: attached.filter(({ entityId }) => entityId === id).map(({ arn }) => attachedAnswer(arn)),
  })
}

const sectionOf = <Item>(name: string, page: Page<Item>, spell: (item: Item) => XmlContent): { elements: Elements; next: string | undefined } =>
  ({ elements: { [name]: pageAnswer(name, page, spell)[name] }, next: page.next })

const sections: readonly Section[] = [
  {
    filter: 'User',
    read: async (rooms, accountId, page) => {
      const users = await rooms.users.list(accountId, page)
      const [on, memberships] = await Promise.all([hangings(rooms, users.items), rooms.groups.listMemberships(users.items.map(({ id }) => id))])
      const groups = new Map((await rooms.groups.listByIds([...new Set(memberships.map(({ groupId }) => groupId))])).map(({ id, name }) => [id, name]))
      const groupsOf = (id: string): string[] => memberships.flatMap(({ userId, groupId }) => (userId === id ? groups.get(groupId) ?? [] : []))
      return sectionOf('UserDetailList', users, (user) => ({ ...userAnswer(user) as object, ...on(user.id, 'User'), GroupList: groupsOf(user.id) }))
    },
  },
  {
    filter: 'Role',
    read: async (rooms, accountId, page) => {
      const roles = await rooms.roles.list(accountId, page)
      const [on, profiles] = await Promise.all([hangings(rooms, roles.items), rooms.instanceProfiles.listOf(roles.items.map(({ id }) => id))])
      const profilesOf = (role: Role): XmlContent => profiles.filter(({ roleId }) => roleId === role.id).map((profile) => instanceProfileAnswer(profile, role))
      return sectionOf('RoleDetailList', roles, (role) => ({ ...roleAnswer(role), ...on(role.id, 'Role'), InstanceProfileList: profilesOf(role) }))
    },
  },
  {
    filter: 'Group',
    read: async (rooms, accountId, page) => {
      const groups = await rooms.groups.list(accountId, page)
      const on = await hangings(rooms, groups.items)
      return sectionOf('GroupDetailList', groups, (group) => ({ ...groupAnswer(group), ...on(group.id, 'Group') }))
    },
  },
  {
    filter: 'LocalManagedPolicy',
    read: async (rooms, accountId, page) => {
      const policies = await rooms.policies.list(accountId, page)
      const versions = await rooms.policies.listVersionsOf(policies.items.map(({ id }) => id))
      const spell = (policy: CustomerPolicy): XmlContent =>
        ({ ...policyAnswer(policy) as object, PolicyVersionList: versions.filter(({ policyId }) => policyId === policy.id).map((version) => versionAnswer(version, true)) })
      return sectionOf('Policies', policies, spell)
    },
  },
  {
    filter: 'AWSManagedPolicy',
    read: async (rooms, accountId, { after = '', limit }) => {
      const used = await rooms.attachments.countManaged(accountId)
      const rest = listManagedPolicies().filter(({ arn }) => used.has(arn) && arn > after).toSorted((one, other) => (one.arn < other.arn ? -1 : 1))
      const items = rest.slice(0, limit)
      const page = { items, ...(rest.length > limit && { next: items.at(-1)!.arn }) }
      return sectionOf('Policies', page, (policy) => ({ ...managedInList(policy, used.get(policy.arn)), PolicyVersionList: [managedVersion(policy)] }))
    },
  },
]

const empty: Elements = { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] }

export const authorizationDetailOperations: Operations = {
  GetAccountAuthorizationDetails: operation({
    input: { Filter: list(oneOf('User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'), 5), ...paging }, readOnly: true,
    run: async ({ input, accountId, rooms }) => {
      const wanted = sections.filter(({ filter }) => input.Filter.length === 0 || input.Filter.includes(filter))
      // `FILTER:` begins a section, `FILTER:KEY` goes on with it.
      const [filter, ...key] = input.Marker?.split(':') ?? []
      const at = Math.max(wanted.findIndex((section) => section.filter === filter), 0)
      const { elements, next } = await wanted[at]!.read(rooms, accountId, { after: key.join(':') || undefined, limit: input.MaxItems })
      const follower = wanted[at + 1]
      const marker = next !== undefined ? `${wanted[at]!.filter}:${next}` : follower && `${follower.filter}:`
      return { ...empty, ...elements, IsTruncated: marker !== undefined, Marker: marker && markerOf(marker) }
    },
  }),
}
