// The fields of the organization file: what one value may be. Every message completes the sentence that
// starts with the field's path.
import { z } from 'zod'
import { isPublicAddress } from '../../platform/mail/index.js'
import { parseDuration } from './duration.js'

// Control characters, halves of surrogate pairs, and the marks that turn text around and so disguise it.
const readable = /^[^\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]*$/u

/** Text for people: no control characters, no space at either end. */
export const label = (max: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(max, `must be at most ${max} characters`)
    .refine((text) => readable.test(text) && text === text.trim(), 'must have no control characters and no space at either end')

/** A longer text for people, which may be empty and have line breaks. */
export const prose = (max: number) =>
  z
    .string()
    .max(max, `must be at most ${max} characters`)
    .refine((text) => readable.test(text.replace(/[\t\r\n]/g, '')), 'must have no control characters')

/** A name under a pattern, such as a permission set's. */
export const name = (max: number, pattern: RegExp, allowed: string) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(max, `must be at most ${max} characters`)
    .regex(pattern, `may only have ${allowed}`)

/** A length of time from `min` to `max`, both as the file writes them; its value is seconds. */
export function duration(min: string, max: string) {
  const message = `must be a length of time from ${min} to ${max}, such as 90m, 8h or 2d`
  return z.string({ error: message }).transform((text, ctx) => {
    const seconds = parseDuration(text)
    if (seconds === undefined || seconds < (parseDuration(min) ?? 0) || seconds > (parseDuration(max) ?? 0)) ctx.addIssue({ code: 'custom', message })
    return seconds ?? 0
  })
}

// A number loses leading zeros, so an id without quotes may not be the id that was meant.
const accountIdMessage = 'must be 12 digits in quotes, such as "111122223333"'
export const accountId = z.string({ error: accountIdMessage }).regex(/^\d{12}$/, accountIdMessage)

export const accountAlias = z
  .string()
  .min(3, 'must be at least 3 characters')
  .max(63, 'must be at most 63 characters')
  .regex(/^[a-z0-9](-?[a-z0-9])*$/, 'may only have a-z, 0-9 and single hyphens inside')
  .refine((text) => !/^\d{12}$/.test(text), 'must not look like an account id')

export const subdomain = z
  .string()
  .max(63, 'must be at most 63 characters')
  .regex(/^[a-z0-9](-?[a-z0-9])*$/, 'may only have a-z, 0-9 and single hyphens inside')
  .refine((text) => !/^d-[0-9a-f]{10}$/.test(text), 'must not look like a directory id')

export const directoryId = z.string().regex(/^d-[0-9a-f]{10}$/, 'must be d- and 10 of 0-9 and a-f')

export const email = z
  .string()
  .max(254, 'must be at most 254 characters')
  .refine(isPublicAddress, 'must be a mail address, such as jane@example.com')

export const userName = name(128, /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u, 'letters, digits, marks and signs, without spaces')

export const groupName = label(1024)

export const permissionSetName = name(32, /^[\w+=,.@-]+$/, 'letters, digits and + = , . @ - _')

export const policyArn = z
  .string()
  .max(2048, 'must be at most 2048 characters')
  .regex(/^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/[\w+=,.@/-]+$/, 'must be the ARN of a managed policy, such as arn:aws:iam::aws:policy/ReadOnlyAccess')

/** A policy of whatever account it is used in: a name, or path and name such as `/team/Base`; its value begins with a slash. */
export const policyReference = z
  .string()
  .max(640, 'must be at most 640 characters')
  .regex(/^(\/([A-Za-z0-9.,+@=_-]+\/)*)?[\w+=,.@-]{1,128}$/, 'must be the name of a policy, such as Base, or its path and name, such as /team/Base')
  .transform((text) => (text.startsWith('/') ? text : `/${text}`))

const tagText = (min: number, max: number) => z.string().min(min, 'must not be empty').max(max, `must be at most ${max} characters`).regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u, 'may only have letters, digits, spaces and _ . : / = + - @')

/** Tags by their keys. */
export const tags = (most: number) => z.record(tagText(1, 128), tagText(0, 256)).refine((given) => Object.keys(given).length <= most, `must have at most ${most} tags`)

const statement = z.union([z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown())).min(1)], {
  error: 'must be a statement, or a list of at least one',
})

/** Refuses what PostgreSQL's JSON cannot hold: NUL, half a surrogate pair, numbers that are none. */
export const isStorable = (value: unknown): boolean => {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value === 'string') return !/[\0\p{Cs}]/u.test(value)
  return typeof value !== 'object' || value === null || Object.entries(value).every(([key, part]) => isStorable(key) && isStorable(part))
}

/** A policy document: the frame only; what a statement may say is the policy room's to judge. */
export const policyDocument = z
  .looseObject({ Version: z.enum(['2012-10-17', '2008-10-17'], { error: 'must be "2012-10-17" in quotes' }), Statement: statement })
  .refine((document) => JSON.stringify(document).replace(/\s/g, '').length <= 32_768, 'must be at most 32,768 characters without white space')
  .refine(isStorable, 'must have no control character NUL and only numbers that are finite')

/** Names an item once in a list: a second time is a fault at the second one. */
export const distinct = <T extends z.ZodType<string>>(item: T, max: number) =>
  z
    .array(item)
    .max(max, `must have at most ${max} entries`)
    .superRefine((list, ctx) => {
      const seen = new Set<string>()
      list.forEach((value, index) => {
        if (seen.has(value)) ctx.addIssue({ code: 'custom', path: [index], message: 'is in the list already' })
        seen.add(value)
      })
    })
