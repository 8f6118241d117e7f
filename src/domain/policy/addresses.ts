// Addresses and ranges of IPv4 and IPv6, as numbers of 32 bits: no text is compared.

export interface Range {
  readonly words: readonly number[]
  readonly bits: number
}

/** Reads an address; an IPv4 address written as IPv6 is the IPv4 address. */
export function readAddress(text: string): readonly number[] | undefined {
  const words = text.includes(':') ? readV6(text) : readV4(text)
  if (words?.length === 4 && words[0] === 0 && words[1] === 0 && words[2] === 0xffff) return [words[3]!]
  return words
}

/** Reads an address or a range such as `203.0.113.0/24`. */
export function readRange(text: string): Range | undefined {
  const [address = '', bits, ...rest] = text.split('/')
  const words = rest.length === 0 ? readAddress(address) : undefined
  if (!words) return undefined
  const most = words.length * 32
  if (bits === undefined) return { words, bits: most }
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most ? { words, bits: Number(bits) } : undefined
}

/** Says whether an address lies in a range; addresses of the other kind never do. */
export function isWithin(range: Range, address: readonly number[]): boolean {
  if (address.length !== range.words.length) return false
  return range.words.every((word, index) => {
    const bits = Math.min(32, Math.max(0, range.bits - index * 32))
    return bits === 0 || ((word ^ address[index]!) >>> (32 - bits)) === 0
  })
}

function readV4(text: string): number[] | undefined {
  const parts = text.split('.', 5)
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return undefined
  return [parts.reduce((word, part) => word * 256 + Number(part), 0)]
}

function readV6(text: string): number[] | undefined {
  if (text.length > 45) return undefined
  const halves = text.split('::')
  const [head, tail] = halves.map(groupsOf)
  if (!head || halves.length > 2) return undefined
  if (halves.length === 1) return head.length === 8 ? wordsOf(head) : undefined
  if (!tail || head.length + tail.length > 7) return undefined
  return wordsOf([...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail])
}

function groupsOf(half: string): number[] | undefined {
  if (half === '') return []
  const groups: number[] = []
  for (const [index, part] of half.split(':').entries()) {
    if (part.includes('.') && index === half.split(':').length - 1) {
      const [word] = readV4(part) ?? []
      if (word === undefined) return undefined
      groups.push(word >>> 16, word & 0xffff)
    } else if (/^[\da-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16))
    else return undefined
  }
  return groups
}

const wordsOf = (groups: readonly number[]): number[] =>
  [0, 2, 4, 6].map((index) => (groups[index]! * 65_536) + groups[index + 1]!)
