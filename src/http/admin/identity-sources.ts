// /admin/identity-sources: the providers outside whose people sign in here, and each of them.
import type { Router } from '@koa/router'
import { formOf, queryOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { addressOf, listModel } from '../middleware/listing.js'
import { atSourceFields, declaredOf, sourceFields, sourceModel, type DeclaredSource } from './identity-source-form.js'
import type { AdminOptions } from './options.js'
import { begunWith, laidOver } from './stale-form.js'
import { nothingFailed } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

const url = '/admin/identity-sources'
const actions = { create: 'gatehouse:CreateIdentitySource', change: 'gatehouse:UpdateIdentitySource', remove: 'gatehouse:DeleteIdentitySource' }

interface SourceAnswer {
  SourceId: string
  Name: string
  Kind: string
  Enabled: boolean
  Button: boolean
  Domains: string[]
}

interface DescribedSource extends SourceAnswer {
  HasSecret: boolean
  AnswersTo: string
  Source: DeclaredSource
}

/** Mounts the pages. */
export function mountIdentitySources(router: Router, page: MakePage, { csrf }: AdminOptions): void {
  router.get('/identity-sources', csrf, page(list))
  router.get('/identity-sources/new', csrf, page((visit) => showNew(visit)))
  router.post('/identity-sources/new', csrf, page(create))
  router.get('/identity-sources/:id', csrf, page((visit) => show(visit)))
  router.post('/identity-sources/:id', csrf, page(change))
}

const mayOf = ({ may }: AdminVisit): Promise<Record<keyof typeof actions, boolean>> =>
  may(Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, { action, resource: '*' }])) as Record<keyof typeof actions, { action: string; resource: string }>)

const kinds: Readonly<Record<string, string>> = { oidc: 'OpenID Connect', saml: 'SAML 2.0', ldap: 'LDAP' }

const list: AdminPage = async (visit) => {
  const can = await mayOf(visit)
  await visit.show('admin/list', await listModel<SourceAnswer>(visit.ctx, {
    url, title: 'Identity sources', lead: 'Your company’s own sign-in, whose people come in here without another password. The built-in directory stays beside it.', noun: 'identity source', nouns: 'identity sources',
    done: queryOf(visit.ctx).done === 'delete' ? 'The identity source is deleted. Its people stay, and cannot sign in by it any more.' : undefined,
    create: can.create ? [{ url: `${url}/new`, text: 'New identity source' }] : [],
    find: async ({ search = '' }) => {
      const { Sources } = await visit.sources('ListIdentitySources')
      return { items: (Sources as SourceAnswer[]).filter(({ Name, Domains }) => [Name, ...Domains].some((text) => text.toLowerCase().includes(search.toLowerCase()))), next: undefined }
    },
    row: ({ SourceId, Name, Kind, Enabled, Button, Domains }) => ({
      url: `${url}/${SourceId}`, name: Name, facts: [kinds[Kind] ?? Kind, Enabled ? '' : 'switched off', Domains.join(', '), Button ? '' : 'no button'].filter(Boolean),
    }),
  }))
}

async function showNew(visit: AdminVisit, failed?: Failed): Promise<void> {
  await visit.require({ action: actions.create, resource: '*' })
  await visit.show('admin/identity-source', { isNew: true, title: 'New identity source', ...sourceModel(failed ? formOf(visit.ctx) : sourceFields(undefined)), canChange: true, hasSecret: false, ...nothingFailed, ...failed })
}

const create: AdminPage = async (visit) => {
  let made = ''
  const work = async (): Promise<void> => { made = String((await visit.sources('CreateIdentitySource', { Source: declaredOf(formOf(visit.ctx)) })).SourceId) }
  if (await done(visit, work, (failed) => showNew(visit, atSourceFields(failed)))) visit.goTo(addressOf(`${url}/${made}`, { done: 'create' }))
}

const said: Readonly<Record<string, string>> = { create: 'The source is there. Enter the address below at the provider, and then try it in another browser.', save: 'Saved. It counts from the next sign-in on.' }

const find = async (visit: AdminVisit): Promise<DescribedSource> => (await visit.sources('DescribeIdentitySource', { SourceId: String(visit.ctx.params.id) })) as unknown as DescribedSource

async function show(visit: AdminVisit, failed?: Failed): Promise<void> {
  const { SourceId, Name, HasSecret, AnswersTo, Source } = await find(visit)
  const can = await mayOf(visit)
  const { done: was, end } = queryOf(visit.ctx)
  if (end !== undefined) {
    await visit.require({ action: actions.remove, resource: '*' })
    return visit.show('admin/person-confirm', {
      title: 'Delete this identity source?', about: Name, text: 'Nobody signs in by it any more, and who was linked to what is forgotten. The people stay, with what they reach; who has no password here cannot sign in until they get one.', button: 'Delete it',
      change: 'delete', fields: [], action: `${url}/${SourceId}`, backUrl: `${url}/${SourceId}`,
    })
  }
  const current = sourceFields(Source)
  const typed = failed ? formOf(visit.ctx) : undefined
  await visit.show('admin/identity-source', {
    isNew: false, title: Name, done: was !== undefined && Object.hasOwn(said, was) ? said[was] : undefined, ...nothingFailed, ...failed,
    ...sourceModel(typed ?? current), begun: begunWith(current, typed), canChange: can.change, hasSecret: HasSecret, answersTo: AnswersTo, deleteUrl: can.remove ? addressOf(`${url}/${SourceId}`, { end: 'yes' }) : undefined,
  })
}

const change: AdminPage = async (visit) => {
  const form = formOf(visit.ctx)
  const { SourceId, Source } = await find(visit)
  if (form.change === 'delete') {
    await visit.sources('DeleteIdentitySource', { SourceId })
    return visit.goTo(addressOf(url, { done: 'delete' }))
  }
  const work = () => visit.sources('UpdateIdentitySource', { SourceId, Source: declaredOf(laidOver(form, sourceFields(Source))) })
  if (await done(visit, work, (failed) => show(visit, atSourceFields(failed)))) visit.goTo(addressOf(`${url}/${SourceId}`, { done: 'save' }))
}
