// /console/users: the users of the account, and each one's password, keys, devices, groups and policies.
import type { Router } from '@koa/router'
import { iamUserPrincipal } from '../../domain/authentication/index.js'
import { mostAccessKeys, mostGroupsPerUser, type IamUser } from '../../domain/accounts/index.js'
import { formOf } from '../middleware/form.js'
import { dayOf } from '../middleware/listing.js'
import { askUrl, changeThing, thingPage } from './changes.js'
import { entityOptions } from './entity-page.js'
import { policySections, tagSection, wishesFor, type EntityThing } from './entity-models.js'
import { done, type Failed } from '../middleware/form-again.js'
import { keyRow } from './keys.js'
import { inlinePolicyPages } from './inline-policy.js'
import { showList } from './listing.js'
import { listDone } from './list-done.js'
import type { ConsoleOptions } from './options.js'
import { arnIn } from './places.js'
import { newKeyPage } from './new-key.js'
import { userPasswordPages } from './user-password.js'
import type { ConsolePage, ConsoleVisit, MakePage } from './visit.js'

/** Mounts the pages of users. */
export function mountUsers(router: Router, page: MakePage, options: ConsoleOptions): void {
  const { csrf } = options
  const user = entityOptions('user', options, sections(options))
  router.get('/users', csrf, page(list(options)))
  router.get('/users/new', csrf, page((visit) => showNew(visit)))
  router.post('/users/new', csrf, page(create))
  router.get('/users/:name', csrf, page(thingPage(user)))
  router.post('/users/:name', csrf, page(changeThing(user)))
  router.post('/users/:name/keys', csrf, page(newKeyPage(user.find)))
  userPasswordPages(router, page, options)
  inlinePolicyPages(router, page, 'user', options)
}

const list = ({ rooms }: ConsoleOptions): ConsolePage => async (visit) => {
  const { accountId } = visit.session
  await visit.require({ action: 'iam:ListUsers', resource: arnIn(accountId, 'user/') })
  const { create: mayCreate } = await visit.may({ create: { action: 'iam:CreateUser', resource: arnIn(accountId, 'user/*') } })
  await showList<IamUser>(visit, {
    url: '/console/users', title: 'Users', lead: 'People and programs that belong to this account.', noun: 'user', nouns: 'users', done: listDone(visit, 'user'),
    find: (request) => rooms.users.list(accountId, request),
    row: ({ name, path, createdAt, passwordLastUsed }) => ({
      url: `/console/users/${encodeURIComponent(name)}`, name,
      facts: [path === '/' ? '' : path, `Since ${dayOf(createdAt)}`, passwordLastUsed ? `signed in last on ${dayOf(passwordLastUsed)}` : ''].filter(Boolean),
    }),
    create: mayCreate ? [{ url: '/console/users/new', text: 'New user' }] : [],
  })
}

async function showNew(visit: ConsoleVisit, failed?: Failed): Promise<void> {
  await visit.require({ action: 'iam:CreateUser', resource: arnIn(visit.session.accountId, 'user/*') })
  const { UserName = '', Path = '/' } = failed ? formOf(visit.ctx) : {}
  await visit.show('console/new-entity', {
    kind: 'user', title: 'New user', field: 'UserName', name: UserName, longest: 64, path: Path, backUrl: '/console/users', problem: undefined, faults: undefined, retryAfter: undefined, ...failed,
    lead: 'A user has neither password nor keys nor rights at first: you give them on the next page.',
  })
}

const create: ConsolePage = async (visit) => {
  const { UserName = '', Path } = formOf(visit.ctx)
  if (await done(visit, () => visit.run('CreateUser', { UserName: UserName.trim(), Path }), (failed) => showNew(visit, failed))) visit.goTo(`/console/users/${encodeURIComponent(UserName.trim())}?done=CreateUser`)
}

