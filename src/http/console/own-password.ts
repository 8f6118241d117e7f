// /console/credentials/password: a new password, by somebody who knows the one there is.
import { markOf, type Chooser, type JudgedRule, type NewPasswords } from '../../domain/authentication/index.js'
import type { AuditEvent } from '../../platform/audit/index.js'
import { Refusal } from '../../platform/errors.js'
import { formOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import { aboutSession } from './events.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { ConsoleOptions } from './options.js'
import { endOthers, tellOwner, withOwn, type Own } from './own.js'
import { checkPassword } from './prove.js'
import type { ConsolePage, ConsoleVisit } from './visit.js'

/** True for root users, and where the account's rules or a policy let its users choose their own. */
export async function mayChangePassword(visit: ConsoleVisit, { isRoot, arn }: Own, { rooms }: ConsoleOptions): Promise<boolean> {
  if (isRoot) return true
  const { allowed, reason } = await visit.decide({ action: 'iam:ChangePassword', resource: arn })
  return allowed || (reason !== 'explicit-deny' && (await rooms.passwordPolicies.find(visit.session.accountId))?.allowUsersToChange === true)
}

async function requireChange(visit: ConsoleVisit, own: Own, options: ConsoleOptions): Promise<void> {
  if (!await mayChangePassword(visit, own, options)) throw new Refusal('forbidden', 'In this account only an administrator changes passwords. Ask them for a new one.')
}

const judgeOf = ({ session }: ConsoleVisit, { isRoot }: Own, { rooms }: ConsoleOptions): NewPasswords => (isRoot ? rooms.rootPasswords : rooms.newPasswordsOf(session.accountId))

const chooserOf = ({ ctx }: ConsoleVisit, { principal, userName }: Own): Chooser => ({ principal, ownNames: [userName], address: originOf(ctx).sourceIPAddress })

export const ownPasswordPage = (options: ConsoleOptions): ConsolePage => withOwn(async (visit, own) => {
  await requireChange(visit, own, options)
  await show(visit, own, options)
})

async function show(visit: ConsoleVisit, own: Own, options: ConsoleOptions, failed?: Failed, rules?: JudgedRule[]): Promise<void> {
  const known = rules ?? await judgeOf(visit, own, options).rules(chooserOf(visit, own))
  await visit.show('console/own-password', {
    userName: own.userName, rules: known.map(({ sentence, pattern, met }) => ({ text: sentence, pattern, met })), problem: undefined, faults: undefined, retryAfter: undefined, ...failed,
  })
}

export const changeOwnPassword = (options: ConsoleOptions): ConsolePage => withOwn(async (visit, own) => {
  await requireChange(visit, own, options)
  let rules: JudgedRule[] | undefined
  const isDone = await done(visit, async () => {
    rules = await change(visit, own, options, (judged) => { rules = judged })
  }, (failed) => show(visit, own, options, failed, rules))
  if (isDone) visit.goTo('/console/credentials?done=password')
})

/** Changes the password, or refuses with what is wrong. Nothing about a new one is said to who does not know the old. */
async function change(visit: ConsoleVisit, own: Own, options: ConsoleOptions, tell: (rules: JudgedRule[]) => void): Promise<undefined> {
  const { current = '', password = '', repeated = '' } = formOf(visit.ctx)
  const stored = await checkPassword(visit, own, current, options, 'current')
  const { rules, accepted } = await judgeOf(visit, own, options).judge(password, chooserOf(visit, own))
  tell(rules)
  if (password === current) throw unfit('Choose a password other than the one you have.', 'password')
  if (!accepted) throw unfit('This password does not meet every rule yet.', 'password')
  if (password !== repeated) throw unfit('The two passwords are not the same.', 'repeated')
  const isReplaced = await options.rooms.passwordChanges.replace({ principal: own.principal, proved: markOf(stored), plain: password, address: originOf(visit.ctx).sourceIPAddress }, {
    announce: async (tx) => {
      await options.trail.within(tx).record(eventOf(visit, own))
      await tellOwner(tx, visit, own, { letter: 'password-changed' }, options)
    },
    endSessions: () => endOthers(visit, own, options),
  })
  if (!isReplaced) throw new Refusal('conflict', 'Your password was changed somewhere else in the meantime.')
}

const eventOf = ({ ctx, session }: ConsoleVisit, { isRoot }: Own): AuditEvent => ({
  ...aboutSession(ctx, session),
  ...(isRoot ? { eventName: 'PasswordUpdated', eventSource: 'signin.amazonaws.com', eventType: 'AwsConsoleSignIn', responseElements: { PasswordUpdated: 'Success' } } : { eventName: 'ChangePassword', eventSource: 'iam.amazonaws.com', eventType: 'AwsApiCall' }),
})

const unfit = (message: string, path: string): Refusal => new Refusal('password-unacceptable', message, { faults: [{ path, message }] })
