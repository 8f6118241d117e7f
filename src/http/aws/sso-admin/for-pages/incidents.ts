// The kill switch and the look-up, for who may pull the one and ask the other.
import { idOfArn } from '../../../../domain/access/index.js'
import type { Culprit, Ended, LookedUp } from '../../../../domain/incidents/index.js'
import type { Scope } from '../../protocol/json-operation.js'
import { flag, invalid, optional, otherwise, text, type Read } from '../../protocol/members.js'
import { administering } from '../../protocol/operation.js'
import type { JsonObject } from '../../protocol/request.js'
import { operation, type Operations } from '../operation.js'
import type { SsoAdminRooms } from '../rooms.js'
import { toInstance } from '../targets.js'
import { accountId, instanceArnMember, permissionSetArnMember, principalId } from '../words.js'

const culprit = { InstanceArn: instanceArnMember, UserId: optional(principalId), PermissionSetArn: optional(permissionSetArnMember), AccountId: optional(accountId) }

export const incidentOperations: Operations = {
  /** What the kill switch would end now. */
  PreviewRevocation: operation({
    input: culprit, action: 'gatehouse:RevokeAccess', readOnly: true, target: toInstance,
    run: async ({ input, rooms }) => {
      const { name, accountName, ends } = await rooms.killSwitch.foresee(culpritOf(input))
      return { Name: name, AccountName: accountName, ...endedAnswer(ends) }
    },
  }),
  // The switch itself writes what it ended.
  RevokeAccess: operation({
    input: { ...culprit, Disable: otherwise(false, flag), Reason: otherwise('', text(0, 1000)) }, action: 'gatehouse:RevokeAccess', recordsItself: true, target: toInstance,
    run: async ({ input, rooms, ...scope }) => {
      const [of, by] = [culpritOf(input), administering(scope)]
      if ('userId' in of) {
        if (input.Disable) await checkDisabling(of.userId, { ...scope, rooms })
        return endedAnswer(await rooms.killSwitch.ofPerson(of.userId, by, { disable: input.Disable, reason: input.Reason }))
      }
      if ('permissionSetId' in of) return endedAnswer(await rooms.killSwitch.ofPermissionSet(of.permissionSetId, by, { ...(of.accountId !== undefined && { accountId: of.accountId }), reason: input.Reason }))
      return endedAnswer(await rooms.killSwitch.ofAccount(of.accountId, by, { reason: input.Reason }))
    },
  }),
  /** Whatever somebody pastes: an access key id, a session's name, a request or a reference number. */
  LookUp: operation({
    input: { InstanceArn: instanceArnMember, Text: text(1, 256) }, action: 'gatehouse:LookUp', readOnly: true, target: toInstance,
    run: async ({ input, rooms }) => {
      const found = await rooms.lookUp.find(input.Text)
      return { Found: found && foundAnswer(found) }
    },
  }),
}

function culpritOf({ UserId, PermissionSetArn, AccountId }: Read<typeof culprit>): Culprit {
  if (UserId !== undefined && PermissionSetArn === undefined && AccountId === undefined) return { userId: UserId }
  if (UserId === undefined && PermissionSetArn !== undefined) return { permissionSetId: idOfArn(PermissionSetArn), accountId: AccountId }
  if (UserId === undefined && AccountId !== undefined) return { accountId: AccountId }
  throw invalid('1 validation error detected: UserId, PermissionSetArn or AccountId is required, and with a UserId neither of the others')
}

/** To keep somebody out takes the same right as on their own page. */
async function checkDisabling(userId: string, { rooms, caller, ctx }: Scope<SsoAdminRooms>): Promise<void> {
  const store = `arn:aws:identitystore::${caller.accountId}:identitystore/${(await rooms.organization()).id}`
  await rooms.permissions.checkEach(caller, [`arn:aws:identitystore:::user/${userId}`, store].map((resource) => ({ action: 'sso-directory:DisableUser', resource })), ctx)
}

/** Spells how much ends. */
export const endedAnswer = ({ portalSessions, applications, commandLines, consoleSessions, credentials, grants, disabled, unreached }: Ended): JsonObject => ({
  PortalSessions: portalSessions, Applications: applications, CommandLines: commandLines, ConsoleSessions: consoleSessions, Credentials: credentials, Grants: grants, Disabled: disabled,
  Unreached: { Applications: unreached.applications, AccessKeys: unreached.accessKeys },
})

const time = (date: Date | undefined): number | undefined => date && date.getTime() / 1000

const foundAnswer = ({ kind, person, identity, account, role, key, request, events }: LookedUp): JsonObject => ({
  Kind: kind, Person: person && { UserId: person.id, UserName: person.userName, DisplayName: person.displayName, Active: person.active }, Identity: identity,
  Account: account && { AccountId: account.id, AccountName: account.name }, Role: role,
  Key: key && { AccessKeyId: key.accessKeyId, IssuedBy: key.issuedBy, IssuedAt: time(key.issuedAt), ExpiresAt: time(key.expiresAt), State: key.state, MadeWith: key.madeWith },
  Request: request && {
    RequestId: request.id, State: request.state, UserName: request.user.userName, AccountName: request.account.name, PermissionSetName: request.permissionSet.name, Reason: request.reason,
    AskedAt: time(request.askedAt), StartsAt: time(request.startsAt), EndsAt: time(request.endsAt),
  },
  Events: events.map(({ event }) => event),
})
