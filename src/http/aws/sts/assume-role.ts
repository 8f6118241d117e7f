// AssumeRole: credentials of a role that trusts who asks.
import { assumedRoleArn, assumedRoleUserId, longestRoleSession, sessionPoliciesOf, type RoleCredentials } from '../../../domain/credentials/index.js'
import { newUuid } from '../../../platform/ids.js'
import type { AuditEvent } from '../../../platform/audit/index.js'
import type { Caller } from '../protocol/caller.js'
import { circumstancesOf } from '../protocol/permissions.js'
import type { QueryOperation } from '../protocol/root.js'
import type { XmlContent } from '../protocol/xml.js'
import { credentialsOf, issuedOf, operation } from './operation.js'
import type { StsRooms } from './rooms.js'
import { duration, externalId, mfa, offeredCode, policy, policyArns, roleArn, sessionName, sourceIdentity, tagKeys, tags } from './words.js'

const input = {
  RoleArn: roleArn, RoleSessionName: sessionName, DurationSeconds: duration(longestRoleSession), Policy: policy, PolicyArns: policyArns, Tags: tags, TransitiveTagKeys: tagKeys,
  ExternalId: externalId, SourceIdentity: sourceIdentity, ...mfa,
}

export const assumeRole = ({ roleAssumption, factors, trail }: StsRooms): QueryOperation<Caller> => operation('AssumeRole', trail, {
  input,
  run: async ({ input: asked, caller, ctx }) => {
    const policies = sessionPoliciesOf({ document: asked.Policy, arns: asked.PolicyArns })
    const offered = offeredCode(asked)
    const mfaAt = offered && await factors.prove(caller, offered)
    const assumed = await roleAssumption.byActor(caller, {
      roleArn: asked.RoleArn, sessionName: asked.RoleSessionName, durationSeconds: asked.DurationSeconds, policies, tags: asked.Tags, transitiveTagKeys: asked.TransitiveTagKeys,
      externalId: asked.ExternalId, sourceIdentity: asked.SourceIdentity,
    }, { circumstances: circumstancesOf(ctx), mfaAt })
    const event = eventOf(assumed)
    if (assumed.role.accountId === caller.accountId) return { answer: answerOf(assumed), event }
    // Both accounts see it, each in its own trail; the owner of the role is told no more of who asked than that.
    const sharedEventId = newUuid()
    await trail.record({
      ...event, eventName: 'AssumeRole', eventSource: 'sts.amazonaws.com', eventType: 'AwsApiCall', accountId: assumed.role.accountId, sharedEventId, readOnly: false,
      accessKeyId: assumed.credentials.accessKeyId, userIdentity: { type: 'AWSAccount', principalId: caller.userId, accountId: caller.accountId },
      requestParameters: { roleArn: asked.RoleArn, roleSessionName: asked.RoleSessionName, durationSeconds: assumed.durationSeconds },
    })
    return { answer: answerOf(assumed), event: { ...event, sharedEventId } }
  },
})

/** Spells a session of a role. */
export function answerOf({ credentials, principal, packedPolicySize }: RoleCredentials): { [name: string]: XmlContent | undefined } {
  return {
    Credentials: credentialsOf(credentials), AssumedRoleUser: { AssumedRoleId: assumedRoleUserId(principal), Arn: assumedRoleArn(principal) },
    PackedPolicySize: packedPolicySize, SourceIdentity: principal.sourceIdentity,
  }
}

/** What the trail says of a session of a role. */
export function eventOf({ credentials, principal, role }: RoleCredentials): Partial<AuditEvent> {
  return {
    responseElements: {
      credentials: issuedOf(credentials), assumedRoleUser: { assumedRoleId: assumedRoleUserId(principal), arn: assumedRoleArn(principal) },
      ...(principal.sourceIdentity !== undefined && { sourceIdentity: principal.sourceIdentity }),
    },
    resources: [{ ARN: role.arn, accountId: role.accountId, type: 'AWS::IAM::Role' }],
  }
}
