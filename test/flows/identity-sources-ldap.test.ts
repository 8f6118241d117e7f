// Signing in with a name and a password that a directory keeps, from the administrator's form to the portal.
import { Users } from '../../src/domain/directory/index.js'
import { password, startApp, type TestApp } from '../support/app.js'
import { Browser, csrfIn, type Page } from '../support/browser.js'
import { openRoot } from '../support/console.js'
import { group, ldapBase, ldapBinder, LdapServer, passwordOf, person } from '../support/ldap.js'
import { needs } from '../support/needs.js'
import { eventually } from '../support/servers.js'


needs('slapd').describe('a directory that is asked by LDAP', () => {
  let app: TestApp
  let directory: LdapServer
  let root: Browser
  let sourceUrl: string
  let usual: Record<string, string>
  let ahead = 0

  beforeAll(async () => {
    const ada = person('ada', { displayName: 'Ada Byron' })
    directory = await LdapServer.start({ entries: [ada, person('bob'), person('zoe', { shadowExpire: '1' }), person('sam'), group('Readers', [ada.dn])] })
    app = await startApp({ env: { OUTBOUND_NETWORKS: '127.0.0.0/8,::1' }, clock: () => Date.now() + ahead })
    root = await openRoot(app)
    await app.database.query(`insert into groups (id, display_name) values (gen_random_uuid(), 'Readers')`)
    const { urls: [url], authorities } = directory.connection()
    usual = {
      name: 'Head office', enabled: 'on', domains: 'example.com', secondStep: 'ours', urls: url!, startTls: 'on', authorities: authorities!, bindDn: ldapBinder.dn, bindPassword: ldapBinder.password, baseDn: `ou=people,${ldapBase}`,
      userFilter: '(|(uid={name})(mail={name}))', subject: 'entryUUID', groupsFilter: '(&(objectClass=groupOfNames)(member={dn}))', groupsBaseDn: `ou=groups,${ldapBase}`, groupsName: 'cn', syncEvery: '', create: 'on', update: 'on', match: 'none', groups: 'same-name', groupNames: '',
    }
    const address = '/admin/identity-sources/new?kind=ldap'
    const made = await root.post(address, { csrf: csrfIn((await root.open(address)).html), ...usual })
    if (!made.html.includes('with the name and password of somebody in the directory')) throw new Error(made.html)
    sourceUrl = new URL(made.url).pathname
  }, 180_000)
  afterAll(async () => {
    await app?.stop()
    await directory?.stop()
  })

  /** Sends the form as it was made but for these fields. */
  async function save(fields: Record<string, string> = {}): Promise<Page> {
    const { html } = await root.open(sourceUrl)
    return root.post(sourceUrl, { ...usual, bindPassword: '', csrf: csrfIn(html), ...fields })
  }

  const signIn = (name: string, typed: string, browser = new Browser(app.origin)): Promise<Page> => browser.signIn(name, typed)
  const wrong = 'The user name or the password is not right.'
  const events = async (name: string): Promise<Record<string, any>[]> => // oxlint-disable-line typescript/no-explicit-any
    (await app.database.query<{ event: Record<string, unknown> }>('select event from audit_events where event_name = $1 order by position', [name])).map(({ event }) => event)
  const find = (name: string) => new Users(app.database).findByUserName(name)

  test('somebody new comes in by name and password, and is the same person by the mail address', async () => {
    const page = await signIn('ada', passwordOf('ada'))
    expect([page.status, new URL(page.url).pathname]).toEqual([200, '/start/'])
    const ada = (await find('ada'))!
    expect(ada).toMatchObject({ displayName: 'Ada Byron', emails: [{ value: 'ada@example.com', primary: true }], createdBy: 'identity source Head office' })
    expect(await app.database.query('select g.display_name from group_members m join groups g on g.id = m.group_id where m.user_id = $1', [ada.id])).toEqual([{ display_name: 'Readers' }])
    expect((await signIn('ADA@example.com', passwordOf('ada'))).html).toContain('Ada Byron')
    expect(await app.database.query('select count(*)::int as links from identity_links')).toEqual([{ links: 1 }])
    expect((await events('CredentialVerification')).at(-1)).toMatchObject({ additionalEventData: { CredentialType: 'EXTERNAL_IDP', source: 'Head office' }, serviceEventDetails: { CredentialVerification: 'Success' } })
  })

  test('a wrong name, a wrong password and somebody disabled there read the same, and the trail knows more', async () => {
    const read = new Set<string>()
    for (const [name, typed] of [['ada', 'wrong'], ['xyz', 'wrong'], ['zoe', passwordOf('zoe')], ['a*a', passwordOf('ada')], ['sam', 'wrong']] as const) {
      const { status, html } = await signIn(name, typed)
      expect([status, html.includes(wrong)]).toEqual([401, true])
      if (name !== 'a*a') read.add(html.replaceAll(name, 'NAME').replace(/\/signin\/[^/"]+|name="csrf" value="[^"]+"/g, ''))
    }
    expect([...read]).toHaveLength(1)
    const says = (await events('CredentialVerification')).slice(-5).map(({ additionalEventData }) => [additionalEventData.CredentialType, additionalEventData.reason, additionalEventData.step])
    expect(says).toEqual([['EXTERNAL_IDP', 'credentials', 'password'], ['EXTERNAL_IDP', 'credentials', 'search'], ['EXTERNAL_IDP', 'credentials', 'person'], ['EXTERNAL_IDP', 'credentials', 'search'], ['PASSWORD', undefined, undefined]])
    expect(JSON.stringify(await events('CredentialVerification'))).not.toContain('password of')
    expect(await find('zoe')).toBeUndefined()
    expect((await root.open(sourceUrl)).html).not.toContain('Lately failed')
  })

  test('tries are counted as those of passwords here, also of many at once', async () => {
    for (let nth = 0; nth < 5; nth += 1) await signIn('bob', 'wrong')
    const page = await signIn('bob', passwordOf('bob'))
    expect([page.status, page.html.includes('Too many tries')]).toEqual([429, true])
    const before = (await events('CredentialVerification')).length
    const together = await Promise.all(Array.from({ length: 8 }, () => signIn('b\u00ADob', 'wrong')))
    expect(together.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 429))
    expect((await events('CredentialVerification')).length).toBe(before)
  })

  test('who is linked proves themselves there only, and here where they asked for it', async () => {
    await app.database.query(`insert into passwords (principal, hash, one_time) select $1, hash, false from passwords where principal = $2`, [`user:${(await find('ada'))!.id}`, `user:${(await find('jane'))!.id}`])
    expect((await signIn('ada', password)).html).toContain(wrong)
    const browser = new Browser(app.origin)
    await browser.open('/signin/here')
    await browser.submit({ userName: 'ada' })
    expect(new URL((await browser.submit({ password })).url).pathname).toBe('/start/')
    expect((await events('UserAuthentication')).at(-1)).toMatchObject({ additionalEventData: { CredentialType: 'PASSWORD' } })
    // Who is of this place stays so, though somebody in the directory has the same name.
    expect(new URL((await signIn('sam', password)).url).pathname).toBe('/start/')
    expect((await signIn('sam', passwordOf('sam'))).html).toContain(wrong)
  })

  test('a second factor is asked for on top, unless the source is enough', async () => {
    await app.database.query(`update organization set mfa = '{"mode":"always","whenNoDevice":"block","types":["totp"]}'`)
    await eventually(async () => new URL((await signIn('ada', passwordOf('ada'))).url).pathname.endsWith('/blocked'))
    await save({ secondStep: 'theirs' })
    await eventually(async () => new URL((await signIn('ada', passwordOf('ada'))).url).pathname === '/start/')
    await save()
    await app.database.query(`update organization set mfa = '{"mode":"never","whenNoDevice":"allow","types":["totp"]}'`)
    await eventually(async () => new URL((await signIn('ada', passwordOf('ada'))).url).pathname === '/start/')
  })

  test('nobody gets a mail for a password that would not help', async () => {
    const mails = async () => (await app.database.query<{ count: number }>('select count(*)::int as count from mails'))[0]!.count
    const before = await mails()
    const browser = new Browser(app.origin)
    await browser.open('/forgot-password')
    await browser.submit({ name: 'ada' })
    await eventually(async () => (await events('PasswordRecoveryRequested')).at(-1)?.errorMessage === 'the password is kept by an identity source')
    expect(await mails()).toBe(before)
  })

  test('a directory out of reach is not the person’s fault, and the number says what it was', async () => {
    await directory.kill()
    const browser = new Browser(app.origin)
    const page = await signIn('ada', passwordOf('ada'), browser)
    expect([page.status, page.html.includes('It’s not you, it’s us')]).toEqual([403, true])
    const reference = /<code>([^<]+)<\/code>/.exec(page.html)![1]!
    expect((await events('CredentialVerification')).find(({ requestID }) => requestID === reference)).toMatchObject({ additionalEventData: { source: 'Head office', reason: 'unreachable', advice: expect.any(String) } })
    expect((await root.open(sourceUrl)).html).toContain('Lately failed')
    // Nobody gets in by the password of this place instead.
    expect((await signIn('ada', password)).html).toContain('It’s not you')
    await directory.run()
    await browser.open(/href="([^"]+\/password)"/.exec(page.html)![1]!)
    await eventually(async () => new URL((await signIn('ada', passwordOf('ada'))).url).pathname === '/start/')
    expect(new URL((await browser.submit({ password: passwordOf('ada') })).url).pathname).toBe('/start/')
  })

  test('an administrator tests it with a name and a password, and sees each step', async () => {
    const csrf = csrfIn((await root.open(sourceUrl)).html)
    const right = await root.post(sourceUrl, { csrf, change: 'test', UserName: 'ada', Password: passwordOf('ada') })
    expect([right.status, right.html.includes('It works'), right.html.includes('Ada Byron'), right.html.includes('The directory takes the password.')]).toEqual([200, true, true, true])
    const bad = await root.post(sourceUrl, { csrf, change: 'test', UserName: 'ada', Password: 'not hers' })
    expect([bad.status, bad.html.includes('It works'), bad.html.includes('does not take the password')]).toEqual([200, false, true])
    expect(JSON.stringify(await events('TestIdentitySource'))).not.toMatch(/not hers|password of ada/)
  })

  /** Everybody whom the directory has now: what a filter leaves out is gone. */
  const everybody = '(uid={name})'
  const send = async (fields: Record<string, string>): Promise<Page> => root.post(sourceUrl, { csrf: csrfIn((await root.open(sourceUrl)).html), ...fields })
  const wordsOf = ({ html }: Page): string => html.slice(html.indexOf('id="sync-title"'), html.indexOf('class="groups-of-fields"')).replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
  async function synchronise(fields: Record<string, string> = {}): Promise<string> {
    expect((await send({ change: 'sync', ...fields })).html).toContain('It is begun.')
    let page = ''
    await eventually(async () => {
      page = wordsOf(await root.open(sourceUrl))
      return !page.includes('Under way')
    })
    return page
  }

  /** Waits until the overview says so, or does not any more: a page waits for little of what is read anew. */
  async function overview(words: RegExp, isSaid = true): Promise<void> {
    ahead += 60_000
    await eventually(async () => words.test((await root.open('/admin')).html) === isSaid)
  }

  test('everybody is brought in line at once, after a look at what would change', async () => {
    await save({ userFilter: everybody })
    const planned = wordsOf(await send({ change: 'plan-sync' }))
    expect(planned).toMatch(/4 people in the directory\. .*Made: 1 bob .*Left alone: \d/)
    expect(await find('bob')).toBeUndefined()
    expect(await synchronise()).toMatch(/Done .* 4 in the directory 1 made/)
    expect(await find('bob')).toMatchObject({ active: true, createdBy: 'identity source Head office' })
    expect((await signIn('bob', passwordOf('bob'), new Browser(app.origin, { 'x-forwarded-for': '203.0.113.9' }))).status).toBeLessThan(500)
    expect(wordsOf(await send({ change: 'plan-sync' }))).toContain('Nothing would change.')
    expect((await events('CompleteSourceSync')).at(-1)).toMatchObject({ requestParameters: { startedBy: 'the root user' }, responseElements: { people: 4, created: 1 } })
    expect((await events('StartSourceSync')).length).toBeGreaterThan(0)
  })

  test('many at once are disabled only where somebody says that it is right', async () => {
    const browser = new Browser(app.origin)
    await signIn('ada', passwordOf('ada'), browser)
    expect(new URL(browser.page.url).pathname).toBe('/start/')
    await save({ userFilter: '(&(uid={name})(uid=nobody))' })
    expect(await synchronise()).toMatch(/Stopped .* 2 of 2 people would be disabled/)
    await overview(new RegExp(`A synchronisation stopped before it disabled many people<[^]*?Head office</b>: 2 of 2 people would be disabled[^]*?href="${sourceUrl}">The identity source<`))
    expect(await find('ada')).toMatchObject({ active: true })
    expect(wordsOf(await send({ change: 'plan-sync' }))).toMatch(/2 people would be disabled, which is more than a tenth.*That is right: disable 2 people/)
    expect(await synchronise({ force: 'on' })).toMatch(/Done .* 2 disabled/)
    await overview(/ynchronisation/, false)
    expect(await find('ada')).toMatchObject({ active: false })
    expect(new URL((await browser.open('/start/')).url).pathname).not.toBe('/start/')
    // It has another name by now.
    await save({ userFilter: everybody, name: 'Main office' })
    expect(await synchronise()).toMatch(/Done .* 2 enabled again/)
    await save({ userFilter: everybody })
    expect(await find('ada')).toMatchObject({ active: true })
  })

  test('a directory that does not answer is told of, and nobody is disabled for it', async () => {
    await directory.kill()
    expect(wordsOf(await send({ change: 'plan-sync' }))).toContain('What would change')
    expect(await synchronise()).toContain('Did not work')
    await overview(/finding-grave[^]*?The last synchronisation with a directory did not work<[^]*?Head office<\/b>: /)
    expect(await find('ada')).toMatchObject({ active: true })
    await directory.run()
    expect(await synchronise()).toContain('Done')
    await overview(/ynchronisation/, false)
    await save()
  })

  test('a form that does not fit comes again, and the password goes nowhere else than it was entered for', async () => {
    const bad = await save({ urls: 'https://ldap.example.com', userFilter: '(uid=ada', baseDn: 'people', groupsFilter: '(member=x)', authorities: 'none' })
    expect(bad.status).toBe(422)
    for (const text of ['A server must be the address', 'The filter of a person must have {name}', 'Where people are must be a distinguished name', 'The filter of groups must have {dn} or {name}', 'The authorities must be certificates in PEM']) expect(bad.html).toContain(text)
    const elsewhere = await save({ urls: 'ldaps://elsewhere.example.com' })
    expect([elsewhere.status, elsewhere.html.includes('Enter the password to bind with once more.')]).toEqual([422, true])
    expect((await save({ startTls: '' })).status).toBe(422)
    const open = await save({ startTls: '', bindPassword: ldapBinder.password })
    expect(open.html).toContain('every password goes over the network as it was typed')
    expect((await save()).html).toContain('Saved.')
    expect(JSON.stringify([...await events('CreateIdentitySource'), ...await events('UpdateIdentitySource')])).not.toContain(ldapBinder.password)
  })
})
