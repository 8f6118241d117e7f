// The audit events of planned changes: one for each, named as CloudTrail names such a change.
import { toldChange, type AuditEvent, type Recorder } from '../../platform/audit/index.js'
import type { Action, Change } from './change.js'
import { fold } from './raw.js'
import { principalName } from './snapshot.js'
import type { Known } from './stored.js'

const verbs: Record<Action, string> = { create: 'Create', update: 'Update', delete: 'Delete' }

const nouns: Record<Change['kind'], [source: string, noun: string]> = {
  organization: ['sso.amazonaws.com', 'Instance'],
  settings: ['sso.amazonaws.com', 'Instance'],
  account: ['organizations.amazonaws.com', 'Account'],
  user: ['sso-directory.amazonaws.com', 'User'],
  group: ['sso-directory.amazonaws.com', 'Group'],
  'permission set': ['sso.amazonaws.com', 'PermissionSet'],
  assignment: ['sso.amazonaws.com', 'AccountAssignment'],
  'IAM user': ['iam.amazonaws.com', 'User'],
  'IAM group': ['iam.amazonaws.com', 'Group'],
  role: ['iam.amazonaws.com', 'Role'],
  'IAM policy': ['iam.amazonaws.com', 'Policy'],
  'identity provider': ['iam.amazonaws.com', 'IdentityProvider'],
  application: ['sso.amazonaws.com', 'Application'],
  'trusted token issuer': ['sso.amazonaws.com', 'TrustedTokenIssuer'],
  'identity source': ['gatehouse', 'IdentitySource'],
  'saved view': ['gatehouse', 'SavedView'],
}

// A group of all people is one change, and one event is no place for all their names.
const mostDetails = 50
const longestDetail = 1000

/** Whether a change is to something inside of an account, whose event it then is. */
const isInside = (change: Change): change is Extract<Change, { kind: 'IAM user' | 'IAM group' | 'role' | 'IAM policy' | 'identity provider' }> => nouns[change.kind][0] === 'iam.amazonaws.com'

function parametersOf(change: Change): Record<string, unknown> {
  if (change.kind !== 'assignment') return { name: change.name }
  const { account, permissionSet, principal } = (change.after ?? change.before)!
  return { targetType: 'AWS_ACCOUNT', targetId: account, permissionSet, principalType: 'user' in principal ? 'USER' : 'GROUP', principal: principalName(principal) }
}

const stateIn = (state: object | undefined): Record<string, unknown> | undefined => state && { ...state }

function eventOf(change: Change, by: string, known: Known): AuditEvent {
  const [eventSource, noun] = nouns[change.kind]
  const accountId = isInside(change) ? (change.after ?? change.before)?.account : undefined
  const userId = change.kind === 'user' ? known.users.get(fold(change.name)) : undefined
  return {
    eventName: `${verbs[change.action]}${noun}`,
    eventSource,
    eventType: 'AwsServiceEvent',
    ...(userId && { userId }),
    ...(accountId && { accountId }),
    // The person is who it was done to; nobody signed in to do it.
    userIdentity: { type: 'AWSService', invokedBy: by },
    requestParameters: parametersOf(change),
    // States hold no secret.
    change: toldChange(stateIn(change.before), stateIn(change.after)),
    additionalEventData: { AppliedBy: by, Changes: change.details.slice(0, mostDetails).map((detail) => detail.slice(0, longestDetail)) },
  }
}

/** Records an event for every change. */
export async function recordChanges(trail: Recorder, changes: readonly Change[], by: string, known: Known): Promise<void> {
  await Promise.all(changes.map((change) => trail.record(eventOf(change, by, known))))
}
