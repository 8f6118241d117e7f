// The kinds of members that many operations share.
import { addressFault, mostInstanceTags, type Principal } from '../../../domain/access/index.js'
import { made, oneOf, optional, structure, text, type Member } from '../protocol/members.js'
import { someTagsMember, tagKeysMember, tagsMember } from '../protocol/tag-members.js'

const inInstance = '(?:sso)?ins-[a-zA-Z0-9.-]{16}'
const arnOf = (max: number, pattern: string): Member<string> => text(10, max, new RegExp(`^arn:aws:${pattern}$`), 'must be an ARN of its kind')

export const instanceArnMember = arnOf(1224, `sso:::instance/${inInstance}`)
export const permissionSetArnMember = arnOf(1224, `sso:::permissionSet/${inInstance}/ps-[a-zA-Z0-9./-]{16}`)
export const applicationArnMember = arnOf(1224, `sso::\\d{12}:application/${inInstance}/apl-[a-zA-Z0-9]{16}`)
export const issuerArnMember = arnOf(1224, `sso::\\d{12}:trustedTokenIssuer/${inInstance}/tti-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
export const providerArnMember = arnOf(1224, 'sso::aws:applicationProvider/[a-zA-Z0-9/-]+')
export const resourceArnMember = text(10, 2048, /^arn:aws:sso:[^:]*:(\d{12})?:[\u0021-\u007e]+$/, 'must be the ARN of something in the instance')
/** One that is there already may be of an account: the organization file can say so. */
export const attachedPolicyArnMember = arnOf(2048, 'iam::(?:aws|\\d{12}):policy(?:/[\\w+=,.@-]{1,512})+')
export const managedPolicyArnMember = arnOf(2048, 'iam::aws:policy(?:/[\\w+=,.@-]{1,512})+')

export const setName = text(1, 32, /^[\w+=,.@-]+$/, 'must be letters, digits and + = , . @ - _')
export const description = optional(text(1, 700, /^[\s\u0020-\u007e\u00a1-\u00ff]*$/))
export const relayState = optional(made(text(1, 240), (value, tell) => {
  const fault = addressFault(value)
  return fault ? tell(fault) : value
}))
export const accountId = text(12, 12, /^\d{12}$/, 'must be 12 digits')
export const requestId = text(36, 36, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'must be the id of a request')
export const targetType = oneOf('AWS_ACCOUNT')
export const statusFilter = optional(structure({ Status: optional(oneOf('IN_PROGRESS', 'FAILED', 'SUCCEEDED')) }))
export const clientToken = optional(text(1, 64, /^[!-~]+$/))

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const principalId = made(text(1, 47, uuid, 'must be the id of a user or a group'), (id) => id.toLowerCase())

/** Both members that name a user or a group. */
export const principalMembers = { PrincipalId: principalId, PrincipalType: oneOf('USER', 'GROUP') }

export const principalOf = ({ PrincipalId, PrincipalType }: { PrincipalId: string; PrincipalType: 'USER' | 'GROUP' }): Principal => ({ id: PrincipalId, type: PrincipalType })

/** A policy of an account by path and name, as the domain refers to it. */
export const reference = made(structure({
  Name: text(1, 128, /^[\w+=,.@-]+$/, 'must be letters, digits and + = , . @ - _'), Path: optional(text(1, 512, /^(\/[A-Za-z0-9.,+@=_-]+)*\/$/, 'must begin and end with a slash')),
}), ({ Name, Path = '/' }) => `${Path}${Name}`)

/** Spells a reference. */
export const referenceAnswer = (policy: string): { Name: string; Path: string } => {
  const at = policy.lastIndexOf('/') + 1
  return { Name: policy.slice(at), Path: policy.slice(0, at) }
}

const shortest = 3600
const longest = 43_200

/** A length of time such as PT8H or PT90M; its value is seconds. */
export const sessionDuration = made(text(1, 100), (value, tell) => {
  const [all, hours = '0', minutes = '0', seconds = '0'] = /^PT(?=\d)(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,6})S)?$/.exec(value) ?? []
  const length = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return all !== undefined && length >= shortest && length <= longest ? length : tell('must be a length of time from PT1H to PT12H')
})

/** Spells a length of time. */
export function durationAnswer(length: number): string {
  const parts = [[Math.floor(length / 3600), 'H'], [Math.floor(length / 60) % 60, 'M'], [length % 60, 'S']] as const
  return `PT${parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`).join('')}`
}

/** Times are seconds since the epoch. */
export const timeAnswer = (date: Date): number => date.getTime() / 1000

export const someTags = someTagsMember(mostInstanceTags)
export const tags = tagsMember(mostInstanceTags)
export const tagKeys = tagKeysMember(mostInstanceTags)
