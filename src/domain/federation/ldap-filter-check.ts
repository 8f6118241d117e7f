// What an administrator may write as a filter of LDAP (RFC 4515), with places for what is put into it.
import { FilterParser } from 'ldapts'

const longest = 4000

/** Says what is wrong with a filter that has at least one of these places, such as `name`; undefined where nothing is. */
export function ldapFilterFault(text: string, places: readonly string[]): string | undefined {
  if (text.length > longest) return `must be at most ${longest} characters`
  const named = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, place]) => place!)
  const foreign = named.find((place) => !places.includes(place))
  if (foreign !== undefined) return `must not have {${foreign}}: it may have ${spelled(places, 'and')}`
  if (named.length === 0) return `must have ${spelled(places, 'or')} where what was typed goes`
  if (!text.startsWith('(')) return 'must be a filter in parentheses, such as (uid={name})'
  try {
    FilterParser.parseString(text.replace(/\{[^{}]*\}/g, 'x'))
    return undefined
  } catch {
    return 'must be a filter whose parentheses match, such as (&(objectClass=person)(uid={name}))'
  }
}

const spelled = (places: readonly string[], word: string): string => places.map((place) => `{${place}}`).join(` ${word} `)
