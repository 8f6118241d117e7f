// /admin/settings: what the organization decides about itself, a tab for each subject; all of it is in the organization file too.
import type { Router } from '@koa/router'
import { originOf } from '../middleware/front.js'
import { formOf, queryOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { addressOf } from '../middleware/listing.js'
import type { AdminOptions } from './options.js'
import { isoOf } from './people-answers.js'
import { mountBranding } from './settings-branding.js'
import { mountInstance } from './settings-instance.js'
import { mountKeys } from './settings-keys.js'
import { mountIssuers } from './settings-issuers.js'
import { inFields, mayChange, readSettings } from './settings-reading.js'
import { settingsUrl, tabLinks, tabs, type Tab } from './settings-tabs.js'
import { begunWith, laidOver } from './stale-form.js'
import { nothingFailed } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

/** Mounts the pages of settings. */
export function mountSettings(router: Router, page: MakePage, options: AdminOptions): void {
  const { csrf } = options
  for (const tab of tabs) {
    const path = settingsUrl(tab.name).slice('/admin'.length)
    router.get(path, csrf, page((visit) => show(visit, tab)))
    router.post(path, csrf, page(save(tab)))
  }
  router.post('/settings/mail/test', csrf, page(testMail))
  mountBranding(router, page, options)
  mountInstance(router, page, options)
  mountIssuers(router, page, options)
  mountKeys(router, page, options)
}

const said: Readonly<Record<string, string>> = { save: 'Saved. It counts from now on.', test: 'The letter is on its way. If it does not arrive in a minute or two, this page says why.' }

async function show(visit: AdminVisit, tab: Tab, failed?: Failed, test?: string): Promise<void> {
  const written = await readSettings(visit)
  const can = await mayChange(visit)
  const { done: was } = queryOf(visit.ctx)
  const isOwnForm = failed !== undefined && test === undefined
  const typed = isOwnForm ? formOf(visit.ctx) : {}
  const values = Object.fromEntries(Object.entries(tab.values(written)).map(([name, value]) => [name, isOwnForm ? typed[name] ?? '' : value]))
  await visit.show(`admin/settings-${tab.name || 'general'}`, {
    title: tab.title, action: settingsUrl(tab.name), tabs: await tabLinks(visit, tab.name), done: was !== undefined && Object.hasOwn(said, was) ? said[was] : undefined, ...nothingFailed, ...failed,
    values, begun: begunWith(tab.values(written), isOwnForm ? typed : undefined), canChange: can.change, address: originOf(visit.ctx).sourceIPAddress, ...(tab.name === 'mail' && { mail: await mailModel(visit), canTest: can.test, testAddress: test ?? '' }),
  })
}

const save = (tab: Tab): AdminPage => async (visit) => {
  const Settings = tab.declared(laidOver(formOf(visit.ctx), tab.values(await readSettings(visit))))
  if (await done(visit, () => visit.settings('UpdateSettings', { Settings }), (failed) => show(visit, tab, inFields(failed)))) visit.goTo(addressOf(settingsUrl(tab.name), { done: 'save' }))
}

const testMail: AdminPage = async (visit) => {
  const { Address = '' } = formOf(visit.ctx)
  const tab = tabs.find(({ name }) => name === 'mail')!
  if (await done(visit, () => visit.settings('SendTestMail', { Address }), (failed) => show(visit, tab, failed, Address))) visit.goTo(addressOf(settingsUrl('mail'), { done: 'test' }))
}

interface MailAnswer {
  Sender: string
  IsSent: boolean
  WaitingCount: number
  FailedCount: number
  LastSentAt?: number
  Faults: { At: number; Letter: string; Recipient: string; Sentence: string; IsOver: boolean }[]
}

async function mailModel(visit: AdminVisit): Promise<object> {
  const { Sender, IsSent, WaitingCount, FailedCount, LastSentAt, Faults } = await visit.settings('DescribeMail') as unknown as MailAnswer
  return {
    sender: Sender, isSent: IsSent, waiting: WaitingCount, failed: FailedCount, lastSentAt: LastSentAt && isoOf(LastSentAt),
    faults: Faults.map(({ At, Letter, Recipient, Sentence, IsOver }) => ({ at: isoOf(At), letter: Letter, to: Recipient, sentence: Sentence, isOver: IsOver })),
  }
}
