// A compiled pattern: what needs no machine (equal, begins with) is compared directly, the rest is run.
import { anyMany, isMany, machineOf, namedBy, runs, type Machine, type Steps } from './machine.js'

export interface Pattern {
  readonly kind: 'all' | 'exact' | 'prefix' | 'wild'
  /** The characters before the first wildcard. */
  readonly head: string
  /** The characters after the last wildcard. */
  readonly tail: string
  /** How many characters a text needs to match. */
  readonly least: number
  readonly tokens: readonly number[]
  /** Kept where the pattern is matched often and the machine is small. */
  readonly machine: Machine | undefined
}

/** Machines of longer patterns are built when they run: kept ones would take far more room than the document. */
const keptMachine = 96

/** Compiles the tokens of a pattern; `once` for those that are matched a single time. */
export function patternOf(tokens: readonly number[], once = false): Pattern {
  const first = tokens.findIndex((token) => token < 0)
  if (first === -1) return { kind: 'exact', head: textOf(tokens), tail: '', least: tokens.length, tokens: [], machine: undefined }
  const head = textOf(tokens.slice(0, first))
  if (first === tokens.length - 1 && tokens[first] === anyMany) {
    return { kind: first === 0 ? 'all' : 'prefix', head, tail: '', least: first, tokens: [], machine: undefined }
  }
  const tail = textOf(tokens.slice(tokens.findLastIndex((token) => token < 0) + 1))
  const least = tokens.reduce((count, token) => (isMany(token) ? count : count + 1), 0)
  return { kind: 'wild', head, tail, least, tokens, machine: !once && least <= keptMachine ? machineOf(tokens) : undefined }
}

/** Says whether a whole text matches. */
export function matches(pattern: Pattern, text: string, steps?: Steps): boolean {
  switch (pattern.kind) {
    case 'all': return true
    case 'exact': return text === pattern.head
    case 'prefix': return text.startsWith(pattern.head)
    case 'wild':
      return text.length >= pattern.least && text.startsWith(pattern.head) && text.endsWith(pattern.tail) && runsOver(pattern, text, steps)
  }
}

function runsOver({ machine, tokens, head }: Pattern, text: string, steps?: Steps): boolean {
  // A text that lacks a character of the pattern cannot match: cheaper than building a machine.
  if (!machine && !hasAll(text, namedBy(tokens))) return false
  return runs(machine ?? machineOf(tokens), text, head.length, steps)
}

function hasAll(text: string, named: string): boolean {
  for (let index = 0; index < named.length; index += 1) if (!text.includes(named[index]!)) return false
  return true
}

function textOf(codes: readonly number[]): string {
  let text = ''
  for (const code of codes) text += String.fromCharCode(code)
  return text
}
