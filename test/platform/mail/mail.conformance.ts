// What the outbox promises, on any database.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MasterKey } from '../../../src/platform/keys/master-key.js'
import { folderPost, KeptMails, Mail, smtpPost, type Post, type QueuedMail } from '../../../src/platform/mail/index.js'
import { inPackage } from '../../../src/platform/root.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openTemplates } from '../../../src/platform/templates/index.js'
import { silent } from '../../support/app.js'
import { eventually, freePort } from '../../support/servers.js'
import { startSmtp } from '../../support/smtp.js'

const master = new MasterKey(randomBytes(32))
const letter = (to = 'jane@example.com'): QueuedMail => ({ to, template: 'reset-password', model: { userName: 'jane', link: '/reset-password/s3cret-token', minutes: 30 } })

/** Runs the promises; `open` gives an empty, migrated database. */
export function keepsPromises(open: () => Promise<Database>): void {
  let database: Database
  const running: Mail[] = []
  beforeAll(async () => { database = await open() })
  afterAll(async () => { await database?.close() })
  afterEach(async () => {
    await Promise.all(running.splice(0).map((mail) => mail.stop()))
    await database.query('delete from mails')
  })

  async function mailOf(post: Post, more: { clock?: () => number; publicUrl?: URL; started?: boolean; from?: string } = {}): Promise<Mail> {
    const mail = new Mail({
      sql: database, master, post, log: silent, clock: more.clock ?? Date.now, lookEvery: 20, publicUrl: more.publicUrl ?? new URL('https://login.example.com'),
      templates: await openTemplates({ views: inPackage('views') }), sender: async () => ({ name: 'Test Corp', address: more.from ?? 'no-reply@login.example.com' }),
    })
    if (more.started ?? true) {
      running.push(mail)
      mail.start()
    }
    return mail
  }

  const rows = () => database.query<{ state: string; attempts: number; sealed: Buffer | null; fault: string | null }>('select state, attempts, sealed, fault from mails order by queued_at')
  const allSent = async () => (await rows()).every(({ state }) => state === 'sent')

  test('a mail is sent once its transaction is committed, and its words are erased', async () => {
    const sent: string[] = []
    const mail = await mailOf({ send: async ({ text }) => void sent.push(text) })
    await database.transaction((tx) => mail.queue(tx, letter()))
    await eventually(allSent)
    expect(sent).toEqual([expect.stringContaining('https://login.example.com/reset-password/s3cret-token')])
    expect(await rows()).toMatchObject([{ state: 'sent', attempts: 1, sealed: null }])
  })

  test('a mail of a transaction that fails is never sent', async () => {
    const mail = await mailOf({ send: async () => undefined })
    await expect(database.transaction(async (tx) => {
      await mail.queue(tx, letter())
      throw new Error('changed my mind')
    })).rejects.toThrow('changed my mind')
    expect(await rows()).toEqual([])
  })

  test('what a waiting mail says cannot be read in the database', async () => {
    const mail = await mailOf({ send: async () => undefined }, { started: false })
    await mail.queue(database, letter())
    const [row] = await rows()
    expect(row!.sealed!.toString('latin1')).not.toContain('s3cret')
  })

  test('two workers on one database send every mail once', async () => {
    const sent: string[] = []
    const post: Post = { send: async ({ to }) => {
      await new Promise((resolve) => { setImmediate(resolve) })
      sent.push(to)
    } }
    const [one] = await Promise.all([mailOf(post), mailOf(post)])
    const wanted = Array.from({ length: 60 }, (_, index) => `person${index}@example.com`)
    await Promise.all(wanted.map((to) => one.queue(database, letter(to))))
    await eventually(async () => (await rows()).length === 60 && await allSent())
    expect(sent.toSorted()).toEqual(wanted.toSorted())
  })

  test('mail waits while the server is down, and goes out when it is up', async () => {
    const time = { ahead: 0 }
    const port = await freePort()
    const mail = await mailOf(smtpPost(`smtp://localhost:${port}`), { clock: () => Date.now() + time.ahead })
    await mail.queue(database, letter())
    await eventually(async () => (await rows())[0]?.fault)
    expect(await rows()).toMatchObject([{ state: 'waiting', attempts: 1 }])
    const server = await startSmtp(port)
    time.ahead = 60_000
    await eventually(allSent)
    expect(server.letters).toHaveLength(1)
    await server.stop()
  })

  test('a crash between sending and marking sends a second copy under the same Message-ID', async () => {
    const time = { ahead: 0 }
    const clock = () => Date.now() + time.ahead
    const server = await startSmtp()
    // What dies after the server took the letter marks nothing: here it never comes back from sending.
    const dead = await mailOf({ send: (one) => smtpPost(server.url).send(one).then(() => new Promise(() => undefined)) }, { clock, started: false })
    dead.start()
    await dead.queue(database, letter())
    await eventually(() => server.letters.length === 1)
    await mailOf(smtpPost(server.url), { clock })
    expect(await rows()).toMatchObject([{ state: 'waiting' }])
    time.ahead = 6 * 60_000
    await eventually(allSent)
    const ids = server.letters.map(({ source }) => /^message-id: (.*)$/im.exec(source)?.[1])
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
    await server.stop()
  })

  test('a recipient that the server refuses for good is given up at once, and the row stays', async () => {
    const server = await startSmtp(undefined, { refuse: 'gone@example.com' })
    const mail = await mailOf(smtpPost(server.url))
    await mail.queue(database, letter('gone@example.com'))
    await eventually(async () => (await rows())[0]?.state === 'failed')
    expect(await rows()).toMatchObject([{ attempts: 1, sealed: null, fault: expect.stringContaining('550') }])
    await server.stop()
  })

  test('after a day of failures a mail is given up', async () => {
    const time = { ahead: 0 }
    const mail = await mailOf({ send: async () => { throw new Error('no route') } }, { clock: () => Date.now() + time.ahead })
    await mail.queue(database, letter())
    await eventually(async () => (await rows())[0]?.fault)
    time.ahead = 25 * 3_600_000
    await eventually(async () => (await rows())[0]?.state === 'failed')
    expect(await rows()).toMatchObject([{ attempts: 2, fault: 'no route' }])
  })

  test('what stands in headers cannot begin another one', async () => {
    const server = await startSmtp()
    const mail = await mailOf(smtpPost(server.url))
    await mail.queue(database, { to: 'jane@example.com', template: 'code', model: { code: '123456\r\nBcc: eve@example.com', purpose: 'sign in', minutes: 10 } })
    await eventually(() => server.letters.length === 1)
    const { source, to } = server.letters[0]!
    expect(source.split('\r\n\r\n')[0]).not.toMatch(/^bcc/im)
    expect(to).toEqual(['jane@example.com'])
    await expect(mail.queue(database, letter('jane@example.com\r\nRCPT TO:<eve@example.com>'))).rejects.toThrow('no address')
    await expect(mail.queue(database, letter('jane@example.com, eve@example.com'))).rejects.toThrow('no address')
    await server.stop()
  })

  test('without a server, letters become files that can be read back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-mail-'))
    const mail = await mailOf(folderPost(folder), { from: 'access@example.com' })
    await mail.queue(database, { to: 'jane@example.com', template: 'invitation', model: { displayName: 'Jürgen <& Söhne>', userName: 'jane', link: '/invitation/abc', days: 7 } })
    await eventually(allSent)
    const [kept] = await new KeptMails(folder).list()
    expect(kept).toMatchObject({ to: 'jane@example.com', from: 'Test Corp <access@example.com>', subject: 'You are invited to Test Corp' })
    expect(kept!.text).toContain('Welcome, Jürgen <& Söhne>.')
    expect(kept!.text).toContain('https://login.example.com/invitation/abc')
    expect(kept!.html).toContain('Welcome, Jürgen &lt;&amp; Söhne&gt;')
    expect(await new KeptMails(folder).find(kept!.id)).toEqual(kept)
    rmSync(folder, { recursive: true })
  })
}
