// The administration of permission sets and accounts: what they are made of, who may ask for them, what a change would do
// before it is made, and that nothing happens for those who may not.
import { Assignments, PermissionSets, type PermissionSet } from '../../src/domain/access/index.js'
import { Accounts } from '../../src/domain/accounts/index.js'
import { Groups, Memberships, Users } from '../../src/domain/directory/index.js'
import { Rules } from '../../src/domain/requests/index.js'
import { startApp, type TestApp } from '../support/app.js'
import type { Browser, Page } from '../support/browser.js'
import { documentOf, makeRole, makeUser, openRole, openRoot, openUser } from '../support/console.js'
import { letterTo } from '../support/mails.js'

let app: TestApp
let root: Browser
let reader: Browser
let helpDesk: Browser
let sets: PermissionSets
const reading = ['sso:List*', 'sso:Describe*', 'sso:Get*', 'sso:Search*', 'organizations:List*', 'organizations:Describe*', 'identitystore:*List*', 'identitystore:Describe*', 'identitystore:Get*', 'sso-directory:List*', 'sso-directory:Describe*', 'sso-directory:Search*', 'gatehouse:Get*']
beforeAll(async () => {
  app = await startApp()
  sets = new PermissionSets(app.database)
  root = await openRoot(app)
  reader = await openUser(app, await makeUser(app, 'reader', [{ Effect: 'Allow', Resource: '*', Action: [...reading, 'gatehouse:Preview*'] }]))
  helpDesk = await openUser(app, await makeUser(app, 'help-desk', [{ Effect: 'Allow', Resource: '*', Action: [...reading, 'identitystore:CreateGroupMembership', 'identitystore:DeleteGroupMembership'] }]))
}, 180_000)
afterAll(() => app.stop())

const setNamed = async (name: string): Promise<PermissionSet> => (await sets.list()).find((one) => one.name === name)!
const urlOf = async (name: string): Promise<string> => `/admin/permission-sets/${(await setNamed(name)).id}`
const groupUrl = async (name: string): Promise<string> => `/admin/groups/${(await new Groups(app.database).findByDisplayName(name))!.id}`
const userUrl = async (name: string): Promise<string> => `/admin/users/${(await new Users(app.database).findByUserName(name))!.id}`
const lastEvent = async (name: string): Promise<Record<string, unknown>> =>
  (await app.database.query<{ event: Record<string, unknown> }>('select event from audit_events where event_name = $1 order by position desc limit 1', [name]))[0]!.event
