// Puts a letter together. Nothing that a person typed reaches a header unbounded, and no link leads anywhere
// but to the public address, whatever host a request came under.
import { Refusal } from '../errors.js'
import type { Templates } from '../templates/index.js'
import { subjects, type LetterName, type Letters } from './letters.js'
import type { OutboxEntry } from './outbox.js'

/** A letter as it goes out. */
export interface Letter {
  id: string
  messageId: string
  date: Date
  from: { name: string; address: string }
  to: string
  subject: string
  text: string
  html: string
}

export interface ComposeOptions {
  templates: Templates
  publicUrl: URL
  /** Who the letters are from, and the colours of the house by day and by night. */
  sender: () => Promise<{ name: string; address: string; colours?: LetterColours | undefined }>
}

/** Colours of what leads on, and of what is written on it. */
export interface LetterColours {
  day: { accent: string; ink: string }
  night: { accent: string; ink: string }
}

const usualColours: LetterColours = { day: { accent: '#1d665a', ink: '#ffffff' }, night: { accent: '#8ad0c1', ink: '#0b1f1a' } }

const mailbox = /^[\w!#$%&'*+/=?^`{|}~.-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i

/** True for an address that mail can be sent to: one mailbox, in ASCII, and nothing that could end a header. */
export const isMailAddress = (text: string): boolean => text.length <= 254 && mailbox.test(text) && !text.includes('..')

const publicMailbox = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$/

/** True for an address of a domain that has a dot in its name, as people have them. */
export const isPublicAddress = (text: string): boolean => text.length <= 254 && publicMailbox.test(text) && text.indexOf('@') <= 64

/** Shows enough of an address for its owner to recognise. */
export function masked(address: string): string {
  const [name = '', domain = ''] = address.split(/@(?=[^@]*$)/)
  return `${name.slice(0, 1)}•••@${domain}`
}

const longestHeader = 200

/** One line of bounded length: a line break in a header would begin another one. */
const headerText = (text: string): string => [...text.replace(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ').trim()].slice(0, longestHeader).join('')

/** Makes an address of a path of ours; refuses one that would lead away. */
export function absoluteLink(path: string, publicUrl: URL): string {
  const url = URL.canParse(path, publicUrl.href) ? new URL(path, publicUrl) : undefined
  if (!url || !/^\/[^/\\]/.test(path) || url.origin !== publicUrl.origin) throw new Error('A link in a mail is a path of ours')
  return url.href
}

/** Renders what was queued. */
export async function compose(entry: OutboxEntry, { templates, publicUrl, sender }: ComposeOptions): Promise<Letter> {
  const { name, address, colours = usualColours } = await sender()
  const template = entry.template as LetterName
  const linked = Object.fromEntries((['link', 'notMe'] as const).flatMap((key) => {
    const path = (entry.model as Record<string, unknown>)[key]
    return typeof path === 'string' ? [[key, absoluteLink(path, publicUrl)]] : []
  }))
  const subjectOf = subjects[template] as (organization: string, model: Letters[LetterName]) => string
  const subject = headerText(subjectOf(name, entry.model as Letters[LetterName]))
  const model = { ...entry.model, ...linked, subject, organization: { name }, home: publicUrl.origin, colours }
  return {
    id: entry.id,
    // The same for every attempt, so that a letter that arrives twice is recognised as one.
    messageId: `<${entry.id}@${publicUrl.hostname}>`,
    date: entry.queuedAt,
    from: { name: headerText(name), address },
    to: checkedAddress(entry.to),
    subject,
    text: templates.render(`mail/${template}-text`, model),
    html: templates.render(`mail/${template}`, model),
  }
}

/** Refuses what is no mailbox. */
export function checkedAddress(address: string): string {
  if (!isMailAddress(address)) throw new Refusal('invalid-input', 'That is no address that mail can be sent to.')
  return address
}
