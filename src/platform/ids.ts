// Identifiers and secrets at random. An id says what it is by its prefix.
import { randomBytes, randomUUID } from 'node:crypto'

const base32Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Spells bytes in the base32 alphabet of access key ids, five bits a character, without padding. */
export function base32(bytes: Uint8Array, length: number): string {
  let bits = 0
  let buffer = 0
  let text = ''
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte
    bits += 8
    while (bits >= 5 && text.length < length) {
      bits -= 5
      text += base32Alphabet[(buffer >>> bits) & 31]
      buffer &= (1 << bits) - 1
    }
  }
  return text
}

/** Makes an id of 16 hexadecimal digits behind a prefix, such as `ps-0123456789abcdef`. */
export const newId = (prefix: string): string => `${prefix}${randomBytes(8).toString('hex')}`

/** Makes the UUID of a user, group, event or request. */
export const newUuid = (): string => randomUUID()

/** True for a UUID as the database takes it. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

/** Makes a URL-safe secret of at least 128 bits; the default is 256. */
export const newSecret = (bytes = 32): string => randomBytes(bytes).toString('base64url')

/** Makes an id of IAM: four letters that say what it is of, and 80 random bits in base32. */
export const newIamId = (prefix: 'AIDA' | 'AGPA' | 'AIPA' | 'AROA' | 'ANPA' | 'AKIA'): string => `${prefix}${base32(randomBytes(10), 16)}`
