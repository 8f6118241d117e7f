// Tags: up to fifty pairs of key and value; keys that differ in case only are the same.
import { Refusal } from '../../platform/errors.js'

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
