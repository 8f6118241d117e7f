// The kinds of members that many operations share.
import { mostTags, type Tags } from '../../../domain/accounts/index.js'
import { isPublicAddress } from '../../../platform/mail/index.js'
import { list, made, structure, text, type Member } from '../protocol/members.js'

export const accountId = text(12, 12, /^\d{12}$/, 'must be twelve digits')
export const accountName = text(1, 50, /^(?! )[\u0020-\u007e]+(?<! )$/, 'may only have letters, digits and signs of ASCII, and no space at either end')
export const email = made(text(6, 64), (address, tell) => (isPublicAddress(address) ? address : tell('must be a mail address')))
export const parentId = text(1, 100, /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$/, 'must be the id of a root or of a unit')
export const childId = text(1, 100, /^(\d{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$/, 'must be the id of an account or of a unit')

const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
const key = text(1, 128, characters)

/** Tags by their keys, of which none is there twice in whatever case. */
export const tags: Member<Tags> = made(list(structure({ Key: key, Value: text(0, 256, characters) }), { max: mostTags }), (given, tell) => {
  if (new Set(given.map(({ Key }) => Key.toLowerCase())).size < given.length) tell('has a key twice')
  if (given.some(({ Key }) => /^aws:/i.test(Key))) tell('has a key that begins with aws:')
  return Object.fromEntries(given.map(({ Key, Value }) => [Key, Value]))
})
export const tagKeys = list(key, { max: mostTags })
