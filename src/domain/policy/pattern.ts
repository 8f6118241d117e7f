// A compiled pattern: what needs no machine (equal, begins with) is compared directly, the rest is run.
import { anyMany, isMany, machineOf, runs, type Machine, type Steps } from './machine.js'

export interface Pattern {
  readonly kind: 'all' | 'exact' | 'prefix' | 'wild'
  /** The characters before the first wildcard. */
  readonly head: string
  /** The characters after the last wildcard. */
  readonly tail: string
  /** How many characters a text needs to match. */
  readonly least: number
  readonly tokens: readonly number[]
  readonly machine: Machine | undefined
}

/** Machines of longer patterns are built when they run: kept ones would take far more room than the document. */
const keptMachine = 96

/** Compiles the tokens of a pattern. */
export function patternOf(tokens: readonly number[]): Pattern {
  const first = tokens.findIndex((token) => token < 0)
  if (first === -1) return { kind: 'exact', head: textOf(tokens), tail: '', least: tokens.length, tokens: [], machine: undefined }
  const head = textOf(tokens.slice(0, first))
  if (first === tokens.length - 1 && tokens[first] === anyMany) {
    return { kind: first === 0 ? 'all' : 'prefix', head, tail: '', least: first, tokens: [], machine: undefined }
  }
  const tail = textOf(tokens.slice(tokens.findLastIndex((token) => token < 0) + 1))
  const least = tokens.reduce((count, token) => (isMany(token) ? count : count + 1), 0)
  return { kind: 'wild', head, tail, least, tokens, machine: least <= keptMachine ? machineOf(tokens) : undefined }
}

/** Says whether a whole text matches. */
export function matches(pattern: Pattern, text: string, steps?: Steps): boolean {
  switch (pattern.kind) {
    case 'all': return true
    case 'exact': return text === pattern.head
    case 'prefix': return text.startsWith(pattern.head)
    case 'wild':
      return text.length >= pattern.least && text.startsWith(pattern.head) && text.endsWith(pattern.tail)
        && runs(pattern.machine ?? machineOf(pattern.tokens), text, pattern.head.length, steps)
  }
}

function textOf(codes: readonly number[]): string {
  let text = ''
  for (const code of codes) text += String.fromCharCode(code)
  return text
}
