// /admin/users/ID: one person: who they are, whether and how they get in, the groups that they are in.
import type { Router } from '@koa/router'
import { formOf, queryOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { AdminOptions } from './options.js'
import type { UserAnswer } from './people-answers.js'
import { mayAll, userArn } from './people-rights.js'
import { findPerson, personTabs, type Person } from './person.js'
import { begunWith, laidOver } from './stale-form.js'
import { changeThing, nothingFailed, thingPage, type Said } from './things.js'
import { userChanges } from './user-changes.js'
import { profileOf, profilePatch, userModel } from './user-models.js'
import { mountUserSessions } from './user-sessions.js'
import { mountUserViews } from './user-views.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

export function mountUser(router: Router, page: MakePage, options: AdminOptions): void {
  const { csrf } = options
  const pages = { changes: userChanges, find: findPerson, show }
  router.get('/users/:id', csrf, page(thingPage(pages)))
  router.post('/users/:id', csrf, page(changeThing(pages)))
  router.get('/users/:id/edit', csrf, page(async (visit) => showEdit(visit, await findPerson(visit))))
  router.post('/users/:id/edit', csrf, page(edit))
  router.post('/users/:id/one-time-password', csrf, page(giveOneTimePassword))
  mountUserSessions(router, page, options)
  mountUserViews(router, page, options)
}

async function show(visit: AdminVisit, person: Person, { done: said, failed }: Said): Promise<void> {
  const { done: was } = queryOf(visit.ctx)
  const others: Record<string, string> = { create: 'The user is there. They cannot sign in yet.', 'not-invited': 'The user is there, but no invitation could be sent. Check the address, and send it from here.', edit: 'Saved.' }
  await visit.show('admin/user', {
    title: person.title, action: person.path, tabs: await personTabs(visit, person, ''), done: said ?? (was !== undefined && Object.hasOwn(others, was) ? others[was] : undefined), ...nothingFailed, ...failed, typed: failed ? formOf(visit.ctx) : {},
    ...await userModel(visit, person),
  })
}

async function showEdit(visit: AdminVisit, person: Person, failed?: Failed): Promise<void> {
  const can = await mayAll(visit, ['identitystore:UpdateUser'], [userArn(person.id)])
  if (!can['identitystore:UpdateUser']) await visit.require({ action: 'identitystore:UpdateUser', resource: userArn(person.id) })
  await visit.show('admin/user-edit', { about: person.title, backUrl: person.path, values: failed ? formOf(visit.ctx) : profileOf(person.user), begun: begunWith(profileOf(person.user), failed && formOf(visit.ctx)), ...nothingFailed, ...failed })
}

const edit: AdminPage = async (visit) => {
  const person = await findPerson(visit)
  const patch = profilePatch(person.user, laidOver(formOf(visit.ctx), profileOf(person.user)))
  const inFields = (failed: Failed): Failed => ({ ...failed, faults: failed.faults?.map(({ path, message }) => ({ path: { Name: 'GivenName', Emails: 'Email', PhoneNumbers: 'PhoneNumber', Extensions: 'Department' }[path] ?? path, message })) })
  const work = async (): Promise<unknown> => (patch.length > 0 ? visit.directory('UpdateUser', { UserId: person.id, Operations: patch }) : undefined)
  if (await done(visit, work, (failed) => showEdit(visit, person, inFields(failed)))) visit.goTo(`${person.path}?done=edit`)
}

const giveOneTimePassword: AdminPage = async (visit) => {
  const { id } = await findPerson(visit)
  await showOneTimePassword(visit, id)
}

/** Makes a one-time password and shows it, this once. */
export async function showOneTimePassword(visit: AdminVisit, id: string): Promise<void> {
  const { Password } = await visit.directory('SetOneTimePassword', { UserId: id })
  const { DisplayName, UserName } = await visit.directory('DescribeUser', { UserId: id }) as unknown as UserAnswer
  visit.ctx.set('Cache-Control', 'no-store')
  await visit.show('admin/one-time-password', { about: DisplayName, userName: UserName, password: Password, backUrl: `/admin/users/${id}` })
}
