// The inside of accounts as the database has it: states by names, and the ids behind the names.
import { Attachments, CustomerPolicies, IamGroups, IamUsers, IdentityProviders, InlinePolicies, Roles, type CustomerPolicy, type Entity } from '../accounts/index.js'
import { iamUserPrincipal, type StoredPassword } from '../authentication/index.js'
import type { Executor } from '../../platform/storage/database.js'
import { within } from '../../platform/storage/store.js'
import { insideKey, type Documents, type IamPolicyState, type IamStates } from './iam-states.js'

/** What is behind the names inside of accounts, by key. */
export interface KnownInside {
  users: Map<string, string>
  groups: Map<string, string>
  roles: Map<string, string>
  policies: Map<string, CustomerPolicy>
}

/** Documents were written as JSON; what is none any more is shown as it is. */
const parsed = (document: string): Record<string, unknown> => JSON.parse(document) as Record<string, unknown>

const keyed = (entities: readonly Entity[]): Map<string, string> => new Map(entities.map(({ accountId, name, id }) => [insideKey(accountId, name), id]))

function grouped<Item>(items: readonly Item[], ownerOf: (item: Item) => string): (owner: string) => Item[] {
  const byOwner = new Map<string, Item[]>()
  for (const item of items) {
    const list = byOwner.get(ownerOf(item))
    if (list) list.push(item)
    else byOwner.set(ownerOf(item), [item])
  }
  return (owner) => byOwner.get(owner) ?? []
}

/** Reads what is inside of all accounts. */
export async function readInside(sql: Executor, passwords: ReadonlyMap<string, StoredPassword>): Promise<{ states: IamStates; inside: KnownInside }> {
  const store = within(sql)
  const [users, groups, roles] = [await new IamUsers(store).listAll(), await new IamGroups(store).listAll(), await new Roles(store).listAll()]
  const attached = grouped(await new Attachments(store).listAll(), ({ entityId }) => entityId)
  const inline = grouped(await new InlinePolicies(store).list(), ({ entityId }) => entityId)
  const groupNames = new Map(groups.map(({ id, name }) => [id, name]))
  const memberships = grouped(await new IamGroups(store).listMemberships(), ({ userId }) => userId)
  const policies = await new CustomerPolicies(store).listAll()
  const on = ({ id, accountId, path }: Entity) => ({
    account: accountId, path, policies: attached(id).map(({ arn }) => arn),
    inlinePolicies: Object.fromEntries(inline(id).map(({ name, document }) => [name, parsed(document)])) as Documents,
  })
  const states: IamStates = {
    iamUsers: users.map((user) => ({
      ...on(user), userName: user.name, groups: memberships(user.id).map(({ groupId }) => groupNames.get(groupId)!).toSorted(), ...(user.boundary !== undefined && { permissionsBoundary: user.boundary }),
      tags: user.tags, password: passwordOf(passwords.get(iamUserPrincipal(user.id))),
    })),
    iamGroups: groups.map((group) => ({ ...on(group), groupName: group.name })),
    roles: roles.map((role) => ({
      ...on(role), roleName: role.name, ...(role.description !== undefined && { description: role.description }), trustPolicy: parsed(role.trustPolicy), maxSessionDuration: role.maxSessionDuration,
      ...(role.boundary !== undefined && { permissionsBoundary: role.boundary }), tags: role.tags,
    })),
    iamPolicies: policies.map(({ policy, document }): IamPolicyState => ({
      account: policy.accountId, policyName: policy.name, path: policy.path, ...(policy.description !== undefined && { description: policy.description }), document: parsed(document),
      ...(Object.keys(policy.tags).length > 0 && { tags: policy.tags }),
    })),
    identityProviders: (await new IdentityProviders(store).list()).map((provider) => ({
      account: provider.accountId, kind: provider.kind, name: provider.name, clientIds: provider.kind === 'oidc' ? provider.clientIds : [], thumbprints: provider.kind === 'oidc' ? provider.thumbprints : [],
      ...(provider.kind === 'saml' && { metadata: provider.metadata }), ...(Object.keys(provider.tags).length > 0 && { tags: provider.tags }),
    })),
  }
  return { states, inside: { users: keyed(users), groups: keyed(groups), roles: keyed(roles), policies: new Map(policies.map(({ policy }) => [insideKey(policy.accountId, policy.name), policy])) } }
}

const passwordOf = (password: StoredPassword | undefined): 'none' | 'own' | 'one-time' => (!password ? 'none' : password.oneTime ? 'one-time' : 'own')
