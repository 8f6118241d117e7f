// The organization itself. It is flat: one root, all accounts under it, no units, policies or handshakes.
import { organizationRootId } from '../../../domain/accounts/index.js'
import { oneOf, optional, text } from '../protocol/members.js'
import type { JsonObject } from '../protocol/request.js'
import { accountAnswer, organizationAnswer, rootAnswer } from './answers.js'
import { refused } from './language.js'
import { operation, type Operations } from './operation.js'
import { placeOf, toAccount, toOrganization, toParent } from './targets.js'
import { accountId, childId, parentId } from './words.js'

/** A list that is always empty. */
const empty = (member: string): Operations[string] => operation({ input: {}, readOnly: true, pages: 100, run: (): JsonObject => ({ [member]: [] }) })

/** Something that is never there. */
const never = (code: string, message: string): Operations[string] => operation({ input: {}, readOnly: true, run: () => { throw refused(code, message) } })

export const structureOperations: Operations = {
  DescribeOrganization: operation({
    input: {}, readOnly: true, target: toOrganization,
    run: async (call) => organizationAnswer(await placeOf(call), await call.rooms.accounts.get(call.accountId)),
  }),
  ListRoots: operation({
    input: {}, readOnly: true, pages: 20,
    run: async (call) => call.listed('Roots', { items: [await placeOf(call)] }, rootAnswer),
  }),
  ListParents: operation({
    input: { ChildId: childId }, readOnly: true, pages: 20,
    target: ({ ChildId }, scope) => toAccount({ AccountId: ChildId }, scope, refused('ChildNotFoundException', 'There is no such account or unit.')),
    run: async (call) => ({ Parents: [{ Id: organizationRootId((await placeOf(call)).directoryId), Type: 'ROOT' }] }),
  }),
  ListChildren: operation({
    input: { ParentId: parentId, ChildType: oneOf('ACCOUNT', 'ORGANIZATIONAL_UNIT') }, readOnly: true, pages: 100,
    target: toParent,
    run: async ({ input: { ChildType }, rooms, page, listed }) => {
      if (ChildType !== 'ACCOUNT') return { Children: [] }
      return listed('Children', await rooms.accounts.page(page), ({ id }) => ({ Id: id, Type: 'ACCOUNT' }))
    },
  }),
  ListAccountsForParent: operation({
    input: { ParentId: parentId }, readOnly: true, pages: 100,
    target: toParent,
    run: async ({ target, rooms, page, listed }) => listed('Accounts', await rooms.accounts.page(page), (account) => accountAnswer(target, account)),
  }),
  ListOrganizationalUnitsForParent: operation({ input: { ParentId: parentId }, readOnly: true, pages: 100, target: toParent, run: () => ({ OrganizationalUnits: [] }) }),
  DescribeOrganizationalUnit: operation({
    input: { OrganizationalUnitId: text(1, 68, /^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$/, 'must be the id of a unit') }, readOnly: true,
    run: () => { throw refused('OrganizationalUnitNotFoundException', 'There are no units.') },
  }),
  ListAWSServiceAccessForOrganization: operation({
    input: {}, readOnly: true, pages: 100,
    run: async ({ rooms, accountId: managementId }) =>
      ({ EnabledServicePrincipals: [{ ServicePrincipal: 'sso.amazonaws.com', DateEnabled: (await rooms.accounts.get(managementId)).createdAt.getTime() / 1000 }] }),
  }),
  ListDelegatedAdministrators: operation({ input: { ServicePrincipal: optional(text(1, 128)) }, readOnly: true, pages: 20, run: () => ({ DelegatedAdministrators: [] }) }),
  ListDelegatedServicesForAccount: operation({
    input: { AccountId: accountId }, readOnly: true, pages: 20,
    target: (input, scope) => toAccount(input, scope),
    run: () => { throw refused('AccountNotRegisteredException', 'No account administers anything for another.') },
  }),
  ListPolicies: empty('Policies'),
  ListPoliciesForTarget: empty('Policies'),
  ListHandshakesForOrganization: empty('Handshakes'),
  ListHandshakesForAccount: empty('Handshakes'),
  DescribePolicy: never('PolicyNotFoundException', 'There are no policies of the organization.'),
  DescribeResourcePolicy: never('ResourcePolicyNotFoundException', 'The organization has no policy of its own.'),
}
