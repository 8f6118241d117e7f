// /admin/settings/branding: the logo and the colour, seen by day and by night before they are saved.
import type { Router } from '@koa/router'
import { accentFault, accentOf, contrast, type Branding } from '../../domain/settings/index.js'
import { Refusal } from '../../platform/errors.js'
import { accentUrl } from '../middleware/branding.js'
import { formOf, queryOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { AdminOptions } from './options.js'
import { inFields, mayChange, readSettings } from './settings-reading.js'
import { settingsUrl, tabLinks } from './settings-tabs.js'
import { nothingFailed } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

const url = settingsUrl('branding')

export function mountBranding(router: Router, page: MakePage, { csrf, csrfOfPictures }: AdminOptions): void {
  router.get('/settings/branding', csrf, page((visit) => show(visit)))
  router.post('/settings/branding', csrfOfPictures, page(change))
}

const brandingIn = async (visit: AdminVisit): Promise<Branding> => ((await readSettings(visit)).settings.branding as Branding | undefined) ?? {}

async function show(visit: AdminVisit, failed?: Failed, chosen?: Branding): Promise<void> {
  const present = await brandingIn(visit)
  const can = await mayChange(visit)
  const shown = chosen ?? present
  const isReadable = shown.accent !== undefined && accentFault(shown.accent) === undefined
  await visit.show('admin/settings-branding', {
    title: 'Branding', action: url, tabs: await tabLinks(visit, 'branding'), done: queryOf(visit.ctx).done === 'save' ? 'Saved. Pages look like this from now on.' : undefined, ...nothingFailed, ...failed,
    canChange: can.change, isPreview: chosen !== undefined && failed === undefined, logo: shown.logo, hasLogo: present.logo !== undefined, accent: shown.accent ?? '',
    accentUrl: isReadable ? accentUrl(shown.accent!) : undefined, contrasts: isReadable ? contrastsOf(shown.accent!) : undefined,
  })
}

/** How well one reads it, to one decimal, never better than it is. */
function contrastsOf(colour: string): { day: string; night: string } {
  const { day, night } = accentOf(colour)
  const spelled = (ratio: number): string => (Math.floor(ratio * 10) / 10).toFixed(1)
  return { day: spelled(contrast(day.accent, '#ffffff')), night: spelled(contrast(night.accent, '#1e2624')) }
}

/** What a form asks for: a new picture, the one that is there or was shown before, or none. */
async function chosenIn(visit: AdminVisit): Promise<Branding> {
  const { file = '', logo = '', keep, accent = '' } = formOf(visit.ctx)
  const picture = file !== '' ? `data:image/png;base64,${file}` : keep === 'shown' ? logo : keep === 'present' ? (await brandingIn(visit)).logo : undefined
  return { ...(picture && { logo: picture }), ...(accent.trim() && { accent: accent.trim().toLowerCase() }) }
}

const change: AdminPage = async (visit) => {
  const { change: name } = formOf(visit.ctx)
  if (name !== 'preview' && name !== 'save') throw new Refusal('not-found', 'This page does not do that.')
  await visit.require({ action: 'gatehouse:UpdateSettings', resource: '*' })
  const chosen = await chosenIn(visit)
  const given = { Settings: { settings: { branding: chosen } } }
  let checked: Branding = {}
  const isFine = await done(visit, async () => {
    if (name === 'save') await visit.settings('UpdateSettings', given)
    // What a picture is, is told by its content, and shown as that.
    else checked = ((await visit.settings('CheckSettings', given)).Settings as { branding: Branding }).branding
  }, (failed) => show(visit, inFields(failed), hasFault(failed, 'logo') ? { ...chosen, logo: '' } : chosen))
  if (!isFine) return
  if (name === 'save') visit.goTo(`${url}?done=save`)
  else await show(visit, undefined, checked)
}

const hasFault = ({ faults = [] }: Failed, name: string): boolean => faults.some(({ path }) => path === `settings.branding.${name}`)
