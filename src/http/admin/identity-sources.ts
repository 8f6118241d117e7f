// /admin/identity-sources: the providers outside whose people sign in here, and each of them.
import type { Router } from '@koa/router'
import { formOf, queryOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { addressOf, listModel } from '../middleware/listing.js'
import { atSourceFields, declaredOf, sourceFields, sourceModel, type DeclaredSource, type SourceKind } from './identity-source-form.js'
import type { Clock } from '../../platform/clock.js'
import type { AdminOptions } from './options.js'
import { isoOf } from './people-answers.js'
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
  /** Of those that speak SAML. */
  Provider?: string
  Place?: { EntityId: string; Acs: string; Slo: string; Metadata: string }
  Certificates?: CertificateAnswer[]
}

interface CertificateAnswer {
  Fingerprint: string
  Subject: string
  State: 'current' | 'next' | 'retiring' | 'retired'
  NotBefore: number
  NotAfter: number
  FirstUsedAt?: number
  LastUsedAt?: number
}

/** Mounts the pages. */
export function mountIdentitySources(router: Router, page: MakePage, { csrf, csrfOfDocuments, clock }: AdminOptions): void {
  router.get('/identity-sources', csrf, page(list))
  router.get('/identity-sources/new', csrf, page((visit) => showNew(visit)))
  router.post('/identity-sources/new', csrfOfDocuments, page(create))
  router.get('/identity-sources/:id', csrf, page((visit) => show(visit, clock)))
  router.post('/identity-sources/:id', csrfOfDocuments, page(change(clock)))
}

const mayOf = ({ may }: AdminVisit): Promise<Record<keyof typeof actions, boolean>> =>
  may(Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, { action, resource: '*' }])) as Record<keyof typeof actions, { action: string; resource: string }>)

const kinds: Readonly<Record<string, string>> = { oidc: 'OpenID Connect', saml: 'SAML 2.0', ldap: 'LDAP' }

const list: AdminPage = async (visit) => {
  const can = await mayOf(visit)
  await visit.show('admin/list', await listModel<SourceAnswer>(visit.ctx, {
    url, title: 'Identity sources', lead: 'Your company’s own sign-in, whose people come in here without another password. The built-in directory stays beside it.', noun: 'identity source', nouns: 'identity sources',
    done: queryOf(visit.ctx).done === 'delete' ? 'The identity source is deleted. Its people stay, and cannot sign in by it any more.' : undefined,
    create: can.create ? [{ url: `${url}/new`, text: 'New OpenID Connect source' }, { url: `${url}/new?kind=saml`, text: 'New SAML source' }] : [],
    find: async ({ search = '' }) => {
      const { Sources } = await visit.sources('ListIdentitySources')
      return { items: (Sources as SourceAnswer[]).filter(({ Name, Domains }) => [Name, ...Domains].some((text) => text.toLowerCase().includes(search.toLowerCase()))), next: undefined }
    },
    row: ({ SourceId, Name, Kind, Enabled, Button, Domains }) => ({
      url: `${url}/${SourceId}`, name: Name, facts: [kinds[Kind] ?? Kind, Enabled ? '' : 'switched off', Domains.join(', '), Button ? '' : 'no button'].filter(Boolean),
    }),
  }))
}

const newKind = ({ ctx }: AdminVisit): SourceKind => (queryOf(ctx).kind === 'saml' ? 'saml' : 'oidc')

async function showNew(visit: AdminVisit, failed?: Failed): Promise<void> {
  await visit.require({ action: actions.create, resource: '*' })
  await visit.show('admin/identity-source', { isNew: true, title: 'New identity source', ...sourceModel(failed ? formOf(visit.ctx) : sourceFields(undefined), newKind(visit)), canChange: true, hasSecret: false, ...nothingFailed, ...failed })
}

const create: AdminPage = async (visit) => {
  let made = ''
  const work = async (): Promise<void> => { made = String((await visit.sources('CreateIdentitySource', { Source: declaredOf(formOf(visit.ctx), newKind(visit)) })).SourceId) }
  if (await done(visit, work, (failed) => showNew(visit, atSourceFields(failed)))) visit.goTo(addressOf(`${url}/${made}`, { done: 'create' }))
}

