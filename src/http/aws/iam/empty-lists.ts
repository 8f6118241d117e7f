// Lists of what there is none of here, for tools that look before they delete.
import type { Entity } from '../../../domain/accounts/index.js'
import { optional, type Shape } from '../protocol/fields.js'
import { operation, type Operation, type Operations, type Scope, type Target } from './operation.js'
import { toUserOrSelf } from './targets.js'
import { paging, userName } from './words.js'

const none = (member: string, input: Shape, target: (input: object, scope: Scope) => Promise<Target<Entity>> | Target<undefined>): Operation =>
  operation<Shape, Entity | undefined>({ input: { ...input, ...paging }, readOnly: true, target, run: () => ({ [member]: [], IsTruncated: false }) })

const ofUser = (input: object, scope: Scope): Promise<Target<Entity>> => toUserOrSelf(input, scope)

export const emptyListOperations: Operations = {
  ListSigningCertificates: none('Certificates', { UserName: optional(userName) }, ofUser),
  ListSSHPublicKeys: none('SSHPublicKeys', { UserName: optional(userName) }, ofUser),
  ListServiceSpecificCredentials: none('ServiceSpecificCredentials', { UserName: optional(userName) }, ofUser),
  ListServerCertificates: none('ServerCertificateMetadataList', {}, (_input, { accountId }) => ({ arn: `arn:aws:iam::${accountId}:server-certificate/`, found: undefined })),
}
