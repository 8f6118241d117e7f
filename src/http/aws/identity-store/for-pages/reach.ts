// What somebody, or a group, holds and by which way; and what happened to somebody. Whoever may list assignments may see the
// one, whoever may look up events the other.
import { instanceArn, permissionSetArn, type HeldApplication, type HeldRole, type Principal, type Way } from '../../../../domain/access/index.js'
import type { Scope } from '../../protocol/json-operation.js'
import type { Target } from '../../protocol/operation.js'
import type { JsonObject } from '../../protocol/request.js'
import { directoryOperation, type Operations } from '../operation.js'
import type { IdentityStoreRooms } from '../rooms.js'
import { toGroup, toUser } from '../targets.js'
import { identityStoreId, resourceId } from '../words.js'
import { ofUser } from './input.js'

type Here = Scope<IdentityStoreRooms>

const ofGroup = { IdentityStoreId: identityStoreId, GroupId: resourceId }

/** Policies are asked about the instance, as for the lists of assignments on the wire. */
const inInstance = <Found>(target: Target<Found>, directoryId: string): Target<Found> => ({ ...target, arn: instanceArn(directoryId), also: [] })

const roleAnswer = (directoryId: string, { account, permissionSet, holder }: HeldRole): JsonObject => ({
  AccountId: account.id, AccountName: account.name, PermissionSetArn: permissionSetArn(directoryId, permissionSet.id), PermissionSetName: permissionSet.name, PrincipalType: holder.type, PrincipalId: holder.id,
})

const applicationAnswer = ({ application, holder }: HeldApplication): JsonObject => ({ ApplicationId: application.id, ApplicationName: application.name, PrincipalType: holder.type, PrincipalId: holder.id })

const mostApplications = 200

const ofId = ({ id }: { id: string }): Principal => ({ type: 'GROUP', id })

/** What somebody reaches has the whole way to it, and what was granted for a time until when. */
const wayAnswer = ({ groups, requestId, until }: Way): JsonObject =>
  ({ Groups: groups.map(({ id, name }) => ({ GroupId: id, DisplayName: name })), ...(requestId !== undefined && { RequestId: requestId }), ...(until && { Until: until.getTime() / 1000 }) })

export const reachOperations: Operations = {
  ListRolesOfUser: directoryOperation({
    input: ofUser, readOnly: true, pages: 100, action: 'sso:ListAccountAssignmentsForPrincipal',
    target: async (input, scope: Here) => inInstance(await toUser(input, scope), input.IdentityStoreId),
    run: async ({ input, target, rooms, page, listed }) => {
      const { ways, next } = await rooms.explorer.listOf(target.id, 'accounts', page)
      return listed('Roles', { items: ways, next }, (way) => ({
        AccountId: way.account!.id, AccountName: way.account!.name, PermissionSetArn: permissionSetArn(input.IdentityStoreId, way.permissionSet!.id), PermissionSetName: way.permissionSet!.name, ...wayAnswer(way),
      }))
    },
  }),
  ListRolesOfGroup: directoryOperation({
    input: ofGroup, readOnly: true, pages: 100, action: 'sso:ListAccountAssignmentsForPrincipal',
    target: async (input, scope: Here) => inInstance(await toGroup(input, scope), input.IdentityStoreId),
    run: async ({ input, target, rooms, page, listed }) => listed('Roles', await rooms.held.roles(ofId(target), page), (role) => roleAnswer(input.IdentityStoreId, role)),
  }),
  ListApplicationsOfUser: directoryOperation({
    input: ofUser, readOnly: true, action: 'sso:ListApplicationAssignmentsForPrincipal',
    target: async (input, scope: Here) => inInstance(await toUser(input, scope), input.IdentityStoreId),
    run: async ({ target, rooms }) => ({ Applications: (await rooms.explorer.listOf(target.id, 'applications', { limit: mostApplications })).ways.map((way) => ({ ApplicationId: way.application!.id, ApplicationName: way.application!.name, ...wayAnswer(way) })) }),
  }),
  ListApplicationsOfGroup: directoryOperation({
    input: ofGroup, readOnly: true, action: 'sso:ListApplicationAssignmentsForPrincipal',
    target: async (input, scope: Here) => inInstance(await toGroup(input, scope), input.IdentityStoreId),
    run: async ({ target, rooms }) => ({ Applications: (await rooms.held.applications(ofId(target))).map(applicationAnswer) }),
  }),
  ListEventsOfUser: directoryOperation({
    input: ofUser, readOnly: true, pages: 50, action: 'cloudtrail:LookupEvents',
    target: async (input, scope: Here) => ({ ...await toUser(input, scope), arn: '*', also: [] }),
    run: async ({ target, rooms, page, listed }) => listed('Events', await rooms.eventsAbout.page(target.id, page), ({ event }) => event),
  }),
}
