// /console/switch-role?account=…&roleName=…: works as a role, here or in another account, where its trust policy and one's own
// policies let one. The link only fills in the form: nothing is switched by following it.
import type { Router } from '@koa/router'
import { sessionNameOf } from '../../domain/credentials/index.js'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf } from '../middleware/form.js'
import { startConsole } from './browser-sessions.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { ConsoleOptions } from './options.js'
import { tokenSession } from './token-session.js'
import type { ConsolePage, ConsoleVisit, MakePage } from './visit.js'

/** Mounts the page. */
export function mountSwitchRole(router: Router, page: MakePage, options: ConsoleOptions): void {
  router.get('/switch-role', options.csrf, page((visit) => show(visit, queryOf(visit.ctx), options)))
  router.post('/switch-role', options.csrf, page(switchRole(options)))
}

async function show(visit: ConsoleVisit, { account = '', roleName = '' }: Readonly<Record<string, string>>, { sessions }: ConsoleOptions, failed?: Failed): Promise<void> {
  const { session } = visit
  const asked = /^\d{12}$/.test(digitsOf(account)) ? digitsOf(account) : session.accountId
  const ending = await sessions.findEnding(visit.secret, { kind: 'role', principal: session.principal, accountId: asked, label: roleName })
  await visit.show('console/switch-role', {
    accountTyped: account.slice(0, 63), roleName: roleName.slice(0, 128), isRoot: session.kind === 'root',
    ending: ending && { label: ending.label, account: { id: ending.accountId, name: ending.accountName } }, problem: undefined, faults: undefined, retryAfter: undefined, ...failed,
  })
}

const digitsOf = (account: string): string => account.replace(/[\s-]/g, '')

const switchRole = (options: ConsoleOptions): ConsolePage => async (visit) => {
  const form = formOf(visit.ctx)
  let home = ''
  const isDone = await done(visit, async () => {
    home = await assume(visit, form, options)
  }, (failed) => show(visit, form, options, failed))
  if (isDone) visit.goTo(home)
}

/** The same words whether there is no such role or it does not trust whoever asks. */
const refused = (): Refusal => new Refusal('invalid-input', 'You may not work as that role: there is none of that name, it does not trust you, or your own policies do not let you.')

async function assume(visit: ConsoleVisit, { account = '', roleName = '' }: Readonly<Record<string, string>>, options: ConsoleOptions): Promise<string> {
  const { session, ctx } = visit
  const name = roleName.trim().replace(/^\//, '')
  const accountId = await accountOf(account.trim(), options)
  if (!accountId || !/^[!-~]{1,512}$/.test(name)) throw refused()
  const role = name.includes('/') ? undefined : await options.rooms.roles.find(accountId, name)
  const roleArn = role?.arn ?? `arn:aws:iam::${accountId}:role/${name}`
  const isChained = session.kind === 'role'
  const left = Math.floor((session.expiresAt - options.clock()) / 1000)
  const seconds = Math.max(900, Math.min(isChained ? 3600 : role?.maxSessionDuration ?? 3600, left))
  const content = await options.actions.assumeRole(ctx, session, new Map([['RoleArn', roleArn], ['RoleSessionName', session.role?.sessionName ?? sessionNameOf(session.userName)], ['DurationSeconds', String(seconds)]]))
    .catch((error: unknown) => { throw error instanceof Refusal && error.code === 'forbidden' ? refused() : error })
  const opening = tokenSession(content, {
    via: 'switch-role', roleArn, principal: session.principal, userName: session.userName, expiresAt: Math.min(content.expiresAt, session.expiresAt),
    ...(session.mfaAt !== undefined && { mfaAt: session.mfaAt }), ...(session.region && { region: session.region }),
  })
  return startConsole(ctx, opening!, options, { switchFrom: session.arn, redirectTo: new URL('/console', options.publicUrl).href })
}

/** By its id, spelled in whatever way, or by its alias. */
async function accountOf(account: string, { rooms }: ConsoleOptions): Promise<string | undefined> {
  const digits = digitsOf(account)
  if (/^\d{12}$/.test(digits)) return digits
  return /^[a-z0-9-]{3,63}$/.test(account) ? (await rooms.accounts.findByAlias(account))?.id : undefined
}
