// Filters with a place for a name or a DN in them, and DNs that can be compared.
import { FilterParser, type Filter } from 'ldapts'

/** Matches along a chain of memberships, at Active Directory. */
const inChain = '1.2.840.113556.1.4.1941'

/** Spells a value so that nothing in it means anything to a filter (RFC 4515 section 3). */
const escaped = (value: string): string => value.replace(/[\\*()\0]/g, (sign) => `\\${sign.charCodeAt(0).toString(16).padStart(2, '0')}`)

/** Reads a filter with its places filled in; letters beyond ASCII stay as they are, because the reader takes escapes for single characters. */
export function filled(template: string, values: { name?: string; dn?: string }): Filter {
  return parsed(template.replace(/\{(name|dn)\}/g, (_place, key: 'name' | 'dn') => escaped(values[key] ?? '')))
}

/** The same filter for everybody: whatever is in the place. Rules of matching take no asterisk, so that they are left out. */
export const forAnybody = (template: string): Filter => parsed(template.replace(/\(\s*([A-Za-z][\w-]*)\s*:[\w.:-]*=\{(name|dn)\}\)/g, '($1=*)').replace(/\{(name|dn)\}/g, '*'))

const parsed = (text: string): Filter => FilterParser.parseString(text.trim().replace(/\)\s+(?=[()])/g, ')').replace(/\(([&|!])\s+\(/g, '($1('))

/** The attributes that a filter compares with a place. */
export const comparedWith = (template: string, place: 'name' | 'dn'): string[] => [...template.matchAll(new RegExp(`\\(\\s*([A-Za-z][\\w-]*)\\s*(?::[\\w.:-]*)?=\\{${place}\\}\\)`, 'g'))].map(([, attribute]) => attribute!)

/** True for a filter that finds the groups around groups by itself. */
export const isChained = (template: string): boolean => template.includes(`:${inChain}:={dn}`)

/** The filter that finds the groups around groups too; the same one where it compares nothing with the DN. */
export const chained = (template: string): string => template.replace(/\(\s*([A-Za-z][\w-]*)\s*=\{dn\}\)/g, `($1:${inChain}:={dn})`)

/** A DN as it is compared: without case, spaces around the signs between its parts, and needless spellings. */
export function comparableDn(dn: string): string {
  return dn.toLowerCase().replace(/\\([0-9a-f]{2})/g, (spelled, code: string) => {
    const sign = String.fromCharCode(Number.parseInt(code, 16))
    return /[ "#+,;<=>\\]/.test(sign) ? `\\${sign}` : spelled
  }).replace(/(?<!\\)\s*([,+=])\s*/g, '$1')
}
