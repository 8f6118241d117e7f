// Events and settings in the administration: who may look, change and take away, and that nothing happens for those who may not.
import { exportOrganization, readOrganizationFile, readSnapshot } from '../../src/domain/organization/index.js'
import { Organizations } from '../../src/domain/settings/index.js'
import { startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { makeRole, makeUser, openRole, openRoot, openUser } from '../support/console.js'
import { letterTo } from '../support/mails.js'
import { eventually } from '../support/servers.js'

let app: TestApp
let root: Browser
let reader: Browser
let helpDesk: Browser
beforeAll(async () => {
  app = await startApp()
  root = await openRoot(app)
  reader = await openUser(app, await makeUser(app, 'reader', [{ Effect: 'Allow', Action: ['cloudtrail:LookupEvents', 'gatehouse:Get*'], Resource: '*' }]))
  helpDesk = await openUser(app, await makeUser(app, 'desk', [{ Effect: 'Allow', Action: ['identitystore:*', 'sso-directory:*', 'gatehouse:GetSettings', 'gatehouse:SendTestMail'], Resource: '*' }]))
}, 180_000)
afterAll(() => app.stop())

const lastEvent = async (name: string): Promise<Record<string, unknown> & { additionalEventData?: Record<string, unknown> }> =>
  (await app.database.query<{ event: Record<string, unknown> }>('select event from audit_events where event_name = $1 order by position desc limit 1', [name]))[0]!.event
const send = async (browser: Browser, url: string, fields: Record<string, string>, to = url) => {
  const { html } = await browser.open(url)
  return browser.post(to, { csrf: /name="csrf" value="([^"]+)"/.exec(html)![1]!, ...fields })
}
const organization = async () => (await new Organizations(app.database).find())!
const names = (html: string): string[] => [...html.matchAll(/row-name(?: refused)?" href="[^"]+">([^<]+)</g)].map(([, name]) => name!)

describe('events', () => {
  test('are found by field, and each has a page that tells who changed what', async () => {
    await send(root, '/admin/settings', { 'organization.name': 'Renamed Corp', 'organization.session.portal': '6h' })
    const { html } = await root.open('/admin/events?EventName=UpdateSettings')
    expect(names(html)).toEqual(['Update settings'])
    expect(html).toContain('Root user of 1111-2222-3333')
    const page = await root.open(/href="(\/admin\/events\/[0-9a-f-]{36})"/.exec(html)![1]!)
    expect(page.html).toMatch(/Organization › name<\/th><td><del>Test Corp<\/del><\/td><td><ins>Renamed Corp<\/ins>/)
    expect(page.html).toContain('In this session')
    expect(page.html).toContain('&quot;eventName&quot;: &quot;UpdateSettings&quot;')
    const session = /href="(\/admin\/events\?SessionId[^"]+)"/.exec(page.html)![1]!
    expect(names((await root.open(session.replaceAll('&amp;', '&'))).html)).toContain('Update settings')
  })

  test('are read page by page, and what came since is asked for after the newest', async () => {
    for (let count = 0; count < 60; count += 1) await app.app.trail.record({ eventName: `Happening${count}`, eventSource: 'test' })
    const first = await root.open('/admin/events?EventSource=test')
    expect(names(first.html)).toHaveLength(50)
    expect(names(first.html)[0]).toBe('Happening59')
    const [, older] = /rel="next" href="([^"]+)"/.exec(first.html)!
    const second = await root.open(older!.replaceAll('&amp;', '&'))
    expect(names(second.html)).toEqual(Array.from({ length: 10 }, (_, at) => `Happening${9 - at}`))
    const [, newer] = /id="newer" href="([^"]+)"/.exec(first.html)!
    expect((await root.open(newer!.replaceAll('&amp;', '&'))).html).toContain('Nothing has come since.')
    await app.app.trail.record({ eventName: 'HappeningLater', eventSource: 'test' })
    expect(names((await root.open(newer!.replaceAll('&amp;', '&'))).html)).toEqual(['Happening later'])
  })

  test('a field that holds what it cannot says so, and a person is found by name', async () => {
    expect((await root.open('/admin/events?After=9999999999999999999')).status).toBeLessThan(500)
    const wrong = await root.open('/admin/events?AccountId=12&StartTime=yesterday')
    expect(wrong.status).toBe(422)
    expect(wrong.html).toContain('id="AccountId-fault"')
    expect(wrong.html).toContain('id="StartTime-fault"')
    const person = new Browser(app.origin)
    await person.signIn('sam', 'not the password')
    const found = await root.open('/admin/events?User=SAM&Outcome=Failure')
    expect(names(found.html).length).toBeGreaterThan(0)
    expect(names((await root.open('/admin/events?User=nobody-like-that')).html)).toEqual([])
    expect((await root.open('/admin/events/00000000-0000-4000-8000-000000000000')).status).toBe(404)
  })

  test('a view is saved for everybody, and deleted', async () => {
    await send(root, '/admin/events?Outcome=Failure', { change: 'save', Name: 'Refused', Outcome: 'Failure' }, '/admin/events')
    expect(root.page.html).toContain('The view is saved.')
    const { html } = await reader.open('/admin/events')
    expect(html).toMatch(/href="\/admin\/events\?Outcome=Failure"[^>]*>Refused</)
    expect(html).not.toContain('value="save"')
    expect((await send(reader, '/admin/events?Outcome=Failure', { change: 'delete', Name: 'Refused' }, '/admin/events')).status).toBe(403)
    expect((await send(reader, '/admin/events?Outcome=Failure', { change: 'save', Name: 'Mine', Outcome: 'Failure' }, '/admin/events')).status).toBe(403)
    expect((await send(root, '/admin/events?Outcome=Failure', { change: 'save', Name: ' ', Outcome: 'Failure' }, '/admin/events')).status).toBe(422)
    await send(root, '/admin/events', { change: 'delete', Name: 'refused' })
    expect(root.page.html).toContain('The view is deleted.')
    expect(await lastEvent('DeleteSavedView')).toMatchObject({ additionalEventData: { before: { filters: { outcome: 'Failure' } } } })
  })

  test('what is found is taken away as a table or as records, and that is an event', async () => {
    const table = await send(reader, '/admin/events', { Format: 'csv', EventSource: 'test', Text: 'happening5' }, '/admin/events/export')
    expect(table.headers.get('content-disposition')).toContain('events.csv')
    expect(table.html.trim().split('\r\n')).toHaveLength(1 + 11)
    expect(await lastEvent('ExportEvents')).toMatchObject({ requestParameters: { format: 'csv', eventSource: 'test' } })
    const records = await send(root, '/admin/events', { Format: 'ndjson', EventName: 'HappeningLater' }, '/admin/events/export')
    expect(JSON.parse(records.html)).toMatchObject({ eventName: 'HappeningLater', gatehouse: { hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string } })
  })

  test('the page says how far the trail was signed and verified, and when something is wrong with it', async () => {
    expect((await root.open('/admin/events')).html).toContain('Not verified yet')
    await app.database.query(`insert into audit_verifications (scope, verified_at, since, events, fault_position, fault) values ('recent', now(), now(), 12, 5, 'what it says is not what its hash was made of')`)
    expect((await root.open('/admin/events')).html).toContain('position 5: what it says is not what its hash was made of')
    await app.database.query('delete from audit_verifications')
  })

  test('are not for those who may not look them up', async () => {
    for (const browser of [helpDesk, await openRole(app, await makeRole(app, 'Nobody'))]) {
      expect((await browser.open('/admin/events')).status).toBe(403)
    }
    expect((await send(helpDesk, '/admin/settings', { Format: 'csv' }, '/admin/events/export')).status).toBe(403)
  })
})

