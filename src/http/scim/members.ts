// Changes of who is in a group, taken out of the operations of a PATCH: a group may have many members, so they are written one
// change at a time instead of being read, changed and written as a whole.
import { GroupMembers, type Condition, type Membership } from '../../domain/directory/index.js'
import type { Executor } from '../../platform/storage/database.js'
import { invalid, meaning } from './errors.js'
import type { PatchOperation } from './patch.js'
import { findTarget, type Path } from './paths.js'
import { groupSchema } from './schema.js'
import { isObject, type Value } from './values.js'

export interface MemberChange {
  op: PatchOperation['op']
  ids: readonly string[] | undefined
  filter: Condition | undefined
}

/** What came of changes. */
export interface MembersChanged {
  added: Membership[]
  removed: Membership[]
}

/** Reads the ids of members from a list of them, or from one. */
export function memberIds(value: unknown): string[] {
  if (value === undefined || value === null) return []
  return (Array.isArray(value) ? value as unknown[] : [value]).map((one) => {
    const id = isObject(one) ? Object.entries(one).find(([name]) => name.toLowerCase() === 'value')?.[1] : one
    if (typeof id !== 'string' || !id.isWellFormed() || id.includes('\0')) throw invalid('invalidValue', 'A member is named by its id, as value.')
    return id.trim()
  })
}

/** Takes what is about members out of operations; the rest is for the group itself. */
export function splitMembers(operations: readonly PatchOperation[]): { members: MemberChange[]; rest: PatchOperation[] } {
  const members: MemberChange[] = []
  const rest = operations.flatMap((operation): PatchOperation[] => {
    if (operation.path === undefined) return splitWhole(operation, members)
    const target = findTarget(operation.path, groupSchema)
    if (target?.kind !== 'attribute' || target.path.attribute.name !== 'members') return [operation]
    members.push(changeOf(operation, target.path))
    return []
  })
  return { members, rest }
}

/** A value without a path may have members among other things. */
function splitWhole(operation: PatchOperation, members: MemberChange[]): PatchOperation[] {
  if (!isObject(operation.value)) return [operation]
  const rest: Value = {}
  for (const [name, value] of Object.entries(operation.value)) {
    const target = name.toLowerCase() === 'schemas' ? undefined : findTarget(name, groupSchema)
    if (target?.kind === 'attribute' && target.path.attribute.name === 'members') members.push(changeOf({ ...operation, value }, target.path))
    else Object.defineProperty(rest, name, { value, enumerable: true })
  }
  return [{ ...operation, value: rest }]
}

function changeOf({ op, value }: PatchOperation, { part, filter }: Path): MemberChange {
  if (part && part.name !== 'value') throw invalid('mutability', `members.${part.name} cannot be changed.`)
  if (filter && op === 'add') throw invalid('invalidPath', 'Members are added by a path without a filter.')
  return { op, filter, ids: op === 'remove' && (value === undefined || value === null) ? undefined : memberIds(value) }
}

/** Makes the changes, one after the other, within a transaction. */
export async function changeMembers(tx: Executor, groupId: string, changes: readonly MemberChange[], by: string): Promise<MembersChanged> {
  const members = new GroupMembers(tx)
  const done: MembersChanged = { added: [], removed: [] }
  await members.hold(changes.flatMap(({ op, ids }) => (op === 'remove' ? [] : ids ?? [])))
  for (const { op, ids, filter } of changes) {
    if (op === 'remove') done.removed.push(...await removed(members, groupId, { ids, filter }))
    if (op === 'replace') done.removed.push(...await (filter ? removed(members, groupId, { ids: undefined, filter }) : members.removeIds(groupId, ids ?? [], { others: true })))
    if (op !== 'remove') done.added.push(...await members.add(groupId, ids ?? [], by))
  }
  return done
}

const removed = (members: GroupMembers, groupId: string, { ids, filter }: Pick<MemberChange, 'ids' | 'filter'>): Promise<Membership[]> =>
  (filter || !ids ? meaning('invalidFilter', () => members.remove(groupId, filter)) : members.removeIds(groupId, ids))
