// /console/settings: the account's alias, the rules for its users' passwords, its root address, and its end.
import type { Router } from '@koa/router'
import { usualAccountPolicy, type AccountPasswordPolicy } from '../../domain/accounts/index.js'
import { formOf, queryOf } from '../middleware/form.js'
import type { Wish } from '../middleware/asking.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { ConsoleOptions } from './options.js'
import { mountClosing } from './close-account.js'
import { mountRootEmail } from './root-email.js'
import type { ConsolePage, ConsoleVisit, MakePage } from './visit.js'

const said: ReadonlyMap<string, string> = new Map([['alias', 'The alias is saved.'], ['no-alias', 'The alias is removed.'], ['rules', 'The rules for passwords are saved.'], ['no-rules', 'The usual rules for passwords count again.'], ['email', 'The root user has its new address.']])

/** Mounts the page and those behind it. */
export function mountSettings(router: Router, page: MakePage, options: ConsoleOptions): void {
  const { csrf } = options
  router.get('/settings', csrf, page((visit) => show(visit, options)))
  router.post('/settings/alias', csrf, page(changeAlias(options)))
  router.post('/settings/passwords', csrf, page(changeRules(options)))
  mountRootEmail(router, page, options)
  mountClosing(router, page, options)
}

const wishes = () => {
  const iam = (action: string): Wish => ({ action: `iam:${action}`, resource: '*' })
  return {
    alias: iam('ListAccountAliases'), setAlias: iam('CreateAccountAlias'), removeAlias: iam('DeleteAccountAlias'), rules: iam('GetAccountPasswordPolicy'), setRules: iam('UpdateAccountPasswordPolicy'),
    removeRules: iam('DeleteAccountPasswordPolicy'), email: { action: 'account:GetPrimaryEmail', resource: '*' }, setEmail: { action: 'account:StartPrimaryEmailUpdate', resource: '*' }, close: { action: 'account:CloseAccount', resource: '*' },
  }
}

async function show(visit: ConsoleVisit, { rooms }: ConsoleOptions, { failed, typed }: { failed?: Failed; typed?: { alias?: string; rules?: AccountPasswordPolicy } } = {}): Promise<void> {
  const { accountId } = visit.session
  const can = await visit.may(wishes())
  if (!can.alias && !can.rules && !can.email) await visit.require(wishes().rules)
  const [account, rules] = await Promise.all([rooms.accounts.get(accountId), can.rules ? rooms.passwordPolicies.find(accountId) : undefined])
  await visit.show('console/settings', {
    done: said.get(visit.ctx.method === 'GET' ? queryOf(visit.ctx).done ?? '' : ''),
    alias: can.alias ? { current: account.alias, typed: typed?.alias ?? account.alias ?? '', canSet: can.setAlias, canRemove: can.removeAlias && account.alias !== undefined } : undefined,
    rules: can.rules ? { own: rules !== undefined, canSet: can.setRules, canRemove: can.removeRules && rules !== undefined, kinds: kindsOf(rules ?? usualAccountPolicy), ...(typed?.rules ?? rules ?? usualAccountPolicy) } : undefined,
    email: can.email ? { current: account.email, changeUrl: can.setEmail ? '/console/settings/email' : undefined } : undefined,
    closeUrl: can.close && !account.management ? '/console/settings/close' : undefined,
    problem: undefined, faults: undefined, retryAfter: undefined, ...failed,
  })
}

/** The kinds of characters that a password must have, in words. */
const kindsOf = ({ requireUppercase, requireLowercase, requireNumbers, requireSymbols }: AccountPasswordPolicy): string =>
  [requireUppercase && 'a capital letter', requireLowercase && 'a small letter', requireNumbers && 'a digit', requireSymbols && 'another character'].filter(Boolean).join(', ')

const changeAlias = (options: ConsoleOptions): ConsolePage => async (visit) => {
  const { AccountAlias = '', change } = formOf(visit.ctx)
  const isRemoval = change === 'DeleteAccountAlias'
  const isDone = await done(visit, () => visit.run(isRemoval ? 'DeleteAccountAlias' : 'CreateAccountAlias', { AccountAlias: AccountAlias.trim() }), (failed) => show(visit, options, { failed, typed: { alias: AccountAlias } }))
  if (isDone) visit.goTo(`/console/settings?done=${isRemoval ? 'no-alias' : 'alias'}`)
}

const flags = {
  RequireSymbols: 'requireSymbols', RequireNumbers: 'requireNumbers', RequireUppercaseCharacters: 'requireUppercase', RequireLowercaseCharacters: 'requireLowercase', AllowUsersToChangePassword: 'allowUsersToChange', HardExpiry: 'hardExpiry',
} as const

const changeRules = (options: ConsoleOptions): ConsolePage => async (visit) => {
  const form = formOf(visit.ctx)
  const isRemoval = form.change === 'DeleteAccountPasswordPolicy'
  const { MinimumPasswordLength = '', MaxPasswordAge = '', PasswordReusePrevention = '' } = form
  const ticked = Object.fromEntries(Object.keys(flags).map((flag) => [flag, String(form[flag] === 'on')]))
  const typed = {
    ...Object.fromEntries(Object.entries(flags).map(([flag, name]) => [name, form[flag] === 'on'])), minimumLength: numberIn(MinimumPasswordLength), maxAge: numberIn(MaxPasswordAge), reusePrevention: numberIn(PasswordReusePrevention),
  } as unknown as AccountPasswordPolicy
  const isDone = await done(visit, () => (isRemoval ? visit.run('DeleteAccountPasswordPolicy', {}) : visit.run('UpdateAccountPasswordPolicy', { MinimumPasswordLength, MaxPasswordAge, PasswordReusePrevention, ...ticked })),
    (failed) => show(visit, options, { failed, ...(!isRemoval && { typed: { rules: typed } }) }))
  if (isDone) visit.goTo(`/console/settings?done=${isRemoval ? 'no-rules' : 'rules'}`)
}

const numberIn = (text: string): number => (/^\d{1,4}$/.test(text) ? Number(text) : 0)
