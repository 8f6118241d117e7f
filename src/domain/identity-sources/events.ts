// What the trail keeps of what a source does to people.
import type { AuditEvent, Recorder, RequestOrigin } from '../../platform/audit/index.js'
import type { Group, NewUser, User } from '../directory/index.js'
import type { IdentitySource } from './sources.js'

export interface Recording {
  recorder: Recorder
  source: Pick<IdentitySource, 'id' | 'name'>
  origin: RequestOrigin | undefined
}

const stated = ({ userName, displayName, givenName, familyName, emails }: NewUser) => ({ userName, displayName, givenName, familyName, emails })

async function record({ recorder, source, origin }: Recording, eventName: string, details: Partial<AuditEvent>): Promise<void> {
  await recorder.record({
    eventName, eventSource: 'sso-directory.amazonaws.com', eventType: 'AwsServiceEvent', ...(origin && { origin }), userIdentity: { type: 'IdentitySource', principalId: source.id, userName: source.name }, ...details,
  })
}

export const events = {
  created: (recording: Recording, user: User) => record(recording, 'CreateUser', { userId: user.id, requestParameters: { userId: user.id, userName: user.userName }, change: { before: null, after: stated(user) } }),
  updated: (recording: Recording, user: User, after: NewUser) => record(recording, 'UpdateUser', { userId: user.id, requestParameters: { userId: user.id, userName: user.userName }, change: different(stated(user), stated(after)) }),
  disabled: (recording: Recording, user: User) => record(recording, 'DisableUser', { userId: user.id, requestParameters: { userId: user.id, userName: user.userName }, change: { before: { active: true }, after: { active: false } } }),
  enabled: (recording: Recording, user: User) => record(recording, 'EnableUser', { userId: user.id, requestParameters: { userId: user.id, userName: user.userName }, change: { before: { active: false }, after: { active: true } } }),
  linked: (recording: Recording, user: User, subject: string) =>
    record(recording, 'CreateIdentityLink', { userId: user.id, requestParameters: { userId: user.id, userName: user.userName, sourceId: recording.source.id, subject } }),
  moved: async (recording: Recording, user: User, { joined, left }: { joined: Group[]; left: Group[] }) => {
    for (const group of joined) await record(recording, 'AddMemberToGroup', { userId: user.id, requestParameters: { groupId: group.id, groupName: group.displayName, memberId: { userId: user.id } } })
    for (const group of left) await record(recording, 'RemoveMemberFromGroup', { userId: user.id, requestParameters: { groupId: group.id, groupName: group.displayName, memberId: { userId: user.id } } })
  },
}

function different(before: Record<string, unknown>, after: Record<string, unknown>): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const names = Object.keys(after).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
  const only = (from: Record<string, unknown>) => Object.fromEntries(names.map((name) => [name, from[name] ?? null]))
  return { before: only(before), after: only(after) }
}
