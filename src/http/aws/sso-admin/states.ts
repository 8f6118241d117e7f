// How events tell what permission sets, applications and rules were like and are like. The trail keeps what differs, so
// each is told whole.
import { grantsOf, isReference, type Application, type Changed, type PermissionSet } from '../../../domain/access/index.js'
import type { NamedRule } from '../../../domain/requests/index.js'
import type { Was } from '../protocol/json-operation.js'
import type { JsonObject } from '../protocol/request.js'
import { durationAnswer, referenceAnswer, timeAnswer } from './words.js'

/** Spells a boundary. */
export const boundaryAnswer = (boundary: string): JsonObject => (isReference(boundary) ? { CustomerManagedPolicyReference: referenceAnswer(boundary) } : { ManagedPolicyArn: boundary })

/** What events tell of a permission set. */
export const setState = ({ name, description, sessionDuration, relayState, managedPolicies, customerPolicies, inlinePolicy, permissionsBoundary, tags }: PermissionSet): JsonObject => ({
  Name: name, Description: description, SessionDuration: durationAnswer(sessionDuration), RelayState: relayState, ManagedPolicies: managedPolicies, CustomerManagedPolicies: customerPolicies, InlinePolicy: inlinePolicy,
  PermissionsBoundary: permissionsBoundary === undefined ? undefined : boundaryAnswer(permissionsBoundary), Tags: tags,
})

/** Tells how a permission set was and is. */
export const tellSets = (was: Was, { before, after }: Changed<PermissionSet>): void => was(setState(before), setState(after))

/** Spells a scope and what it is good for. */
export const scopeAnswer = ([scope, targets]: [string, readonly string[]]): JsonObject => ({ Scope: scope, ...(targets.length > 0 && { AuthorizedTargets: targets }) })

const status = (isOn: boolean): string => (isOn ? 'ENABLED' : 'DISABLED')

/** Spells what an application's sign-in begins with; the file's applications with an address begin there. */
export function portalAnswer({ startUrl, settings: { visible, signInOrigin } }: Application): JsonObject {
  const origin = signInOrigin ?? (startUrl === undefined ? undefined : 'APPLICATION')
  return { ...(origin && { SignInOptions: { Origin: origin, ...(startUrl !== undefined && { ApplicationUrl: startUrl }) } }), Visibility: status(visible) }
}

/** What events tell of an application. */
export const applicationState = (application: Application): JsonObject => {
  const { name, description, icon, clientId, clientMetadata, clientSecretHash, settings } = application
  return {
    Name: name, Description: description, IconUrl: icon, ClientId: clientId, Metadata: clientMetadata, HasSecret: clientSecretHash !== undefined, ApplicationProvider: settings.provider, Status: status(settings.enabled),
    PortalOptions: portalAnswer(application), AssignmentRequired: settings.assignmentRequired, UserBackgroundSessionApplicationStatus: status(settings.backgroundSessions),
    Scopes: Object.entries(settings.accessScopes).map(scopeAnswer), AuthenticationMethods: settings.authenticationMethods, Grants: grantsOf(application), Tags: settings.tags,
  }
}

/** Tells how an application was and is. */
export const tellApplications = (was: Was, { before, after }: Changed<Application>): void => was(applicationState(before), applicationState(after))

/** What events tell of an application's secrets: never what they are. */
export const secretsState = ({ secretMadeAt, oldSecret }: Pick<Application, 'secretMadeAt' | 'oldSecret'>): JsonObject =>
  ({ SecretMadeAt: secretMadeAt && timeAnswer(secretMadeAt), OldSecretEndsAt: oldSecret && timeAnswer(oldSecret.endsAt) })

/** Spells a rule by which a permission set may be requested. */
export const ruleAnswer = ({ accounts, requesters, approvers, approvalsNeeded, longestDuration, reasonRequired }: NamedRule): JsonObject => ({
  ...(accounts !== 'all' && { Accounts: accounts.map(({ id, name }) => ({ AccountId: id, AccountName: name })) }), ...(requesters !== 'everybody' && { Requesters: requesters.map(groupAnswer) }),
  Approvers: approvers.map(groupAnswer), ApprovalsNeeded: approvalsNeeded, LongestDuration: longestDuration, ReasonRequired: reasonRequired,
})

const groupAnswer = ({ id, name }: { id: string; name: string }): JsonObject => ({ GroupId: id, DisplayName: name })
