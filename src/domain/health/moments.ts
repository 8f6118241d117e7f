// Since when something has to be so before it is worth saying.
import type { Executor } from '../../platform/storage/database.js'

export interface Moments {
  /** Who did not sign in since then is stale; none where the trail does not reach back far enough to say so. */
  signedIn: Date | undefined
  oneTime: Date
  keys: Date
  mails: Date
  /** What ends before that ends soon. */
  certificates: Date
}

export const day = 86_400_000
const stale = { usual: 90, least: 30 }
const days = { keys: 90, oneTime: 7, mails: 7, certificates: 30 }

/** Reckons them. Of the time from which events were removed the trail says nothing, and so nobody is called stale for it. */
export async function momentsAt(now: number, sql: Executor): Promise<Moments> {
  const [first] = await sql.query<{ reach: Date | null }>('select case when position > 1 then event_time end as reach from audit_events order by position limit 1')
  const signedIn = Math.max(now - stale.usual * day, first?.reach?.getTime() ?? 0)
  const before = (count: number): Date => new Date(now - count * day)
  return {
    signedIn: signedIn <= now - stale.least * day ? new Date(signedIn) : undefined,
    oneTime: before(days.oneTime), keys: before(days.keys), mails: before(days.mails), certificates: before(-days.certificates),
  }
}
