// Reads JSON text into nodes that know their line, bounded in depth. JSON.parse would lose lines and swallow
// members written twice, of which a reader sees one and the program another.
import { ceilings } from './limits.js'

export type JsonNode = JsonObject | JsonArray | JsonScalar

export interface JsonObject { kind: 'object'; line: number; members: JsonMember[] }
export interface JsonArray { kind: 'array'; line: number; items: JsonNode[] }
/** A string as its value; a number, boolean or null as it is written. */
export interface JsonScalar { kind: 'string' | 'number' | 'boolean' | 'null'; line: number; text: string }
export interface JsonMember { key: string; line: number; value: JsonNode }

/** Says where JSON text ends to be JSON, and why. */
export class JsonFault extends Error {
  constructor(readonly code: 'not-json' | 'too-deep', problem: string, readonly line: number) {
    super(problem)
  }
}

const words = { true: 'boolean', false: 'boolean', null: 'null' } as const
const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** Reads a text as one JSON value; throws a JsonFault where it is none. */
export function readJson(text: string): JsonNode {
  return new JsonReader(text).read()
}

class JsonReader {
  #at = 0
  #line = 1
  #depth = 0

  constructor(readonly text: string) {}

  read(): JsonNode {
    const node = this.#value()
    this.#skipSpace()
    if (this.#at < this.text.length) throw this.#fault('has something after its end')
    return node
  }

  #value(): JsonNode {
    this.#skipSpace()
    const line = this.#line
    const first = this.text[this.#at]
    if (first === '{') return this.#nested(() => ({ kind: 'object', line, members: this.#members() }))
    if (first === '[') return this.#nested(() => ({ kind: 'array', line, items: this.#items() }))
    if (first === '"') return { kind: 'string', line, text: this.#string() }
    if (first === undefined) throw this.#fault('ends too early')
    return this.#bare(line)
  }

  #nested(read: () => JsonNode): JsonNode {
    this.#depth += 1
    if (this.#depth > ceilings.depth) throw new JsonFault('too-deep', `is nested more than ${ceilings.depth} levels deep`, this.#line)
    this.#at += 1
    const node = read()
    this.#depth -= 1
    return node
  }

  #members(): JsonMember[] {
    const members: JsonMember[] = []
    if (this.#takes('}')) return members
    do {
      this.#skipSpace()
      const line = this.#line
      if (this.text[this.#at] !== '"') throw this.#fault(members.length > 0 && this.text[this.#at] === '}' ? 'has a comma too many before a closing brace' : 'has no name in double quotes where a member of an object begins')
      const key = this.#string()
      if (!this.#takes(':')) throw this.#fault('misses a colon after a name')
      members.push({ key, line, value: this.#value() })
    } while (this.#takes(','))
    if (!this.#takes('}')) throw this.#fault('misses a comma or a closing brace')
    return members
  }

  #items(): JsonNode[] {
    const items: JsonNode[] = []
    if (this.#takes(']')) return items
    do {
      this.#skipSpace()
      if (items.length > 0 && this.text[this.#at] === ']') throw this.#fault('has a comma too many before a closing bracket')
      items.push(this.#value())
    } while (this.#takes(','))
    if (!this.#takes(']')) throw this.#fault('misses a comma or a closing bracket')
    return items
  }

  #string(): string {
    let end = this.#at + 1
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === '\\' ? 2 : 1
    if (end >= this.text.length) throw this.#fault('has a text without its closing quote')
    const raw = this.text.slice(this.#at, end + 1)
    const value = this.#unescaped(raw)
    this.#at = end + 1
    return value
  }

  #unescaped(raw: string): string {
    try {
      return JSON.parse(raw) as string
    } catch {
      throw this.#fault('has a text with a line break, a control character or an escape that JSON does not know')
    }
  }

  #bare(line: number): JsonScalar {
    const start = this.#at
    while (this.#at < this.text.length && /[\w.+-]/.test(this.text[this.#at]!)) this.#at += 1
    const text = this.text.slice(start, this.#at)
    if (Object.hasOwn(words, text)) return { kind: words[text as keyof typeof words], line, text }
    if (number.test(text)) return { kind: 'number', line, text }
    this.#at = start
    throw this.#fault('has something that is no value')
  }

  #takes(mark: string): boolean {
    this.#skipSpace()
    if (this.text[this.#at] !== mark) return false
    this.#at += 1
    return true
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.#at)
      if (!isSpace(code)) return
      if (code === 10) this.#line += 1
      this.#at += 1
    }
  }

  #fault(problem: string): JsonFault {
    const column = this.#at - this.text.slice(0, this.#at).lastIndexOf('\n')
    return new JsonFault('not-json', `${problem}, at character ${column} of the line`, this.#line)
  }
}