/** What the page of a user shows. */
const sections = (options: ConsoleOptions) => async (visit: ConsoleVisit, thing: EntityThing): Promise<object> => {
  const user = thing.entity as IamUser
  const can = await visit.may(wishesFor(user.arn, [
    'GetLoginProfile', 'CreateLoginProfile', 'UpdateLoginProfile', 'DeleteLoginProfile', 'ListAccessKeys', 'CreateAccessKey', 'UpdateAccessKey', 'DeleteAccessKey', 'ListMFADevices', 'DeactivateMFADevice', 'ListGroupsForUser',
  ]))
  return {
    facts: [
      { term: 'ARN', text: user.arn, id: 'arn' }, { term: 'Id', text: user.id }, { term: 'Path', text: user.path }, { term: 'Since', at: user.createdAt.toISOString() },
      ...(user.passwordLastUsed ? [{ term: 'Signed in last', at: user.passwordLastUsed.toISOString() }] : []),
    ],
    signIn: can.GetLoginProfile ? await signInModel(thing, can, options) : undefined,
    keys: can.ListAccessKeys ? await keysModel(thing, can, options) : undefined,
    devices: can.ListMFADevices ? await devicesModel(thing, can, options) : undefined,
    groups: can.ListGroupsForUser ? await groupsModel(visit, thing, options) : undefined,
    ...await policySections(visit, thing, options),
    ...await tagSection(visit, thing),
  }
}

type Can = Record<string, boolean>

/** Groups that are offered while a name is typed: as many as an account may have. */
const mostSuggested = 300

async function signInModel(thing: EntityThing, can: Can, { rooms }: ConsoleOptions): Promise<object> {
  const profile = await rooms.passwords.findProfile(iamUserPrincipal(thing.entity.id))
  return {
    changedAt: profile?.changedAt.toISOString(), oneTime: profile?.oneTime ?? false,
    setUrl: (profile ? can.UpdateLoginProfile : can.CreateLoginProfile) ? `${thing.path}/password` : undefined,
    removeUrl: askUrl(profile !== undefined && (can.DeleteLoginProfile ?? false), thing, 'DeleteLoginProfile'),
  }
}

async function keysModel(thing: EntityThing, can: Can, { rooms }: ConsoleOptions): Promise<object> {
  await rooms.keyUses.flush()
  const keys = await rooms.keys.list({ accountId: thing.entity.accountId, userId: thing.entity.id })
  return {
    most: mostAccessKeys, createUrl: can.CreateAccessKey && keys.length < mostAccessKeys ? `${thing.path}/keys` : undefined,
    rows: keys.map((key) => keyRow(key, { canUpdate: can.UpdateAccessKey ?? false, removeUrl: askUrl(can.DeleteAccessKey ?? false, thing, 'DeleteAccessKey', { AccessKeyId: key.id }) })),
  }
}

async function devicesModel(thing: EntityThing, can: Can, { rooms }: ConsoleOptions): Promise<object> {
  const { id, accountId, name } = thing.entity
  const devices = await rooms.virtualDevices.listOf(accountId, { principal: iamUserPrincipal(id), userName: name })
  return {
    rows: devices.map(({ serial, kind, enabledAt }) => ({
      serial, kind: kind === 'app' ? 'Authenticator app' : 'Passkey or security key', enabledAt: enabledAt.toISOString(), removeUrl: askUrl(can.DeactivateMFADevice ?? false, thing, 'DeactivateMFADevice', { SerialNumber: serial }),
    })),
  }
}

async function groupsModel(visit: ConsoleVisit, thing: EntityThing, { rooms }: ConsoleOptions): Promise<object> {
  const groups = await rooms.groups.listOf(thing.entity.id)
  const keyed = Object.fromEntries(groups.map(({ name, arn }) => [name, { action: 'iam:RemoveUserFromGroup', resource: arn }]))
  const { accountId } = visit.session
  const can: Can = await visit.may<string>({ ...keyed, ' add': { action: 'iam:AddUserToGroup', resource: arnIn(accountId, 'group/*') }, ' list': { action: 'iam:ListGroups', resource: arnIn(accountId, 'group/') } })
  const add = can[' add'] === true && groups.length < mostGroupsPerUser
  const others = add && can[' list'] === true ? (await rooms.groups.list(accountId, { limit: mostSuggested })).items.map(({ name }) => name).filter((name) => !groups.some((group) => group.name === name)) : []
  return {
    add, suggestions: others,
    rows: groups.map(({ name }) => ({ name, url: `/console/groups/${encodeURIComponent(name)}`, canRemove: can[name] === true })),
  }
}