const buttons = (html: string): string[] => [...html.matchAll(/name="change" value="([\w-]+)"|[?&]change=([\w-]+)/g)].map(([, one, other]) => one ?? other!)
const csrfIn = ({ html }: Page): string => /name="csrf" value="([^"]+)"/.exec(html)![1]!
const send = async (browser: Browser, url: string, fields: Record<string, string>): Promise<Page> => browser.post(url, { csrf: csrfIn(await browser.open(url)), ...fields })
const words = ({ html }: Page): string => html.replace(/<main[^>]*>/, ' MAIN ').replace(/.* MAIN /s, '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
const arnOf = (name: string): string => `arn:aws:iam::aws:policy/${name}`

describe('permission sets, as an administrator', () => {
  test('one is made with its first policy, and what is wrong with it stands at the field', async () => {
    await root.open('/admin/permission-sets/new')
    const wrong = await root.submit({ Name: 'With space', Description: 'Kept', SessionDuration: 'PT7200S', ManagedPolicyArn: '' })
    expect(wrong.status).toBe(422)
    expect(wrong.html).toContain('id="Name-fault"')
    expect(wrong.html).toContain('value="Kept"')
    const made = await root.submit({ Name: 'Support', Description: 'Looks after people', SessionDuration: 'PT7200S', RelayState: '', ManagedPolicyArn: arnOf('ReadOnlyAccess') })
    expect(words(made)).toMatch(/The permission set is there.*Looks after people.*2 hours.*ReadOnlyAccess/)
    await root.open('/admin/permission-sets/new')
    const taken = await root.submit({ Name: 'SUPPORT', SessionDuration: 'PT3600S', ManagedPolicyArn: '' })
    expect([taken.status, words(taken)]).toEqual([409, expect.stringContaining('That permission set name is taken.')])
  })

  test('what it is told by is edited, also to nothing, and the event says what it was', async () => {
    const url = await urlOf('Support')
    await root.open(`${url}/edit`)
    expect(root.page.html).toContain('stays: the roles in accounts are called by it')
    expect((await root.submit({ Description: '', SessionDuration: 'PT14400S', RelayState: 'https://wiki.example.com/start' })).html).toContain('Saved.')
    expect(await setNamed('Support')).toMatchObject({ description: undefined, sessionDuration: 14_400, relayState: 'https://wiki.example.com/start' })
    expect(await lastEvent('UpdatePermissionSet')).toMatchObject({ additionalEventData: { before: { description: 'Looks after people', sessionDuration: 'PT2H' } } })
    await root.open(`${url}/edit`)
    expect((await root.submit({ SessionDuration: 'PT4H', RelayState: 'javascript:alert(1)' })).html).toContain('id="RelayState-fault"')
  })

  test('two who edit it at once do not undo each other', async () => {
    const url = await urlOf('Support')
    const other = await openRoot(app)
    await root.open(`${url}/edit`)
    await other.open(`${url}/edit`)
    const length = /<option value="([^"]+)" selected/.exec(root.page.html)![1]!
    await other.submit({ Description: 'Changed by another', SessionDuration: 'PT7200S' })
    await root.submit({ SessionDuration: length, RelayState: 'https://wiki.example.com/other' })
    expect(await setNamed('Support')).toMatchObject({ description: 'Changed by another', sessionDuration: 7200, relayState: 'https://wiki.example.com/other' })
    await root.open(`${url}/edit`)
    await root.submit({ Description: '', SessionDuration: 'PT14400S', RelayState: 'https://wiki.example.com/start' })
  })

  test('policies of the catalogue are chosen, what they would do and to whom is shown, and only then they count', async () => {
    const url = await urlOf('ReadOnly')
    const found = await root.open(`${url}/policies?q=sight&policy.PowerUserAccess=${arnOf('PowerUserAccess')}`)
    expect(words(found)).toMatch(/Ticked as well: PowerUserAccess.*ReadOnlyAccess attached/)
    expect((await root.open(`${url}/policies?change=attach`)).html).toContain('Tick at least one policy')
    const ahead = await root.open(`${url}/policies?q=&policy.PowerUserAccess=${arnOf('PowerUserAccess')}&change=attach`)
    expect(words(ahead)).toMatch(/Attach these policies\? ReadOnly · PowerUserAccess.*Allows more.*Whom it concerns 1 person in 2 accounts Jane Doe in Management , Production/)
    expect((await setNamed('ReadOnly')).managedPolicies).toEqual([arnOf('ReadOnlyAccess')])
    expect((await root.submit({ change: 'attach' }, url)).html).toContain('Attached.')
    expect((await setNamed('ReadOnly')).managedPolicies).toEqual([arnOf('ReadOnlyAccess'), arnOf('PowerUserAccess')])
    const less = await send(root, url, { change: 'detach', ManagedPolicyArn: arnOf('PowerUserAccess') })
    expect(words(less)).toMatch(/Detach this policy\?.*Allows less/)
    expect((await root.submit({ change: 'detach' }, url)).html).toContain('Detached.')
    expect(await lastEvent('DetachManagedPolicyFromPermissionSet')).toMatchObject({ requestParameters: { managedPolicyArn: arnOf('PowerUserAccess') } })
  })

  test('a policy of its own is checked with every fault at its place, compared, and written', async () => {
    const url = await urlOf('Support')
    await root.open(`${url}/policy`)
    const faulty = documentOf({ Effect: 'Allow', Action: 'nonsense', Resource: '*' }, { Effect: 'Perhaps', Action: 's3:*', Resource: '*' })
    const checked = await root.submit({ InlinePolicy: faulty, check: 'yes' })
    expect([checked.status, words(checked)]).toEqual([200, expect.stringMatching(/Statement\[0\]\.Action.*Statement\[1\]\.Effect/)])
    const refused = await root.submit({ InlinePolicy: faulty })
    expect([refused.status, words(refused)]).toEqual([422, expect.stringContaining('There are 2 things in the document to mend.')])
    const good = documentOf({ Effect: 'Allow', Action: ['sqs:PurgeQueue'], Resource: 'arn:aws:sqs:*:*:mail' })
    const ahead = await root.submit({ InlinePolicy: good })
    expect(words(ahead)).toMatch(/Save this policy\?.*Allows more Allows sqs:PurgeQueue on arn:aws:sqs:\*:\*:mail.*Nobody has this permission set/)
    expect((await setNamed('Support')).inlinePolicy).toBeUndefined()
    expect((await root.submit({ again: 'yes' })).html).toContain('sqs:PurgeQueue')
    await root.submit({ InlinePolicy: good })
    expect((await root.submit()).html).toContain('Its own policy is saved.')
    expect((await setNamed('Support')).inlinePolicy).toEqual(JSON.parse(good))
    await send(root, url, { change: 'remove-inline' })
    expect((await root.submit({ change: 'remove-inline' }, url)).html).toContain('Removed.')
    expect(await lastEvent('DeleteInlinePolicyFromPermissionSet')).toMatchObject({ additionalEventData: { before: { inlinePolicy: { version: '2012-10-17' } } } })
  })

  test('policies of accounts and a boundary are told by path and name', async () => {
    const url = await urlOf('Support')
    const bad = await send(root, url, { change: 'add-reference', Reference: 'not a name' })
    expect([bad.status, bad.html]).toEqual([422, expect.stringContaining('id="Reference-fault"')])
    expect(words(await send(root, url, { change: 'add-reference', Reference: '/team/Base' }))).toContain('/team/Base of each account')
    await root.submit({ change: 'add-reference' }, url)
    const [assigned] = (await new Groups(app.database).list()).map(({ id }) => id)
    await new Assignments(app.database).create([{ accountId: '444455556666', permissionSetId: (await setNamed('Support')).id, principal: { type: 'GROUP', id: assigned! } }])
    expect(words(await root.open(url))).toContain('There is no policy /team/Base in Production: until there is one, the permission set allows nothing there.')
    await new Assignments(app.database).remove([{ accountId: '444455556666', permissionSetId: (await setNamed('Support')).id, principal: { type: 'GROUP', id: assigned! } }])
    const both = await send(root, `${url}/boundary`, { change: 'put-boundary', Boundary: arnOf('PowerUserAccess'), OwnBoundary: '/team/Limit' })
    expect([both.status, words(both)]).toEqual([422, expect.stringContaining('Choose one of the two')])
    expect(words(await send(root, `${url}/boundary`, { change: 'put-boundary', Boundary: '', OwnBoundary: 'Limit' }))).toContain('The boundary changes')
    expect(words(await root.submit({ change: 'put-boundary' }, url))).toMatch(/The boundary is set\..*Nothing goes beyond Limit/)
    expect(await setNamed('Support')).toMatchObject({ customerPolicies: ['/team/Base'], permissionsBoundary: '/Limit' })
    expect(words(await send(root, `${url}/boundary`, { change: 'put-boundary', Boundary: '', OwnBoundary: '/team/Other' }))).toContain('What Limit and /team/Other allows each account says for itself')
    await send(root, url, { change: 'remove-boundary' })
    expect((await root.submit({ change: 'remove-boundary' }, url)).html).toContain('The boundary is removed.')
    await new PermissionSets(app.database).update([{ ...await setNamed('Support'), inlinePolicy: JSON.parse(documentOf({ Effect: 'Allow', Action: ['iam:CreateUser', 's3:GetObject'], Resource: '*' })) }])
    expect(words(await send(root, `${url}/boundary`, { change: 'put-boundary', Boundary: arnOf('PowerUserAccess'), OwnBoundary: '' }))).toMatch(/Allows less No longer allows .*iam:CreateUser.*The boundary changes, which bounds all that the policies allow\. \d+ allowances stay as they are\./)
    await root.submit({ change: 'put-boundary' }, url)
    expect(words(await send(root, url, { change: 'remove-boundary' }))).toMatch(/Remove the boundary\? .*Allows more Allows .*iam:CreateUser/)
    await root.submit({ change: 'remove-boundary' }, url)
    await new PermissionSets(app.database).update([{ ...await setNamed('Support'), inlinePolicy: undefined }])
    await send(root, url, { change: 'remove-reference', Reference: '/team/Base' })
    expect((await root.submit({ change: 'remove-reference' }, url)).html).toContain('Taken out.')
  })

  test('people may ask for it by a rule, whose accounts and groups there are', async () => {
    const url = await urlOf('Support')
    const fields = { Whose: 'groups', RequesterGroups: 'developers\nNobody known', Where: 'some', AccountIds: '4444-5555-6666', ApproverGroups: 'Developers', ApprovalsNeeded: '2', Length: '4', Unit: 'hours', ReasonRequired: 'on' }
    const wrong = await send(root, `${url}/rule`, fields)
    expect([wrong.status, words(wrong)]).toEqual([422, expect.stringContaining('There is no group “Nobody known”.')])
    expect(words(await send(root, `${url}/rule`, { ...fields, RequesterGroups: '', Length: 'x' }))).toMatch(/Name the groups whose members may ask.*must be a whole number/)
    expect(words(await send(root, `${url}/rule`, { ...fields, RequesterGroups: 'Developers', Length: '91', Unit: 'days' }))).toContain('from 15 minutes to 90 days')
    expect(words(await send(root, `${url}/rule`, { ...fields, RequesterGroups: 'developers' }))).toMatch(/The rule is saved\..*by Developers In Production Answered by Developers It takes 2 approvals, and a reason For at most 4 hours/)
    const { id } = await setNamed('Support')
    expect(await new Rules(app.database).find(id)).toMatchObject({ accounts: ['444455556666'], approvalsNeeded: 2, longestDuration: 14_400, reasonRequired: true })
    await root.open(`${url}/rule`)
    expect(root.page.html).toContain('444455556666')
    await send(root, `${url}/rule`, { Whose: 'everybody', RequesterGroups: 'Left over', Where: 'all', AccountIds: '', ApproverGroups: 'Developers', ApprovalsNeeded: '1', Length: '2', Unit: 'days' })
    expect(await new Rules(app.database).find(id)).toMatchObject({ accounts: 'all', requesters: 'everybody', longestDuration: 172_800, reasonRequired: false })
    expect(await lastEvent('PutRequestRule')).toMatchObject({ requestParameters: { longestDuration: 172_800 }, additionalEventData: { before: { rule: { longestDuration: 14_400, accounts: [{ accountName: 'Production' }] } } } })
    expect((await root.open(`${url}?change=remove-rule`)).html).toContain('Let nobody ask')
    expect((await root.submit({ change: 'remove-rule' }, url)).html).toContain('Nobody can ask for it any more.')
    expect(await lastEvent('DeleteRequestRule')).toMatchObject({ additionalEventData: { before: { rule: { longestDuration: 172_800 } } } })
  })

  test('it has tags, and is deleted once nobody is assigned to it', async () => {
    const url = await urlOf('Support')
    expect((await send(root, url, { change: 'tag', Key: 'team', Value: 'desk' })).html).toContain('The tag is set.')
    expect((await send(root, url, { change: 'untag', Key: 'team' })).html).toContain('The tag is removed.')
    const assigned = await urlOf('ReadOnly')
    const ahead = await root.open(`${assigned}?change=delete`)
    expect(words(ahead)).toMatch(/It is assigned still.*No longer allows.*Whom it concerns 1 person in 2 accounts Jane Doe in Management , Production/)
    expect(buttons(ahead.html)).toEqual([])
    const conflict = await send(root, assigned, { change: 'delete', foreseen: 'yes' })
    expect([conflict.status, words(conflict)]).toEqual([409, expect.stringContaining('cannot be deleted while it is assigned')])
    expect(words(await root.open(`${url}?change=delete`))).toContain('Nobody has this permission set at the moment.')
    expect((await root.submit({ change: 'delete' }, url)).html).toContain('The permission set is deleted.')
    expect(await setNamed('Support')).toBeUndefined()
    expect(await lastEvent('DeletePermissionSet')).toMatchObject({ additionalEventData: { before: { name: 'Support' } } })
  })
})

