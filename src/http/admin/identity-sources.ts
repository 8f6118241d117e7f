// /admin/identity-sources: the providers outside whose people sign in here, and each of them.
import type { Router } from '@koa/router'
import { formOf, queryOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { addressOf, listModel } from '../middleware/listing.js'
import { atSourceFields, declaredOf, sourceFields, sourceModel, type DeclaredSource, type SourceKind } from './identity-source-form.js'
import type { Clock } from '../../platform/clock.js'
import type { AdminOptions } from './options.js'
import { certificateRow, endWords, fetchModel, type CertificateAnswer, type FetchAnswer } from './source-certificates-model.js'
import { beginSync, planOf, syncModel, type PlanAnswer, type SyncAnswer } from './source-sync.js'
import { begunWith, laidOver } from './stale-form.js'
import { beginTest, latelyFailed, mountSourceTests, testAction } from './source-tests.js'
import { nothingFailed } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

const url = '/admin/identity-sources'
const actions = { create: 'gatehouse:CreateIdentitySource', change: 'gatehouse:UpdateIdentitySource', remove: 'gatehouse:DeleteIdentitySource', test: testAction }

interface SourceAnswer {
  SourceId: string
  Name: string
  Kind: string
  Enabled: boolean
  Button: boolean
  Domains: string[]
  /** When the last certificate that counts ends, and why metadata cannot be fetched. */
  CertificatesEndAt?: number
  FetchFault?: string
}

interface DescribedSource extends SourceAnswer {
  HasSecret: boolean
  /** How it is tested, where it is. */
  TestShape?: 'browser' | 'password'
  AnswersTo: string
  ReturnsTo: string
  BackChannel: string
  Source: DeclaredSource
  /** Of those that speak SAML. */
  Provider?: string
  Place?: { EntityId: string; Acs: string; Slo: string; Metadata: string }
  Certificates?: CertificateAnswer[]
  /** Of those that are asked by LDAP. */
  Sync?: SyncAnswer
  Fetch?: FetchAnswer
}

/** Mounts the pages. */
export function mountIdentitySources(router: Router, page: MakePage, options: AdminOptions): void {
  const { csrf, csrfOfDocuments, clock } = options
  router.get('/identity-sources', csrf, page(list(clock)))
  router.get('/identity-sources/new', csrf, page((visit) => showNew(visit)))
  router.post('/identity-sources/new', csrfOfDocuments, page(create))
  router.get('/identity-sources/:id', csrf, page((visit) => show(visit, clock)))
  router.post('/identity-sources/:id', csrfOfDocuments, page(change(options)))
  mountSourceTests(router, page, options)
}

const mayOf = ({ may }: AdminVisit): Promise<Record<keyof typeof actions, boolean>> =>
  may(Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, { action, resource: '*' }])) as Record<keyof typeof actions, { action: string; resource: string }>)

const kinds: Readonly<Record<string, string>> = { oidc: 'OpenID Connect', saml: 'SAML 2.0', ldap: 'LDAP' }

const list = (clock: Clock): AdminPage => async (visit) => {
  const can = await mayOf(visit)
  await visit.show('admin/list', await listModel<SourceAnswer>(visit.ctx, {
    url, title: 'Identity sources', lead: 'Your company’s own sign-in, whose people come in here without another password. The built-in directory stays beside it.', noun: 'identity source', nouns: 'identity sources',
    done: queryOf(visit.ctx).done === 'delete' ? 'The identity source is deleted. Its people stay, and cannot sign in by it any more.' : undefined,
    create: can.create ? [{ url: `${url}/new`, text: 'New OpenID Connect source' }, { url: `${url}/new?kind=saml`, text: 'New SAML source' }, { url: `${url}/new?kind=ldap`, text: 'New LDAP source' }] : [],
    find: async ({ search = '' }) => {
      const { Sources } = await visit.sources('ListIdentitySources')
      return { items: (Sources as SourceAnswer[]).filter(({ Name, Domains }) => [Name, ...Domains].some((text) => text.toLowerCase().includes(search.toLowerCase()))), next: undefined }
    },
    row: ({ SourceId, Name, Kind, Enabled, Button, Domains, CertificatesEndAt, FetchFault }) => ({
      url: `${url}/${SourceId}`, name: Name,
      facts: [kinds[Kind] ?? Kind, Enabled ? '' : 'switched off', Domains.join(', '), Button || Kind === 'ldap' ? '' : 'no button', endWords(CertificatesEndAt, clock()), FetchFault === undefined ? '' : 'metadata cannot be fetched'].filter(Boolean),
    }),
  }))
}

function newKind({ ctx }: AdminVisit): SourceKind {
  const { kind } = queryOf(ctx)
  return kind === 'saml' || kind === 'ldap' ? kind : 'oidc'
}

async function showNew(visit: AdminVisit, failed?: Failed): Promise<void> {
  await visit.require({ action: actions.create, resource: '*' })
  await visit.show('admin/identity-source', { isNew: true, title: 'New identity source', ...sourceModel(failed ? formOf(visit.ctx) : sourceFields(undefined), newKind(visit)), canChange: true, hasSecret: false, ...nothingFailed, ...failed })
}

const create: AdminPage = async (visit) => {
  let made = ''
  const work = async (): Promise<void> => { made = String((await visit.sources('CreateIdentitySource', { Source: declaredOf(formOf(visit.ctx), newKind(visit)) })).SourceId) }
  if (await done(visit, work, (failed) => showNew(visit, atSourceFields(failed)))) visit.goTo(addressOf(`${url}/${made}`, { done: newKind(visit) === 'ldap' ? 'create-directory' : 'create' }))
}

