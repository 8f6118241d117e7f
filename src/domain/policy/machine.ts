// Matches a pattern with wildcards by keeping all positions it may be at as bits of machine words: each character
// of the text costs as many steps as the pattern has words, whatever the pattern is. Nothing backtracks.

/** A pattern is a list of tokens: characters by their code, and these. */
export const anyOne = -1
/** As `anyOne`, but no colon: what stays inside a segment of an ARN. */
export const anyOneButColon = -2
export const anyMany = -3
export const anyManyButColon = -4

export const isMany = (token: number): boolean => token <= anyMany

/** Counts what matching costs: one step per word and character. */
export interface Steps {
  count: number
}

export interface Machine {
  /** How many characters the pattern takes at least; the position that means "matched". */
  readonly end: number
  readonly words: number
  /** Class of each ASCII character; class 0 is every character that the pattern does not name. */
  readonly ascii: Uint16Array
  readonly others: ReadonlyMap<number, number>
  /** For each class, the positions from which its characters lead on. */
  readonly onward: Int32Array
  /** Positions that stay where they are, for any character and for a colon. */
  readonly stay: Int32Array
  readonly stayAtColon: Int32Array
}

const colon = 58

/** Builds the machine of a pattern. */
export function machineOf(tokens: readonly number[]): Machine {
  const singles = tokens.filter((token) => !isMany(token))
  const words = (singles.length >>> 5) + 1
  const classes = classesOf(singles)
  const ascii = new Uint16Array(128)
  for (const [code, index] of classes) if (code < 128) ascii[code] = index
  const onward = onwardOf(singles, classes, words)
  return { end: singles.length, words, ascii, others: classes, onward, ...staysOf(tokens, words) }
}

function classesOf(singles: readonly number[]): Map<number, number> {
  const classes = new Map<number, number>([[colon, 1]])
  for (const token of singles) if (token >= 0 && !classes.has(token)) classes.set(token, classes.size + 1)
  return classes
}

function onwardOf(singles: readonly number[], classes: ReadonlyMap<number, number>, words: number): Int32Array {
  const onward = new Int32Array((classes.size + 1) * words)
  singles.forEach((token, position) => {
    if (token >= 0) mark(onward, classes.get(token)! * words, position)
    else for (let index = 0; index <= classes.size; index += 1) if (token === anyOne || index !== 1) mark(onward, index * words, position)
  })
  return onward
}

function staysOf(tokens: readonly number[], words: number): Pick<Machine, 'stay' | 'stayAtColon'> {
  const stay = new Int32Array(words)
  const stayAtColon = new Int32Array(words)
  let position = 0
  for (const token of tokens) {
    if (!isMany(token)) position += 1
    else {
      mark(stay, 0, position)
      if (token === anyMany) mark(stayAtColon, 0, position)
    }
  }
  return { stay, stayAtColon }
}

function mark(bits: Int32Array, from: number, position: number): void {
  const word = from + (position >>> 5)
  bits[word] = bits[word]! | (1 << (position & 31))
}

/** Runs a machine over a text, from a character on that is known to stand at the same position of the pattern. */
export function runs(machine: Machine, text: string, from: number, steps?: Steps): boolean {
  const { words, ascii, others, onward, stay, stayAtColon, end } = machine
  const at = new Int32Array(words)
  mark(at, 0, from)
  for (let index = from; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    const first = (code < 128 ? ascii[code]! : (others.get(code) ?? 0)) * words
    const staying = code === colon ? stayAtColon : stay
    let carry = 0
    let alive = 0
    for (let word = 0; word < words; word += 1) {
      const moving = at[word]! & onward[first + word]!
      const next = (moving << 1) | carry | (at[word]! & staying[word]!)
      carry = moving >>> 31
      at[word] = next
      alive |= next
    }
    if (steps) steps.count += words
    if (alive === 0) return false
  }
  return ((at[end >>> 5]! >>> (end & 31)) & 1) === 1
}