describe('groups', () => {
  test('an administrator sees who gains and who loses what, before members come and go', async () => {
    const developers = await groupUrl('Developers')
    const ahead = await send(root, developers, { change: 'add-member', UserName: 'sam' })
    expect(words(ahead)).toMatch(/Add to the group\? Developers · User name “sam”\. Gives 1 person ReadOnly in Management and Production\. Sam Plain/)
    const groupId = developers.split('/').at(-1)!
    const sam = (await new Users(app.database).findByUserName('sam'))!
    expect(await new Memberships(app.database).findOf(groupId, sam.id)).toBeUndefined()
    expect((await root.submit({ change: 'add-member' }, developers)).html).toContain('Added.')
    const membership = (await new Memberships(app.database).findOf(groupId, sam.id))!
    const leaving = await send(root, await userUrl('sam'), { change: 'leave-group', MembershipId: membership.id, Name: 'Developers' })
    expect(words(leaving)).toMatch(/Take out of the group\? Sam Plain · “Developers”\. Takes from 1 person/)
    expect((await root.submit({ change: 'leave-group' }, await userUrl('sam'))).html).toContain('Taken out of the group.')
    expect(words(await root.open(`${developers}?change=delete`))).toMatch(/Delete this group\?.*1 person is in it.*Takes from 1 person.*Jane Doe/)
  })

  test('nesting a group shows what everybody in it would get', async () => {
    const [id] = await new Groups(app.database).create([{ displayName: 'Crew', description: undefined }])
    const nora = (await new Users(app.database).findByUserName('nora'))!
    await new Groups(app.database).add([{ groupId: id!, member: { userId: nora.id } }])
    const developers = await groupUrl('Developers')
    expect(words(await send(root, developers, { change: 'add-group', GroupName: 'Crew' }))).toMatch(/Everybody in “Crew” gets what this group has\. Gives 1 person.*Nora New/)
    await root.submit({ change: 'add-group' }, developers)
    const round = await send(root, `/admin/groups/${id!}`, { change: 'add-group', GroupName: 'Developers' })
    expect([round.status, words(round)]).toEqual([409, expect.stringContaining('it would be in itself')])
    expect(words(await send(root, developers, { change: 'remove-group', MemberGroupId: id!, Name: 'Crew' }))).toMatch(/Takes from 1 person.*Nora New/)
    expect((await root.submit({ change: 'remove-group' }, developers)).html).toContain('Taken out of this group.')
  })

  test('names are offered as somebody types, to those who may search', async () => {
    const offered = async (browser: Browser, kind: string): Promise<unknown> => JSON.parse((await browser.open(`/admin/suggestions/${kind}`)).html) as unknown
    expect(await offered(reader, 'users?q=sam')).toEqual({ suggestions: [{ value: 'sam', label: 'Sam Plain' }] })
    expect(await offered(reader, 'groups?q=dev')).toEqual({ suggestions: [{ value: 'Developers', label: '' }] })
    expect(await offered(reader, 'groups?q=')).toEqual({ suggestions: [] })
  })

  test('the help desk, which may not look ahead, changes members straight away', async () => {
    const developers = await groupUrl('Developers')
    expect((await send(helpDesk, developers, { change: 'add-member', UserName: 'sam' })).html).toContain('Added.')
    expect(buttons((await helpDesk.open(developers)).html)).toEqual(expect.arrayContaining(['remove-member', 'add-member']))
    expect((await send(helpDesk, developers, { change: 'delete' })).status).toBe(403)
    expect((await send(helpDesk, await urlOf('ReadOnly'), { change: 'remove-inline' })).status).toBe(403)
  })
})

