// Tags: up to fifty pairs of key and value; keys that differ in case only are the same.
import { Refusal } from '../../platform/errors.js'
import type { Store } from '../../platform/storage/store.js'

export type Tags = Readonly<Record<string, string>>

export const mostTags = 50

/** Adds tags, over those with the same key. */
export function withTags(tags: Tags, added: Tags, most = mostTags): Tags {
  const keys = new Set(Object.keys(added).map((key) => key.toLowerCase()))
  const result = Object.fromEntries([...Object.entries(tags).filter(([key]) => !keys.has(key.toLowerCase())), ...Object.entries(added)])
  if (Object.keys(result).length > most) throw new Refusal('limit-exceeded', `There can be at most ${most} tags.`)
  return result
}

/** Takes tags away by their keys. */
export function withoutTags(tags: Tags, removed: readonly string[]): Tags {
  const keys = new Set(removed.map((key) => key.toLowerCase()))
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.has(key.toLowerCase())))
}

/** The tags of a table's rows, changed in one step that sees what is there now. */
export class RowTags {
  constructor(private readonly store: Store, private readonly table: `iam_${string}`, private readonly key: 'id' | 'serial' = 'id') {}

  async add(id: string, added: Tags): Promise<void> {
    await this.#change(id, (tags) => withTags(tags, added))
  }

  async remove(id: string, keys: readonly string[]): Promise<void> {
    await this.#change(id, (tags) => withoutTags(tags, keys))
  }

  async #change(id: string, change: (tags: Tags) => Tags): Promise<void> {
    await this.store.transaction(async (tx) => {
      const [row] = await tx.query(`select tags from ${this.table} where ${this.key} = $1 for update`, [id])
      if (!row) throw new Refusal('not-found', 'What is to be tagged is not there any more.')
      await tx.query(`update ${this.table} set tags = $2 where ${this.key} = $1`, [id, JSON.stringify(change(row.tags as Tags))])
    })
  }
}
