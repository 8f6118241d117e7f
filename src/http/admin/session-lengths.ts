// How long a session may be, as pages offer it: in whole hours, and whatever else is in force by now.
import { spelledSpan } from '../../platform/templates/index.js'

const hour = 3600
const longest = 12

export const usualLength = 'PT1H'

/** Seconds of an ISO 8601 duration of hours, minutes and seconds. */
export function secondsOf(duration: string): number {
  const [, hours = '0', minutes = '0', seconds = '0'] = /^PT(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,6})S)?$/.exec(duration) ?? []
  return Number(hours) * hour + Number(minutes) * 60 + Number(seconds)
}

/** The choices there are, with the one that counts. */
export function lengthChoices(current: string): { value: string; text: string; selected: boolean }[] {
  const now = secondsOf(current)
  const all = [...new Set([...Array.from({ length: longest }, (_, n) => (n + 1) * hour), ...(now > 0 ? [now] : [])])].toSorted((one, other) => one - other)
  return all.map((seconds) => ({ value: `PT${seconds}S`, text: spelledSpan(seconds), selected: seconds === now }))
}