describe('accounts, as an administrator', () => {
  let staging = ''

  test('one is made, and an address that owns another account is refused at its field', async () => {
    await root.open('/admin/accounts/new')
    const taken = await root.submit({ AccountName: 'Staging', Email: 'PROD@example.com', RoleName: 'OrganizationAccountAccessRole' })
    expect([taken.status, taken.html]).toEqual([409, expect.stringContaining('id="Email-fault"')])
    const made = await root.submit({ AccountName: 'Staging', Email: 'staging@example.com' })
    expect(made.html).toContain('The account is there.')
    staging = new URL(made.url).pathname
    expect(await lastEvent('CreateAccount')).toMatchObject({ requestParameters: { accountName: 'Staging' } })
  })

  test('its name, alias, address and tags change, each by itself and told in the trail', async () => {
    const edit = `${staging}/edit`
    expect((await send(root, edit, { change: 'rename', AccountName: 'Stage' })).html).toContain('The name is saved.')
    expect(await lastEvent('PutAccountName')).toMatchObject({ additionalEventData: { before: { accountName: 'Staging' } } })
    const taken = await send(root, edit, { change: 'alias', AccountAlias: 'test-mgmt' })
    expect([taken.status, words(taken)]).toEqual([409, expect.stringContaining('That account alias is taken.')])
    expect((await send(root, edit, { change: 'alias', AccountAlias: 'No Alias' })).html).toContain('id="AccountAlias-fault"')
    expect(words(await send(root, edit, { change: 'alias', AccountAlias: 'stage' }))).toMatch(/The alias is saved\..*stage/)
    expect(words(await send(root, edit, { change: 'email', Email: 'stage@example.com' }))).toContain('stage@example.com')
    expect((await letterTo(app, 'staging@example.com', /./)).text).toContain('from now on')
    expect(await lastEvent('PutAccountEmail')).toMatchObject({ additionalEventData: { before: { email: 'staging@example.com' } } })
    expect((await send(root, staging, { change: 'tag', Key: 'stage', Value: 'yes' })).html).toContain('The tag is set.')
    expect((await send(root, edit, { change: 'alias', AccountAlias: '' })).html).toContain('The alias is saved.')
    const own = await send(root, '/admin/accounts/111122223333/edit', { change: 'email', Email: 'other@example.com' })
    expect([own.status, words(own)]).toEqual([422, expect.stringContaining('changes the address in the console')])
  })

  test('it says who has what, and is closed by typing its id; the management account never is', async () => {
    expect(words(await root.open('/admin/accounts/444455556666'))).toMatch(/Who has what here ReadOnly for Developers group/)
    await root.open(`${staging}/close`)
    expect(words(root.page)).toMatch(/Nobody of the directory reaches it\. 0 users, 1 role and 0 policies/)
    const production = await root.open('/admin/accounts/444455556666/close')
    expect(words(production)).toMatch(/Takes from \d+ (person|people) ReadOnly in Production ?\..* What ends at once .*Type the account id/)
    await root.open(`${staging}/close`)
    const wrong = await root.submit({ Confirmation: '111122223333' })
    expect([wrong.status, words(wrong)]).toEqual([422, expect.stringContaining('That is not the id of this account.')])
    const id = staging.split('/').at(-1)!
    expect((await root.submit({ Confirmation: `${id.slice(0, 4)}-${id.slice(4, 8)}-${id.slice(8)}` })).html).toContain('The account is closed.')
    expect(await new Accounts(app.database).find(id)).toBeUndefined()
    const management = await root.open('/admin/accounts/111122223333/close')
    expect(words(management)).toContain('it cannot be closed')
    expect(management.html).not.toContain('Confirmation')
    await root.post('/admin/accounts/111122223333/close', { csrf: csrfIn(management), Confirmation: '111122223333' })
    expect(root.page.html).toContain('The management account cannot be closed.')
    expect(await new Accounts(app.database).find('111122223333')).toBeDefined()
  })

  test('a person is led to the consoles that are theirs', async () => {
    const jane = (await new Users(app.database).findByUserName('jane'))!
    const administrator = await setNamed('AdministratorAccess')
    const browser = await openRole(app, await makeRole(app, 'Admin', ['AdministratorAccess']), { principal: `user:${jane.id}`, role: { id: 'any', name: 'any', arn: 'arn:aws:iam::111122223333:role/any', sessionName: 'jane', permissionSet: { id: administrator.id, name: administrator.name } } as never })
    expect((await browser.open('/admin/accounts/444455556666')).html).toContain('href="/start/console?account_id=444455556666"')
    expect((await root.open('/admin/accounts/444455556666')).html).not.toContain('/start/console')
  })
})

