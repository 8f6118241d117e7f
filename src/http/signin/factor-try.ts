// One try at a second factor, whatever its kind: counted before it is looked at, written into the trail, and put on the attempt.
import type { FactorTry } from '../../domain/authentication/index.js'
import type { Way } from '../../domain/sessions/index.js'
import { Refusal } from '../../platform/errors.js'
import { knownBrowsers } from './known-browser.js'
import type { SigninOptions } from './signin.js'
import type { AskedFor, Visit } from './steps.js'

/** Why a try did not prove anything, for its page. */
export interface FailedTry {
  problem: string
  status: number
  /** Which try at this challenge it was. */
  tries: number
  /** No more tries are taken until one starts again. */
  isOver: boolean
  retryAfter: number | undefined
}

/** Makes what takes a try, and what the trail calls it where that is not its way: `look` says what is wrong with it, or nothing. Returns nothing once the proof is on the attempt. */
export function factorTry({ factorTries, clock, secure }: SigninOptions, asked?: AskedFor) {
  const known = knownBrowsers(secure)
  return async ({ ctx, attempt, events, ...here }: Visit, way: Way, look: (principal: string) => Promise<string | undefined>): Promise<FailedTry | undefined> => {
    const credential = asked ?? way
    const principal = here.principal!
    const one: FactorTry = { principal, challenge: challengeOf(attempt), browser: known.find(ctx, here.mark) }
    try {
      const tries = await factorTries.begin(one)
      await events.challenged(credential, { id: attempt.userId!, userName: attempt.userName! })
      const problem = await look(principal)
      if (!problem) await factorTries.check(one)
      await events.verified(credential, problem ? 'Failure' : 'Success', attempt.userId)
      if (problem) {
        await factorTries.failed(one)
        return { problem, status: 401, tries, isOver: false, retryAfter: undefined }
      }
      await factorTries.succeeded(one)
      attempt.proofs = [...attempt.proofs, { way, provedAt: clock() }]
      return undefined
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'too-many-attempts') throw error
      await events.verified(credential, 'Failure', attempt.userId, { Reason: 'TooManyTries' })
      return { problem: error.message, status: 429, tries: 0, isOver: true, retryAfter: error.retryAfter }
    }
  }
}

/** A challenge is one attempt since its last proof: whoever proves the first factor again gets another. */
const challengeOf = ({ id, workflowId, proofs }: Visit['attempt']): string => JSON.stringify([id, workflowId, Math.max(0, ...proofs.map(({ provedAt }) => provedAt))])

/** Shows a page again with what was wrong. */
export function failedModel(ctx: Visit['ctx'], { problem, status, isOver, retryAfter }: FailedTry, field: string): object {
  ctx.status = status
  if (retryAfter) ctx.set('Retry-After', String(retryAfter))
  return { problem, faults: isOver ? undefined : [{ path: field, message: problem }], isOver }
}

/** What every page of the second factor shows. */
export const commonModel = ({ attempt, situation, home, helpers }: Visit): object => ({
  hasCodes: situation.devices.recoveryCodes > 0, userName: attempt.userName, notYouUrl: `${home}/restart`, helpers, problem: undefined, faults: undefined, isOver: false,
})
