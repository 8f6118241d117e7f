// /admin/settings/issuers: trusted token issuers, outside, whose tokens stand for people of the directory.
import type { Router } from '@koa/router'
import { idOfArn } from '../../domain/access/index.js'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf, type Form } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { addressOf } from '../middleware/listing.js'
import { tagChanges, tagsModel } from './instance-tags.js'
import type { AdminOptions } from './options.js'
import { settingsUrl, tabLinks } from './settings-tabs.js'
import { begunWith, laidOver } from './stale-form.js'
import { askUrl, changeThing, nothingFailed, thingPage, type Changes, type Said, type Thing } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

interface IssuerAnswer {
  TrustedTokenIssuerArn: string
  Name: string
  TrustedTokenIssuerConfiguration: { OidcJwtConfiguration: { IssuerUrl: string; ClaimAttributePath: string; IdentityStoreAttributePath: string } }
}

interface Issuer extends Thing {
  arn: string
  /** What the form begins with. */
  values: Record<'Name' | 'IssuerUrl' | 'ClaimAttributePath' | 'IdentityStoreAttributePath', string>
}

const url = settingsUrl('issuers')
const usual = { Name: '', IssuerUrl: '', ClaimAttributePath: 'email', IdentityStoreAttributePath: 'emails.value' }

export function mountIssuers(router: Router, page: MakePage, { csrf }: AdminOptions): void {
  const pages = { changes, find, show }
  router.get('/settings/issuers', csrf, page(list))
  router.get('/settings/issuers/new', csrf, page((visit) => showNew(visit)))
  router.post('/settings/issuers/new', csrf, page(create))
  router.get('/settings/issuers/:id', csrf, page(thingPage(pages)))
  router.post('/settings/issuers/:id', csrf, page(changeThing(pages)))
}

const list: AdminPage = async (visit) => {
  const { after, done: was } = queryOf(visit.ctx)
  const { TrustedTokenIssuers, NextToken } = await visit.ssoAdmin('ListTrustedTokenIssuers', { NextToken: after })
  const { create: canCreate } = await visit.may({ create: { action: 'sso:CreateTrustedTokenIssuer', resource: visit.places.instanceArn } })
  await visit.show('admin/settings-issuers', {
    title: 'Token issuers', tabs: await tabLinks(visit, 'issuers'), ...nothingFailed, done: was === 'delete' ? 'It is not trusted any more.' : undefined, newUrl: canCreate ? `${url}/new` : undefined,
    rows: (TrustedTokenIssuers as IssuerAnswer[]).map(({ Name, TrustedTokenIssuerArn }) => ({ name: Name, url: `${url}/${idOfArn(TrustedTokenIssuerArn)}` })),
    nextUrl: NextToken === undefined ? undefined : addressOf(url, { after: NextToken as string }), firstUrl: after === undefined ? undefined : url,
  })
}

async function showNew(visit: AdminVisit, failed?: Failed): Promise<void> {
  await visit.require({ action: 'sso:CreateTrustedTokenIssuer', resource: visit.places.instanceArn })
  const typed = failed ? formOf(visit.ctx) : {}
  await visit.show('admin/settings-issuer', {
    title: 'New token issuer', isNew: true, action: `${url}/new`, ...nothingFailed, ...(failed && inFields(failed)), done: undefined, canChange: true,
    values: Object.fromEntries(Object.entries(usual).map(([name, value]) => [name, typed[name] ?? value])),
  })
}

const trimmed = (form: Form, name: string): string => form[name]?.trim() ?? ''

const create: AdminPage = async (visit) => {
  const form = formOf(visit.ctx)
  let id = ''
  const work = async (): Promise<void> => {
    const { TrustedTokenIssuerArn } = await visit.ssoAdmin('CreateTrustedTokenIssuer', {
      Name: trimmed(form, 'Name'), TrustedTokenIssuerType: 'OIDC_JWT',
      TrustedTokenIssuerConfiguration: { OidcJwtConfiguration: { IssuerUrl: trimmed(form, 'IssuerUrl'), ClaimAttributePath: trimmed(form, 'ClaimAttributePath'), IdentityStoreAttributePath: trimmed(form, 'IdentityStoreAttributePath'), JwksRetrievalOption: 'OPEN_ID_DISCOVERY' } },
    })
    id = idOfArn(TrustedTokenIssuerArn as string)
  }
  if (await done(visit, work, (failed) => showNew(visit, failed))) visit.goTo(`${url}/${id}?done=create`)
}

