// The kinds of members that many operations share.
import { isReservedName, linedText, readableText, userNameText } from '../../../domain/directory/index.js'
import { isPublicAddress } from '../../../platform/mail/index.js'
import { made, optional, text, union, structure, type Member } from '../protocol/members.js'


export const identityStoreId = text(1, 36, /^(d-[0-9a-f]{10}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/, 'must be d- and 10 of 0-9 and a-f')
/** Ids of users, groups and memberships; whatever their case, the directory knows them in small letters. */
export const resourceId = made(text(1, 47, /^([0-9a-f]{10}-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'must be a UUID'), (id) => id.toLowerCase())
export const memberId = made(union({ UserId: resourceId }), ({ UserId }) => UserId)

const unreserved = (member: Member<string>): Member<string> => made(member, (name, tell) => (isReservedName(name) ? tell('is a reserved name') : name))

/** What shows, without a space at either end: what an organization file may say too. */
const readable = new RegExp(`^(?! )(?:${readableText.source.slice(1, -1)})(?<! )$`, 'u')

export const words = text(1, 1024, readable)
/** Text that may have lines. */
export const lines = text(1, 1024, linedText)
export const mailAddress = made(text(1, 254), (address, tell) => (isPublicAddress(address) ? address : tell('must be a mail address')))
export const userName = unreserved(text(1, 128, userNameText, 'may only have letters, digits, marks and signs, without spaces'))
export const groupName = unreserved(text(1, 1024, readable))
export const search = optional(text(0, 256))

export const externalId = structure({ Issuer: text(1, 100, /^(?!(?:aws))\S+$/i), Id: text(1, 256, readable) })
