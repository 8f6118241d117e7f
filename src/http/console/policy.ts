// /console/policies/one?arn=…: a policy, its versions, and what it is attached to.
import type { Router } from '@koa/router'
import { mostPolicyVersions, readIamArn, type CustomerPolicy } from '../../domain/accounts/index.js'
import { findManagedPolicy } from '../../domain/policy/index.js'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf } from '../middleware/form.js'
import { askUrl, changeThing, thingPage, urlOf, type Changes, type ShowThing, type Thing } from './changes.js'
import { checkDocument, faultsOf, readable } from '../middleware/documents.js'
import { wishesFor } from './entity-models.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { ConsoleOptions } from './options.js'
import type { ConsoleVisit, MakePage } from './visit.js'

const mostUsers = 50

const changes: Changes = {
  SetDefaultPolicyVersion: { fields: ['VersionId'], done: 'That version counts now.' },
  DeletePolicyVersion: {
    fields: ['VersionId'], done: 'The version is deleted.',
    ask: { title: 'Delete version', text: ({ VersionId = '' }) => `Version ${VersionId} is gone for good.`, button: 'Delete it' },
  },
  DeletePolicy: {
    done: '', next: '/console/policies?done=deleted',
    ask: { title: 'Delete policy', text: () => 'The policy is gone for good. It has to be detached from everything first, and its other versions deleted.', button: 'Delete this policy' },
  },
}

interface PolicyThing extends Thing {
  arn: string
  /** Undefined for one of the catalogue. */
  own: CustomerPolicy | undefined
}

/** Mounts the pages of one policy. */
export function mountPolicy(router: Router, page: MakePage, options: ConsoleOptions): void {
  const policy = { changes, find: (visit: ConsoleVisit) => find(visit, options), show: show(options) }
  router.get('/policies/one', options.csrf, page(thingPage(policy)))
  router.post('/policies/one', options.csrf, page(changeThing(policy)))
  router.get('/policies/one/version', options.csrf, page(async (visit) => {
    const thing = await find(visit, options)
    if (!thing.own) throw new Refusal('not-found', 'Policies of the catalogue stay as they are.')
    const version = await options.rooms.policies.findVersion(thing.own.id, thing.own.defaultVersion)
    await showEditor(visit, thing, { document: readable(version?.document ?? ''), setsDefault: true })
  }))
  router.post('/policies/one/version', options.csrfOfDocuments, page(async (visit) => {
    const thing = await find(visit, options)
    const { PolicyDocument = '', SetAsDefault } = formOf(visit.ctx)
    const setsDefault = SetAsDefault === 'on'
    const isDone = await done(visit, async () => {
      checkDocument(PolicyDocument, 'identity')
      await visit.run('CreatePolicyVersion', { PolicyArn: thing.arn, PolicyDocument, SetAsDefault: String(setsDefault) })
    }, (failed) => showEditor(visit, thing, { document: PolicyDocument, setsDefault }, failed))
    if (isDone) visit.goTo(urlOf(thing, { done: 'Version' }))
  }))
}

async function find(visit: ConsoleVisit, { rooms }: ConsoleOptions): Promise<PolicyThing> {
  const { arn = '' } = queryOf(visit.ctx)
  const managed = findManagedPolicy(arn)
  const isOwn = readIamArn(arn)?.accountId === visit.session.accountId
  const own = isOwn ? await rooms.policies.find(arn) : undefined
  await visit.require({ action: 'iam:GetPolicy', resource: own?.arn ?? arn })
  if (!managed && !own) throw new Refusal('not-found', 'There is no such policy in this account.')
  return { path: '/console/policies/one', query: { arn }, title: own?.name ?? managed!.name, fixed: { PolicyArn: own?.arn ?? arn }, arn: own?.arn ?? arn, own }
}

const show = ({ rooms }: ConsoleOptions): ShowThing<PolicyThing> => async (visit, thing, { done: said, failed }) => {
  const { own, arn } = thing
  const can = await visit.may(wishesFor(arn, ['GetPolicyVersion', 'ListPolicyVersions', 'CreatePolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicyVersion', 'DeletePolicy', 'ListEntitiesForPolicy']))
  const [versions, used] = await Promise.all([
    own && can.ListPolicyVersions ? rooms.policies.listVersions(own.id) : undefined, can.ListEntitiesForPolicy ? rooms.attachments.listEntities(visit.session.accountId, arn, { limit: mostUsers }) : undefined,
  ])
  const current = own ? await rooms.policies.findVersion(own.id, wanted(visit) ?? own.defaultVersion) : undefined
  if (own && !current) throw new Refusal('not-found', 'There is no such version.')
  const managed = findManagedPolicy(arn)
  await visit.show('console/policy', {
    title: thing.title, arn, description: own?.description ?? managed?.description, isOwn: own !== undefined, done: said, action: urlOf(thing),
    facts: own ? [{ term: 'Id', text: own.id }, { term: 'Path', text: own.path }, { term: 'Changed', at: own.updatedAt.toISOString() }] : [],
    document: can.GetPolicyVersion ? readable(current?.document ?? managed!.document) : undefined, shown: current && `v${current.number}`, isDefault: current?.isDefault ?? true,
    editUrl: own && can.CreatePolicyVersion ? urlOf({ ...thing, path: `${thing.path}/version` }) : undefined, mostVersions: mostPolicyVersions,
    versions: versions?.map(({ number, isDefault, createdAt }) => ({
      name: `v${number}`, isDefault, createdAt: createdAt.toISOString(), url: urlOf(thing, { version: String(number) }), canChoose: can.SetDefaultPolicyVersion && !isDefault,
      removeUrl: askUrl(can.DeletePolicyVersion === true && !isDefault, thing, 'DeletePolicyVersion', { VersionId: `v${number}` }),
    })),
    used: used && { rows: used.items.map(({ kind, name }) => ({ kind, name, url: `/console/${kind}s/${encodeURIComponent(name)}` })), isMore: used.next !== undefined },
    removeUrl: askUrl(own !== undefined && can.DeletePolicy === true, thing, 'DeletePolicy'),
    problem: undefined, faults: undefined, retryAfter: undefined, ...failed,
  })
}

function wanted({ ctx }: ConsoleVisit): number | undefined {
  const { version = '' } = queryOf(ctx)
  return /^\d{1,9}$/.test(version) ? Number(version) : undefined
}

async function showEditor(visit: ConsoleVisit, thing: PolicyThing, { document, setsDefault }: { document: string; setsDefault: boolean }, failed?: Failed): Promise<void> {
  await visit.require({ action: 'iam:CreatePolicyVersion', resource: thing.arn })
  await visit.show('console/document', {
    title: 'New version', lead: `There can be ${mostPolicyVersions} versions of a policy, of which one counts.`, about: thing.title, backUrl: urlOf(thing), action: urlOf({ ...thing, path: `${thing.path}/version` }),
    name: thing.title, nameField: undefined, isNew: false, asksDescription: false, description: undefined, document, field: 'PolicyDocument', label: 'Policy', button: 'Save version', setsDefault: { on: setsDefault },
    fixed: [], documentFaults: failed ? faultsOf(document, 'identity') : [], problem: undefined, faults: undefined, retryAfter: undefined, ...failed,
  })
}
