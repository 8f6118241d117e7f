// The one instance that there is.
import { instanceArn } from '../../../domain/access/index.js'
import type { Organization } from '../../../domain/settings/index.js'
import type { JsonObject } from '../protocol/request.js'
import { operation, type Operations } from './operation.js'

const instanceAnswer = ({ id, name }: Organization, ownerAccountId: string): JsonObject =>
  ({ InstanceArn: instanceArn(id), IdentityStoreId: id, OwnerAccountId: ownerAccountId, Name: name, Status: 'ACTIVE' })

export const instanceOperations: Operations = {
  ListInstances: operation({
    input: {}, readOnly: true, pages: 100,
    run: async ({ accountId, rooms, listed }) => listed('Instances', { items: [await rooms.organization()] }, (organization) => instanceAnswer(organization, accountId)),
  }),
}