describe('settings', () => {
  test('are saved in the words of the organization file, and exported as they were saved', async () => {
    await send(root, '/admin/settings/sign-in', { 'organization.mfa.mode': 'always', 'organization.mfa.whenNoDevice': 'block', totp: 'on', 'settings.networks.portal': '127.0.0.0/8', 'settings.networks.administration': '127.0.0.0/8 ::1' })
    expect(root.page.html).toContain('Saved.')
    await send(root, '/admin/settings/passwords', { 'settings.passwordPolicy.style': 'nist', 'settings.passwordPolicy.minimumLength': '16', 'settings.passwordPolicy.maximumLength': '100', 'settings.passwordPolicy.history': '5' })
    await send(root, '/admin/settings/mail', { 'settings.mail.from': 'login@example.com' })
    const { mfa, settings } = await organization()
    expect(mfa).toEqual({ mode: 'always', whenNoDevice: 'block', types: ['totp'] })
    expect(settings).toMatchObject({ passwordPolicy: { style: 'nist', minimumLength: 16 }, mail: { from: 'login@example.com' }, networks: { portal: ['127.0.0.0/8'], administration: ['127.0.0.0/8', '::1'] } })
    const written = exportOrganization(await readSnapshot(app.database, app.app.hashes))
    const { declaration, faults } = readOrganizationFile(written, { env: { ROBOT_CLIENT_SECRET: 'x'.repeat(40) }, readFile: () => '', known: await readSnapshot(app.database, app.app.hashes) })
    expect(faults).toEqual([])
    expect(declaration?.settings).toEqual(settings)
    await send(root, '/admin/settings/sign-in', { 'organization.mfa.mode': 'context', 'organization.mfa.whenNoDevice': 'allow', totp: 'on', passkey: 'on' })
    expect((await organization()).settings.networks).toEqual({ administration: [], portal: [] })
  })

  test('what is wrong is said at its field, and nothing is changed', async () => {
    const before = await organization()
    const page = await send(root, '/admin/settings/sign-in', { 'organization.mfa.mode': 'always', 'organization.mfa.whenNoDevice': 'enroll', 'settings.networks.administration': '10.0.0.0/8', 'settings.networks.portal': 'nonsense' })
    expect(page.status).toBe(422)
    expect(page.html).toContain('must name at least one of totp, passkey')
    expect(page.html).toContain('Entry 1: this must be a network')
    expect(page.html).toContain('10.0.0.0/8')
    const locked = await send(root, '/admin/settings/sign-in', { 'organization.mfa.mode': 'always', 'organization.mfa.whenNoDevice': 'enroll', totp: 'on', 'settings.networks.administration': '10.0.0.0/8' })
    expect(locked.html).toContain('This would lock you out of the administration')
    expect((await send(root, '/admin/settings', { 'organization.name': '', 'organization.session.portal': '1y' })).status).toBe(422)
    expect((await send(root, '/admin/settings/passwords', { 'settings.passwordPolicy.style': 'kinds', 'settings.passwordPolicy.minimumLength': '4' })).html).toContain('settings.passwordPolicy.minimumLength-fault')
    expect(await organization()).toEqual(before)
  })

  test('the portal has a subdomain, and has none', async () => {
    const { name } = await organization()
    for (const [typed, kept] of [['example', 'example'], ['', undefined]] as const) {
      await send(root, '/admin/settings', { 'organization.name': name, 'organization.session.portal': '8h', 'organization.portalSubdomain': typed })
      expect((await organization()).portalSubdomain).toBe(kept)
    }
    expect((await send(root, '/admin/settings', { 'organization.name': name, 'organization.session.portal': '8h', 'organization.portalSubdomain': 'no.dots' })).status).toBe(422)
  })

  test('a form of settings that was open for long undoes nothing that somebody else set meanwhile', async () => {
    const fields = { 'organization.mfa.mode': 'context', 'organization.mfa.whenNoDevice': 'allow', totp: 'on', passkey: 'on' }
    await send(root, '/admin/settings/sign-in', fields)
    await root.open('/admin/settings/sign-in')
    const other = await openRoot(app)
    await other.open('/admin/settings/sign-in')
    await other.submit({ ...fields, 'organization.mfa.mode': 'always' }, '/admin/settings/sign-in')
    await root.submit({ ...fields, 'settings.networks.administration': '127.0.0.0/8\n::1' }, '/admin/settings/sign-in')
    expect(await organization()).toMatchObject({ mfa: { mode: 'always' }, settings: { networks: { administration: ['127.0.0.0/8', '::1'] } } })
    await send(root, '/admin/settings/sign-in', fields)
  })

  test('who is in none of the networks neither signs in nor administers', async () => {
    await app.database.query(`update organization set settings = settings || '{"networks": {"administration": ["192.0.2.0/24"], "portal": ["192.0.2.0/24"]}}'`)
    try {
      await eventually(async () => (await root.open('/admin')).status === 403)
      expect(root.page.html).toContain('is in none of them')
      expect(await lastEvent('RefuseNetwork')).toMatchObject({ requestParameters: { part: 'administration', path: '/admin' }, errorCode: 'AccessDenied' })
      // Routers do not tell large letters from small ones.
      for (const path of ['/ADMIN', '/Admin/users', '/admin/users']) expect([path, (await root.open(path)).status]).toEqual([path, 403])
      const person = await new Browser(app.origin).open('/start/')
      expect([person.status, new URL(person.url).pathname.startsWith('/signin/')]).toEqual([403, true])
    } finally {
      await app.database.query(`update organization set settings = settings - 'networks'`)
    }
    await eventually(async () => (await root.open('/admin')).status === 200)
  })

  test('a logo and a colour are seen before they are saved, and then on every page and in letters', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><script>alert(1)</script><circle cx="4" cy="4" r="4"/></svg>'
    const upload = async (fields: Record<string, string>, file = '') => {
      const csrf = /name="csrf" value="([^"]+)"/.exec((await root.open('/admin/settings/branding')).html)![1]!
      const body = Object.entries({ csrf, ...fields }).map(([name, value]) => `--x1\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('')
      const cookie = root.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
      const response = await fetch(new URL('/admin/settings/branding', app.origin), {
        method: 'POST', redirect: 'manual', headers: { cookie, 'content-type': 'multipart/form-data; boundary=x1', 'sec-fetch-site': 'same-origin' },
        body: `${body}--x1\r\nContent-Disposition: form-data; name="file"; filename="logo.svg"\r\nContent-Type: image/svg+xml\r\n\r\n${file}\r\n--x1--\r\n`,
      })
      return { status: response.status, html: await response.text() }
    }
    const light = await upload({ accent: '#ffcc00', keep: 'none', change: 'preview' })
    expect([light.status, light.html.includes('is too light to be read')]).toEqual([422, true])
    expect((await upload({ accent: '', keep: 'none', change: 'preview' }, 'MZ nothing')).html).toContain('must be an SVG, PNG or WebP picture')
    const preview = await upload({ accent: '#6b3fa0', keep: 'none', change: 'preview' }, svg)
    expect(preview.html).toContain('Nothing is saved yet.')
    expect((await organization()).settings.branding).toBeUndefined()
    const logo = /name="logo" value="(data:image\/svg[^"]+)"/.exec(preview.html)![1]!.replaceAll('&#x3D;', '=')
    expect((await upload({ accent: '#6b3fa0', logo, keep: 'shown', change: 'save' })).status).toBe(303)
    expect(await lastEvent('UpdateSettings')).toMatchObject({ requestParameters: { settings: { settings: { branding: { logo: expect.stringMatching(/^data:image\/svg.*characters\)$/) as string } } } }, additionalEventData: { after: { settings: { branding: { accent: '#6b3fa0', picture: expect.stringMatching(/^sha256:/) as string } } } } })
    const { html } = await new Browser(app.origin).open('/start/')
    const picture = await fetch(new URL(/class="logo" src="([^"]+)"/.exec(html)![1]!, app.origin))
    expect([picture.headers.get('content-type'), picture.headers.get('content-security-policy')]).toEqual(['image/svg+xml', expect.stringContaining('sandbox')])
    expect(await picture.text()).toBe(svg)
    const style = await fetch(new URL(/href="(\/brand\/accent-[^"]+)"/.exec(html)![1]!, app.origin))
    expect([style.headers.get('content-type'), await style.text()]).toEqual(['text/css; charset=utf-8', expect.stringContaining('--accent:#6b3fa0')])
    for (const path of ['/brand/logo-0000000000000000', '/brand/accent-6b3fa0-0000000000000000.css', '/brand/']) expect((await fetch(new URL(path, app.origin))).status).toBe(404)
  })

  test('a test mail says whether letters arrive', async () => {
    expect((await send(helpDesk, '/admin/settings/mail', { Address: 'nobody' }, '/admin/settings/mail/test')).status).toBe(422)
    const page = await send(helpDesk, '/admin/settings/mail', { Address: 'ops@example.com' }, '/admin/settings/mail/test')
    expect(page.html).toContain('The letter is on its way.')
    expect((await letterTo(app, 'ops@example.com', /./))).toBeDefined()
    expect(await lastEvent('SendTestMail')).toMatchObject({ requestParameters: { address: 'ops@example.com' } })
  })

  test('a reader sees them without buttons, and changes nothing', async () => {
    const before = await organization()
    for (const tab of ['', '/sign-in', '/passwords', '/mail', '/branding']) {
      const { html, status } = await reader.open(`/admin/settings${tab}`)
      expect([status, html.includes('>Save</button>'), html.includes('>Preview</button>')]).toEqual([200, false, false])
      expect((await send(reader, `/admin/settings${tab}`, { 'organization.name': 'Mine', change: 'save', keep: 'none' })).status).toBe(403)
    }
    expect((await send(reader, '/admin/settings/mail', { Address: 'ops@example.com' }, '/admin/settings/mail/test')).status).toBe(403)
    expect(await organization()).toEqual(before)
    expect((await (await openRole(app, await makeRole(app, 'Another'))).open('/admin/settings')).status).toBe(403)
  })
})
