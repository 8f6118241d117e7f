// Changes to one permission set, each in a transaction of its own in which the set holds still.
import { withoutTags, withTags, type Tags } from '../accounts/index.js'
import { Refusal } from '../../platform/errors.js'
import type { Database, Executor } from '../../platform/storage/database.js'
import { mostInstanceTags, mostSetPolicies, PermissionSets, type NewPermissionSet, type PermissionSet } from './permission-sets.js'

/** What can be changed of one; its name is for good. */
export type PermissionSetParts = Partial<Omit<PermissionSet, 'id' | 'name' | 'createdAt'>>

/** Something as it was and as it is. */
export interface Changed<Thing> {
  before: Thing
  after: Thing
}

export class PermissionSetChanges {
  constructor(private readonly database: Pick<Database, 'transaction'>) {}

  async create(set: NewPermissionSet): Promise<PermissionSet> {
    return this.database.transaction(async (tx) => {
      const sets = new PermissionSets(tx)
      const [id] = await sets.create([set])
      return sets.lock(id!)
    })
  }

  /** Changes a set by what it is now. */
  async change(id: string, make: (set: PermissionSet) => PermissionSetParts): Promise<Changed<PermissionSet>> {
    return this.database.transaction(async (tx) => {
      const sets = new PermissionSets(tx)
      const before = await sets.lock(id)
      const after = { ...before, ...make(before) }
      await sets.update([after])
      return { before, after }
    })
  }

  /** Removes a set; refuses while it is assigned. */
  async remove(id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await new PermissionSets(tx).lock(id)
      if (await isAssigned(tx, id)) throw new Refusal('in-use', 'The permission set cannot be deleted while it is assigned. Delete its assignments first.')
      await new PermissionSets(tx).remove([id])
    })
  }

  /** Adds a policy to one of the two lists; refuses one that is there already, and more than there can be. */
  attach(id: string, list: 'managedPolicies' | 'customerPolicies', policy: string): Promise<Changed<PermissionSet>> {
    return this.change(id, (set) => {
      if (set[list].includes(policy)) throw new Refusal('conflict', 'That policy is attached to the permission set already.')
      if (set.managedPolicies.length + set.customerPolicies.length >= mostSetPolicies) throw new Refusal('limit-exceeded', `A permission set can have at most ${mostSetPolicies} policies.`)
      return { [list]: [...set[list], policy] }
    })
  }

  detach(id: string, list: 'managedPolicies' | 'customerPolicies', policy: string): Promise<Changed<PermissionSet>> {
    return this.change(id, (set) => {
      if (!set[list].includes(policy)) throw new Refusal('not-found', 'That policy is not attached to the permission set.')
      return { [list]: set[list].filter((one) => one !== policy) }
    })
  }

  tag(id: string, added: Tags): Promise<Changed<PermissionSet>> {
    return this.change(id, ({ tags }) => ({ tags: withTags(tags, added, mostInstanceTags) }))
  }

  untag(id: string, keys: readonly string[]): Promise<Changed<PermissionSet>> {
    return this.change(id, ({ tags }) => ({ tags: withoutTags(tags, keys) }))
  }
}

async function isAssigned(tx: Executor, id: string): Promise<boolean> {
  return (await tx.query('select 1 from assignments where permission_set_id = $1 limit 1', [id])).length > 0
}
