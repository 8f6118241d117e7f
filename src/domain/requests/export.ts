// The history as flat rows, for whoever writes CSV or NDJSON.
import type { AccessRequest } from './history.js'

export const requestColumns = [
  'id', 'state', 'userName', 'displayName', 'accountId', 'accountName', 'permissionSet', 'durationSeconds', 'reason', 'extends', 'askedAt', 'startsAt', 'endsAt',
  'approvalsNeeded', 'approvedBy', 'deniedBy', 'closedAt', 'closedBy', 'closingReason',
] as const

/** One row, its values in the order of `requestColumns`. */
export function requestRow(request: AccessRequest): Record<(typeof requestColumns)[number], string | number> {
  const by = (answer: 'approve' | 'deny'): string => request.answers.filter((one) => one.answer === answer).map(({ userName }) => userName).join(' ')
  return {
    id: request.id, state: request.state, userName: request.user.userName, displayName: request.user.displayName,
    accountId: request.account.id, accountName: request.account.name, permissionSet: request.permissionSet.name,
    durationSeconds: request.duration, reason: request.reason, extends: request.extends ?? '',
    askedAt: request.askedAt.toISOString(), startsAt: request.startsAt?.toISOString() ?? '', endsAt: request.endsAt?.toISOString() ?? '',
    approvalsNeeded: request.approvalsNeeded, approvedBy: by('approve'), deniedBy: by('deny'),
    closedAt: request.closedAt?.toISOString() ?? '', closedBy: request.closedBy?.userName ?? '', closingReason: request.closingReason ?? '',
  }
}
