// The inside of accounts as the organization file has it. Passwords, access keys and devices are left out.
import { formatDuration } from './duration.js'
import type { IamGroupState, IamPolicyState, IamUserState, IdentityProviderState, RoleState } from './iam-states.js'
import type { Snapshot } from './snapshot.js'

type Written = Record<string, unknown>

/** Leaves out what is absent, empty, or the usual. */
const named = (values: Written, usual: Written = {}): Written => Object.fromEntries(Object.entries(values).filter(([key, value]) =>
  value !== undefined && value !== usual[key] && !(typeof value === 'object' && value !== null && Object.keys(value).length === 0)))

const onEntity = ({ policies, inlinePolicies }: Pick<IamUserState, 'policies' | 'inlinePolicies'>): Written => ({ policies, inlinePolicies })
const usual = { path: '/' }

const iamUser = (state: IamUserState): Written =>
  named({ userName: state.userName, path: state.path, groups: state.groups, ...onEntity(state), permissionsBoundary: state.permissionsBoundary, tags: state.tags }, usual)

const iamGroup = (state: IamGroupState): Written => named({ groupName: state.groupName, path: state.path, ...onEntity(state) }, usual)

const role = (state: RoleState): Written => named({
  roleName: state.roleName, path: state.path, description: state.description, trustPolicy: state.trustPolicy, maxSessionDuration: formatDuration(state.maxSessionDuration), ...onEntity(state),
  permissionsBoundary: state.permissionsBoundary, tags: state.tags,
}, { ...usual, maxSessionDuration: formatDuration(3600) })

const iamPolicy = (state: IamPolicyState): Written => named({ policyName: state.policyName, path: state.path, description: state.description, document: state.document, tags: state.tags }, usual)

const provider = ({ kind, name, clientIds, thumbprints, metadata, tags }: IdentityProviderState): Written =>
  (kind === 'oidc' ? { oidc: named({ url: `https://${name}`, clientIds, thumbprints, tags }) } : { saml: named({ name, metadata, tags }) })

/** What an account has inside, section by section. */
export function exportInside(snapshot: Snapshot, account: string): Written {
  const of = <State extends { account: string }>(states: readonly State[], write: (state: State) => Written): Written[] => states.filter((state) => state.account === account).map(write)
  return named({
    policies: of(snapshot.iamPolicies, iamPolicy), groups: of(snapshot.iamGroups, iamGroup), iamUsers: of(snapshot.iamUsers, iamUser), roles: of(snapshot.roles, role),
    identityProviders: of(snapshot.identityProviders, provider),
  })
}
