// A new password takes everything along that hangs on the old one, or nothing happens at all.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { markOf, PasswordChanges, Passwords, setPasswords, TrustedBrowsers, type Along } from '../../../src/domain/authentication/index.js'
import { MailedLinks } from '../../../src/domain/recovery/index.js'
import { startApp, type TestApp } from '../../support/app.js'

let home: TestApp
let passwords: Passwords
let changes: PasswordChanges
beforeAll(async () => {
  home = await startApp()
  passwords = new Passwords(home.database, home.app.hashes)
  changes = new PasswordChanges({ database: home.database, hashes: home.app.hashes })
}, 60_000)
afterAll(async () => { await home?.stop() })

const shown = { tokens: [], address: '203.0.113.7', userAgent: 'Firefox' }

/** Somebody with a password, a browser that is trusted, and links on their way. */
async function somebody(principal: string) {
  const hash = await home.app.hashes.hash('First-one-11')
  await passwords.put([{ principal, hash, oneTime: false }])
  const browsers = new TrustedBrowsers(home.database, Date.now)
  const { tokens } = await browsers.trust(principal, shown)
  const links = new MailedLinks(home.database)
  const [reset, invitation, notMe] = [await links.issue('reset', principal, 'a@example.com'), await links.issue('invitation', principal, 'a@example.com'), await links.issue('not-me', principal, 'a@example.com')]
  return {
    principal, hash, replacement: { principal, proved: markOf({ hash }), plain: 'Second-one-22', address: 'here' },
    isTrusted: () => browsers.check(principal, { ...shown, tokens }),
    states: async () => [(await links.find('reset', reset))?.state, (await links.find('invitation', invitation))?.state, (await links.find('not-me', notMe))?.state],
  }
}

/** Writes down in which order it was called. */
function following(fails = false): { calls: string[]; along: Along } {
  const calls: string[] = []
  return {
    calls,
    along: {
      announce: async (tx) => {
        await tx.query('select 1')
        calls.push('announced')
        if (fails) throw new Error('no letter can be written')
      },
      endSessions: async () => void calls.push('ended'),
    },
  }
}

test('its owner replaces it: trust and links go, somebody is told, then sessions end', async () => {
  const { principal, replacement, isTrusted, states } = await somebody('user:owner')
  expect(await isTrusted()).toBe(true)
  const { calls, along } = following()
  expect(await changes.replace(replacement, along)).toBe(true)
  expect(calls).toEqual(['announced', 'ended'])
  expect(await isTrusted()).toBe(false)
  expect(await states()).toEqual(['used', 'used', 'open'])
  expect(await passwords.isRecent(principal, 'First-one-11', 2, 'here')).toBe(true)
})

test('where telling fails, everything stays as it was, and sessions go on', async () => {
  const { principal, replacement, isTrusted, states } = await somebody('user:quiet')
  const { calls, along } = following(true)
  await expect(changes.replace(replacement, along)).rejects.toThrow('no letter')
  expect(calls).toEqual(['announced'])
  expect(await isTrusted()).toBe(true)
  expect(await states()).toEqual(['open', 'open', 'open'])
  expect(await passwords.check(principal, 'First-one-11', 'here')).toBeDefined()
})

test('one that is another by now is not replaced, and nothing goes along', async () => {
  const { replacement, isTrusted } = await somebody('user:late')
  const { calls, along } = following()
  expect(await changes.replace({ ...replacement, proved: 'another' }, along)).toBe(false)
  expect(calls).toEqual([])
  expect(await isTrusted()).toBe(true)
})

test('the same goes along with one that somebody else sets, takes away, or sets in a transaction', async () => {
  for (const change of [
    (principal: string, hash: string, along: Along) => changes.set({ principal, hash, oneTime: true }, along),
    (principal: string, _hash: string, along: Along) => changes.remove(principal, along),
  ]) {
    const { principal, isTrusted, states } = await somebody('iam:AIDA1')
    const { calls, along } = following()
    await change(principal, await home.app.hashes.hash('Other-one-33'), along)
    expect([calls, await isTrusted(), await states()]).toEqual([['announced', 'ended'], false, ['used', 'used', 'open']])
  }
  const { principal, isTrusted, hash } = await somebody('root:111122223333')
  await home.database.transaction((tx) => setPasswords(tx, home.app.hashes, [{ principal, hash, oneTime: false }]))
  expect(await isTrusted()).toBe(false)
  expect(await changes.remove('user:nobody', following().along)).toBe(false)
})

test('sessions that are to go on go on', async () => {
  const { replacement } = await somebody('user:keeps')
  expect(await changes.replace(replacement, { announce: async () => {}, endSessions: undefined })).toBe(true)
})

test('nobody sets another password past this', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const past = files.filter((name) => /\b[Pp]asswords(\([^)]*\))?\.(put|replace|remove)\(/.test(readFileSync(join('src', name), 'utf8')))
  // The first password of somebody new; and a change of whether one is to be replaced, which is no new one.
  expect(past.toSorted()).toEqual(['domain/authentication/password-changes.ts', 'domain/set-up/set-up.ts', 'domain/sign-up/sign-ups.ts', 'http/aws/iam/login-profiles.ts'])
})
