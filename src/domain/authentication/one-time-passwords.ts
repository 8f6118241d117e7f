// Passwords that are good once, for people to be told over the phone: nothing in them is easily taken for something else.
import { randomInt } from 'node:crypto'

const letters = 'abcdefghjkmnpqrstuvwxyz'
const digits = '23456789'

const some = (of: string, amount: number): string => Array.from({ length: amount }, () => of[randomInt(of.length)]).join('')

/** Makes one of about 75 bits, with letters of both sizes, digits and hyphens. */
export const oneTimePassword = (): string => [some(letters.toUpperCase(), 4), some(letters, 5), some(digits, 4), some(letters, 5)].join('-')
