// /admin/groups/ID: one group: who is in it, what it is assigned to, and its end.
import type { Router } from '@koa/router'
import { formOf, queryOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { addressOf } from '../middleware/listing.js'
import { groupChanges } from './group-changes.js'
import { assignLinks } from './assignments.js'
import { byAccount, byApplication } from './held.js'
import type { AdminOptions } from './options.js'
import { isoOf, type ApplicationAnswer, type GroupAnswer, type MemberAnswer, type RoleAnswer } from './people-answers.js'
import { groupArn, mayAll, maySee, userArn } from './people-rights.js'
import { askUrl, changeThing, nothingFailed, orNothing, thingPage, type Said } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

export interface GroupThing {
  path: string
  title: string
  id: string
  group: GroupAnswer
}

const membersPerPage = 25
const nestedPerPage = 50
const rolesPerPage = 100

async function findGroup(visit: AdminVisit): Promise<GroupThing> {
  const { id = '' } = visit.ctx.params as { id?: string }
  const group = await visit.directory('DescribeGroup', { GroupId: id }) as unknown as GroupAnswer
  return { path: `/admin/groups/${group.GroupId}`, title: group.DisplayName, id: group.GroupId, group }
}

export function mountGroup(router: Router, page: MakePage, { csrf }: AdminOptions): void {
  const pages = { changes: groupChanges, find: findGroup, show }
  router.get('/groups/:id', csrf, page(thingPage(pages)))
  router.post('/groups/:id', csrf, page(changeThing(pages)))
  router.get('/groups/:id/edit', csrf, page(async (visit) => showEdit(visit, await findGroup(visit))))
  router.post('/groups/:id/edit', csrf, page(edit))
}

async function show(visit: AdminVisit, thing: GroupThing, { done: said, failed }: Said): Promise<void> {
  const others: Record<string, string> = { create: 'The group is there. Add its first members.', edit: 'Saved.' }
  const { done: was } = queryOf(visit.ctx)
  const { group: { Description, CreatedAt }, id, path } = thing
  const can = await mayAll(visit, ['identitystore:UpdateGroup', 'identitystore:DeleteGroup', 'sso-directory:ListMembersInGroup'], [groupArn(id)])
  await visit.show('admin/group', {
    title: thing.title, action: path, done: said ?? (was !== undefined && Object.hasOwn(others, was) ? others[was] : undefined), ...nothingFailed, ...failed, typed: failed ? formOf(visit.ctx) : {},
    facts: [...(Description ? [{ term: 'Description', text: Description }] : []), { term: 'Id', text: id, id: 'group-id' }, { term: 'Since', at: isoOf(CreatedAt) }],
    editUrl: can['identitystore:UpdateGroup'] ? `${path}/edit` : undefined, deleteUrl: askUrl(can['identitystore:DeleteGroup'], thing, 'delete'),
    members: can['sso-directory:ListMembersInGroup'] ? await membersModel(visit, thing) : undefined,
    nested: can['sso-directory:ListMembersInGroup'] ? await nestedModel(visit, thing) : undefined,
    held: await heldModel(visit, thing), links: await assignLinks(visit, { group: id }),
  })
}

async function membersModel(visit: AdminVisit, { id, path }: GroupThing): Promise<object> {
  const { q = '', after } = queryOf(visit.ctx)
  const query = q.trim().slice(0, 100)
  const { Members, NextToken } = await visit.directory('ListMembersInGroup', { GroupId: id, Search: query, MaxResults: membersPerPage, NextToken: after })
  const add = await mayAll(visit, ['identitystore:CreateGroupMembership'], [groupArn(id), userArn('*')])
  const remove = await mayAll(visit, ['identitystore:DeleteGroupMembership'], ['arn:aws:identitystore:::membership/*'])
  return {
    query, isSearchable: query !== '' || (Members as unknown[]).length > 0, add: add['identitystore:CreateGroupMembership'], nextUrl: NextToken === undefined ? undefined : addressOf(path, { q: query, after: NextToken as string }), firstUrl: after === undefined ? undefined : addressOf(path, { q: query }),
    rows: (Members as MemberAnswer[]).map(({ MembershipId, UserId, UserName, DisplayName, UserStatus }) => (
      { url: `/admin/users/${UserId}`, name: DisplayName, userName: UserName, isDisabled: UserStatus === 'DISABLED', membershipId: remove['identitystore:DeleteGroupMembership'] ? MembershipId : undefined })),
  }
}

async function nestedModel(visit: AdminVisit, { id, path }: GroupThing): Promise<object> {
  const { groupsAfter } = queryOf(visit.ctx)
  const { Groups, NextToken } = await visit.directory('ListGroupsInGroup', { GroupId: id, MaxResults: nestedPerPage, NextToken: groupsAfter })
  const can = await mayAll(visit, ['sso-directory:AddMemberToGroup', 'sso-directory:RemoveMemberFromGroup'], [groupArn(id)])
  return {
    add: can['sso-directory:AddMemberToGroup'], canRemove: can['sso-directory:RemoveMemberFromGroup'], nextUrl: NextToken === undefined ? undefined : addressOf(path, { groupsAfter: NextToken as string }),
    rows: (Groups as GroupAnswer[]).map(({ GroupId, DisplayName }) => ({ id: GroupId, url: `/admin/groups/${GroupId}`, name: DisplayName })),
  }
}

async function heldModel(visit: AdminVisit, { id, path }: GroupThing): Promise<object | undefined> {
  const sees = await maySee(visit)
  if (!sees.roles) return undefined
  const { rolesAfter } = queryOf(visit.ctx)
  const { Roles, NextToken } = await visit.directory('ListRolesOfGroup', { GroupId: id, MaxResults: rolesPerPage, NextToken: rolesAfter })
  const wayOf = () => ({ text: '' })
  return {
    accounts: byAccount(Roles as RoleAnswer[], wayOf), nextUrl: NextToken === undefined ? undefined : addressOf(path, { rolesAfter: NextToken as string }),
    applications: sees.applications ? byApplication((await visit.directory('ListApplicationsOfGroup', { GroupId: id })).Applications as ApplicationAnswer[], wayOf) : [],
  }
}

async function showEdit(visit: AdminVisit, { id, title, path, group }: GroupThing, failed?: Failed): Promise<void> {
  await visit.require({ action: 'identitystore:UpdateGroup', resource: groupArn(id) })
  const { DisplayName = '', Description = '' } = failed ? formOf(visit.ctx) : group
  await visit.show('admin/group-edit', { isNew: false, about: title, backUrl: path, name: DisplayName, description: Description, ...nothingFailed, ...failed })
}

const edit: AdminPage = async (visit) => {
  const thing = await findGroup(visit)
  const { DisplayName = '', Description } = formOf(visit.ctx)
  const changes = [{ AttributePath: 'displayName', AttributeValue: DisplayName.trim() }, { AttributePath: 'description', AttributeValue: orNothing(Description) }]
  if (await done(visit, () => visit.directory('UpdateGroup', { GroupId: thing.id, Operations: changes }), (failed) => showEdit(visit, thing, failed))) visit.goTo(`${thing.path}?done=edit`)
}
