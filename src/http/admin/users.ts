// /admin/users: the people of the directory, those who were deleted and may come back, and new ones.
import type { Router } from '@koa/router'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf, type Form } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { addressOf, filterModel } from '../middleware/listing.js'
import { areTold, peopleFilter } from './finding-words.js'
import type { AdminOptions } from './options.js'
import { mountDeletedUsers } from './deleted-users.js'
import { mainOf, type UserAnswer } from './people-answers.js'
import { mayAll, userArn } from './people-rights.js'
import { nothingFailed, orNothing } from './things.js'
import { statuses, userTabs } from './user-tabs.js'
import { mountUser, showOneTimePassword } from './user.js'
import { mountUsersImport } from './users-import.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

const perPage = 25

/** Mounts the pages of people. */
export function mountUsers(router: Router, page: MakePage, options: AdminOptions): void {
  const { csrf } = options
  router.get('/users', csrf, page(list))
  router.get('/users/new', csrf, page((visit) => showNew(visit)))
  router.post('/users/new', csrf, page(create))
  mountDeletedUsers(router, page, options)
  mountUsersImport(router, page, options)
  mountUser(router, page, options)
}

const list: AdminPage = async (visit) => {
  const { q = '', status: asked = '', show: wanted, after, done: was } = queryOf(visit.ctx)
  const query = q.trim().slice(0, 100)
  const status = Object.hasOwn(statuses, asked) ? asked : ''
  const filter = areTold(visit.sections) ? peopleFilter : undefined
  const finding = filter?.choices.find(({ value }) => value === wanted)
  const show = finding?.value ?? ''
  const { Users, NextToken } = await visit.directory('SearchUsers', { Search: query, UserStatus: status || undefined, Finding: finding?.value, MaxResults: perPage, NextToken: after })
  const can = await mayAll(visit, ['identitystore:CreateUser'], [])
  const address = (more: Form): string => addressOf('/admin/users', { q: query, status, show, ...more })
  await visit.show('admin/users', {
    query, status, tabs: userTabs(status, { q: query, show }), filter: filter && filterModel(filter, show), isNarrowed: show !== '', hint: finding?.hint, isDeleted: false, done: was === 'delete' ? 'Deleted. For 7 days they can be brought back from “Deleted”.' : undefined,
    create: can['identitystore:CreateUser'] ? [{ url: '/admin/users/new', text: 'New user' }, { url: '/admin/users/import', text: 'Import from a table' }] : [],
    rows: (Users as UserAnswer[]).map(({ UserId, UserName, DisplayName, Emails, UserStatus }) => (
      { url: `/admin/users/${UserId}`, name: DisplayName, facts: [UserName, mainOf(Emails) ?? ''].filter(Boolean), isDisabled: UserStatus === 'DISABLED' })),
    nextUrl: NextToken === undefined ? undefined : address({ after: NextToken as string }), firstUrl: after === undefined ? undefined : address({}),
  })
}

const fields = ['UserName', 'DisplayName', 'GivenName', 'FamilyName', 'Email'] as const

async function showNew(visit: AdminVisit, failed?: Failed): Promise<void> {
  const can = await mayAll(visit, ['identitystore:CreateUser', 'sso-directory:InviteUser', 'sso-directory:UpdatePassword', 'sso-directory:DescribeUser'], [userArn('*')])
  if (!can['identitystore:CreateUser']) throw new Refusal('forbidden', 'You may not make users. It needs identitystore:CreateUser on the directory.')
  const given = failed ? formOf(visit.ctx) : {}
  const first = given.First ?? (can['sso-directory:InviteUser'] ? 'invite' : 'none')
  await visit.show('admin/new-user', {
    values: Object.fromEntries(fields.map((name) => [name, given[name] ?? ''])),
    choices: [
      ...(can['sso-directory:InviteUser'] ? [{ value: 'invite', text: 'Send an invitation', hint: 'A mail with a link, by which they choose a password.' }] : []),
      ...(can['sso-directory:UpdatePassword'] ? [{ value: 'once', text: 'One-time password', hint: 'Shown to you once; they choose another one at their first sign-in.' }] : []),
      { value: 'none', text: 'Nothing yet', hint: 'They cannot sign in until you invite them or give them a password.' },
    ].map((choice) => ({ ...choice, checked: choice.value === first })),
    ...nothingFailed, ...failed,
  })
}

/** Faults of names are at the fields that the form has for them. */
const inFields = (failed: Failed): Failed => ({ ...failed, faults: failed.faults?.map(({ path, message }) => ({ path: { Name: 'GivenName', Emails: 'Email' }[path] ?? path, message })) })

const create: AdminPage = async (visit) => {
  const { First = 'none', ...given } = formOf(visit.ctx)
  const [email, GivenName, FamilyName] = [orNothing(given.Email), orNothing(given.GivenName), orNothing(given.FamilyName)]
  let id = ''
  const isMade = await done(visit, async () => {
    if (First === 'invite' && email === undefined) throw new Refusal('invalid-input', 'An invitation needs an address.', { faults: [{ path: 'Email', message: 'An invitation needs an address.' }] })
    const { UserId } = await visit.directory('CreateUser', {
      UserName: given.UserName?.trim() ?? '', DisplayName: orNothing(given.DisplayName), ...((GivenName ?? FamilyName) && { Name: { GivenName, FamilyName } }), ...(email && { Emails: [{ Value: email, Type: 'work', Primary: true }] }),
    })
    id = UserId as string
  }, (failed) => showNew(visit, inFields(failed)))
  if (isMade) await giveFirst(visit, { id, First })
}

/** How they get in first; that may fail when they are there already, and then their page says so. */
async function giveFirst(visit: AdminVisit, { id, First }: { id: string; First: string }): Promise<void> {
  const path = `/admin/users/${id}`
  if (First === 'once') return showOneTimePassword(visit, id)
  try {
    if (First === 'invite') await visit.directory('InviteUser', { UserId: id })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return visit.goTo(addressOf(path, { done: 'not-invited' }))
  }
  visit.goTo(addressOf(path, { done: First === 'invite' ? 'invite' : 'create' }))
}
