// GetSessionToken and GetFederationToken: temporary credentials of a user's own making.
import { federatedUserArn, longestSession, sessionPoliciesOf } from '../../../domain/credentials/index.js'
import type { Caller } from '../protocol/caller.js'
import { circumstancesOf } from '../protocol/permissions.js'
import type { QueryOperation } from '../protocol/root.js'
import { credentialsOf, issuedOf, operation } from './operation.js'
import type { StsRooms } from './rooms.js'
import { duration, federatedName, mfa, offeredCode, policyArns, shortPolicy, tags } from './words.js'

export const getSessionToken = ({ ownSessions, trail }: StsRooms): QueryOperation<Caller> => operation('GetSessionToken', trail, {
  input: { DurationSeconds: duration(longestSession), ...mfa },
  run: async ({ input, caller }) => {
    const credentials = await ownSessions.ofSelf(caller, { durationSeconds: input.DurationSeconds, mfa: offeredCode(input) })
    return { answer: { Credentials: credentialsOf(credentials) }, event: { responseElements: { credentials: issuedOf(credentials) } } }
  },
})

export const getFederationToken = ({ ownSessions, trail }: StsRooms): QueryOperation<Caller> => operation('GetFederationToken', trail, {
  input: { Name: federatedName, Policy: shortPolicy, PolicyArns: policyArns, DurationSeconds: duration(longestSession), Tags: tags },
  run: async ({ input, caller, ctx }) => {
    const policies = sessionPoliciesOf({ document: input.Policy, arns: input.PolicyArns })
    const wish = { name: input.Name, durationSeconds: input.DurationSeconds, policies, tags: input.Tags }
    const { credentials, principal, packedPolicySize } = await ownSessions.ofFederatedUser(caller, wish, circumstancesOf(ctx))
    const [FederatedUserId, Arn] = [`${principal.accountId}:${principal.name}`, federatedUserArn(principal)]
    return {
      answer: { Credentials: credentialsOf(credentials), FederatedUser: { FederatedUserId, Arn }, PackedPolicySize: packedPolicySize },
      event: { responseElements: { credentials: issuedOf(credentials), federatedUser: { federatedUserId: FederatedUserId, arn: Arn } } },
    }
  },
})
