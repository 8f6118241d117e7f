// Versions of managed policies.
import { pageOfAll, type PolicyVersion } from '../../../domain/accounts/index.js'
import { policyLimits } from '../../../domain/policy/index.js'
import { Refusal } from '../../../platform/errors.js'
import type { XmlContent } from '../protocol/xml.js'
import { managedVersion, pageAnswer, versionAnswer } from './answers.js'
import { checkDocument } from './documents.js'
import { flag, otherwise } from '../protocol/fields.js'
import { operation, type Operations } from './operation.js'
import { isOwn } from './policies.js'
import { toOwnPolicy, toPolicy } from './targets.js'
import { arn, document, paging, versionId } from './words.js'

const missing = (number: number): never => {
  throw new Refusal('not-found', `Policy version v${number} was not found.`)
}

/** Newest first. */
const orderOf = ({ number }: PolicyVersion): string => String(1_000_000_000 - number)

export const policyVersionOperations: Operations = {
  CreatePolicyVersion: operation({
    input: { PolicyArn: arn, PolicyDocument: document, SetAsDefault: otherwise(false, flag) },
    target: toOwnPolicy,
    run: async ({ input, target, rooms }) => {
      checkDocument(input.PolicyDocument, 'identity', policyLimits.managed)
      return { PolicyVersion: versionAnswer(await rooms.policies.addVersion(target.id, input.PolicyDocument, input.SetAsDefault), false) }
    },
  }),
  GetPolicyVersion: operation({
    input: { PolicyArn: arn, VersionId: versionId }, readOnly: true,
    target: toPolicy,
    run: async ({ input, target, rooms }): Promise<XmlContent> => {
      if (!isOwn(target)) return { PolicyVersion: input.VersionId === 1 ? managedVersion(target) : missing(input.VersionId) }
      return { PolicyVersion: versionAnswer((await rooms.policies.findVersion(target.id, input.VersionId)) ?? missing(input.VersionId), true) }
    },
  }),
  ListPolicyVersions: operation({
    input: { PolicyArn: arn, ...paging }, readOnly: true,
    target: toPolicy,
    run: async ({ input, target, rooms }): Promise<XmlContent> => {
      if (!isOwn(target)) return { Versions: [{ ...managedVersion(target), Document: undefined }], IsTruncated: false }
      const versions = await rooms.policies.listVersions(target.id)
      return pageAnswer('Versions', pageOfAll(versions, { after: input.Marker, limit: input.MaxItems }, orderOf), (version) => versionAnswer(version, false))
    },
  }),
  SetDefaultPolicyVersion: operation({
    input: { PolicyArn: arn, VersionId: versionId },
    target: toOwnPolicy,
    change: ({ input, target }) => ({ before: { defaultVersionId: target.defaultVersion }, after: { defaultVersionId: input.VersionId } }),
    run: async ({ input, target, rooms }) => (await rooms.policies.setDefaultVersion(target.id, input.VersionId) ? undefined : missing(input.VersionId)),
  }),
  DeletePolicyVersion: operation({
    input: { PolicyArn: arn, VersionId: versionId },
    target: toOwnPolicy,
    run: async ({ input, target, rooms }) => (await rooms.policies.removeVersion(target.id, input.VersionId) ? undefined : missing(input.VersionId)),
  }),
}
