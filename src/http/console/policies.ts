// /console/policies: the policies of the account, and those of the catalogue.
import type { Router } from '@koa/router'
import { iamArn, pageOfAll, type CustomerPolicy, type Page } from '../../domain/accounts/index.js'
import { listManagedPolicies } from '../../domain/policy/index.js'
import { formOf } from '../middleware/form.js'
import { checkDocument, faultsOf, firstPolicy } from '../middleware/documents.js'
import { policyUrl } from './entity-models.js'
import { done, type Failed } from '../middleware/form-again.js'
import { listDone } from './list-done.js'
import type { ListRequest } from '../middleware/listing.js'
import { showList } from './listing.js'
import type { ConsoleOptions } from './options.js'
import { arnIn } from './places.js'
import { mountPolicy } from './policy.js'
import type { ConsolePage, ConsoleVisit, MakePage } from './visit.js'

/** Mounts the pages of policies. */
export function mountPolicies(router: Router, page: MakePage, options: ConsoleOptions): void {
  const { csrf, csrfOfDocuments } = options
  router.get('/policies', csrf, page(list(options)))
  router.get('/policies/catalogue', csrf, page(catalogue))
  router.get('/policies/new', csrf, page((visit) => showNew(visit)))
  router.post('/policies/new', csrfOfDocuments, page(create))
  mountPolicy(router, page, options)
}

const list = ({ rooms }: ConsoleOptions): ConsolePage => async (visit) => {
  const { accountId } = visit.session
  await visit.require({ action: 'iam:ListPolicies', resource: arnIn(accountId, 'policy/') })
  const { create: mayCreate } = await visit.may({ create: { action: 'iam:CreatePolicy', resource: arnIn(accountId, 'policy/*') } })
  await showList<CustomerPolicy>(visit, {
    url: '/console/policies', title: 'Policies', lead: 'Documents that say what is allowed and denied, made in this account.', noun: 'policy', nouns: 'policies', done: listDone(visit, 'policy'),
    find: (request) => rooms.policies.list(accountId, request),
    row: ({ name, arn, path, description, attachmentCount, boundaryCount }) => ({
      url: policyUrl(arn), name, facts: [description ?? '', path === '/' ? '' : path, usedBy(attachmentCount + boundaryCount)].filter(Boolean),
    }),
    create: [...(mayCreate ? [{ url: '/console/policies/new', text: 'New policy' }] : []), { url: '/console/policies/catalogue', text: 'Catalogue' }],
  })
}

const usedBy = (count: number): string => (count === 0 ? 'not in use' : `used ${count} ${count === 1 ? 'time' : 'times'}`)

const catalogue: ConsolePage = async (visit) => {
  await visit.require({ action: 'iam:ListPolicies', resource: arnIn(visit.session.accountId, 'policy/') })
  const find = ({ search = '', ...request }: ListRequest): Promise<Page<{ arn: string; name: string; description: string }>> =>
    Promise.resolve(pageOfAll(listManagedPolicies().filter(({ name }) => name.toLowerCase().includes(search.toLowerCase())), request, ({ name }) => name.toLowerCase()))
  await showList(visit, {
    url: '/console/policies/catalogue', title: 'Catalogue', lead: 'Policies that every account can use as they are.', noun: 'policy', nouns: 'policies',
    find, row: ({ arn, name, description }) => ({ url: policyUrl(arn), name, facts: [description] }), create: [{ url: '/console/policies', text: 'Policies of this account' }],
  })
}

async function showNew(visit: ConsoleVisit, failed?: Failed): Promise<void> {
  await visit.require({ action: 'iam:CreatePolicy', resource: arnIn(visit.session.accountId, 'policy/*') })
  const { PolicyName = '', Description = '', PolicyDocument = firstPolicy } = failed ? formOf(visit.ctx) : {}
  await visit.show('console/document', {
    title: 'New policy', lead: 'What it says counts for those that it is attached to.', about: 'policies', backUrl: '/console/policies', action: '/console/policies/new',
    name: PolicyName, nameField: 'PolicyName', isNew: true, asksDescription: true, description: Description, document: PolicyDocument, field: 'PolicyDocument', label: 'Policy', button: 'Make policy', setsDefault: undefined,
    fixed: [], documentFaults: failed ? faultsOf(PolicyDocument, 'identity') : [], problem: undefined, faults: undefined, retryAfter: undefined, ...failed,
  })
}

const create: ConsolePage = async (visit) => {
  const { PolicyName = '', Description, PolicyDocument = '' } = formOf(visit.ctx)
  const isDone = await done(visit, async () => {
    checkDocument(PolicyDocument, 'identity')
    await visit.run('CreatePolicy', { PolicyName: PolicyName.trim(), Description, PolicyDocument })
  }, (failed) => showNew(visit, failed))
  if (isDone) visit.goTo(policyUrl(iamArn('policy', { accountId: visit.session.accountId, path: '/', name: PolicyName.trim() }), { done: 'CreatePolicy' }))
}