describe('as a reader', () => {
  test('everything is seen, without a button', async () => {
    for (const url of ['/admin/permission-sets', '/admin/accounts', await urlOf('ReadOnly'), '/admin/accounts/444455556666', await groupUrl('Developers')]) {
      const { status, html } = await reader.open(url)
      expect([url, status]).toEqual([url, 200])
      expect(buttons(html)).toEqual([])
      expect(html).not.toMatch(/href="[^"]*\/(new|edit|policies|policy|boundary|rule|close)"/)
    }
  })

  test('nothing is done', async () => {
    const [set, developers] = [await urlOf('ReadOnly'), await groupUrl('Developers')]
    const before = await setNamed('ReadOnly')
    const csrf = csrfIn(await reader.open('/admin/accounts/444455556666'))
    const production = '/admin/accounts/444455556666'
    const tries: [string, Record<string, string>][] = [
      ['/admin/permission-sets/new', { Name: 'Spy' }], [`${set}/edit`, { Description: 'Spy', SessionDuration: 'PT1H' }], [`${set}/policy`, { InlinePolicy: documentOf({ Effect: 'Allow', Action: '*', Resource: '*' }) }],
      [`${set}/policy`, { InlinePolicy: documentOf({ Effect: 'Allow', Action: '*', Resource: '*' }), foreseen: 'yes' }], [`${set}/rule`, { Whose: 'everybody', Where: 'all', ApproverGroups: 'Developers', ApprovalsNeeded: '1', Length: '1', Unit: 'hours' }],
      [`${set}/boundary`, { change: 'put-boundary', Boundary: arnOf('PowerUserAccess') }],
      ...['attach', 'remove-inline', 'delete', 'remove-rule', 'remove-boundary'].map((name): [string, Record<string, string>] => [set, { 'change': name, 'policy.Billing': arnOf('job-function/Billing') }]),
      [set, { change: 'add-reference', Reference: 'Spy' }], [set, { change: 'tag', Key: 'a', Value: 'b' }], [developers, { change: 'add-member', UserName: 'nora' }], [developers, { change: 'delete', foreseen: 'yes' }],
      ['/admin/accounts/new', { AccountName: 'Spy', Email: 'spy@example.com' }], [`${production}/edit`, { change: 'rename', AccountName: 'Spy' }], [`${production}/edit`, { change: 'email', Email: 'spy@example.com' }],
      [`${production}/edit`, { change: 'alias', AccountAlias: 'spy' }], [production, { change: 'tag', Key: 'a', Value: 'b' }], [`${production}/close`, { Confirmation: '444455556666' }],
    ]
    for (const [url, fields] of tries) expect([url, fields, (await reader.post(url, { csrf, ...fields })).status]).toEqual([url, fields, 403])
    for (const url of ['/admin/permission-sets/new', `${set}/edit`, `${set}/policies`, `${set}/policy`, `${set}/boundary`, `${set}/rule`, '/admin/accounts/new', `${production}/edit`, `${production}/close`]) expect([url, (await reader.open(url)).status]).toEqual([url, 403])
    expect(await setNamed('ReadOnly')).toEqual(before)
    expect(await new Accounts(app.database).find('444455556666')).toMatchObject({ name: 'Production', email: 'prod@example.com', alias: undefined, tags: {} })
    expect(await lastEvent('CloseAccount')).toMatchObject({ errorCode: 'AccessDeniedException' })
  })
})

test('as nobody, every page is refused', async () => {
  const nobody = await openRole(app, await makeRole(app, 'Nobody'))
  const set = await urlOf('ReadOnly')
  for (const url of ['/admin/suggestions/users?q=sam', '/admin/permission-sets', '/admin/permission-sets/new', set, `${set}/edit`, `${set}/policies`, `${set}/policy`, `${set}/boundary`, `${set}/rule`, `${set}?change=delete`, '/admin/accounts', '/admin/accounts/new', '/admin/accounts/444455556666', '/admin/accounts/444455556666/close']) {
    expect([url, (await nobody.open(url)).status]).toEqual([url, 403])
  }
})
