// Tags of everything that has them: the same three operations for each.
import { pageOfAll, type Tags } from '../../../domain/accounts/index.js'
import type { XmlContent } from '../protocol/xml.js'
import { pageAnswer } from './answers.js'
import type { Field } from '../protocol/fields.js'
import { operation, type Operations, type Scope, type Target } from './operation.js'
import type { IamRooms } from './rooms.js'
import { requestTags, toDevice, toInstanceProfile, toOwnPolicy, toProvider, toRole, toUser } from './targets.js'
import { arn, instanceProfileName, paging, roleName, serialNumber, someTags, tagKeys, userName } from './words.js'

interface Tagged<Key extends string, Found extends { tags: Tags }> {
  /** As operations spell it. */
  word: string
  key: Key
  field: Field<string>
  find: (input: Record<Key, string>, scope: Scope) => Promise<Target<Found>>
  tag: (rooms: IamRooms, found: Found, tags: Tags) => Promise<unknown>
  untag: (rooms: IamRooms, found: Found, keys: string[]) => Promise<unknown>
}

const operationsOf = <Key extends string, Found extends { tags: Tags }>({ word, key, field, find, tag, untag }: Tagged<Key, Found>): Operations => {
  const shape = { [key]: field } as Record<Key, Field<string>>
  const target = (input: object, scope: Scope): Promise<Target<Found>> => find(input as Record<Key, string>, scope)
  return {
    [`Tag${word}`]: operation({
      input: { ...shape, Tags: someTags }, target,
      context: (input) => requestTags((input as { Tags: Tags }).Tags),
      run: async ({ input, target: found, rooms }) => {
        await tag(rooms, found, (input as { Tags: Tags }).Tags)
        return undefined
      },
    }),
    [`Untag${word}`]: operation({
      input: { ...shape, TagKeys: tagKeys }, target,
      context: (input) => ({ 'aws:TagKeys': (input as { TagKeys: string[] }).TagKeys }),
      run: async ({ input, target: found, rooms }) => {
        await untag(rooms, found, (input as { TagKeys: string[] }).TagKeys)
        return undefined
      },
    }),
    [`List${word}Tags`]: operation({
      input: { ...shape, ...paging }, readOnly: true, target,
      run: ({ input, target: found }): XmlContent => {
        const { Marker, MaxItems } = input as { Marker: string | undefined; MaxItems: number }
        return pageAnswer('Tags', pageOfAll(Object.entries(found.tags), { after: Marker, limit: MaxItems }, ([name]) => name), ([Key, Value]) => ({ Key, Value }))
      },
    }),
  }
}

const provider = (kind: 'oidc' | 'saml', word: string, key: string): Operations => operationsOf({
  word, key, field: arn,
  find: (input, scope) => toProvider(input[key] ?? '', kind, scope),
  tag: (rooms, found, added) => rooms.providers.tag(found, added),
  untag: (rooms, found, keys) => rooms.providers.untag(found, keys),
})

export const tagOperations: Operations = {
  ...operationsOf({
    word: 'User', key: 'UserName', field: userName, find: toUser,
    tag: (rooms, { id }, added) => rooms.users.tag(id, added), untag: (rooms, { id }, keys) => rooms.users.untag(id, keys),
  }),
  ...operationsOf({
    word: 'Role', key: 'RoleName', field: roleName, find: toRole,
    tag: (rooms, { id }, added) => rooms.roles.tag(id, added), untag: (rooms, { id }, keys) => rooms.roles.untag(id, keys),
  }),
  ...operationsOf({
    word: 'Policy', key: 'PolicyArn', field: arn, find: toOwnPolicy,
    tag: (rooms, { id }, added) => rooms.policies.tag(id, added), untag: (rooms, { id }, keys) => rooms.policies.untag(id, keys),
  }),
  ...operationsOf({
    word: 'MFADevice', key: 'SerialNumber', field: serialNumber, find: toDevice,
    tag: (rooms, { serial }, added) => rooms.devices.tag(serial, added), untag: (rooms, { serial }, keys) => rooms.devices.untag(serial, keys),
  }),
  ...operationsOf({
    word: 'InstanceProfile', key: 'InstanceProfileName', field: instanceProfileName, find: toInstanceProfile,
    tag: (rooms, { id }, added) => rooms.instanceProfiles.tag(id, added), untag: (rooms, { id }, keys) => rooms.instanceProfiles.untag(id, keys),
  }),
  ...provider('oidc', 'OpenIDConnectProvider', 'OpenIDConnectProviderArn'),
  ...provider('saml', 'SAMLProvider', 'SAMLProviderArn'),
}
