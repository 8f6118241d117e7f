// /start/security/password: a new password, by somebody who knows the one there is.
import { markOf, userPrincipal, type Chooser, type JudgedRule, type StoredPassword } from '../../domain/authentication/index.js'
import type { AuditEvent } from '../../platform/audit/index.js'
import { Refusal, type Fault } from '../../platform/errors.js'
import type { Executor } from '../../platform/storage/database.js'
import { formOf, queryOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import { aboutVisit } from './events.js'
import type { Page, PortalOptions, Visit } from './portal.js'
import { endOthers } from './security-sessions.js'

const longestPassword = 1024

export function passwordPage(options: PortalOptions): Page {
  return async (here) => show(here, options, { late: queryOf(here.ctx).late === '1' })
}

interface Shown {
  /** The rules as they were found to be met. */
  rules?: JudgedRule[]
  faults?: Fault[]
  refusal?: Refusal
  late?: boolean
  endOthers?: boolean
}

async function show(here: Visit, options: PortalOptions, { rules, faults = [], refusal, late = false, endOthers: ends = true }: Shown): Promise<void> {
  const [plainRules, stored, sessions] = await Promise.all([options.newPasswords.rules(chooserOf(here)), options.passwords.find(userPrincipal(here.user.id)), options.sessions.list(here.user.id)])
  await here.show('portal/security-password', {
    hasPassword: stored !== undefined,
    rules: (rules ?? plainRules).map(({ sentence, pattern, met }) => ({ text: sentence, pattern, met })),
    others: sessions.filter(({ uid }) => uid !== here.sessionUid).length,
    endOthers: ends,
    late,
    problem: refusal?.message ?? (faults.length > 1 ? 'Two things need another look.' : faults[0]?.message),
    faults: faults.length > 0 ? faults : undefined,
    retryAfter: refusal?.retryAfter,
  })
}

const chooserOf = ({ ctx, user }: Visit): Chooser & { principal: string } =>
  ({ principal: userPrincipal(user.id), ownNames: [user.userName, user.givenName ?? '', user.familyName ?? ''], address: originOf(ctx).sourceIPAddress })

export function changePassword(options: PortalOptions): Page {
  return async (here) => {
    const { ctx } = here
    const ends = formOf(ctx).endOthers === 'on'
    try {
      const { rules, faults } = await change(here, options)
      if (faults.length > 0) {
        ctx.status = 422
        return await show(here, options, { ...(rules && { rules }), faults, endOthers: ends })
      }
    } catch (error) {
      if (!(error instanceof Refusal) || !['too-many-attempts', 'busy'].includes(error.code)) throw error
      ctx.status = error.code === 'busy' ? 503 : 429
      if (error.retryAfter) ctx.set('Retry-After', String(error.retryAfter))
      return show(here, options, { refusal: error, endOthers: ends })
    }
    ctx.status = 303
    ctx.redirect('/start/security?done=password')
  }
}

/** Changes the password, or says what is wrong with the form. Nothing about a new one is said to who does not know the old. */
async function change(here: Visit, options: PortalOptions): Promise<{ rules?: JudgedRule[]; faults: Fault[] }> {
  const { ctx } = here
  const ends = formOf(ctx).endOthers === 'on'
  const { passwordChanges, newPasswords } = options
  const { password = '', current = '', repeated = '' } = formOf(ctx)
  const chooser = chooserOf(here)
  const stored = await checkCurrent(here, current, options)
  if (!stored) return { faults: [{ path: 'current', message: 'This is not the password you have now.' }] }
  const { rules, accepted } = await newPasswords.judge(password, chooser)
  const faults: Fault[] = []
  if (password === current) faults.push({ path: 'password', message: 'Choose a password other than the one you have.' })
  else if (!accepted) faults.push({ path: 'password', message: 'This password does not meet every rule yet.' })
  if (password !== repeated) faults.push({ path: 'repeated', message: 'The two passwords are not the same.' })
  if (faults.length > 0) return { rules, faults }
  const replacement = { principal: chooser.principal, proved: markOf(stored), plain: password, address: chooser.address }
  if (!await passwordChanges.replace(replacement, { announce: (tx) => announce(here, options, tx), endSessions: ends ? async () => void (await endOthers(here, options)) : undefined })) throw new Refusal('conflict', 'Your password was changed somewhere else in the meantime.')
  return { faults }
}

/** The event and the letter, in the transaction of the change. */
async function announce(here: Visit, options: PortalOptions, tx: Executor): Promise<void> {
  await options.trail.within(tx).record(eventOf(here, 'Success'))
  await options.notify(here.ctx, here.user.id, { letter: 'password-changed' }, tx)
}

/** The password as it is kept, if this is it. Guesses count for this session alone: they delay nobody who signs in. */
async function checkCurrent(here: Visit, current: string, options: PortalOptions): Promise<StoredPassword | undefined> {
  const { ctx, user, sessionUid } = here
  const { passwords, throttle } = options
  const address = originOf(ctx).sourceIPAddress
  const attempted = { name: user.userName, address, browser: `session ${sessionUid}` }
  const turn = await throttle.check(attempted)
  const stored = await passwords.check(userPrincipal(user.id), current.slice(0, longestPassword), address)
  if (stored) {
    // Of many guesses at once, none may count once the others have failed.
    await throttle.check(attempted, turn)
    await throttle.succeeded(attempted)
  } else {
    await options.trail.record(eventOf(here, 'Failure'))
    await throttle.failed(attempted, turn)
  }
  return stored
}

const eventOf = (here: Visit, outcome: 'Success' | 'Failure'): AuditEvent =>
  ({ ...aboutVisit(here), eventName: 'UpdatePassword', eventSource: 'sso-directory.amazonaws.com', outcome, serviceEventDetails: { UpdatePassword: outcome } })
