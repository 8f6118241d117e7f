// Values with policy variables: `${aws:username}`, `${key, 'default'}`, and `${*}` for the character itself. What a
// variable stands for is filled in once and never read again for variables or wildcards.
import { ceilings } from './limits.js'
import { anyMany, anyManyButColon, anyOne, anyOneButColon } from './machine.js'

export interface Template {
  readonly parts: readonly TemplatePart[]
  /** Says that every request reads it alike: there is no variable in it. */
  readonly isFixed: boolean
}

export type TemplatePart =
  /** Text as it is written, its wildcards included. */
  | { readonly text: string }
  /** A character that would be special if it stood alone. */
  | { readonly literal: string }
  /** A key of the request, in lower case. */
  | { readonly key: string; readonly otherwise: string | undefined }

/** Finds the one value of a key, or nothing where it has none or several. */
export type Lookup = (key: string) => string | undefined

const variable = /^[A-Za-z0-9._/-]+:[^{}$,']+$/
const withDefault = /^([^,]+),\s*'([^']*)'$/

/** Reads a value of version 2012-10-17; answers a problem where a variable has no known form. */
export function readTemplate(text: string): Template | { problem: string } {
  const parts: TemplatePart[] = []
  let from = 0
  for (let start = text.indexOf('${'); start !== -1; start = text.indexOf('${', from)) {
    if (start > from) parts.push({ text: text.slice(from, start) })
    const end = text.indexOf('}', start)
    if (end === -1) return { problem: 'begins a variable with ${ that no } ends' }
    const part = partOf(text.slice(start + 2, end))
    if (!part) return { problem: `has \${${text.slice(start + 2, Math.min(end, start + 60))}}, which is no form of a variable` }
    parts.push(part)
    from = end + 1
  }
  if (from < text.length) parts.push({ text: text.slice(from) })
  return { parts, isFixed: !parts.some((part) => 'key' in part) }
}

/** Takes a value as it stands: version 2008-10-17 knows no variables. */
export const plainTemplate = (text: string): Template => ({ parts: text === '' ? [] : [{ text }], isFixed: true })

function partOf(inside: string): TemplatePart | undefined {
  if (inside === '*' || inside === '?' || inside === '$') return { literal: inside }
  const [, name = inside, otherwise] = withDefault.exec(inside) ?? []
  const key = name.trim()
  return variable.test(key) ? { key: key.toLowerCase(), otherwise } : undefined
}

/** Fills in the variables of a value without wildcards; undefined where one has no value. */
export function filledIn(template: Template, lookup: Lookup): string | undefined {
  let filled = ''
  for (const part of template.parts) {
    const text = 'text' in part ? part.text : literalOf(part, lookup)
    if (text === undefined || ('key' in part && filled.length + text.length > ceilings.filledIn)) return undefined
    filled += text
  }
  return filled
}

const literalOf = (part: Exclude<TemplatePart, { text: string }>, lookup: Lookup): string | undefined =>
  'literal' in part ? part.literal : (lookup(part.key) ?? part.otherwise)

/**
 * How wildcards mind the colons of an ARN: not at all; as in `Resource`, where a `*` at the end of a segment goes
 * beyond it; or as in conditions, where each of the first five segments is compared by itself.
 */
export type Colons = 'ignored' | 'resource' | 'segments'

/** Turns a value into tokens of a pattern; undefined where a variable has no value. */
export function tokensOf(template: Template, lookup: Lookup, colons: Colons): number[] | undefined {
  const tokens: number[] = []
  let segment = colons === 'ignored' ? 6 : 1
  for (const [index, part] of template.parts.entries()) {
    const written = 'text' in part
    const text = written ? part.text : literalOf(part, lookup)
    if (text === undefined || ('key' in part && tokens.length + text.length > ceilings.filledIn)) return undefined
    const isLast = index === template.parts.length - 1
    for (let at = 0; at < text.length; at += 1) {
      if (text[at] === ':') segment += 1
      const endsSegment = at + 1 < text.length ? text[at + 1] === ':' : isLast
      tokens.push(written ? tokenOf(text.charCodeAt(at), segment >= 6, colons === 'resource' && endsSegment) : text.charCodeAt(at))
    }
  }
  return tokens
}

function tokenOf(code: number, isFree: boolean, goesBeyond: boolean): number {
  if (code === 42) return isFree || goesBeyond ? anyMany : anyManyButColon
  if (code === 63) return isFree ? anyOne : anyOneButColon
  return code
}
