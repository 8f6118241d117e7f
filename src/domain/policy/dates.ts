// Dates of conditions: ISO 8601 in the forms that W3C profiles, or seconds since 1970.

const iso = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d))?)?)?$/
const epoch = /^-?\d{1,15}(?:\.\d{1,9})?$/

/** Reads a date as milliseconds since 1970; four digits alone are a year. */
export function readDate(text: string): number | undefined {
  const found = iso.exec(text)
  if (!found) return epoch.test(text) ? Number(text) * 1000 : undefined
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part, index) => Number(part ?? (index === 1 || index === 2 ? 1 : 0)))
  if (month! < 1 || month! > 12 || day! < 1 || day! > daysOf(year!, month!)) return undefined
  if (hour! > 23 || minute! > 59 || second! > 60) return undefined
  const fraction = Math.floor(Number(`0.${found[7] ?? '0'}`) * 1000)
  // Date.UTC takes years below 100 for those of the last century; the calendar repeats every 400 years.
  const fourCenturies = 12_622_780_800_000
  return Date.UTC(year! + 400, month! - 1, day, hour, minute, second, fraction) - fourCenturies - offsetOf(found[8] ?? 'Z')
}

const daysOf = (year: number, month: number): number => new Date(Date.UTC(year + 400, month, 0)).getUTCDate()

function offsetOf(zone: string): number {
  if (zone === 'Z') return 0
  const digits = zone.replace(':', '')
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3))
  return minutes * 60_000 * (digits.startsWith('-') ? -1 : 1)
}
