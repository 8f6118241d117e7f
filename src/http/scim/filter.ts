// Reads filters (RFC 7644 section 3.4.2.2): `userName eq "jane" and not (emails[type eq "work" and value co "@x"] or title pr)`.
// One pass over a bounded text, at most ten levels deep, so that none takes long.
import type { Comparison, Condition } from '../../domain/directory/index.js'
import { findAttribute, partOf, type Named } from './attributes.js'
import { invalid } from './errors.js'
import type { Attribute, ResourceSchema } from './schema.js'

const longest = 1024
const deepest = 10
const comparisons: ReadonlySet<string> = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'])

const unfit = (detail: string): Error => invalid('invalidFilter', detail)

type Token = { kind: 'sign'; text: '(' | ')' | '[' | ']' } | { kind: 'word'; text: string } | { kind: 'text'; text: string }

// Names of attributes with their schema, operators and bare values; strings as JSON has them.
const lexeme = /[ \t]*(?:([()[\]])|("(?:[^"\\]|\\.)*")|([^\s()[\]"]+))/y

/** Cuts a filter into its words and signs. */
export function tokensOf(filter: string): Token[] {
  if (Buffer.byteLength(filter) > longest) throw unfit(`A filter has at most ${longest} bytes.`)
  if (!filter.isWellFormed() || filter.includes('\0')) throw unfit('The filter has characters that it cannot have.')
  const tokens: Token[] = []
  const reader = new RegExp(lexeme)
  const text = filter.trimEnd()
  while (reader.lastIndex < text.length) {
    const at = reader.lastIndex
    const match = reader.exec(text)
    if (!match) throw unfit(`The filter cannot be read from character ${at + 1} on.`)
    const [, sign, string, word] = match
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign as '(' })
    else if (string !== undefined) tokens.push({ kind: 'text', text: stringOf(string) })
    else tokens.push({ kind: 'word', text: word! })
  }
  return tokens
}

function stringOf(literal: string): string {
  try {
    const value = JSON.parse(literal) as string
    if (value.isWellFormed() && !value.includes('\0')) return value
  } catch {
    // Said below.
  }
  throw unfit('A text in the filter cannot be read: it is written as in JSON.')
}

/** How names are looked up: those of a resource, or those of the parts of one attribute. */
type LookUp = (name: string) => { path: string; attribute: Attribute; isList: boolean } | undefined

const ofResource = (schema: ResourceSchema): LookUp => (name) => {
  const named: Named | undefined = findAttribute(name, schema)
  return named && { path: named.path, attribute: named.part ?? named.attribute, isList: named.attribute.multiValued === true && !named.part }
}

/** Names of the parts of a list, as they stand between brackets. */
const ofParts = (attribute: Attribute): LookUp => (name) => {
  const part = partOf(attribute.parts, name)
  return part && { path: part.name, attribute: part, isList: false }
}

/** Reads a filter on a resource. */
export function readFilter(filter: string, schema: ResourceSchema): Condition {
  const reader = new FilterReader(tokensOf(filter))
  const condition = reader.alternatives(ofResource(schema), 0)
  reader.end()
  return condition
}

/** Reads what stands between the brackets of a path, and leaves the rest to whoever asked. */
export function readValueFilter(filter: string, attribute: Attribute): Condition {
  const reader = new FilterReader(tokensOf(filter))
  const condition = reader.alternatives(ofParts(attribute), 0)
  reader.end()
  return condition
}

class FilterReader {
  #at = 0

  constructor(private readonly tokens: readonly Token[]) {}

  alternatives(lookUp: LookUp, depth: number): Condition {
    return this.#joined('or', () => this.#joined('and', () => this.#one(lookUp, depth)))
  }

  end(): void {
    if (this.#at < this.tokens.length) throw unfit(`“${this.tokens[this.#at]!.text}” is not expected in the filter.`)
  }

  #joined(word: 'and' | 'or', next: () => Condition): Condition {
    const of = [next()]
    while (this.#isWord(word)) {
      this.#at += 1
      of.push(next())
    }
    return of.length === 1 ? of[0]! : { kind: word, of }
  }

