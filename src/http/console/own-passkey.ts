// /console/credentials/passkey: registers a passkey or a security key; the browser's half is a script.
import { OwnDevices } from '../../domain/authentication/index.js'
import { Refusal } from '../../platform/errors.js'
import { spellDevice } from '../middleware/device-events.js'
import { formOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { ConsoleOptions } from './options.js'
import { checkOwnDevices, tellOwner, withOwn, type Own } from './own.js'
import { recordDevice } from './own-device.js'
import { boundTo, isFresh } from './prove.js'
import type { ConsolePage, ConsoleVisit } from './visit.js'

export const passkeyPage = (options: ConsoleOptions): ConsolePage => withOwn((visit, own) => show(visit, own, options))

async function check(visit: ConsoleVisit, own: Own, { rooms }: ConsoleOptions): Promise<void> {
  await checkOwnDevices(visit, own, 'EnableMFADevice')
  if (!rooms.passkeys.isPossible || !OwnDevices.hasRoom(await rooms.devices.list(own.principal), 'passkey')) throw new Refusal('forbidden', 'You cannot add another passkey or security key here.')
}

async function show(visit: ConsoleVisit, own: Own, options: ConsoleOptions, failed?: Failed): Promise<void> {
  await check(visit, own, options)
  const { name = '' } = failed ? formOf(visit.ctx) : {}
  await visit.show('console/own-passkey', { optionsUrl: '/console/credentials/passkey/options', name: name.slice(0, 64), problem: undefined, faults: undefined, retryAfter: undefined, ...failed })
}

/** Answers the page's script: what to ask the browser for. */
export const passkeyOptions = (options: ConsoleOptions): ConsolePage => withOwn(async (visit, own) => {
  if (!await isFresh(visit, own, options)) throw new Refusal('forbidden', 'That took too long. Reload the page and try again.')
  await check(visit, own, options)
  const { principal, userName } = own
  visit.ctx.body = await options.rooms.passkeys.beginRegistration({ principal, userName, displayName: userName }, boundTo(visit))
})

export const addPasskey = (options: ConsoleOptions): ConsolePage => withOwn(async (visit, own) => {
  const { passkey = '', name = '' } = formOf(visit.ctx)
  const isDone = await done(visit, async () => {
    await check(visit, own, options)
    const { id } = await options.rooms.passkeys.finishRegistration({ principal: own.principal }, boundTo(visit), { answer: passkey, name }, (tx, made) =>
      tellOwner(tx, visit, own, { letter: 'factor-added', factor: spellDevice({ kind: 'passkey', name: made.name }), about: { device: made.id } }, options))
    await recordDevice(visit, own, 'EnableMFADevice', { id, kind: 'passkey' }, options)
  }, (failed) => show(visit, own, options, failed))
  if (isDone) visit.goTo('/console/credentials?done=device-added')
})
