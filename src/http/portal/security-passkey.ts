// /start/security/devices/passkey: registers a passkey or a security key; the browser's half is a script.
import { createHash } from 'node:crypto'
import { userPrincipal, type PasskeyCeremonies } from '../../domain/authentication/index.js'
import { Refusal, type Fault } from '../../platform/errors.js'
import { spellDevice } from '../middleware/device-events.js'
import { formOf, queryOf } from '../middleware/form.js'
import { isFresh } from './fresh-proof.js'
import type { Page, PortalOptions, Visit } from './portal.js'
import { addable, record } from './security-devices.js'

/** What the page needs of whoever keeps passkeys. */
export type PortalPasskeys = Pick<PasskeyCeremonies, 'isPossible' | 'beginRegistration' | 'finishRegistration'>

/** Ties what is asked of the browser to this session and this browser. */
const boundTo = ({ ctx, sessionUid }: Visit): string => `session ${sessionUid} ${createHash('sha256').update(ctx.state.csrf as string).digest('base64url')}`

export const passkeyPage = (options: PortalOptions): Page => (here) => show(here, options, { late: queryOf(here.ctx).late === '1' })

async function show(here: Visit, options: PortalOptions, { fault, name = '', late = false }: { fault?: Fault; name?: string; late?: boolean } = {}): Promise<void> {
  await checkAddable(here, options)
  await here.show('portal/security-passkey', { optionsUrl: '/start/security/devices/passkey/options', name, late, problem: fault?.message, faults: fault?.path ? [fault] : undefined })
}

async function checkAddable({ user }: Visit, options: PortalOptions): Promise<void> {
  const { types } = await options.mfa()
  if (!addable(await options.devices.list(userPrincipal(user.id)), types, options).passkey) throw new Refusal('conflict', 'You cannot add another passkey or security key here.')
}

/** Answers the page's script: what to ask the browser for. */
export function passkeyOptions(options: PortalOptions): Page {
  return async (here) => {
    if (!await isFresh(here, options)) throw new Refusal('forbidden', 'That took too long. Reload the page and try again.')
    await checkAddable(here, options)
    const { id, userName, displayName } = here.user
    here.ctx.body = await options.passkeys.beginRegistration({ principal: userPrincipal(id), userName, displayName }, boundTo(here))
  }
}

export function addPasskey(options: PortalOptions): Page {
  return async (here) => {
    const { ctx, user } = here
    const { passkey = '', name = '' } = formOf(ctx)
    try {
      await checkAddable(here, options)
      await options.passkeys.finishRegistration({ principal: userPrincipal(user.id) }, boundTo(here), { answer: passkey, name }, async (tx, added) => {
        await options.notify(ctx, user.id, { letter: 'factor-added', factor: spellDevice({ kind: 'passkey', name: added.name }), about: { device: added.id } }, tx)
        await record(here, options.trail.within(tx), 'added', { id: added.id, kind: 'passkey' }, { after: { name: added.name } })
      })
    } catch (error) {
      if (!(error instanceof Refusal) || !['invalid-input', 'expired'].includes(error.code)) throw error
      ctx.status = 422
      return show(here, options, { fault: { path: '', message: error.message }, name: name.slice(0, 64) })
    }
    ctx.status = 303
    ctx.redirect('/start/security?done=device-added')
  }
}
