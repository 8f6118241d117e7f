// Who is assigned to applications.
import { applicationArn, idOfArn, type ApplicationAssignment, type InstancePlace } from '../../../domain/access/index.js'
import { Refusal } from '../../../platform/errors.js'
import { optional, structure } from '../protocol/members.js'
import type { JsonObject } from '../protocol/request.js'
import { operation, type Operations } from './operation.js'
import { toApplication, toInstance } from './targets.js'
import { applicationArnMember, instanceArnMember, principalMembers, principalOf } from './words.js'

const ApplicationArn = applicationArnMember
const one = { ApplicationArn, ...principalMembers }

const answer = (place: InstancePlace, { applicationId, principal }: ApplicationAssignment): JsonObject =>
  ({ ApplicationArn: applicationArn(place, applicationId), PrincipalId: principal.id, PrincipalType: principal.type })

const none = (): Refusal => new Refusal('not-found', 'The application is not assigned to that user or group.')

export const applicationAssignmentOperations: Operations = {
  CreateApplicationAssignment: operation({
    input: one, target: toApplication,
    run: async ({ input, target, rooms }) => {
      const principal = principalOf(input)
      if (!await rooms.findPrincipal(principal)) throw new Refusal('not-found', `There is no ${principal.type === 'USER' ? 'user' : 'group'} ${principal.id}.`)
      await rooms.assignments.assignApplications([{ applicationId: target.id, principal }])
      return undefined
    },
  }),
  DeleteApplicationAssignment: operation({
    input: one, target: toApplication,
    run: async ({ input, target, rooms, was }) => {
      const assignment = { applicationId: target.id, principal: principalOf(input) }
      if (!await rooms.assignmentPages.isAssigned(assignment)) throw none()
      await rooms.assignments.unassignApplications([assignment])
      was({ ApplicationName: target.name, PrincipalId: input.PrincipalId, PrincipalType: input.PrincipalType }, undefined)
      return undefined
    },
  }),
  DescribeApplicationAssignment: operation({
    input: one, readOnly: true, target: toApplication,
    run: async ({ input, target, rooms }) => {
      if (!await rooms.assignmentPages.isAssigned({ applicationId: target.id, principal: principalOf(input) })) throw none()
      return { ApplicationArn: input.ApplicationArn, PrincipalId: input.PrincipalId, PrincipalType: input.PrincipalType }
    },
  }),
  ListApplicationAssignments: operation({
    input: { ApplicationArn }, readOnly: true, pages: 100, target: toApplication,
    run: async ({ target, accountId, rooms, page, listed }) => {
      const place = { directoryId: (await rooms.organization()).id, accountId }
      return listed('ApplicationAssignments', await rooms.assignmentPages.ofApplication(target.id, page), (assignment) => answer(place, assignment))
    },
  }),
  ListApplicationAssignmentsForPrincipal: operation({
    input: { InstanceArn: instanceArnMember, ...principalMembers, Filter: optional(structure({ ApplicationArn: optional(ApplicationArn) })) }, readOnly: true, pages: 100, target: toInstance,
    run: async ({ input, target, accountId, rooms, page, listed }) => {
      const applicationId = input.Filter?.ApplicationArn && idOfArn(input.Filter.ApplicationArn).replace(/^apl-/, 'app-')
      const found = await rooms.assignmentPages.applicationsOfPrincipal(principalOf(input), { ...page, applicationId })
      return listed('ApplicationAssignments', found, (assignment) => answer({ directoryId: target.id, accountId }, assignment))
    },
  }),
}
