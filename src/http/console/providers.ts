// /console/providers: OpenID Connect issuers and SAML providers that roles of this account may trust.
import type { Router } from '@koa/router'
import { pageOfAll, providerArn, readProviderArn, type IdentityProvider, type Page } from '../../domain/accounts/index.js'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf } from '../middleware/form.js'
import { askUrl, changeThing, thingPage, urlOf, type Changes, type ShowThing, type Thing } from './changes.js'
import { wishesFor } from './entity-models.js'
import { done, type Failed } from '../middleware/form-again.js'
import { listDone } from './list-done.js'
import type { ListRequest } from '../middleware/listing.js'
import { showList } from './listing.js'
import type { ConsoleOptions } from './options.js'
import { arnIn } from './places.js'
import type { ConsolePage, ConsoleVisit, MakePage } from './visit.js'

const path = '/console/providers/one'
const gone = { done: '', next: '/console/providers?done=deleted' }
const ask = { title: 'Delete identity provider', text: () => 'It is gone for good. Roles that trust it let nobody of it in any more.', button: 'Delete it' }

const changes: Changes = {
  AddClientIDToOpenIDConnectProvider: { fields: ['ClientID'], done: 'The audience is added.' },
  RemoveClientIDFromOpenIDConnectProvider: { fields: ['ClientID'], done: 'The audience is removed.' },
  DeleteOpenIDConnectProvider: { ...gone, ask },
  UpdateSAMLProvider: { fields: ['SAMLMetadataDocument'], done: 'The metadata is replaced.' },
  DeleteSAMLProvider: { ...gone, ask },
}

interface ProviderThing extends Thing {
  provider: IdentityProvider
}

/** Mounts the pages of identity providers. */
export function mountProviders(router: Router, page: MakePage, options: ConsoleOptions): void {
  const { csrf, csrfOfDocuments } = options
  const one = { changes, find: (visit: ConsoleVisit) => find(visit, options), show }
  router.get('/providers', csrf, page(list(options)))
  router.get('/providers/new-oidc', csrf, page((visit) => showNew(visit, 'oidc')))
  router.post('/providers/new-oidc', csrf, page(createOidc))
  router.get('/providers/new-saml', csrf, page((visit) => showNew(visit, 'saml')))
  router.post('/providers/new-saml', csrfOfDocuments, page(createSaml))
  router.get('/providers/one', csrf, page(thingPage(one)))
  router.post('/providers/one', csrfOfDocuments, page(changeThing(one)))
}

const list = ({ rooms }: ConsoleOptions): ConsolePage => async (visit) => {
  const { accountId } = visit.session
  const can = await visit.may({
    oidc: { action: 'iam:ListOpenIDConnectProviders', resource: arnIn(accountId, 'oidc-provider/') }, saml: { action: 'iam:ListSAMLProviders', resource: arnIn(accountId, 'saml-provider/') },
    newOidc: { action: 'iam:CreateOpenIDConnectProvider', resource: arnIn(accountId, 'oidc-provider/*') }, newSaml: { action: 'iam:CreateSAMLProvider', resource: arnIn(accountId, 'saml-provider/*') },
  })
  if (!can.oidc && !can.saml) await visit.require({ action: 'iam:ListOpenIDConnectProviders', resource: arnIn(accountId, 'oidc-provider/') })
  const find = async ({ search = '', ...request }: ListRequest): Promise<Page<IdentityProvider>> => {
    const all = (await rooms.providers.list(accountId)).filter(({ kind, name }) => can[kind] && name.toLowerCase().includes(search.toLowerCase()))
    return pageOfAll(all, request, ({ kind, name }) => `${kind} ${name}`)
  }
  await showList(visit, {
    url: '/console/providers', title: 'Identity providers', lead: 'Whose people and programs may act as roles that trust them.', noun: 'provider', nouns: 'providers', done: listDone(visit, 'identity provider'),
    find, row: (provider) => ({ url: providerUrl(provider.arn), name: provider.name, facts: [provider.kind === 'oidc' ? `OpenID Connect, ${audiences(provider.clientIds.length)}` : 'SAML'] }),
    create: [...(can.newOidc ? [{ url: '/console/providers/new-oidc', text: 'New OpenID Connect issuer' }] : []), ...(can.newSaml ? [{ url: '/console/providers/new-saml', text: 'New SAML provider' }] : [])],
  })
}

