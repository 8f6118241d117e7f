// /console/groups: the groups of the account, who is in them, and what they may.
import type { Router } from '@koa/router'
import type { IamGroup } from '../../domain/accounts/index.js'
import { formOf, queryOf } from '../middleware/form.js'
import { changeThing, thingPage, urlOf } from './changes.js'
import { policySections, wishesFor, type EntityThing } from './entity-models.js'
import { entityOptions } from './entity-page.js'
import { done, type Failed } from '../middleware/form-again.js'
import { inlinePolicyPages } from './inline-policy.js'
import { listDone } from './list-done.js'
import { dayOf } from '../middleware/listing.js'
import { showList } from './listing.js'
import type { ConsoleOptions } from './options.js'
import { arnIn } from './places.js'
import type { ConsolePage, ConsoleVisit, MakePage } from './visit.js'

const membersPerPage = 50

/** Mounts the pages of groups. */
export function mountGroups(router: Router, page: MakePage, options: ConsoleOptions): void {
  const { csrf } = options
  const group = entityOptions('group', options, sections(options))
  router.get('/groups', csrf, page(list(options)))
  router.get('/groups/new', csrf, page((visit) => showNew(visit)))
  router.post('/groups/new', csrf, page(create))
  router.get('/groups/:name', csrf, page(thingPage(group)))
  router.post('/groups/:name', csrf, page(changeThing(group)))
  inlinePolicyPages(router, page, 'group', options)
}

const list = ({ rooms }: ConsoleOptions): ConsolePage => async (visit) => {
  const { accountId } = visit.session
  await visit.require({ action: 'iam:ListGroups', resource: arnIn(accountId, 'group/') })
  const { create: mayCreate } = await visit.may({ create: { action: 'iam:CreateGroup', resource: arnIn(accountId, 'group/*') } })
  await showList<IamGroup>(visit, {
    url: '/console/groups', title: 'Groups', lead: 'Users that share policies. A group is in no other group.', noun: 'group', nouns: 'groups', done: listDone(visit, 'group'),
    find: (request) => rooms.groups.list(accountId, request),
    row: ({ name, path, createdAt }) => ({ url: `/console/groups/${encodeURIComponent(name)}`, name, facts: [path === '/' ? '' : path, `Since ${dayOf(createdAt)}`].filter(Boolean) }),
    create: mayCreate ? [{ url: '/console/groups/new', text: 'New group' }] : [],
  })
}

async function showNew(visit: ConsoleVisit, failed?: Failed): Promise<void> {
  await visit.require({ action: 'iam:CreateGroup', resource: arnIn(visit.session.accountId, 'group/*') })
  const { GroupName = '', Path = '/' } = failed ? formOf(visit.ctx) : {}
  await visit.show('console/new-entity', {
    kind: 'group', title: 'New group', field: 'GroupName', name: GroupName, longest: 128, path: Path, backUrl: '/console/groups', problem: undefined, faults: undefined, retryAfter: undefined, ...failed,
    lead: 'You add users and policies on the next page.',
  })
}

const create: ConsolePage = async (visit) => {
  const { GroupName = '', Path } = formOf(visit.ctx)
  if (await done(visit, () => visit.run('CreateGroup', { GroupName: GroupName.trim(), Path }), (failed) => showNew(visit, failed))) visit.goTo(`/console/groups/${encodeURIComponent(GroupName.trim())}?done=CreateGroup`)
}

/** What the page of a group shows. */
const sections = (options: ConsoleOptions) => async (visit: ConsoleVisit, thing: EntityThing): Promise<object> => {
  const { arn, id, path, createdAt } = thing.entity
  const { after } = visit.ctx.method === 'GET' ? queryOf(visit.ctx) : {}
  const can = await visit.may(wishesFor(arn, ['AddUserToGroup', 'RemoveUserFromGroup']))
  const members = await options.rooms.groups.listUsers(id, { limit: membersPerPage, ...(after !== undefined && { after }) })
  return {
    facts: [{ term: 'ARN', text: arn, id: 'arn' }, { term: 'Id', text: id }, { term: 'Path', text: path }, { term: 'Since', at: createdAt.toISOString() }],
    members: {
      add: can.AddUserToGroup ?? false, canRemove: can.RemoveUserFromGroup ?? false,
      rows: members.items.map(({ name }) => ({ name, url: `/console/users/${encodeURIComponent(name)}` })), nextUrl: members.next === undefined ? undefined : urlOf(thing, { after: members.next }),
    },
    ...await policySections(visit, thing, options),
  }
}
