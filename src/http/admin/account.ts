// /admin/accounts/ID: one account: what it is called, who is assigned what in it, the way into it, and its end.
import type { Router } from '@koa/router'
import { spelledAccountId } from '../../platform/templates/index.js'
import { formOf, queryOf } from '../middleware/form.js'
import { addressOf } from '../middleware/listing.js'
import { mountAccountClosing } from './account-close.js'
import { findAccount, type AccountThing } from './account-thing.js'
import { accessLinks } from './access.js'
import { assignedModel, bySet } from './assigned.js'
import { assignLinks } from './assignments.js'
import type { AdminOptions } from './options.js'
import { changeThing, nothingFailed, thingPage, type Changes, type Said } from './things.js'
import type { AdminVisit, MakePage } from './visit.js'

export function mountAccount(router: Router, page: MakePage, options: AdminOptions): void {
  const { csrf } = options
  const pages = { changes: tagChanges, find: findAccount, show: show(options) }
  const editing = { changes: nameChanges, find: findAccount, show: showEdit }
  router.get('/accounts/:id', csrf, page(thingPage(pages)))
  router.post('/accounts/:id', csrf, page(changeThing(pages)))
  router.get('/accounts/:id/edit', csrf, page(thingPage(editing)))
  router.post('/accounts/:id/edit', csrf, page(changeThing(editing)))
  mountAccountClosing(router, page, options)
}

const tagChanges: Changes<AccountThing> = {
  tag: { run: (visit, { account: { Id } }, { Key = '', Value = '' }) => visit.accounts('TagResource', { ResourceId: Id, Tags: [{ Key: Key.trim(), Value: Value.trim() }] }), done: 'The tag is set.' },
  untag: { run: (visit, { account: { Id } }, { Key = '' }) => visit.accounts('UntagResource', { ResourceId: Id, TagKeys: [Key] }), done: 'The tag is removed.' },
}

const nameChanges: Changes<AccountThing> = {
  rename: { run: (visit, { account: { Id } }, { AccountName = '' }) => visit.accounts('PutAccountName', { AccountId: Id, AccountName: AccountName.trim() }), done: '' },
  email: { run: (visit, { account: { Id } }, { Email = '' }) => visit.accounts('PutAccountEmail', { AccountId: Id, Email: Email.trim() }), done: '' },
  alias: { run: (visit, { account: { Id } }, { AccountAlias = '' }) => visit.accounts('PutAccountAlias', { AccountId: Id, AccountAlias: AccountAlias.trim() || undefined }), done: '' },
}

const fieldsOf: Readonly<Record<string, string>> = { rename: 'AccountName', email: 'Email', alias: 'AccountAlias' }

const said: Readonly<Record<string, string>> = {
  create: 'The account is there. Assign people to permission sets in it; its root user gets in by “Forgot your password?”.', rename: 'The name is saved.', email: 'The root user has another address, and was told at the old one.', alias: 'The alias is saved.',
}

type Can = Record<'rename' | 'email' | 'alias' | 'close' | 'tags' | 'tag' | 'untag', boolean>

function mayOf({ may }: AdminVisit, { account: { Arn, Management } }: AccountThing): Promise<Can> {
  const wish = (action: string) => ({ action, resource: Arn })
  const granted = may({
    rename: wish('account:PutAccountName'), email: wish('account:StartPrimaryEmailUpdate'), alias: wish('gatehouse:PutAccountAlias'), close: wish('organizations:CloseAccount'), tags: wish('organizations:ListTagsForResource'),
    tag: wish('organizations:TagResource'), untag: wish('organizations:UntagResource'),
  })
  return granted.then((can) => ({ ...can, email: can.email && !Management }))
}

const show = ({ hasWayIn }: AdminOptions) => async (visit: AdminVisit, thing: AccountThing, { done: was, failed }: Said): Promise<void> => {
  const { account: { Id, Email, Alias, Arn, Management, JoinedTimestamp }, path } = thing
  const can = await mayOf(visit, thing)
  const { done: asked } = queryOf(visit.ctx)
  const assigned = await assignedModel(visit, path, { AccountId: Id })
  await visit.show('admin/account', {
    title: thing.title, action: path, done: was ?? (asked !== undefined && Object.hasOwn(said, asked) ? said[asked] : undefined), ...nothingFailed, ...failed, isManagement: Management,
    facts: [
      { term: 'Account id', text: Id, id: 'account-id' }, ...(Alias === undefined ? [] : [{ term: 'Alias', text: Alias }]), { term: 'Root user', text: Email },
      { term: 'Since', at: new Date(JoinedTimestamp * 1000).toISOString() }, { term: 'ARN', text: Arn, id: 'arn' },
    ],
    editUrl: can.rename || can.email || can.alias ? `${path}/edit` : undefined, closeUrl: can.close ? `${path}/close` : undefined,
    links: [
      ...(await hasWayIn(visit.session, Id) ? [{ text: 'Open its console', url: addressOf('/start/console', { account_id: Id }) }] : []),
      ...await assignLinks(visit, { account: Id }), ...await accessLinks(visit, { account: Id }),
    ],
    tags: can.tags ? await tagsModel(visit, Id, can) : undefined,
    assigned: assigned && { ...assigned, sets: bySet(assigned.rows) },
  })
}

async function tagsModel({ accounts }: AdminVisit, id: string, can: Can): Promise<object> {
  const { Tags } = await accounts('ListTagsForResource', { ResourceId: id })
  return { add: can.tag ? 'tag' : undefined, remove: can.untag ? 'untag' : undefined, rows: (Tags as { Key: string; Value: string }[]).map(({ Key, Value }) => ({ key: Key, value: Value })) }
}

async function showEdit(visit: AdminVisit, thing: AccountThing, { failed }: Said): Promise<void> {
  const { account: { Arn, Name, Email, Alias = '', Management, Id }, path } = thing
  const can = await mayOf(visit, thing)
  if (!can.rename && !can.email && !can.alias) await visit.require({ action: 'account:PutAccountName', resource: Arn })
  const typed = failed ? formOf(visit.ctx) : {}
  // Each of the forms has one field: whatever is wrong is wrong there.
  const field = fieldsOf[typed.change ?? '']
  const told = failed && { ...failed, faults: failed.faults ?? (field === undefined ? undefined : [{ path: field, message: failed.problem }]) }
  await visit.show('admin/account-edit', {
    about: thing.title, backUrl: path, accountId: spelledAccountId(Id), can, isManagement: Management, values: { AccountName: typed.AccountName ?? Name, Email: typed.Email ?? Email, AccountAlias: typed.AccountAlias ?? Alias }, ...nothingFailed, ...told,
  })
}
