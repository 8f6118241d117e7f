// What a template may call: few, pure, and nothing that decides.
import type { HelperDelegate } from 'handlebars'
import { handlebarsRuntime as handlebars } from './runtime.js'

interface Fault {
  path: string
  message: string
}

const readable = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })

/** Spells a 12-digit account id as people read it: 1111-2222-3333. */
export const spelledAccountId = (id: string): string => id.replace(/^(\d{4})(\d{4})(\d{4})$/, '$1-$2-$3')

/** Says a number of seconds in the largest unit that keeps it exact enough: `45 seconds`, `2 minutes`. */
export function spelledDuration(seconds: number): string {
  if (seconds < 90) return counted(Math.ceil(seconds), 'second')
  if (seconds % 3600 === 0) return counted(seconds / 3600, 'hour')
  if (seconds < 90 * 60) return counted(Math.ceil(seconds / 60), 'minute')
  return counted(Math.round(seconds / 3600), 'hour')
}

/** Says a length of time exactly, in days, hours and minutes: `2 days`, `1 hour 30 minutes`. */
export function spelledSpan(seconds: number): string {
  const parts: [number, string][] = [[Math.floor(seconds / 86_400), 'day'], [Math.floor(seconds / 3600) % 24, 'hour'], [Math.floor(seconds / 60) % 60, 'minute']]
  return parts.flatMap(([count, unit]) => (count > 0 ? [counted(count, unit)] : [])).join(' ') || counted(seconds, 'second')
}

const counted = (count: number, noun: string, nouns = `${noun}s`): string => `${count.toLocaleString('en-GB')} ${count === 1 ? noun : nouns}`

/** Makes a `<time>` element of an instant (ISO text, milliseconds or Date); a script turns it into the reader's own time. */
export function timeElement(instant: string | number | Date): string {
  const date = new Date(instant)
  return `<time datetime="${date.toISOString()}">${readable.format(date)} UTC</time>`
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Escapes a URL for a quoted attribute, leaving its equals signs alone: a long page has hundreds. */
export const quotedUrl = (url: string): string => url.replace(/[&<>"]/g, (character) => entities[character] ?? '')

/** Lists the helpers by name; `assets` maps plain asset names to hashed ones. */
export function helpers(assets: Record<string, string>): Record<string, HelperDelegate> {
  return {
    asset: (name: string) => {
      const hashed = assets[name]
      if (!hashed) throw new Error(`There is no asset ${name}`)
      return `/assets/${hashed}`
    },
    spellAccountId: (id: string) => spelledAccountId(id),
    time: (instant: string | number | Date) => new handlebars.SafeString(timeElement(instant)),
    moment: (instant: string | number | Date) => `${readable.format(new Date(instant))} UTC`,
    iso: (instant: string | number | Date) => new Date(instant).toISOString(),
    duration: (seconds: number) => spelledDuration(seconds),
    span: (seconds: number) => spelledSpan(seconds),
    plural: (count: number, noun: string, nouns?: unknown) => counted(count, noun, typeof nouns === 'string' ? nouns : undefined),
    href: (url: string) => new handlebars.SafeString(quotedUrl(url)),
    breakable: (email: string) => new handlebars.SafeString(handlebars.escapeExpression(email).replace('@', '<wbr>@')),
    choose: (test: unknown, one: string, other: string) => (test ? one : other),
    eq: (left: unknown, right: unknown) => left === right,
    fault: (faults: Fault[] | undefined, path: string) => faults?.find((fault) => fault.path === path)?.message,
  }
}
