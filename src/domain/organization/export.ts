// Writes a snapshot as the organization file that would rebuild it. Passwords are left out, since only their
// hashes are kept; the secret of a client that cannot do without is a reference to the environment.
import { Document, isMap, isScalar, visit } from 'yaml'
import { formatDuration } from './duration.js'
import { exportInside } from './iam-export.js'
import { tellingSettings } from './application-settings.js'
import { exportedInstance } from './instance.js'
import { writtenProfile } from './profiles.js'
import { exportedRequestable } from './requestable.js'
import type { AccountState, ApplicationState, AssignmentState, GroupState, MemberState, OrganizationState, PermissionSetState, Snapshot, UserState } from './snapshot.js'
import { exportedSources } from './source-states.js'

type Written = Record<string, unknown>

/** Leaves out what is absent, empty or as it would be without being named. */
function named(values: Written, usual: Written = {}): Written {
  return Object.fromEntries(Object.entries(values).filter(([key, value]) => value !== undefined && value !== usual[key] && !(Array.isArray(value) && value.length === 0)))
}

const some = (values: Written): Written | undefined => (Object.keys(values).length > 0 ? values : undefined)

/** Writes the organization itself. */
export const exportedOrganization = (state: OrganizationState): Written =>
  named({
    name: state.name,
    directoryId: state.directoryId,
    portalSubdomain: state.portalSubdomain,
    startUrlAliases: state.startUrlAliases,
    session: { portal: formatDuration(state.portalSession) },
    mfa: { mode: state.mfa.mode, whenNoDevice: state.mfa.whenNoDevice, types: state.mfa.types },
    ...exportedInstance(state),
  })

const account = ({ id, name, alias, email, management, tags }: AccountState): Written => named({ id, name, alias, email, management, tags }, { management: false })

function user(state: UserState): Written {
  const { name, rest } = writtenProfile(state.profile)
  return named(
    {
      userName: state.userName,
      displayName: state.displayName,
      name: some(named({ givenName: state.givenName, familyName: state.familyName, ...name })),
      emails: state.emails,
      active: state.active,
      ...rest,
      externalIds: state.externalIds,
      identities: state.identities,
    },
    { active: true },
  )
}

const member = (principal: MemberState): unknown => ('user' in principal ? principal.user : principal)

const group = ({ displayName, description, externalIds, members }: GroupState): Written => named({ displayName, description, externalIds, members: members.map(member) })

const permissionSet = (state: PermissionSetState): Written =>
  named({
    name: state.name,
    description: state.description,
    sessionDuration: formatDuration(state.sessionDuration),
    relayState: state.relayState,
    managedPolicies: state.managedPolicies,
    customerManagedPolicies: state.customerManagedPolicies,
    inlinePolicy: state.inlinePolicy,
    permissionsBoundary: state.permissionsBoundary,
    tags: state.tags,
    requestable: exportedRequestable(state.requestable),
  })

const assignment = ({ account, permissionSet, principal }: AssignmentState): Written => ({ account, permissionSet, ...principal })

/** Names the environment variable that an exported file takes a client's secret from. */
export const clientSecretVariable = (clientId: string): string => `${clientId.toUpperCase().replace(/[^A-Z0-9]+/g, '_').replace(/^(?=\d)/, '_')}_CLIENT_SECRET`

const application = (state: ApplicationState): Written =>
  named({
    name: state.name,
    description: state.description,
    startUrl: state.startUrl,
    icon: state.icon,
    oidc: state.clientId && { client_id: state.clientId, ...(state.hasSecret && { client_secret: `\${${clientSecretVariable(state.clientId)}}` }), ...state.metadata },
    ...Object.fromEntries(Object.keys(tellingSettings).map((key) => [key, state[key as keyof typeof tellingSettings]])),
    // What is neither a client nor a link is there as what it is.
    ...(state.clientId === undefined && state.startUrl === undefined && { provider: state.provider ?? 'custom' }),
    assignedTo: state.assignedTo,
  })

/** Writes the organization file of a snapshot, as YAML. */
export function exportOrganization(snapshot: Snapshot): string {
  const document = new Document(
    {
      organization: exportedOrganization(snapshot.organization),
      accounts: snapshot.accounts.map((state) => ({ ...account(state), ...exportInside(snapshot, state.id) })),
      users: snapshot.users.map(user),
      groups: snapshot.groups.map(group),
      permissionSets: snapshot.permissionSets.map(permissionSet),
      assignments: snapshot.assignments.map(assignment),
      ...(snapshot.trustedTokenIssuers.length > 0 && { trustedTokenIssuers: snapshot.trustedTokenIssuers }),
      applications: snapshot.applications.map(application),
      ...(snapshot.identitySources.length > 0 && { identitySources: exportedSources(snapshot.identitySources) }),
      ...(Object.keys(snapshot.settings).length > 0 && { settings: snapshot.settings }),
      ...(snapshot.savedViews.length > 0 && { savedViews: snapshot.savedViews }),
    },
    { version: '1.2', aliasDuplicateObjects: false },
  )
  shape(document)
  return document.toString({ lineWidth: 0 })
}

const short = new Set(['assignments', 'members', 'assignedTo', 'emails', 'identities'])

// Ids in quotes and small entries on one line, as people write them.
function shape(document: Document): void {
  visit(document, {
    Pair(_, pair) {
      const key = isScalar(pair.key) ? pair.key.value : undefined
      if ((key === 'id' || key === 'account') && isScalar(pair.value)) pair.value.type = 'QUOTE_DOUBLE'
      if (typeof key !== 'string' || !short.has(key)) return
      visit(pair.value as never, { Map: (_key, map) => void (isMap(map) && (map.flow = true)) })
    },
  })
}