const said: Readonly<Record<string, string>> = {
  sync: 'It is begun. How it went stands below once it is over.',
  'create-directory': 'The source is there. Test it here, with the name and password of somebody in the directory.',
  fetch: 'The metadata is fetched. What was new in it is below.', certificate: 'The certificates are changed. It counts from the next sign-in on.', create: 'The source is there. Enter the address below at the provider, and then test it here.', save: 'Saved. It counts from the next sign-in on.' }

const find = async (visit: AdminVisit): Promise<DescribedSource> => (await visit.sources('DescribeIdentitySource', { SourceId: String(visit.ctx.params.id) })) as unknown as DescribedSource

async function show(visit: AdminVisit, clock: Clock, failed?: Failed, plan?: PlanAnswer): Promise<void> {
  const { SourceId, Name, Kind, TestShape, HasSecret, AnswersTo, ReturnsTo, BackChannel, Source, Provider, Place, Certificates, Fetch, Sync } = await find(visit)
  const can = await mayOf(visit)
  const { done: was, end } = queryOf(visit.ctx)
  if (end !== undefined) {
    await visit.require({ action: actions.remove, resource: '*' })
    return visit.show('admin/person-confirm', {
      title: 'Delete this identity source?', about: Name, text: 'Nobody signs in by it any more, and who was linked to what is forgotten. Who is signed in by it is signed out. The people stay, with what they reach; who has no password here cannot sign in until they get one.', button: 'Delete it',
      change: 'delete', fields: [], action: `${url}/${SourceId}`, backUrl: `${url}/${SourceId}`,
    })
  }
  const current = sourceFields(Source)
  const isOwnForm = failed && formOf(visit.ctx).change === undefined
  const typed = isOwnForm ? formOf(visit.ctx) : undefined
  await visit.show('admin/identity-source', {
    isNew: false, title: Name, done: was !== undefined && Object.hasOwn(said, was) ? said[was] : undefined, ...nothingFailed, ...failed,
    ...sourceModel(typed ?? current, Kind as SourceKind), begun: begunWith(current, typed), canChange: can.change, canTest: can.test && TestShape !== undefined, isTyped: TestShape === 'password', failures: await latelyFailed(visit, SourceId), hasSecret: HasSecret,
    ...(Kind === 'oidc' && { answersTo: AnswersTo, returnsTo: ReturnsTo, backChannel: BackChannel }),
    sync: Sync && syncModel(Sync, `${url}/${SourceId}`, plan),
    provider: Provider, ours: Place && { entityId: Place.EntityId, acs: Place.Acs, slo: Place.Slo, metadata: Place.Metadata }, certificates: Certificates?.map((one) => certificateRow(one, clock())),
    fetch: Source.saml?.metadataUrl === undefined ? undefined : fetchModel(Source.saml.metadataUrl, Fetch), deleteUrl: can.remove ? addressOf(`${url}/${SourceId}`, { end: 'yes' }) : undefined,
  })
}

interface Change {
  work: (visit: AdminVisit, SourceId: string) => Promise<unknown>
  /** What the page says then. */
  said: string
}

const certificateChange = (operation: string): Change => ({ work: (visit, SourceId) => visit.sources(operation, { SourceId, Fingerprint: formOf(visit.ctx).Fingerprint ?? '' }), said: 'certificate' })

const changes: ReadonlyMap<string | undefined, Change> = new Map(Object.entries({
  sync: { work: beginSync, said: 'sync' },
  fetch: { work: (visit, SourceId) => visit.sources('RefreshSourceMetadata', { SourceId }), said: 'fetch' },
  'add-certificate': { work: (visit, SourceId) => visit.sources('AddSourceCertificate', { SourceId, Certificate: formOf(visit.ctx).Certificate?.trim() ?? '' }), said: 'certificate' },
  promote: certificateChange('PromoteSourceCertificate'), retire: certificateChange('RetireSourceCertificate'), 'roll-back': certificateChange('RollBackSourceCertificate'),
}))

const change = ({ clock, render }: Pick<AdminOptions, 'clock' | 'render'>): AdminPage => async (visit) => {
  const form = formOf(visit.ctx)
  const { SourceId, Name, Source, Kind } = await find(visit)
  if (form.change === 'test') return beginTest(visit, { SourceId, Name }, { render, again: (failed) => show(visit, clock, failed) })
  if (form.change === 'delete') {
    await visit.sources('DeleteIdentitySource', { SourceId })
    return visit.goTo(addressOf(url, { done: 'delete' }))
  }
  if (form.change === 'plan-sync') return show(visit, clock, undefined, await planOf(visit, SourceId))
  const asked = changes.get(form.change)
  if (asked) {
    if (await done(visit, () => asked.work(visit, SourceId), (failed) => show(visit, clock, failed))) visit.goTo(addressOf(`${url}/${SourceId}`, { done: asked.said }))
    return
  }
  const work = () => visit.sources('UpdateIdentitySource', { SourceId, Source: declaredOf(laidOver(form, sourceFields(Source)), Kind as SourceKind) })
  if (await done(visit, work, (failed) => show(visit, clock, atSourceFields(failed)))) visit.goTo(addressOf(`${url}/${SourceId}`, { done: 'save' }))
}