  #one(lookUp: LookUp, depth: number): Condition {
    if (depth >= deepest) throw unfit(`A filter goes at most ${deepest} levels deep.`)
    if (this.#isWord('not') && this.#isSign('(', 1)) {
      this.#at += 1
      return { kind: 'not', of: this.#group(lookUp, depth) }
    }
    return this.#isSign('(') ? this.#group(lookUp, depth) : this.#expression(lookUp, depth)
  }

  #group(lookUp: LookUp, depth: number): Condition {
    this.#expect('(')
    const condition = this.alternatives(lookUp, depth + 1)
    this.#expect(')')
    return condition
  }

  #expression(lookUp: LookUp, depth: number): Condition {
    const name = this.#word('the name of an attribute')
    const found = lookUp(name)
    if (!found) throw unfit(`There is no attribute ${name.slice(0, 100)} to find anything by.`)
    if (this.#isSign('[')) return this.#values(found, depth)
    return this.#test(found)
  }

  /** `emails[type eq "work"]`, with something asked of a part of it or not. */
  #values({ path, attribute, isList }: NonNullable<ReturnType<LookUp>>, depth: number): Condition {
    if (!isList) throw unfit(`${path} has no values to choose from.`)
    this.#expect('[')
    const of = this.alternatives(ofParts(attribute), depth + 1)
    this.#expect(']')
    const next = this.tokens[this.#at]
    if (next?.kind !== 'word' || !next.text.startsWith('.')) return { kind: 'some', path, of }
    this.#at += 1
    const part = partOf(attribute.parts, next.text.slice(1))
    if (!part) throw unfit(`${path} has no part ${next.text.slice(1, 100)}.`)
    return { kind: 'some', path, of: { kind: 'and', of: [of, this.#test({ path: part.name, attribute: part })] } }
  }

  #test({ path, attribute }: { path: string; attribute: Attribute }): Condition {
    const by = this.#word('an operator').toLowerCase()
    if (by === 'pr') return { kind: 'present', path }
    if (!comparisons.has(by)) throw unfit(`There is no operator ${by.slice(0, 100)}.`)
    // What has a value among its parts is compared by that one.
    const isWhole = attribute.type === 'complex' && !attribute.multiValued && partOf(attribute.parts, 'value') !== undefined
    return { kind: 'compare', path: isWhole ? `${path}.value` : path, by: by as Comparison, value: this.#value() }
  }

  #value(): string | number | boolean | null {
    const token = this.tokens[this.#at]
    this.#at += 1
    if (token?.kind === 'text') return token.text
    if (token?.kind === 'word' && /^(true|false|null)$/i.test(token.text)) return JSON.parse(token.text.toLowerCase()) as boolean | null
    if (token?.kind === 'word' && /^-?\d{1,15}(\.\d{1,15})?$/.test(token.text)) return Number(token.text)
    throw unfit('After an operator there has to be a value: text in quotation marks, true, false, null or a number.')
  }

  #word(what: string): string {
    const token = this.tokens[this.#at]
    if (token?.kind !== 'word') throw unfit(`The filter wants ${what} ${token ? `instead of “${token.text.slice(0, 100)}”` : 'at its end'}.`)
    this.#at += 1
    return token.text
  }

  #isWord(word: string): boolean {
    const token = this.tokens[this.#at]
    return token?.kind === 'word' && token.text.toLowerCase() === word
  }

  #isSign(sign: string, ahead = 0): boolean {
    const token = this.tokens[this.#at + ahead]
    return token?.kind === 'sign' && token.text === sign
  }

  #expect(sign: string): void {
    if (!this.#isSign(sign)) throw unfit(`The filter lacks a “${sign}”.`)
    this.#at += 1
  }
}
