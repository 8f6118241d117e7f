// What somebody may wish for, and why: the checks of what is typed against the rule that lets them ask.
import { Refusal } from '../../platform/errors.js'
import type { AccessRequest } from './history.js'
import type { Prospect } from './requestable.js'

export interface RequestWish {
  accountId: string
  permissionSetId: string
  /** Seconds. */
  duration: number
  reason: string
}

export const longestReason = 1000
/** The shortest time that can be asked for, in seconds, unless a rule allows only less. */
export const shortestWish = 15 * 60

const closed: Record<Exclude<AccessRequest['state'], 'pending'>, string> = {
  granted: 'It was granted already.',
  denied: 'It was denied already.',
  withdrawn: 'It was taken back.',
  expired: 'Nobody answered it in time.',
  ended: 'It was granted, and has ended.',
  over: 'It was granted, and is over.',
}

/** Refuses a request that is closed. */
export function requirePending({ state }: AccessRequest): void {
  if (state !== 'pending') throw new Refusal('conflict', `This request is closed. ${closed[state]}`)
}

/** Takes a wish as a rule allows it. */
export function checkedWish({ duration, reason }: RequestWish, prospect: Prospect | undefined): { duration: number; reason: string } {
  if (!prospect) throw new Refusal('forbidden', 'You cannot ask for this permission set in this account.')
  const { set, account } = prospect
  if (account.isAssigned) throw new Refusal('conflict', 'You have this already, and need not ask.')
  if (!Number.isInteger(duration) || duration < Math.min(shortestWish, set.longestDuration) || duration > set.longestDuration) throw fault('duration', 'That is no length of time that can be asked for.')
  return { duration, reason: set.reasonRequired || reason.trim() ? checkedReason(reason, 'Please say what you need it for.') : '' }
}

/** Takes a reason; refuses none at all in the words given. */
export function checkedReason(reason: string, sentence: string): string {
  const why = reason.trim()
  if (why === '') throw fault('reason', sentence)
  if ([...why].length > longestReason) throw fault('reason', `Please use at most ${longestReason.toLocaleString('en')} characters.`)
  return why.replaceAll('\0', '').toWellFormed()
}

const fault = (path: string, message: string): Refusal => new Refusal('invalid-input', message, { faults: [{ path, message }] })
