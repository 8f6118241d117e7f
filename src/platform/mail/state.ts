// How mail fares: what waits, when something went out last, and what the mail server had against the rest.
import type { Clock } from '../clock.js'
import type { Executor } from '../storage/database.js'
import { masked } from './compose.js'

export interface MailFault {
  at: Date
  template: string
  /** Enough of the address for its owner to recognise. */
  recipient: string
  sentence: string
  /** False where it is tried again. */
  isOver: boolean
}

export interface MailState {
  waiting: number
  /** Given up within a week. */
  failed: number
  lastSentAt: Date | undefined
  /** The newest first. */
  faults: MailFault[]
}

/** Servers name in their answers whom they refuse. */
const address = /[^\s<>()"',;:]+@[^\s<>()"',;:]+/g

const week = 7 * 86_400_000
const mostFaults = 5

/** Reads it. */
export async function mailState(sql: Executor, clock: Clock): Promise<MailState> {
  const [counts] = await sql.query<{ waiting: string; failed: string; last_sent: Date | null }>(
    `select (select count(*) from mails where state = 'waiting') as waiting, (select count(*) from mails where state = 'failed' and ended_at >= $1) as failed,
       (select max(ended_at) from mails where state = 'sent') as last_sent`, [new Date(clock() - week)])
  const faults = await sql.query<{ at: Date; template: string; recipient: string; fault: string; state: string }>(
    `(select ended_at as at, template, recipient, fault, state from mails where state = 'failed' and fault is not null order by ended_at desc limit ${mostFaults})
     union all (select due_at, template, recipient, fault, state from mails where state = 'waiting' and fault is not null order by due_at desc limit ${mostFaults})
     order by at desc limit ${mostFaults}`)
  return {
    waiting: Number(counts!.waiting), failed: Number(counts!.failed), lastSentAt: counts!.last_sent ?? undefined,
    faults: faults.map(({ at, template, recipient, fault, state }) => ({ at, template, recipient: masked(recipient), sentence: fault.replaceAll(address, masked), isOver: state === 'failed' })),
  }
}
