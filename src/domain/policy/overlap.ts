// Patterns against patterns: whether everything that one means is meant by another, and whether there is anything that both
// mean. A variable may stand for anything, so nothing is told of it that would have to be certain.

/** Says whether every action that `narrow` means is meant by `wide`; where that is not certain it says no. */
export const coversAction = (wide: string, narrow: string): boolean => covers(actionOf(wide), actionOf(narrow))

/** Says whether there may be an action that both mean. */
export const meetsAction = (one: string, other: string): boolean => meets(actionOf(one), actionOf(other))

/** Says the same of resources, whose wildcards stay within a part of an ARN. */
export const coversResource = (wide: string, narrow: string): boolean => wide === narrow || wide === '*' || (!hasVariable(wide) && !hasVariable(narrow) && byParts(wide, narrow, covers))

/** Says of resources whether there may be one that both mean. */
export const meetsResource = (one: string, other: string): boolean => one === '*' || other === '*' || hasVariable(one) || hasVariable(other) || byParts(one, other, meets)

const actionOf = (action: string): string => (action === '*:*' ? '*' : action.toLowerCase())
const hasVariable = (pattern: string): boolean => pattern.includes('${')

function byParts(one: string, other: string, compare: (one: string, other: string) => boolean): boolean {
  const [parts, others] = [partsOf(one), partsOf(other)]
  return parts.length === others.length && parts.every((part, at) => compare(part, others[at]!))
}

/** The six parts of an ARN; the last may have colons in it. */
function partsOf(arn: string): string[] {
  const parts = arn.split(':')
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')]
}

/** A wildcard of `narrow` counts as a character that only a wildcard of `wide` takes: never yes where it is no. */
function covers(wide: string, narrow: string): boolean {
  let reached = new Set([0])
  for (const sign of narrow) {
    const next = new Set<number>()
    for (const at of throughMany(wide, reached)) {
      if (wide[at] === '*') next.add(at)
      else if (wide[at] === sign || (wide[at] === '?' && sign !== '*')) next.add(at + 1)
    }
    reached = next
  }
  return throughMany(wide, reached).has(wide.length)
}

/** Adds the places after each `*`, which may mean nothing at all. */
function throughMany(pattern: string, places: Iterable<number>): Set<number> {
  const all = new Set(places)
  for (const at of all) if (pattern[at] === '*') all.add(at + 1)
  return all
}

const isWild = (sign: string | undefined): boolean => sign === '*' || sign === '?'

function meets(one: string, other: string): boolean {
  for (let at = 0; at < Math.min(one.length, other.length) && one[at] !== '*' && other[at] !== '*'; at += 1) {
    if (one[at] !== other[at] && !isWild(one[at]) && !isWild(other[at])) return false
  }
  // From the end: whether what is left of one and what is left of the other have something in common.
  let below: boolean[] = []
  for (let i = one.length; i >= 0; i -= 1) {
    const row: boolean[] = []
    for (let j = other.length; j >= 0; j -= 1) {
      const ends = i === one.length && j === other.length
      const skips = (one[i] === '*' && below[j] === true) || (other[j] === '*' && row[j + 1] === true)
      const steps = i < one.length && j < other.length && (takes(one[i]!, other[j]!) && below[j + 1] === true || one[i] === '*' && row[j + 1] === true || other[j] === '*' && below[j] === true)
      row[j] = ends || skips || steps
    }
    below = row
  }
  return below[0] === true
}

const takes = (one: string, other: string): boolean => one === other || isWild(one) || isWild(other)
