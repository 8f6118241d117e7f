// How answers spell the organization and its accounts.
import {
  accountArn, organizationArn, organizationId, organizationRootArn, organizationRootId, type Account, type AccountRequest, type OrganizationPlace, type Tags,
} from '../../../domain/accounts/index.js'
import type { JsonObject } from '../protocol/request.js'

/** Times are seconds since the epoch. */
const timeOf = (date: Date): number => date.getTime() / 1000

export const organizationAnswer = (place: OrganizationPlace, management: Account): JsonObject => ({
  Organization: {
    Id: organizationId(place.directoryId), Arn: organizationArn(place), FeatureSet: 'ALL', AvailablePolicyTypes: [],
    MasterAccountId: management.id, MasterAccountArn: accountArn(place, management.id), MasterAccountEmail: management.email,
  },
})

export const rootAnswer = (place: OrganizationPlace): JsonObject => ({ Id: organizationRootId(place.directoryId), Arn: organizationRootArn(place), Name: 'Root', PolicyTypes: [] })

export const accountAnswer = (place: OrganizationPlace, { id, name, email, management, createdAt }: Account): JsonObject => ({
  Id: id, Arn: accountArn(place, id), Email: email, Name: name, Status: 'ACTIVE', State: 'ACTIVE', JoinedMethod: management ? 'INVITED' : 'CREATED', JoinedTimestamp: timeOf(createdAt),
  Paths: [`${organizationId(place.directoryId)}/${organizationRootId(place.directoryId)}/${id}/`],
})

export const requestAnswer = ({ id, accountName, accountId, failure, requestedAt }: AccountRequest): JsonObject => ({
  Id: id, AccountName: accountName, State: failure ? 'FAILED' : 'SUCCEEDED', RequestedTimestamp: timeOf(requestedAt), CompletedTimestamp: timeOf(requestedAt), AccountId: accountId, FailureReason: failure,
})

export const tagsAnswer = (tags: Tags): JsonObject => ({ Tags: Object.entries(tags).toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([Key, Value]) => ({ Key, Value })) })
