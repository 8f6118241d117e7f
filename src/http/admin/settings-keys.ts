// /admin/settings/keys: the keys that we sign with and open messages by, and the change from one to the next.
import type { Router } from '@koa/router'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf, type Form } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { addressOf } from '../middleware/listing.js'
import type { AdminOptions } from './options.js'
import { isReady, setModel, warningOf, words, type SetAnswer } from './settings-keys-model.js'
import { settingsUrl, tabLinks } from './settings-tabs.js'
import { nothingFailed } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

const url = settingsUrl('keys')
const wish = { action: 'gatehouse:RotateSigningKeys', resource: '*' }

/** Mounts the page. Whoever changes what is believed of us everywhere proves first who they are. */
export function mountKeys(router: Router, page: MakePage, { csrf, clock, findProofUrl }: AdminOptions): void {
  const proved = (work: (visit: AdminVisit) => Promise<void>): AdminPage => async (visit) => {
    await visit.require(wish)
    const proofUrl = await findProofUrl(visit.ctx, visit.session, visit.ctx.method === 'POST' ? url : visit.ctx.url)
    await (proofUrl === undefined ? work(visit) : visit.goTo(proofUrl))
  }
  router.get('/settings/keys', csrf, page((visit) => show(visit, clock())))
  router.get('/settings/keys/change', csrf, page(proved((visit) => ask(visit, clock()))))
  router.post('/settings/keys', csrf, page(proved((visit) => change(visit, clock()))))
}

const said: Readonly<Record<string, string>> = { rotate: 'The next key is used within a minute, and the one after it is published already.', retire: 'The key is gone. What it signed is not believed any more.' }

const setsOf = async (visit: AdminVisit): Promise<SetAnswer[]> => (await visit.settings('ListSigningKeys')).Sets as SetAnswer[]

async function show(visit: AdminVisit, now: number, failed?: Failed): Promise<void> {
  const sets = await setsOf(visit)
  const { change: mayChange } = await visit.may({ change: wish })
  const { done: was } = queryOf(visit.ctx)
  await visit.show('admin/settings-keys', {
    title: 'Keys', tabs: await tabLinks(visit, 'keys'), done: was !== undefined && Object.hasOwn(said, was) ? said[was] : undefined, ...nothingFailed, ...failed, sets: sets.map((set) => setModel(set, now, mayChange)),
  })
}

async function ask(visit: AdminVisit, now: number): Promise<void> {
  const { set: name = '', key } = queryOf(visit.ctx)
  const set = (await setsOf(visit)).find(({ Set }) => Set === name)
  if (!set || (key !== undefined && !set.Keys.some(({ KeyId, State }) => KeyId === key && State === 'previous'))) throw new Refusal('not-found', 'There is no such key.')
  const { title, button } = words[name]!
  await visit.show('admin/person-confirm', {
    about: title, action: url, backUrl: url,
    ...(key !== undefined
      ? { title: 'Retire this key?', text: `What the key ${key} signed or was encrypted for is not good any more. Do that when the key may have come into other hands; otherwise leave it, it goes by itself with the next change.`, button: 'Retire it', change: 'retire', fields: fieldsOf({ Set: name, KeyId: key }) }
      : { title: `${button}?`, text: warningOf(set, now), button: isReady(set, now) ? button : `${button} all the same`, change: 'rotate', fields: fieldsOf({ Set: name, Anyway: isReady(set, now) ? '' : 'yes' }) }),
  })
}

const fieldsOf = (fields: Record<string, string>): object[] => Object.entries(fields).map(([name, value]) => ({ name, value }))

async function change(visit: AdminVisit, now: number): Promise<void> {
  const form: Form = formOf(visit.ctx)
  const { change: name, Set = '', KeyId = '', Anyway } = form
  const run: Readonly<Record<string, () => Promise<unknown>>> = {
    rotate: () => visit.settings('RotateSigningKey', { Set, Anyway: Anyway === 'yes' }), retire: () => visit.settings('RetireSigningKey', { Set, KeyId }),
  }
  const work = name !== undefined && Object.hasOwn(run, name) ? run[name] : undefined
  if (!work) throw new Refusal('not-found', 'This page does not do that.')
  if (await done(visit, work, (failed) => show(visit, now, failed))) visit.goTo(addressOf(url, { done: name! }))
}
