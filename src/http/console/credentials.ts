// /console/credentials: one's own password, devices and access keys, for root users and IAM users.
import type { Router } from '@koa/router'
import { mostAccessKeys } from '../../domain/accounts/index.js'
import { mostDevices, OwnDevices } from '../../domain/authentication/index.js'
import { formOf, queryOf } from '../middleware/form.js'
import { askUrl, changeThing, thingPage, type Changes, type ShowThing, type Thing } from './changes.js'
import { wishesFor } from './entity-models.js'
import { keyRow } from './keys.js'
import { newKeyPage } from './new-key.js'
import type { ConsoleOptions } from './options.js'
import { ownOf, type Own } from './own.js'
import { addApp, appPage } from './own-app.js'
import { clockPage, matchClock } from './own-clock.js'
import { codesPage, makeCodes } from './own-codes.js'
import { changeDevice, devicePage } from './own-device.js'
import { addPasskey, passkeyOptions, passkeyPage } from './own-passkey.js'
import { changeOwnPassword, mayChangePassword, ownPasswordPage } from './own-password.js'
import { prove, proveOptions, provePage, withFreshProof } from './prove.js'
import type { ConsolePage, ConsoleVisit, MakePage } from './visit.js'

const path = '/console/credentials'

const changes: Changes = {
  UpdateAccessKey: { fields: ['AccessKeyId', 'Status'], done: 'The access key is changed.' },
  DeleteAccessKey: {
    fields: ['AccessKeyId'], done: 'The access key is deleted.',
    ask: { title: 'Delete access key', text: ({ AccessKeyId = '' }) => `${AccessKeyId} is gone for good. Whatever still uses it stops working.`, button: 'Delete it' },
  },
}

const said: ReadonlyMap<string, string> = new Map([
  ['password', 'Your password is changed, and your other sessions have ended.'], ['device-added', 'The device is added. You are asked for it from the next sign-in on.'],
  ['device-renamed', 'The device has its new name.'], ['device-removed', 'The device is removed.'], ['device-matched', 'The clock is matched. The codes of the device count again.'],
])

interface OwnThing extends Thing {
  own: Own
}

/** Mounts the pages of one's own credentials, and the one that asks for a fresh proof. */
export function mountCredentials(router: Router, page: MakePage, options: ConsoleOptions): void {
  const { csrf } = options
  const fresh = (one: ConsolePage): ReturnType<MakePage> => page(withFreshProof(one, options))
  const credentials = { changes, find, show: show(options) }
  router.get('/credentials', csrf, page(thingPage(credentials)))
  router.post('/credentials', csrf, page(changeThing(credentials)))
  const newKey = newKeyPage(find)
  // The file brings its secret along: there is nothing left to protect.
  router.post('/credentials/keys', csrf, page((visit) => (formOf(visit.ctx).secret === undefined ? withFreshProof(newKey, options)(visit) : newKey(visit))))
  router.get('/credentials/password', csrf, page(ownPasswordPage(options)))
  router.post('/credentials/password', csrf, page(changeOwnPassword(options)))
  router.get('/credentials/app', csrf, fresh(appPage(options)))
  router.post('/credentials/app', csrf, fresh(addApp(options)))
  router.get('/credentials/passkey', csrf, fresh(passkeyPage(options)))
  router.post('/credentials/passkey', csrf, fresh(addPasskey(options)))
  router.post('/credentials/passkey/options', csrf, page(passkeyOptions(options)))
  router.get('/credentials/devices/:id', csrf, fresh(devicePage(options)))
  router.post('/credentials/devices/:id', csrf, fresh(changeDevice(options)))
  router.get('/credentials/devices/:id/clock', csrf, fresh(clockPage(options)))
  router.post('/credentials/devices/:id/clock', csrf, fresh(matchClock(options)))
  router.get('/credentials/recovery-codes', csrf, fresh(codesPage(options)))
  router.post('/credentials/recovery-codes', csrf, fresh(makeCodes(options)))
  router.get('/prove', csrf, page(provePage(options)))
  router.post('/prove', csrf, page(prove(options)))
  router.post('/prove/options', csrf, page(proveOptions(options)))
}

const find = (visit: ConsoleVisit): Promise<OwnThing> => Promise.resolve({ path, title: 'My security credentials', fixed: {}, own: ownOf(visit) })

const show = (options: ConsoleOptions): ShowThing<OwnThing> => async (visit, thing, { done, failed }) => {
  const { own } = thing
  const [can, denied] = await Promise.all([
    visit.may(wishesFor(own.arn, ['ListAccessKeys', 'CreateAccessKey', 'UpdateAccessKey', 'DeleteAccessKey'])), visit.decide({ action: 'iam:EnableMFADevice', resource: own.arn }),
  ])
  const [profile, devices, keys, canChange] = await Promise.all([
    options.rooms.passwords.findProfile(own.principal), deviceModel(visit, own, options), can.ListAccessKeys ? keysModel(thing, can, options) : undefined, mayChangePassword(visit, own, options),
  ])
  const query = visit.ctx.method === 'GET' ? queryOf(visit.ctx) : {}
  await visit.show('console/credentials', {
    done: said.get(query.done ?? '') ?? done, late: query.late === '1', isRoot: own.isRoot, action: path, changedAt: profile?.changedAt.toISOString(), canChange,
    own: { ...devices, canAdd: denied.reason !== 'explicit-deny' }, keys, problem: undefined, faults: undefined, retryAfter: undefined, ...failed,
  })
}

async function deviceModel({ session }: ConsoleVisit, own: Own, { rooms }: ConsoleOptions): Promise<object> {
  const [devices, codesLeft, enabled] = await Promise.all([
    rooms.devices.list(own.principal), rooms.recoveryCodes.count(own.principal), rooms.virtualDevices.listOf(session.accountId, { principal: own.principal, userName: own.isRoot ? 'root' : own.userName }),
  ])
  const serials = new Map(enabled.map(({ id, serial }) => [id, serial]))
  return {
    most: mostDevices, codesLeft, hasRoomForApp: OwnDevices.hasRoom(devices, 'totp'), hasRoomForPasskey: OwnDevices.hasRoom(devices, 'passkey') && rooms.passkeys.isPossible,
    rows: devices.map(({ id, name, kind, createdAt, lastUsedAt }) => ({
      url: `${path}/devices/${id}`, clockUrl: kind === 'totp' ? `${path}/devices/${id}/clock` : undefined, name, kind: kind === 'totp' ? 'authenticator app' : 'passkey or security key', serial: serials.get(id), addedAt: createdAt.toISOString(), usedAt: lastUsedAt?.toISOString(),
    })),
  }
}

async function keysModel(thing: OwnThing, can: Record<string, boolean>, { rooms }: ConsoleOptions): Promise<object> {
  await rooms.keyUses.flush()
  const keys = await rooms.keys.list(thing.own.owner)
  return {
    most: mostAccessKeys, createUrl: can.CreateAccessKey && keys.length < mostAccessKeys ? `${path}/keys` : undefined,
    rows: keys.map((key) => keyRow(key, { canUpdate: can.UpdateAccessKey ?? false, removeUrl: askUrl(can.DeleteAccessKey ?? false, thing, 'DeleteAccessKey', { AccessKeyId: key.id }) })),
  }
}
