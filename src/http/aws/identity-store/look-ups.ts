// Ids by what else is known of a user or a group.
import { AwsError } from '../protocol/errors.js'
import { anything, structure, text, union } from '../protocol/members.js'
import { missing } from './language.js'
import { operation, type Operations } from './operation.js'
import { groupArn, toStore, userArn } from './targets.js'
import { externalId, identityStoreId } from './words.js'

const alternate = union({ ExternalId: externalId, UniqueAttribute: structure({ AttributePath: text(1, 255), AttributeValue: anything }) })

const fault = (problem: string): AwsError => new AwsError('ValidationException', 400, `1 validation error detected: AlternateIdentifier.UniqueAttribute.${problem}`)

function textOf(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > 1024) throw fault('AttributeValue must be text')
  return value
}

export const lookUpOperations: Operations = {
  GetUserId: operation({
    input: { IdentityStoreId: identityStoreId, AlternateIdentifier: alternate }, readOnly: true,
    target: (input, scope) => toStore(input, scope, userArn('*')),
    run: async ({ input: { IdentityStoreId, AlternateIdentifier: { ExternalId, UniqueAttribute } }, rooms: { users } }) => {
      const byAddress = async (address: string) => {
        const found = await users.findByAddress(address)
        if (found.length > 1) throw fault('AttributeValue is the address of more than one user')
        return found[0]
      }
      const byAttribute = async ({ AttributePath, AttributeValue }: NonNullable<typeof UniqueAttribute>) => {
        const path = AttributePath.toLowerCase()
        if (path === 'username') return users.findByUserName(textOf(AttributeValue))
        if (path === 'emails.value') return byAddress(textOf(AttributeValue))
        throw fault('AttributePath must be userName or emails.value')
      }
      const found = ExternalId ? await users.findByExternalId({ issuer: ExternalId.Issuer, id: ExternalId.Id }) : await byAttribute(UniqueAttribute!)
      if (!found) throw missing('USER', '')
      return { IdentityStoreId, UserId: found.id }
    },
  }),
  GetGroupId: operation({
    input: { IdentityStoreId: identityStoreId, AlternateIdentifier: alternate }, readOnly: true,
    target: (input, scope) => toStore(input, scope, groupArn('*')),
    run: async ({ input: { IdentityStoreId, AlternateIdentifier: { ExternalId, UniqueAttribute } }, rooms: { groups } }) => {
      if (UniqueAttribute && UniqueAttribute.AttributePath.toLowerCase() !== 'displayname') throw fault('AttributePath must be displayName')
      const found = ExternalId ? await groups.findByExternalId({ issuer: ExternalId.Issuer, id: ExternalId.Id }) : await groups.findByDisplayName(textOf(UniqueAttribute!.AttributeValue))
      if (!found) throw missing('GROUP', '')
      return { IdentityStoreId, GroupId: found.id }
    },
  }),
}
