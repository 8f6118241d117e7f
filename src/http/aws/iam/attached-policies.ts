// Managed policies on users, groups and roles: the same three operations for each.
import { pageOfAll, type Entity } from '../../../domain/accounts/index.js'
import { Refusal } from '../../../platform/errors.js'
import { attachedAnswer, pageAnswer } from './answers.js'
import type { Field } from '../protocol/fields.js'
import { operation, type ConditionValues, type Operations, type Scope, type Target } from './operation.js'
import { toGroup, toRole, toUser } from './targets.js'
import { arn, groupName, paging, pathPrefix, roleName, userName } from './words.js'

interface Owner<Key extends string> {
  /** As operations spell the kind. */
  word: 'User' | 'Group' | 'Role'
  key: Key
  field: Field<string>
  find: (input: Record<Key, string>, scope: Scope) => Promise<Target<Entity>>
}

/** The part of an ARN that a path prefix is compared with. */
const policyPath = (policyArn: string): string => policyArn.slice(policyArn.indexOf('/'))

const operationsOf = <Key extends string>({ word, key, field, find }: Owner<Key>): Operations => {
  const shape = { [key]: field } as Record<Key, Field<string>>
  const target = (input: object, scope: Scope): Promise<Target<Entity>> => find(input as Record<Key, string>, scope)
  const context = (input: object): ConditionValues => ({ 'iam:PolicyARN': (input as { PolicyArn: string }).PolicyArn })
  return {
    [`Attach${word}Policy`]: operation({
      input: { ...shape, PolicyArn: arn }, target, context,
      run: async ({ input, target: entity, rooms }) => {
        await rooms.attachments.attach(entity, (input as { PolicyArn: string }).PolicyArn)
        return undefined
      },
    }),
    [`Detach${word}Policy`]: operation({
      input: { ...shape, PolicyArn: arn }, target, context,
      run: async ({ input, target: entity, rooms }) => {
        const { PolicyArn } = input as { PolicyArn: string }
        if (!await rooms.attachments.detach(entity.id, PolicyArn)) throw new Refusal('not-found', `Policy ${PolicyArn} is not attached.`)
        return undefined
      },
    }),
    [`ListAttached${word}Policies`]: operation({
      input: { ...shape, PathPrefix: pathPrefix, ...paging }, readOnly: true, target,
      run: async ({ input, target: entity, rooms }) => {
        const { PathPrefix, Marker, MaxItems } = input as { PathPrefix: string; Marker: string | undefined; MaxItems: number }
        const attached = (await rooms.attachments.list(entity.id)).filter((one) => policyPath(one).startsWith(PathPrefix))
        return pageAnswer('AttachedPolicies', pageOfAll(attached, { after: Marker, limit: MaxItems }, (one) => one), attachedAnswer)
      },
    }),
  }
}

export const attachedPolicyOperations: Operations = {
  ...operationsOf({ word: 'User', key: 'UserName', field: userName, find: toUser }),
  ...operationsOf({ word: 'Group', key: 'GroupName', field: groupName, find: toGroup }),
  ...operationsOf({ word: 'Role', key: 'RoleName', field: roleName, find: toRole }),
}
