// What somebody, or a group, holds and by which way; and what happened to somebody. Whoever may list assignments may see the
// one, whoever may look up events the other.
import { instanceArn, permissionSetArn, type HeldApplication, type HeldRole, type Principal } from '../../../../domain/access/index.js'
import type { Call, Scope } from '../../protocol/json-operation.js'
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

type InPages = Pick<Call<IdentityStoreRooms, { IdentityStoreId: string }, { id: string }>, 'input' | 'target' | 'rooms' | 'page' | 'listed'>

const rolesOf = (type: Principal['type']) => async ({ input, target, rooms, page, listed }: InPages): Promise<JsonObject> =>
  listed('Roles', await rooms.held.roles({ type, id: target.id }, page), (role) => roleAnswer(input.IdentityStoreId, role))

const applicationsOf = (type: Principal['type']) => async ({ target, rooms }: InPages): Promise<JsonObject> => ({ Applications: (await rooms.held.applications({ type, id: target.id })).map(applicationAnswer) })

export const reachOperations: Operations = {
  ListRolesOfUser: directoryOperation({
    input: ofUser, readOnly: true, pages: 100, action: 'sso:ListAccountAssignmentsForPrincipal',
    target: async (input, scope: Here) => inInstance(await toUser(input, scope), input.IdentityStoreId),
    run: rolesOf('USER'),
  }),
  ListRolesOfGroup: directoryOperation({
    input: ofGroup, readOnly: true, pages: 100, action: 'sso:ListAccountAssignmentsForPrincipal',
    target: async (input, scope: Here) => inInstance(await toGroup(input, scope), input.IdentityStoreId),
    run: rolesOf('GROUP'),
  }),
  ListApplicationsOfUser: directoryOperation({
    input: ofUser, readOnly: true, action: 'sso:ListApplicationAssignmentsForPrincipal',
    target: async (input, scope: Here) => inInstance(await toUser(input, scope), input.IdentityStoreId),
    run: applicationsOf('USER'),
  }),
  ListApplicationsOfGroup: directoryOperation({
    input: ofGroup, readOnly: true, action: 'sso:ListApplicationAssignmentsForPrincipal',
    target: async (input, scope: Here) => inInstance(await toGroup(input, scope), input.IdentityStoreId),
    run: applicationsOf('GROUP'),
  }),
  ListEventsOfUser: directoryOperation({
    input: ofUser, readOnly: true, pages: 50, action: 'cloudtrail:LookupEvents',
    target: async (input, scope: Here) => ({ ...await toUser(input, scope), arn: '*', also: [] }),
    run: async ({ target, rooms, page, listed }) => listed('Events', await rooms.eventsAbout.page(target.id, page), ({ event }) => event),
  }),
}
