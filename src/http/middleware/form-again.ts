// Forms: what they ask for is done, or the page comes again with what was wrong.
import type { Context } from 'koa'
import { Refusal, type Fault, type RefusalCode } from '../../platform/errors.js'

/** What a page shows of a form that failed. */
export interface Failed {
  problem: string
  faults: Fault[] | undefined
  retryAfter: number | undefined
}

/** Refusals that a form can mend, and what they are answered with; any other is a page of its own. */
const mendable: Partial<Record<RefusalCode, number>> = {
  'invalid-input': 422, conflict: 409, 'in-use': 409, 'limit-exceeded': 409, 'policy-malformed': 422, 'password-unacceptable': 422, 'credentials-wrong': 401, 'not-found': 404, 'too-many-attempts': 429, busy: 503, expired: 422,
}

/** Does what a form asks for: true once it is done, else `again` has shown what was wrong. */
export async function done({ ctx }: { ctx: Context }, work: () => Promise<unknown>, again: (failed: Failed) => Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    const status = error instanceof Refusal ? mendable[error.code] : undefined
    if (!(error instanceof Refusal) || status === undefined) throw error
    ctx.status = status
    if (error.retryAfter) ctx.set('Retry-After', String(error.retryAfter))
    await again({ problem: error.message, faults: error.faults.length > 0 ? error.faults : undefined, retryAfter: error.retryAfter })
    return false
  }
}
