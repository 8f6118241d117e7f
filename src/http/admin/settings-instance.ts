// /admin/settings/instance: what the APIs know the organization by, and which attributes of people become tags of their sessions.
import type { Router } from '@koa/router'
import { sessionAttributes } from '../../domain/access/index.js'
import { Refusal, type Fault } from '../../platform/errors.js'
import { spelledAccountId } from '../../platform/templates/index.js'
import { formOf, type Form } from '../middleware/form.js'
import type { Failed } from '../middleware/form-again.js'
import type { AdminOptions } from './options.js'
import { tagChanges, tagsModel } from './instance-tags.js'
import { isoOf } from './people-answers.js'
import { settingsUrl, tabLinks } from './settings-tabs.js'
import { askUrl, changeThing, nothingFailed, thingPage, type Changes, type Said, type Thing } from './things.js'
import type { AdminVisit, MakePage } from './visit.js'

interface Attribute {
  Key: string
  Value: { Source: [string] }
}

interface Instance extends Thing {
  name: string
  facts: object[]
  /** Undefined while none are in use. */
  attributes: Attribute[] | undefined
}

interface InstanceAnswer {
  InstanceArn: string
  IdentityStoreId: string
  OwnerAccountId: string
  Name?: string
  CreatedDate: number
}

export function mountInstance(router: Router, page: MakePage, { csrf }: AdminOptions): void {
  const pages = { changes, find, show }
  router.get('/settings/instance', csrf, page(thingPage(pages)))
  router.post('/settings/instance', csrf, page(changeThing(pages)))
}

async function find(visit: AdminVisit): Promise<Instance> {
  const { InstanceArn, IdentityStoreId, OwnerAccountId, Name = '', CreatedDate } = await visit.ssoAdmin('DescribeInstance') as unknown as InstanceAnswer
  const { attributes } = await visit.may({ attributes: wish(visit, 'sso:DescribeInstanceAccessControlAttributeConfiguration') })
  return {
    path: settingsUrl('instance'), title: 'Instance', name: Name, attributes: attributes ? await attributesOf(visit) : undefined,
    facts: [{ term: 'ARN', text: InstanceArn, id: 'instance-arn' }, { term: 'Directory', text: IdentityStoreId, id: 'store-id' }, { term: 'Account', text: spelledAccountId(OwnerAccountId) }, { term: 'Since', at: isoOf(CreatedDate) }],
  }
}

const wish = ({ places }: AdminVisit, action: string) => ({ action, resource: places.instanceArn })

async function attributesOf(visit: AdminVisit): Promise<Attribute[] | undefined> {
  try {
    const { InstanceAccessControlAttributeConfiguration: found } = await visit.ssoAdmin('DescribeInstanceAccessControlAttributeConfiguration')
    return (found as { AccessControlAttributes: Attribute[] }).AccessControlAttributes
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not-found') return undefined
    throw error
  }
}

const changes: Changes<Instance> = {
  rename: { run: (visit, _, { Name = '' }) => visit.ssoAdmin('UpdateInstance', { Name: Name.trim() }), done: 'Saved.' },
  ...tagChanges(({ places }) => places.instanceArn),
  'put-attribute': { run: putAttribute, done: 'Saved. Sessions that begin from now on have it.' },
  'remove-attribute': {
    run: (visit, { attributes = [] }, { AttributeKey }) => update(visit, attributes.filter(({ Key }) => Key !== AttributeKey)), done: 'Removed. Sessions that begin from now on do without it.',
  },
  'no-attributes': {
    wishes: (visit) => [wish(visit, 'sso:DeleteInstanceAccessControlAttributeConfiguration')], run: (visit) => visit.ssoAdmin('DeleteInstanceAccessControlAttributeConfiguration'), done: 'None are in use any more.',
    ask: { title: 'Stop using attributes?', text: () => 'Sessions that begin from now on have no tags of their people. Policies that ask for them no longer match.', button: 'Stop' },
  },
}

const update = (visit: AdminVisit, AccessControlAttributes: readonly Attribute[]): Promise<unknown> =>
  visit.ssoAdmin('UpdateInstanceAccessControlAttributeConfiguration', { InstanceAccessControlAttributeConfiguration: { AccessControlAttributes } })

/** Sets one, in the place of another with its key. */
async function putAttribute(visit: AdminVisit, { attributes }: Instance, { AttributeKey = '', AttributeSource = '' }: Form): Promise<unknown> {
  const Key = AttributeKey.trim()
  const source = AttributeSource.trim().replace(/^\$\{path:(.*)\}$/, '$1')
  if (!sessionAttributes.includes(source)) {
    const message = source === '' ? 'Choose an attribute.' : 'There is no such attribute of people.'
    throw new Refusal('invalid-input', message, { faults: [{ path: 'AttributeSource', message }] })
  }
  const all = [...(attributes ?? []).filter((one) => one.Key.toLowerCase() !== Key.toLowerCase()), { Key, Value: { Source: [`\${path:${source}}`] } } as Attribute]
  if (attributes) return update(visit, all)
  return visit.ssoAdmin('CreateInstanceAccessControlAttributeConfiguration', { InstanceAccessControlAttributeConfiguration: { AccessControlAttributes: all } })
}

/** A fault of the whole is one of what was added to it. */
function fieldOf({ path, within = '' }: Fault): string {
  if (path === 'InstanceAccessControlAttributeConfiguration') return within.includes('.Value') ? 'AttributeSource' : 'AttributeKey'
  return path === 'Tags' ? within.slice(within.lastIndexOf('.') + 1) : path
}

const inFields = ({ faults, ...failed }: Failed): Failed => ({ ...failed, faults: faults?.map((fault) => ({ ...fault, path: fieldOf(fault) })) })

async function show(visit: AdminVisit, instance: Instance, { done, failed }: Said): Promise<void> {
  const can = await visit.may({
    rename: wish(visit, 'sso:UpdateInstance'), tags: wish(visit, 'sso:ListTagsForResource'), tag: wish(visit, 'sso:TagResource'), untag: wish(visit, 'sso:UntagResource'),
    read: wish(visit, 'sso:DescribeInstanceAccessControlAttributeConfiguration'), begin: wish(visit, 'sso:CreateInstanceAccessControlAttributeConfiguration'),
    change: wish(visit, 'sso:UpdateInstanceAccessControlAttributeConfiguration'), stop: wish(visit, 'sso:DeleteInstanceAccessControlAttributeConfiguration'),
  })
  const typed = failed ? formOf(visit.ctx) : {}
  const { path, title, name, facts, attributes } = instance
  await visit.show('admin/settings-instance', {
    title, action: path, tabs: await tabLinks(visit, 'instance'), done, ...nothingFailed, ...(failed && inFields(failed)), facts: can.rename || name === '' ? facts : [{ term: 'Name', text: name }, ...facts], name: can.rename ? { value: typed.Name ?? name } : undefined,
    tags: can.tags ? await tagsModel(visit, visit.places.instanceArn, can) : undefined,
    attributes: can.read ? {
      inUse: attributes !== undefined, rows: (attributes ?? []).map(({ Key, Value: { Source: [source] } }) => ({ key: Key, source: plainly(source), isEmpty: !sessionAttributes.includes(plainly(source)) })),
      canPut: attributes ? can.change : can.begin, canRemove: can.change, offUrl: askUrl(attributes !== undefined && can.stop, instance, 'no-attributes'), choices: sessionAttributes,
      typed: { key: typed.AttributeKey ?? '', source: typed.AttributeSource ?? '' },
    } : undefined,
  })
}

const plainly = (source: string): string => source.replace(/^\$\{path:(.+)\}$/, '$1')
