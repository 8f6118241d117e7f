// The administration of people: who may do what with users and groups, and that nothing happens for those who may not.
import { DeletedUsers, GroupNesting, Groups, Users } from '../../src/domain/directory/index.js'
import { Passwords, userPrincipal } from '../../src/domain/authentication/index.js'
import { password, startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { makeRole, makeUser, openRole, openRoot, openUser } from '../support/console.js'
import { letterTo } from '../support/mails.js'

let app: TestApp
let root: Browser
let reader: Browser
let users: Users
let groups: Groups
beforeAll(async () => {
  app = await startApp()
  users = new Users(app.database)
  groups = new Groups(app.database)
  root = await openRoot(app)
  reader = await openUser(app, await makeUser(app, 'reader', [{
    Effect: 'Allow', Resource: '*',
    Action: ['identitystore:List*', 'identitystore:Describe*', 'identitystore:Get*', 'sso-directory:List*', 'sso-directory:Describe*', 'sso-directory:Search*', 'sso:List*', 'cloudtrail:LookupEvents', 'organizations:List*'],
  }]))
}, 180_000)
afterAll(() => app.stop())

const urlOf = async (userName: string): Promise<string> => `/admin/users/${(await users.findByUserName(userName))!.id}`
const groupUrl = async (name: string): Promise<string> => `/admin/groups/${(await groups.findByDisplayName(name))!.id}`
const eventNames = async (): Promise<string[]> => (await app.database.query<{ event_name: string }>('select event_name from audit_events order by position')).map((row) => row.event_name)
const lastEvent = async (name: string): Promise<Record<string, unknown>> =>
  (await app.database.query<{ event: Record<string, unknown> }>('select event from audit_events where event_name = $1 order by position desc limit 1', [name]))[0]!.event
const buttons = (html: string): string[] => [...html.matchAll(/name="change" value="([\w-]+)"|[?&]change=([\w-]+)/g)].map(([, one, other]) => one ?? other!)
const words = ({ html }: { html: string }): string => html.replace(/.*<main[^>]*>/s, '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
const change = async (browser: Browser, url: string, fields: Record<string, string>) => {
  const { html } = await browser.open(url)
  const page = await browser.post(url, { csrf: /name="csrf" value="([^"]+)"/.exec(html)![1]!, ...fields })
  // Whoever may look ahead is shown first what a change of members would do.
  return page.html.includes('name="foreseen"') ? browser.submit({ change: fields.change! }, url) : page
}

describe('as an administrator', () => {
  test('people are found by word and by standing', async () => {
    expect((await root.open('/admin/users?q=jan')).html).toContain('Jane Doe')
    const { html } = await root.open('/admin/users?status=DISABLED')
    expect(html).toContain('Gone Person')
    expect(html).not.toContain('Jane Doe')
    expect((await root.open('/admin/users?q=nobody-like-that')).html).toContain('Nobody found')
  })

  test('a new user is invited by mail', async () => {
    await root.open('/admin/users/new')
    const page = await root.submit({ UserName: 'ivy', GivenName: 'Ivy', FamilyName: 'Green', Email: 'ivy@example.com', First: 'invite' }, '')
    expect(page.html).toContain('The invitation is on its way.')
    expect(page.html).toContain('Ivy Green')
    expect(page.html).toContain('They were invited')
    await letterTo(app, 'ivy@example.com', /./)
    expect(await eventNames()).toEqual(expect.arrayContaining(['CreateUser', 'InviteUser']))
  })

  test('a new user gets a one-time password that is shown once and works', async () => {
    await root.open('/admin/users/new')
    const { html } = await root.submit({ UserName: 'otto', Email: '', First: 'once' }, '')
    const shown = /id="password-once">([^<]+)</.exec(html)![1]!
    expect(JSON.stringify(await lastEvent('SetOneTimePassword'))).not.toContain(shown)
    const person = new Browser(app.origin)
    await person.signIn('otto', shown)
    expect(person.page.html).toContain('Choose')
    expect((await root.open(await urlOf('otto'))).html).toContain('They have a one-time password')
  })

  test('what is wrong with a new user stands at the field, and what was typed is kept', async () => {
    await root.open('/admin/users/new')
    const page = await root.submit({ UserName: 'with space', GivenName: 'Kept', First: 'none' }, '')
    expect(page.status).toBe(422)
    expect(page.html).toContain('id="UserName-fault"')
    expect(page.html).toContain('value="Kept"')
    await root.open('/admin/users/new')
    const taken = await root.submit({ UserName: 'JANE', First: 'none' }, '')
    expect(taken.status).toBe(409)
    expect(taken.html).toContain('That user name is taken.')
    await root.open('/admin/users/new')
    expect((await root.submit({ UserName: 'nomail', Email: '', First: 'invite' }, '')).html).toContain('An invitation needs an address.')
    expect(await users.findByUserName('nomail')).toBeUndefined()
  })

  test('a profile is edited, and only what changed is written', async () => {
    const url = await urlOf('sam')
    await root.open(`${url}/edit`)
    const page = await root.submit({ Title: 'Captain', FamilyName: 'Plain', Department: 'Bridge' }, '')
    expect(page.html).toContain('Saved.')
    expect(await users.findByUserName('sam')).toMatchObject({ displayName: 'Sam Plain', familyName: 'Plain', profile: { title: 'Captain', enterprise: { department: 'Bridge' } }, emails: [{ value: 'sam@example.com' }] })
    const { requestParameters } = await lastEvent('UpdateUser') as { requestParameters: { operations: { attributePath: string }[] } }
    expect(requestParameters.operations.map(({ attributePath }) => attributePath)).toEqual(['name.familyName', 'title', 'aws:identitystore:enterprise.department'])
    await root.open(`${url}/edit`)
    await root.submit({ Email: 'sam@new.example.com', Title: '' }, '')
    const sam = (await users.findByUserName('sam'))!
    expect(sam.emails).toEqual([{ value: 'sam@new.example.com' }])
    expect(sam.profile.title).toBeUndefined()
  })

  test('two who edit the same person or group at once do not undo each other', async () => {
    const url = await urlOf('sam')
    const [one, other] = [await openRoot(app), await openRoot(app)]
    await one.open(`${url}/edit`)
    await other.open(`${url}/edit`)
    await other.submit({ Title: 'Mate' }, '')
    const failed = await one.submit({ Department: 'Deck', UserName: 'with space' }, '')
    expect(failed.status).toBe(422)
    await one.submit({ UserName: 'sam' }, '')
    expect((await users.findByUserName('sam'))!.profile).toMatchObject({ title: 'Mate', enterprise: { department: 'Deck' } })
    const group = await groupUrl('Developers')
    await one.open(`${group}/edit`)
    await other.open(`${group}/edit`)
    await other.submit({ Description: 'Who build' }, '')
    await one.submit({ DisplayName: 'Makers' }, '')
    expect(await groups.findByDisplayName('Makers')).toMatchObject({ description: 'Who build' })
    await one.open(`${group}/edit`)
    await one.submit({ DisplayName: 'Developers', Description: '' }, '')
  })

  test('who is not there any more is said in plain words, and the page leads back', async () => {
    const page = await root.open('/admin/users/00000000-0000-4000-8000-000000000000')
    expect([page.status, page.html]).toEqual([404, expect.stringMatching(/There is no such user\.[^]*href="\/admin"/)])
    expect((await root.open('/admin/groups/00000000-0000-4000-8000-000000000000')).html).toContain('There is no such group.')
  })

  test('the page of a person leads to the kill switch, for those who may pull it', async () => {
    const url = await urlOf('sam')
    expect((await root.open(url)).html).toContain(`href="/admin/access/end?user=${url.split('/').at(-1)}"`)
    expect((await reader.open(url)).html).not.toContain('/admin/access/end')
  })

  test('somebody is disabled after a question, loses their sessions, and is enabled again', async () => {
    const url = await urlOf('sam')
    const person = new Browser(app.origin)
    await person.signIn('sam', password)
    expect((await root.open(url)).html).toContain('Since')
    expect(words(await root.open(`${url}?change=delete`))).toContain('They reach no account and no application, so there is nothing to lose.')
    const membership = { groupId: (await groups.findByDisplayName('Developers'))!.id, member: { userId: url.split('/').at(-1)! } }
    await groups.add([membership])
    const asked = await root.open(`${url}?change=disable`)
    expect(words(asked)).toMatch(/Disable this user\? .* Takes from 1 person .* What ends at once 1 session of the portal/)
    const page = await root.submit({ change: 'disable' }, url)
    expect(page.html).toContain('Disabled. Every session has ended.')
    expect((await users.findByUserName('sam'))!.active).toBe(false)
    expect((await person.open('/start/')).url).toContain('/signin/')
    await root.open(url)
    expect(words(await root.submit({ change: 'enable' }, url))).toMatch(/Enable this user\? .* Gives 1 person /)
    expect((await change(root, url, { change: 'enable' })).html).toContain('Enabled.')
    expect((await users.findByUserName('sam'))!.active).toBe(true)
    await groups.drop([membership])
  })

  test('somebody who was deleted is brought back with what they had, or removed for good', async () => {
    const url = await urlOf('nora')
    expect((await change(root, url, { change: 'delete' })).url).toContain('/admin/users')
    expect((await root.open(url)).status).toBe(404)
    const { html } = await root.open('/admin/users/deleted')
    expect(html).toContain('Nora New')
    expect(html).toContain('7 days left')
    const id = url.split('/').at(-1)!
    expect(words(await root.submit({ change: 'restore', UserId: id }, '/admin/users/deleted'))).toMatch(/Bring them back\? Nora New · With their groups .*(Gives 1 person|They come back to no account)/)
    expect((await change(root, '/admin/users/deleted', { change: 'restore', UserId: id })).html).toContain('They are back')
    expect((await root.open(url)).status).toBe(200)
    await change(root, url, { change: 'delete' })
    // Who it is is looked up, whatever an address says.
    const asked = await root.open(`/admin/users/deleted?purge=${id}&name=Somebody+Else`)
    expect([asked.html.includes('Nora New'), asked.html.includes('Somebody Else'), asked.html.includes('cannot be brought back')]).toEqual([true, false, true])
    expect((await root.open('/admin/users/deleted?purge=00000000-0000-4000-8000-000000000000')).status).toBe(404)
    await root.open(asked.url)
    await root.submit({ change: 'purge' }, '/admin/users/deleted')
    expect(await new DeletedUsers(app.database).find(id)).toBeUndefined()
    expect((await change(root, '/admin/users/deleted', { change: 'restore', UserId: id })).status).toBe(404)
  })

  test('groups are nested, never in a circle, and a person’s page names the way', async () => {
    for (const name of ['Everybody', 'Crew']) {
      await root.open('/admin/groups/new')
      expect((await root.submit({ DisplayName: name, Description: '' }, '')).html).toContain('Add its first members.')
    }
    const [everybody, crew] = [await groupUrl('Everybody'), await groupUrl('Crew')]
    expect((await change(root, crew, { change: 'add-member', UserName: 'SAM' })).html).toContain('Added.')
    expect((await change(root, crew, { change: 'add-member', UserName: 'sam' })).status).toBe(409)
    const nobody = await change(root, crew, { change: 'add-member', UserName: 'nobody' })
    expect(nobody.status).toBe(422)
    expect(nobody.html).toContain('id="UserName-fault"')
    expect((await change(root, everybody, { change: 'add-group', GroupName: 'Crew' })).html).toContain('with everybody in it')
    for (const [at, GroupName] of [[crew, 'Everybody'], [crew, 'Crew']] as const) expect((await change(root, at, { change: 'add-group', GroupName })).status).toBe(409)
    expect((await root.open(await urlOf('sam'))).html).toContain('through Crew')
    expect((await root.open(`${everybody}?change=delete`)).html).toContain('1 person is in it')
    expect((await change(root, everybody, { change: 'remove-group', MemberGroupId: crew.split('/').at(-1)! })).html).toContain('Taken out of this group.')
    expect(await new GroupNesting(app.database).countPeople(everybody.split('/').at(-1)!)).toBe(0)
    expect((await change(root, everybody, { change: 'delete' })).html).toContain('The group is deleted.')
    expect(await eventNames()).toEqual(expect.arrayContaining(['CreateGroup', 'CreateGroupMembership', 'AddGroupToGroup', 'RemoveGroupFromGroup', 'DeleteGroup']))
  })

  test('what somebody can reach is told with the way to it, and what happened to them', async () => {
    const url = await urlOf('jane')
    const { html } = await root.open(`${url}/access`)
    expect(html).toContain('Production')
    expect(html).toMatch(/ReadOnly<\/b> <span class="way">through <a href="\/admin\/groups\/[^"]+">Developers/)
    expect(html).toMatch(/AdministratorAccess<\/b> <span class="way">assigned to them/)
    expect(html).toContain('Wiki')
    await change(root, `${url}/sessions`, { change: 'end-sessions' })
    expect((await root.open(`${url}/history`)).html).toContain('End sessions')
    expect((await root.open(`${await urlOf('ivy')}/history`)).html).toContain('Create user')
    expect((await root.open(await groupUrl('Developers'))).html).toContain('Production')
  })

  test('everything is found in one place, by kind', async () => {
    const { html } = await root.open('/admin/search?q=re')
    expect(html).toContain('ReadOnly')
    expect((await root.open('/admin/search?q=jane')).html).toContain('Jane Doe')
    expect((await root.open('/admin/search?q=dev')).html).toContain('Developers')
    expect((await root.open('/admin/search?q=4444')).html).toContain('Production')
    expect((await root.open('/admin/search?q=%3Cscript%3E')).html).toContain('Nothing found')
  })
})

describe('an import', () => {
  const csv = [
    'userName;givenName;familyName;email;title;active;passwordHash', 'imp1;Imp;One;imp1@example.com;"Line; of work";true;', 'imp2;Imp;Two;not-an-address;;;', 'imp3;=1+1;Three;;;;', 'jane;Jane;Doe;jane@example.com;Queen;;', 'IMP1;Twice;;;;;',
    'imp4;Imp;Four;;;no;$2b$10$abcdefghijklmnopqrstuuKQ8pXkz0cVb5Yy1k0v9lq3gVh7Qm9aC', 'imp5;;;;;maybe;plaintext',
  ].join('\r\n')

  test('is previewed row by row, and writes nothing', async () => {
    await root.open('/admin/users/import')
    const { html } = await root.submit({ Csv: csv, Existing: 'SKIP' }, '/admin/users/import')
    expect(html).toContain('7 rows: 2 to write, 4 with faults')
    for (const fault of ['email is no address', 'givenName begins with “&#x3D;”', 'The same user name is on line 2', 'active must be true or false', 'passwordHash is in a form that is not known']) expect(html).toContain(fault)
    expect(html).toContain('There already, left alone')
    expect(await users.findByUserName('imp1')).toBeUndefined()
  })

  test('is done in one go, with what it did in the trail and no hash of a password', async () => {
    await root.open('/admin/users/import')
    await root.submit({ Csv: csv, Existing: 'UPDATE' }, '/admin/users/import')
    const { csrf } = { csrf: /name="csrf" value="([^"]+)"/.exec(root.page.html)![1]! }
    const { html } = await root.post('/admin/users/import/run', { csrf, Csv: csv, Existing: 'UPDATE' })
    expect(html).toContain('2 users made, 1 changed, 0 left as they were, 4 rows left out.')
    expect(await users.findByUserName('imp1')).toMatchObject({ displayName: 'Imp One', active: true, profile: { title: 'Line; of work' } })
    expect((await users.findByUserName('jane'))!.profile.title).toBe('Queen')
    const imp4 = (await users.findByUserName('imp4'))!
    expect(imp4.active).toBe(false)
    expect(await new Passwords(app.database, app.app.hashes).findProfile(userPrincipal(imp4.id))).toMatchObject({ oneTime: false })
    const events = JSON.stringify(await app.database.query('select event from audit_events'))
    expect(events).not.toContain('$2b$10$abcdefg')
    expect((await root.open(`/admin/users/${imp4.id}/history`)).html).toContain('Create user')
  })

  test('says what is wrong with a table that cannot be read', async () => {
    for (const [text, fault] of [['name,email\nx,y', 'columns that are not known'], ['userName', 'at least one person'], ['email\nx@example.com', 'no column userName'], ['userName\n"open', 'never closed']] as const) {
      await root.open('/admin/users/import')
      const page = await root.submit({ Csv: text, Existing: 'SKIP' }, '/admin/users/import')
      expect(page.status).toBe(422)
      expect(page.html).toContain(fault)
    }
  })

  test('has a template', async () => {
    const page = await root.open('/admin/users/import/template.csv')
    expect(page.headers.get('content-type')).toContain('text/csv')
    await root.open('/admin/users/import')
    expect((await root.submit({ Csv: page.html, Existing: 'SKIP' }, '/admin/users/import')).html).toContain('1 row: 1 to write')
  })
})

describe('as a reader', () => {
  test('everything is seen, without a button', async () => {
    for (const url of ['/admin/users', '/admin/users/deleted', '/admin/groups', await urlOf('jane'), `${await urlOf('jane')}/access`, `${await urlOf('jane')}/sessions`, `${await urlOf('jane')}/history`, await groupUrl('Developers')]) {
      const { status, html } = await reader.open(url)
      expect([url, status]).toEqual([url, 200])
      expect(buttons(html)).toEqual([])
      expect(html).not.toMatch(/href="[^"]*\/(new|edit|import)"/)
    }
  })

  test('nothing is asked that would be refused', async () => {
    const [jane, developers] = [await urlOf('jane'), await groupUrl('Developers')]
    for (const url of [...['disable', 'delete', 'reset-devices', 'remove-device&DeviceName=x'].map((name) => `${jane}?change=${name}`), `${jane}/sessions?change=end-sessions`, `${jane}/sessions?change=end&Kind=PORTAL&SessionId=x`, `${developers}?change=delete`]) {
      expect([url, (await reader.open(url)).status]).toEqual([url, 403])
    }
  })

  test('nothing is done', async () => {
    const [jane, developers] = [await urlOf('jane'), await groupUrl('Developers')]
    const before = (await users.findByUserName('jane'))!
    const { html } = await reader.open('/admin/users')
    const csrf = /name="csrf" value="([^"]+)"/.exec(html)![1]!
    const tries: [string, Record<string, string>][] = [
      ...['disable', 'delete', 'reset', 'reset-devices'].map((name): [string, Record<string, string>] => [jane, { change: name }]),
      [`${jane}/sessions`, { change: 'end-sessions' }], [`${jane}/sessions`, { change: 'end', Kind: 'PORTAL', SessionId: 'x' }],
      [jane, { change: 'add-to-group', GroupName: 'Developers' }], [`${jane}/one-time-password`, {}], [`${jane}/edit`, { Title: 'Spy' }], ['/admin/users/new', { UserName: 'spy', First: 'once' }],
      ['/admin/users/import', { Csv: 'userName\nspy' }], ['/admin/users/import/run', { Csv: 'userName\nspy' }], ['/admin/groups/new', { DisplayName: 'Spies' }],
      [developers, { change: 'delete' }], [developers, { change: 'add-member', UserName: 'sam' }], [developers, { change: 'add-group', GroupName: 'Crew' }], [`${developers}/edit`, { DisplayName: 'Spies' }],
    ]
    for (const [url, fields] of tries) expect([url, fields, (await reader.post(url, { csrf, ...fields })).status]).toEqual([url, fields, 403])
    for (const url of ['/admin/users/new', '/admin/users/import', '/admin/groups/new', `${jane}/edit`, `${developers}/edit`]) expect([url, (await reader.open(url)).status]).toEqual([url, 403])
    expect(await users.findByUserName('jane')).toEqual(before)
    expect(await users.findByUserName('spy')).toBeUndefined()
    expect((await groups.list()).map(({ displayName }) => displayName)).toEqual(['Crew', 'Developers'])
    expect(await lastEvent('PreviewImport')).toMatchObject({ errorCode: 'AccessDeniedException', requestParameters: { csv: 'HIDDEN_DUE_TO_SECURITY_REASONS' } })
  })
})

test('as nobody, every page is refused', async () => {
  const nobody = await openRole(app, await makeRole(app, 'Nobody'))
  for (const url of ['/admin/users', '/admin/users/new', '/admin/users/deleted', '/admin/users/import', '/admin/groups', '/admin/groups/new', await urlOf('jane'), `${await urlOf('jane')}/access`, `${await urlOf('jane')}/history`, await groupUrl('Developers')]) {
    expect([url, (await nobody.open(url)).status]).toEqual([url, 403])
  }
  expect((await nobody.open('/admin/search?q=jane')).html).not.toContain('Jane Doe')
})