const certificateChanges: Readonly<Record<string, string>> = { promote: 'PromoteSourceCertificate', retire: 'RetireSourceCertificate', 'roll-back': 'RollBackSourceCertificate' }

const said: Readonly<Record<string, string>> = {
  certificate: 'The certificates are changed. It counts from the next sign-in on.', create: 'The source is there. Enter the address below at the provider, and then try it in another browser.', save: 'Saved. It counts from the next sign-in on.' }

const find = async (visit: AdminVisit): Promise<DescribedSource> => (await visit.sources('DescribeIdentitySource', { SourceId: String(visit.ctx.params.id) })) as unknown as DescribedSource

async function show(visit: AdminVisit, clock: Clock, failed?: Failed): Promise<void> {
  const { SourceId, Name, Kind, HasSecret, AnswersTo, Source, Provider, Place, Certificates } = await find(visit)
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
  const isOwnForm = failed && formOf(visit.ctx).change === undefined
  const typed = isOwnForm ? formOf(visit.ctx) : undefined
  await visit.show('admin/identity-source', {
    isNew: false, title: Name, done: was !== undefined && Object.hasOwn(said, was) ? said[was] : undefined, ...nothingFailed, ...failed,
    ...sourceModel(typed ?? current, Kind as SourceKind), begun: begunWith(current, typed), canChange: can.change, hasSecret: HasSecret, answersTo: Kind === 'oidc' ? AnswersTo : undefined,
    provider: Provider, place: Place && { entityId: Place.EntityId, acs: Place.Acs, slo: Place.Slo, metadata: Place.Metadata }, certificates: Certificates?.map((one) => certificateRow(one, clock())), deleteUrl: can.remove ? addressOf(`${url}/${SourceId}`, { end: 'yes' }) : undefined,
  })
}

const stateWords: Readonly<Record<CertificateAnswer['State'], string>> = { current: 'in use', next: 'next: counts already, and takes over by itself', retiring: 'counts until you retire it', retired: 'retired: does not count' }
const day = 86_400_000
const soon = 60

function certificateRow({ Fingerprint, Subject, State, NotBefore, NotAfter, FirstUsedAt, LastUsedAt }: CertificateAnswer, now: number): object {
  const left = Math.floor((NotAfter * 1000 - now) / day)
  return {
    fingerprint: Fingerprint, subject: Subject, state: stateWords[State], from: isoOf(NotBefore), until: isoOf(NotAfter), isOver: left < 0, endsSoon: left >= 0 && left < soon, usedFirst: FirstUsedAt === undefined ? undefined : isoOf(FirstUsedAt),
    usedLast: LastUsedAt === undefined ? undefined : isoOf(LastUsedAt), canPromote: State === 'next' || State === 'retiring', canRetire: State !== 'retired', canRollBack: State === 'retired',
  }
}

const change = (clock: Clock): AdminPage => async (visit) => {
  const form = formOf(visit.ctx)
  const { SourceId, Source, Kind } = await find(visit)
  if (form.change === 'delete') {
    await visit.sources('DeleteIdentitySource', { SourceId })
    return visit.goTo(addressOf(url, { done: 'delete' }))
  }
  const ofCertificate = certificateChanges[form.change ?? '']
  if (ofCertificate || form.change === 'add-certificate') {
    const asked = ofCertificate ? { name: ofCertificate, input: { Fingerprint: form.Fingerprint ?? '' } } : { name: 'AddSourceCertificate', input: { Certificate: form.Certificate?.trim() ?? '' } }
    if (await done(visit, () => visit.sources(asked.name, { SourceId, ...asked.input }), (failed) => show(visit, clock, failed))) visit.goTo(addressOf(`${url}/${SourceId}`, { done: 'certificate' }))
    return
  }
  const work = () => visit.sources('UpdateIdentitySource', { SourceId, Source: declaredOf(laidOver(form, sourceFields(Source)), Kind as SourceKind) })
  if (await done(visit, work, (failed) => show(visit, clock, atSourceFields(failed)))) visit.goTo(addressOf(`${url}/${SourceId}`, { done: 'save' }))
}
