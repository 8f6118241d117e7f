// The kinds of parameters that many operations share.
import type { Tags } from '../../../domain/accounts/index.js'
import { filled, list, made, optional, otherwise, structure, text, whole, type Field } from '../protocol/fields.js'

const nameOf = (max: number): Field<string> => text(1, max, /^[\w+=,.@-]+$/, 'must be letters, digits and + = , . @ - _')

export const userName = nameOf(64)
export const groupName = nameOf(128)
export const roleName = nameOf(64)
export const policyName = nameOf(128)
export const instanceProfileName = nameOf(128)
export const deviceName = nameOf(226)
export const path = otherwise('/', text(1, 512, /^\/([\u0021-\u007e]+\/)?$/, 'must begin and end with a slash'))
export const newPath = optional(text(1, 512, /^\/([\u0021-\u007e]+\/)?$/, 'must begin and end with a slash'))
export const pathPrefix = otherwise('/', text(1, 512, /^\/[\u0021-\u007e]*$/, 'must begin with a slash'))
export const arn = text(20, 2048, /^arn:[\u0021-\u007e]+$/, 'must be an ARN')
export const description = optional(text(0, 1000))
export const document = text(1, 131_072)
export const versionId = made(text(1, 32, /^v[1-9]\d{0,8}$/, 'must be v and a number'), (value) => Number(value.slice(1)))
export const accessKeyId = text(16, 128, /^\w+$/)
export const serialNumber = text(9, 256, /^[\w+=/:,.@-]+$/)
export const code = text(6, 6, /^\d+$/, 'must be six digits')
export const sessionLength = otherwise(3600, whole(3600, 43_200))

const tagCharacters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
const tagKey = text(1, 128, tagCharacters)
const tagList = list(structure({ Key: tagKey, Value: text(0, 256, tagCharacters) }), 50)

/** Tags by their keys, of which none is there twice in whatever case, and none is one of ours to give. */
const tagsOf = (field: Field<{ Key: string; Value: string }[]>): Field<Tags> => made(field, (tags, unfit) => {
  if (new Set(tags.map(({ Key }) => Key.toLowerCase())).size < tags.length) unfit('has a key twice')
  if (tags.some(({ Key }) => /^aws:/i.test(Key))) unfit('has a key that begins with aws:')
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))
})

export const tags = tagsOf(tagList)
export const someTags = tagsOf(filled(tagList))
export const tagKeys = filled(list(tagKey, 50))

/** Marker and MaxItems, for operations that answer in pages. */
export const paging = {
  Marker: optional(made(text(1, 320), (marker, unfit) => readMarker(marker) ?? unfit('is not one that was given here'))),
  MaxItems: otherwise(100, whole(1, 1000)),
}

/** Spells where a page ended, so that it says nothing to anybody else. */
export const markerOf = (key: string): string => Buffer.from(`m${key}`).toString('base64url')

function readMarker(marker: string): string | undefined {
  const key = Buffer.from(marker, 'base64url').toString()
  return key.startsWith('m') && markerOf(key.slice(1)) === marker ? key.slice(1) : undefined
}
