// /console/roles: what others may act as in this account, and who they are.
import type { Router } from '@koa/router'
import type { Role } from '../../domain/accounts/index.js'
import { formOf } from '../middleware/form.js'
import { changeThing, thingPage, urlOf } from './changes.js'
import { checkDocument, faultsOf, firstTrust, readable } from '../middleware/documents.js'
import { policySections, tagSection, wishesFor, type EntityThing } from './entity-models.js'
import { entityOptions, findEntity } from './entity-page.js'
import { done, type Failed } from '../middleware/form-again.js'
import { inlinePolicyPages } from './inline-policy.js'
import { listDone } from './list-done.js'
import { showList } from './listing.js'
import type { ConsoleOptions } from './options.js'
import { arnIn } from './places.js'
import type { ConsolePage, ConsoleVisit, MakePage } from './visit.js'

/** How long a role's sessions may be, in seconds, as the pages offer it. */
const lengths = [3600, 7200, 14_400, 28_800, 43_200]

/** Mounts the pages of roles. */
export function mountRoles(router: Router, page: MakePage, options: ConsoleOptions): void {
  const { csrf, csrfOfDocuments } = options
  const role = entityOptions('role', options, sections(options))
  router.get('/roles', csrf, page(list(options)))
  router.get('/roles/new', csrf, page((visit) => showNew(visit)))
  router.post('/roles/new', csrfOfDocuments, page(create))
  router.get('/roles/:name', csrf, page(thingPage(role)))
  router.post('/roles/:name', csrf, page(changeThing(role)))
  router.get('/roles/:name/trust', csrf, page(async (visit) => {
    const thing = await findEntity(visit, 'role', options)
    await showTrust(visit, thing, readable((thing.entity as Role).trustPolicy))
  }))
  router.post('/roles/:name/trust', csrfOfDocuments, page(changeTrust(options)))
  inlinePolicyPages(router, page, 'role', options)
}

const list = ({ rooms }: ConsoleOptions): ConsolePage => async (visit) => {
  const { accountId } = visit.session
  await visit.require({ action: 'iam:ListRoles', resource: arnIn(accountId, 'role/') })
  const { create: mayCreate } = await visit.may({ create: { action: 'iam:CreateRole', resource: arnIn(accountId, 'role/*') } })
  await showList<Role>(visit, {
    url: '/console/roles', title: 'Roles', lead: 'What users, services and people from elsewhere may act as here. Roles of permission sets are not among them: the organization makes those.', noun: 'role', nouns: 'roles',
    done: listDone(visit, 'role'),
    find: (request) => rooms.roles.list(accountId, request),
    row: ({ name, path, description, maxSessionDuration }) => ({
      url: `/console/roles/${encodeURIComponent(name)}`, name, facts: [description ?? '', path === '/' ? '' : path, `sessions of up to ${maxSessionDuration / 3600} h`].filter(Boolean),
    }),
    create: mayCreate ? [{ url: '/console/roles/new', text: 'New role' }] : [],
  })
}

async function showNew(visit: ConsoleVisit, failed?: Failed): Promise<void> {
  const { accountId } = visit.session
  await visit.require({ action: 'iam:CreateRole', resource: arnIn(accountId, 'role/*') })
  const { RoleName = '', Path = '/', Description = '', MaxSessionDuration = '3600', AssumeRolePolicyDocument = firstTrust(accountId) } = failed ? formOf(visit.ctx) : {}
  await visit.show('console/new-role', {
    name: RoleName, path: Path, description: Description, length: Number(MaxSessionDuration), lengths, document: AssumeRolePolicyDocument, documentFaults: failed ? faultsOf(AssumeRolePolicyDocument, 'trust') : [],
    problem: undefined, faults: undefined, retryAfter: undefined, ...failed,
  })
}

const create: ConsolePage = async (visit) => {
  const { RoleName = '', Path, Description, MaxSessionDuration, AssumeRolePolicyDocument = '' } = formOf(visit.ctx)
  const isDone = await done(visit, async () => {
    checkDocument(AssumeRolePolicyDocument, 'trust')
    await visit.run('CreateRole', { RoleName: RoleName.trim(), Path, Description, MaxSessionDuration, AssumeRolePolicyDocument })
  }, (failed) => showNew(visit, failed))
  if (isDone) visit.goTo(`/console/roles/${encodeURIComponent(RoleName.trim())}?done=CreateRole`)
}

/** What the page of a role shows. */
const sections = (options: ConsoleOptions) => async (visit: ConsoleVisit, thing: EntityThing): Promise<object> => {
  const role = thing.entity as Role
  const can = await visit.may(wishesFor(role.arn, ['UpdateRole', 'UpdateAssumeRolePolicy']))
  return {
    facts: [
      { term: 'ARN', text: role.arn, id: 'arn' }, { term: 'Id', text: role.id }, { term: 'Path', text: role.path }, ...(role.description ? [{ term: 'Description', text: role.description }] : []),
      { term: 'Since', at: role.createdAt.toISOString() }, { term: 'Sessions', text: `up to ${role.maxSessionDuration / 3600} h` },
    ],
    trust: { document: readable(role.trustPolicy), editUrl: can.UpdateAssumeRolePolicy ? `${thing.path}/trust` : undefined },
    length: can.UpdateRole ? { current: role.maxSessionDuration, description: role.description ?? '', choices: [...new Set([...lengths, role.maxSessionDuration])].toSorted((one, other) => one - other) } : undefined,
    ...await policySections(visit, thing, options),
    ...await tagSection(visit, thing),
  }
}

async function showTrust(visit: ConsoleVisit, thing: EntityThing, document: string, failed?: Failed): Promise<void> {
  const { may } = await visit.may({ may: { action: 'iam:UpdateAssumeRolePolicy', resource: thing.entity.arn } })
  await visit.show('console/document', {
    title: 'Who may act as this role', lead: 'Those that this policy names, as far as their own policies let them.', about: thing.title, backUrl: urlOf(thing), action: `${thing.path}/trust`,
    name: thing.title, nameField: undefined, isNew: false, document, field: 'PolicyDocument', label: 'Trust policy', button: may ? 'Save trust policy' : undefined, asksDescription: false, description: undefined, setsDefault: undefined,
    fixed: [], documentFaults: failed ? faultsOf(document, 'trust') : [], problem: undefined, faults: undefined, retryAfter: undefined, ...failed,
  })
}

const changeTrust = (options: ConsoleOptions): ConsolePage => async (visit) => {
  const thing = await findEntity(visit, 'role', options)
  const { PolicyDocument = '' } = formOf(visit.ctx)
  const isDone = await done(visit, async () => {
    checkDocument(PolicyDocument, 'trust')
    await visit.run('UpdateAssumeRolePolicy', { ...thing.fixed, PolicyDocument })
  }, (failed) => showTrust(visit, thing, PolicyDocument, failed))
  if (isDone) visit.goTo(urlOf(thing, { done: 'Trust' }))
}
