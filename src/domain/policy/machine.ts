// Matches a pattern with wildcards by keeping all positions it may be at as bits of 32-bit words: each character of
// the text costs as many steps as the pattern has words, whatever the pattern is. Nothing backtracks.

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
  /** The characters that the pattern names, and the colon: the place of a character is its class, and all others are a class of their own at the end. */
  readonly alphabet: string
  /** For each class, the positions from which its characters lead on. */
  readonly onward: readonly number[]
  /** Positions that stay where they are, for any character and for a colon. */
  readonly stay: readonly number[]
  readonly stayAtColon: readonly number[]
}

/** Builds the machine of a pattern. */
export function machineOf(tokens: readonly number[]): Machine {
  const singles = tokens.filter((token) => !isMany(token))
  const words = (singles.length >>> 5) + 1
  const alphabet = namedBy([colon, ...singles])
  return { end: singles.length, words, alphabet, onward: onwardOf(singles, alphabet, words), ...staysOf(tokens, words) }
}

const colon = 58

/** Lists the characters that tokens name, each once. */
export function namedBy(tokens: readonly number[]): string {
  let named = ''
  for (const token of new Set(tokens)) if (token >= 0) named += String.fromCharCode(token)
  return named
}

function zeros(length: number): number[] {
  const numbers: number[] = []
  for (let index = 0; index < length; index += 1) numbers.push(0)
  return numbers
}

function onwardOf(singles: readonly number[], alphabet: string, words: number): number[] {
  const onward = zeros((alphabet.length + 1) * words)
  singles.forEach((token, position) => {
    if (token >= 0) mark(onward, alphabet.indexOf(String.fromCharCode(token)) * words, position)
    // The colon is the first class.
    else for (let index = token === anyOne ? 0 : 1; index <= alphabet.length; index += 1) mark(onward, index * words, position)
  })
  return onward
}

function staysOf(tokens: readonly number[], words: number): Pick<Machine, 'stay' | 'stayAtColon'> {
  const [stay, stayAtColon] = [zeros(words), zeros(words)]
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

function mark(bits: number[], from: number, position: number): void {
  const word = from + (position >>> 5)
  bits[word] = bits[word]! | (1 << (position & 31))
}

/** Runs a machine over a text, from a character on that is known to stand at the same position of the pattern. */
export function runs(machine: Machine, text: string, from: number, steps?: Steps): boolean {
  const { words, alphabet, onward, stay, stayAtColon, end } = machine
  const at = zeros(words)
  mark(at, 0, from)
  for (let index = from; index < text.length; index += 1) {
    const found = alphabet.indexOf(text[index]!)
    const first = (found === -1 ? alphabet.length : found) * words
    const staying = found === 0 ? stayAtColon : stay
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
