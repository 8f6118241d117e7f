// Policies of users', groups' and roles' own: the same four operations for each.
import { pageOfAll, type Entity } from '../../../domain/accounts/index.js'
import { Refusal } from '../../../platform/errors.js'
import { documentOf, pageAnswer } from './answers.js'
import { checkDocument } from './documents.js'
import type { Field } from '../protocol/fields.js'
import { operation, type Operations, type Scope, type Target } from './operation.js'
import { toGroup, toRole, toUser } from './targets.js'
import { document, groupName, paging, policyName, roleName, userName } from './words.js'

interface Owner<Key extends string> {
  word: 'User' | 'Group' | 'Role'
  key: Key
  field: Field<string>
  find: (input: Record<Key, string>, scope: Scope) => Promise<Target<Entity>>
}

const operationsOf = <Key extends string>({ word, key, field, find }: Owner<Key>): Operations => {
  const shape = { [key]: field } as Record<Key, Field<string>>
  const target = (input: object, scope: Scope): Promise<Target<Entity>> => find(input as Record<Key, string>, scope)
  const missing = (name: string): never => {
    throw new Refusal('not-found', `There is no policy named ${name} on that ${word.toLowerCase()}.`)
  }
  return {
    [`Put${word}Policy`]: operation({
      input: { ...shape, PolicyName: policyName, PolicyDocument: document }, target,
      change: async ({ input, target: entity, rooms }) => {
        const { PolicyName, PolicyDocument } = input as { PolicyName: string; PolicyDocument: string }
        return { before: await told(entity, PolicyName, rooms), after: { document: PolicyDocument } }
      },
      run: async ({ input, target: entity, rooms }) => {
        const { PolicyName, PolicyDocument } = input as { PolicyName: string; PolicyDocument: string }
        checkDocument(PolicyDocument, 'identity')
        await rooms.inline.put(entity, PolicyName, PolicyDocument)
        return undefined
      },
    }),
    [`Get${word}Policy`]: operation({
      input: { ...shape, PolicyName: policyName }, readOnly: true, target,
      run: async ({ input, target: entity, rooms }) => {
        const { PolicyName } = input as { PolicyName: string }
        const policy = (await rooms.inline.find(entity.id, PolicyName)) ?? missing(PolicyName)
        return { [key]: entity.name, PolicyName: policy.name, PolicyDocument: documentOf(policy.document) }
      },
    }),
    [`Delete${word}Policy`]: operation({
      input: { ...shape, PolicyName: policyName }, target,
      change: async ({ input, target: entity, rooms }) => ({ before: await told(entity, (input as { PolicyName: string }).PolicyName, rooms), after: undefined }),
      run: async ({ input, target: entity, rooms }) => {
        const { PolicyName } = input as { PolicyName: string }
        return (await rooms.inline.remove(entity.id, PolicyName)) ? undefined : missing(PolicyName)
      },
    }),
    [`List${word}Policies`]: operation({
      input: { ...shape, ...paging }, readOnly: true, target,
      run: async ({ input, target: entity, rooms }) => {
        const { Marker, MaxItems } = input as { Marker: string | undefined; MaxItems: number }
        const names = (await rooms.inline.list([entity.id])).map(({ name }) => name)
        return pageAnswer('PolicyNames', pageOfAll(names, { after: Marker, limit: MaxItems }, (name) => name), (name) => name)
      },
    }),
  }
}

/** What an event tells of a policy. */
async function told(entity: Entity, name: string, rooms: Scope['rooms']): Promise<object | undefined> {
  const policy = await rooms.inline.find(entity.id, name)
  return policy && { document: policy.document }
}

export const inlinePolicyOperations: Operations = {
  ...operationsOf({ word: 'User', key: 'UserName', field: userName, find: toUser }),
  ...operationsOf({ word: 'Group', key: 'GroupName', field: groupName, find: toGroup }),
  ...operationsOf({ word: 'Role', key: 'RoleName', field: roleName, find: toRole }),
}
