// Lengths of time as the file writes them: `15m`, `8h`, `90d`. Inside the house they are whole seconds.

const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Reads a length of time as seconds; undefined where the text is not one. */
export function parseDuration(text: string): number | undefined {
  const match = /^([1-9]\d{0,8})([smhd])$/.exec(text)
  const size = units[match?.[2] ?? '']
  return match && size ? Number(match[1]) * size : undefined
}

/** Writes seconds in the largest unit that divides them; from one day to the next, hours read better than days. */
export function formatDuration(seconds: number): string {
  for (const [unit, size] of Object.entries(units).toReversed()) {
    if (seconds % size === 0 && (unit !== 'd' || seconds >= 2 * size)) return `${seconds / size}${unit}`
  }
  return `${seconds}s`
}
