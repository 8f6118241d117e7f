// Tags as the JSON services take them: lists of keys and values.
import { list, made, optional, structure, text, type Member } from './members.js'

const tagCharacters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
const key = text(1, 128, tagCharacters)

type Tags = Readonly<Record<string, string>>

/** Tags by their keys, of which none is there twice in whatever case, and none is one of ours to give. */
export const tagsMember = (most: number): Member<Tags> => made(list(structure({ Key: key, Value: text(0, 256, tagCharacters) }), { max: most }), (tags, tell) => {
  if (new Set(tags.map(({ Key }) => Key.toLowerCase())).size < tags.length) return tell('has a key twice')
  if (tags.some(({ Key }) => /^aws:/i.test(Key))) return tell('has a key that begins with aws:')
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))
})

/** The same, or none. */
export const someTagsMember = (most: number): Member<Tags> => made(optional(tagsMember(most)), (tags) => tags ?? {})

export const tagKeysMember = (most: number): Member<string[]> => list(key, { min: 1, max: most })

/** Spells tags. */
export const tagsAnswer = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([Key, Value]) => ({ Key, Value }))