async function find(visit: AdminVisit): Promise<Issuer> {
  const { id = '' } = visit.ctx.params as { id?: string }
  if (!/^tti-[0-9a-f-]{36}$/.test(id)) throw new Refusal('not-found', 'There is no such token issuer.')
  const { accountId, instanceArn } = visit.places
  const arn = `arn:aws:sso::${accountId}:trustedTokenIssuer/${idOfArn(instanceArn)}/${id}`
  const { Name, TrustedTokenIssuerConfiguration: { OidcJwtConfiguration: of } } = await visit.ssoAdmin('DescribeTrustedTokenIssuer', { TrustedTokenIssuerArn: arn }) as unknown as IssuerAnswer
  return { path: `${url}/${id}`, title: Name, arn, values: { Name, IssuerUrl: of.IssuerUrl, ClaimAttributePath: of.ClaimAttributePath, IdentityStoreAttributePath: of.IdentityStoreAttributePath } }
}

const changes: Changes<Issuer> = {
  create: { run: () => { throw new Refusal('not-found', 'This page does not do that.') }, done: 'It is trusted from now on, by applications that name it.' },
  save: {
    run: (visit, { arn, values }, form) => {
      const is = laidOver(form, values)
      return visit.ssoAdmin('UpdateTrustedTokenIssuer', {
        TrustedTokenIssuerArn: arn, Name: trimmed(is, 'Name'),
        TrustedTokenIssuerConfiguration: { OidcJwtConfiguration: { ClaimAttributePath: trimmed(is, 'ClaimAttributePath'), IdentityStoreAttributePath: trimmed(is, 'IdentityStoreAttributePath') } },
      })
    },
    done: 'Saved.',
  },
  delete: {
    wishes: (_, { arn }) => [{ action: 'sso:DeleteTrustedTokenIssuer', resource: arn }], run: (visit, { arn }) => visit.ssoAdmin('DeleteTrustedTokenIssuer', { TrustedTokenIssuerArn: arn }), done: 'Deleted.', next: url,
    ask: { title: 'Delete this token issuer?', text: () => 'Its tokens stand for nobody any more. While an application names it, it cannot be deleted.', button: 'Delete' },
  },
  ...tagChanges((_, { arn }) => arn),
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1)

/** A fault in the configuration stands at the field that it is about. */
const inFields = ({ faults, ...failed }: Failed): Failed => ({ ...failed, faults: faults?.map((fault) => (fault.within ? { ...fault, path: lastOf(fault.within) } : fault)) })

async function show(visit: AdminVisit, issuer: Issuer, { done: said, failed }: Said): Promise<void> {
  const wish = (action: string) => ({ action, resource: issuer.arn })
  const can = await visit.may({ change: wish('sso:UpdateTrustedTokenIssuer'), remove: wish('sso:DeleteTrustedTokenIssuer'), tags: wish('sso:ListTagsForResource'), tag: wish('sso:TagResource'), untag: wish('sso:UntagResource') })
  const { path, title, arn, values } = issuer
  const form = failed ? formOf(visit.ctx) : undefined
  const typed = form?.change === 'save' ? form : undefined
  await visit.show('admin/settings-issuer', {
    title, isNew: false, action: path, done: said, ...nothingFailed, ...(failed && inFields(failed)), canChange: can.change, facts: [{ term: 'ARN', text: arn, id: 'issuer-arn' }],
    values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typed?.[name] ?? value])), begun: begunWith(values, typed), deleteUrl: askUrl(can.remove, issuer, 'delete'),
    tags: can.tags ? await tagsModel(visit, arn, can) : undefined,
  })
}
