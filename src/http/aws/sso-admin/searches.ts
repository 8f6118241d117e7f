// Searches by name that only pages have: asked, checked and recorded like the lists on the wire.
import { permissionSetArn, applicationArn } from '../../../domain/access/index.js'
import { optional, text } from '../protocol/members.js'
import { operation, type Operations } from './operation.js'
import { toInstance } from './targets.js'
import { instanceArnMember } from './words.js'

const input = { InstanceArn: instanceArnMember, Search: optional(text(0, 256)) }

export const searchOperations: Operations = {
  SearchPermissionSets: operation({
    input, readOnly: true, pages: 100, action: 'sso:ListPermissionSets', target: toInstance,
    run: async ({ input: { Search }, target, rooms, page, listed }) => listed('PermissionSets', await rooms.permissionSets.page({ ...page, search: Search || undefined }), (set) => (
      { PermissionSetId: set.id, PermissionSetArn: permissionSetArn(target.id, set.id), Name: set.name, Description: set.description, SessionDuration: set.sessionDuration })),
  }),
  SearchApplications: operation({
    input, readOnly: true, pages: 100, action: 'sso:ListApplications', target: toInstance,
    run: async ({ input: { Search }, target, accountId, rooms, page, listed }) => listed('Applications', await rooms.applications.page({ ...page, search: Search || undefined }), (application) => (
      { ApplicationId: application.id, ApplicationArn: applicationArn({ directoryId: target.id, accountId }, application.id), Name: application.name, Description: application.description })),
  }),
}
