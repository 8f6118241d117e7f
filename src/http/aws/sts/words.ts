// The parameters that operations share, each within the limits that clients know.
import type { OfferedCode, TagList } from '../../../domain/credentials/index.js'
import { AwsError } from '../protocol/errors.js'
import { list, made, optional, structure, text, whole } from '../protocol/fields.js'

const wordCharacters = /^[\w+=,.@-]*$/
const words = 'must be letters, digits and + = , . @ - _'
const tagCharacters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

export const roleArn = text(20, 2048, /^arn:[\u0021-\u007e]+$/, 'must be an ARN')
export const sessionName = text(2, 64, wordCharacters, words)
export const federatedName = text(2, 32, wordCharacters, words)
export const sourceIdentity = optional(text(2, 64, wordCharacters, words))
export const externalId = optional(text(2, 1224, /^[\w+=,.@:/-]*$/, 'must be letters, digits and + = , . @ : / - _'))
export const policyArns = made(list(structure({ arn: text(20, 2048, /^arn:[\u0021-\u007e]+$/, 'must be an ARN') }), 10), (members) => members.map(({ arn }) => arn))
/** Longer ones are for the rules of sessions to refuse. */
export const policy = optional(text(1, 131_072))
export const shortPolicy = optional(text(1, 2048))
export const duration = (max: number) => optional(whole(900, max))
export const tags = made(list(structure({ Key: text(1, 128, tagCharacters), Value: text(0, 256, tagCharacters) }), 50), (members, unfit): TagList => {
  if (members.some(({ Key }) => /^aws:/i.test(Key))) unfit('has a key that begins with aws:')
  return members.map(({ Key, Value }) => ({ key: Key, value: Value }))
})
export const tagKeys = list(text(1, 128, tagCharacters), 50)

/** The code of a device, and which device. */
export const mfa = {
  SerialNumber: optional(text(9, 256, /^[\w+=/:,.@-]*$/, 'must be a serial number')),
  TokenCode: optional(text(6, 6, /^\d*$/, 'must be six digits')),
}

/** Puts both together; one without the other proves nothing. */
export function offeredCode({ SerialNumber, TokenCode }: { SerialNumber: string | undefined; TokenCode: string | undefined }): OfferedCode | undefined {
  if (SerialNumber === undefined && TokenCode === undefined) return undefined
  if (SerialNumber === undefined || TokenCode === undefined) throw new AwsError('ValidationError', 400, '1 validation error detected: SerialNumber and TokenCode go together')
  return { serialNumber: SerialNumber, code: TokenCode }
}