const audiences = (count: number): string => `${count} ${count === 1 ? 'audience' : 'audiences'}`
const providerUrl = (arn: string, more?: Record<string, string>): string => urlOf({ path, query: { arn } }, more)

async function find(visit: ConsoleVisit, { rooms }: ConsoleOptions): Promise<ProviderThing> {
  const { arn = '' } = queryOf(visit.ctx)
  const read = readProviderArn(arn)
  const found = read?.accountId === visit.session.accountId ? await rooms.providers.find(arn) : undefined
  await visit.require({ action: read?.kind === 'saml' ? 'iam:GetSAMLProvider' : 'iam:GetOpenIDConnectProvider', resource: arn })
  if (!found) throw new Refusal('not-found', 'There is no such identity provider in this account.')
  return { provider: found, path, query: { arn }, title: found.name, fixed: { [found.kind === 'oidc' ? 'OpenIDConnectProviderArn' : 'SAMLProviderArn']: arn } }
}

const show: ShowThing<ProviderThing> = async (visit, thing, { done: said, failed }) => {
  const { provider } = thing
  const can = await visit.may(wishesFor(provider.arn, Object.keys(changes)))
  const deletion = provider.kind === 'oidc' ? 'DeleteOpenIDConnectProvider' : 'DeleteSAMLProvider'
  await visit.show('console/provider', {
    title: provider.name, arn: provider.arn, since: provider.createdAt.toISOString(), action: urlOf(thing), done: said,
    oidc: provider.kind === 'oidc' ? {
      issuer: `https://${provider.name}`, clientIds: provider.clientIds, thumbprints: provider.thumbprints, canAdd: can.AddClientIDToOpenIDConnectProvider, canRemove: can.RemoveClientIDFromOpenIDConnectProvider,
    } : undefined,
    saml: provider.kind === 'saml' ? { validUntil: provider.validUntil?.toISOString(), metadata: provider.metadata, canReplace: can.UpdateSAMLProvider } : undefined,
    removeUrl: askUrl(can[deletion] ?? false, thing, deletion),
    problem: undefined, faults: undefined, retryAfter: undefined, ...failed,
  })
}

async function showNew(visit: ConsoleVisit, kind: IdentityProvider['kind'], failed?: Failed): Promise<void> {
  await visit.require({ action: kind === 'oidc' ? 'iam:CreateOpenIDConnectProvider' : 'iam:CreateSAMLProvider', resource: arnIn(visit.session.accountId, `${kind}-provider/*`) })
  const { Url = '', ClientIDs = '', Name = '', SAMLMetadataDocument = '' } = failed ? formOf(visit.ctx) : {}
  await visit.show('console/new-provider', { isOidc: kind === 'oidc', url: Url, clientIds: ClientIDs, name: Name, metadata: SAMLMetadataDocument, problem: undefined, faults: undefined, retryAfter: undefined, ...failed })
}

const createOidc: ConsolePage = async (visit) => {
  const { Url = '', ClientIDs = '' } = formOf(visit.ctx)
  const ids = ClientIDs.split(/[\s,]+/).filter(Boolean)
  let arn = ''
  const isDone = await done(visit, async () => {
    const listed = Object.fromEntries(ids.map((id, at) => [`ClientIDList.member.${at + 1}`, id]))
    const answer = await visit.run('CreateOpenIDConnectProvider', { Url: Url.trim(), ...listed }) as { OpenIDConnectProviderArn: string }
    arn = answer.OpenIDConnectProviderArn
  }, (failed) => showNew(visit, 'oidc', failed))
  if (isDone) visit.goTo(providerUrl(arn, { done: 'CreateProvider' }))
}

const createSaml: ConsolePage = async (visit) => {
  const { Name = '', SAMLMetadataDocument } = formOf(visit.ctx)
  const isDone = await done(visit, () => visit.run('CreateSAMLProvider', { Name: Name.trim(), SAMLMetadataDocument }), (failed) => showNew(visit, 'saml', failed))
  if (isDone) visit.goTo(providerUrl(providerArn({ accountId: visit.session.accountId, kind: 'saml', name: Name.trim() }), { done: 'CreateProvider' }))
}
