// The one instance that there is, and the one region that it is in.
import { identityStoreArn, instanceArn } from '../../../domain/access/index.js'
import type { Organization } from '../../../domain/settings/index.js'
import { Refusal } from '../../../platform/errors.js'
import { optional, text } from '../protocol/members.js'
import type { JsonObject } from '../protocol/request.js'
import { operation, type Operations } from './operation.js'
import { toInstance } from './targets.js'
import { instanceArnMember, timeAnswer } from './words.js'

const InstanceArn = instanceArnMember
const name = optional(text(0, 255, /^[\w+=,.@-]*$/, 'must be letters, digits and + = , . @ - _'))
const regionName = text(1, 32, /^[a-z]+-[a-z]+(-[a-z]+)*-\d+$/, 'must be the name of a region')

const regionAnswer = ({ createdAt }: Organization, region: string): JsonObject => ({ RegionName: region, Status: 'ACTIVE', AddedDate: timeAnswer(createdAt), IsPrimaryRegion: true })

const instanceAnswer = (organization: Organization, accountId: string, region: string): JsonObject => ({
  InstanceArn: instanceArn(organization.id), IdentityStoreId: organization.id, IdentityStoreArn: identityStoreArn({ directoryId: organization.id, accountId }), OwnerAccountId: accountId,
  ...(organization.instance.name !== undefined && { Name: organization.instance.name }), CreatedDate: timeAnswer(organization.createdAt), Status: 'ACTIVE', PrimaryRegion: region, Regions: [regionAnswer(organization, region)],
})

/** An operation that exists, for what cannot be here. */
const impossible = (sentence: string) => operation({
  input: { InstanceArn: optional(InstanceArn) },
  run: () => { throw new Refusal('conflict', sentence) },
})

export const instanceOperations: Operations = {
  ListInstances: operation({
    input: {}, readOnly: true, pages: 100,
    run: async ({ accountId, rooms, listed }) => listed('Instances', { items: [await rooms.currentOrganization()] }, (organization) => instanceAnswer(organization, accountId, rooms.region)),
  }),
  DescribeInstance: operation({
    input: { InstanceArn }, readOnly: true, target: toInstance,
    run: async ({ accountId, rooms }) => ({
      ...instanceAnswer(await rooms.currentOrganization(), accountId, rooms.region), EncryptionConfigurationDetails: { KeyType: 'AWS_OWNED_KMS_KEY', EncryptionStatus: 'ENABLED' },
    }),
  }),
  UpdateInstance: operation({
    input: { InstanceArn, Name: name }, target: toInstance,
    run: async ({ input, rooms, was }) => {
      const { before, after } = await rooms.changeInstance((settings) => (input.Name === undefined ? settings : { ...settings, name: input.Name || undefined }))
      was({ Name: before.name }, { Name: after.name })
      return undefined
    },
  }),
  CreateInstance: impossible('There is an instance already, and there can be one.'),
  DeleteInstance: impossible('The instance is the organization, and goes with it.'),
  AddRegion: impossible('There is one region, and it cannot be another.'),
  RemoveRegion: impossible('There is one region, and it has to stay.'),
  DescribeRegion: operation({
    input: { InstanceArn, RegionName: regionName }, readOnly: true, target: toInstance,
    run: async ({ input, rooms }) => {
      if (input.RegionName !== rooms.region) throw new Refusal('not-found', `The instance is not in the region ${input.RegionName}.`)
      return regionAnswer(await rooms.currentOrganization(), rooms.region)
    },
  }),
  ListRegions: operation({
    input: { InstanceArn }, readOnly: true, pages: 100, target: toInstance,
    run: async ({ rooms, listed }) => listed('Regions', { items: [await rooms.currentOrganization()] }, (organization) => regionAnswer(organization, rooms.region)),
  }),
}
