import { randomBytes } from 'node:crypto'
import { HashQueue, markOf, PasswordHashes, Passwords } from '../../../src/domain/authentication/index.js'
import { MasterKey } from '../../../src/platform/keys/index.js'
import { startApp, type TestApp } from '../../support/app.js'

let home: TestApp
let passwords: Passwords
const hashes = new PasswordHashes({ master: new MasterKey(randomBytes(32)), queue: new HashQueue({ concurrency: 2 }), cost: 10 })

beforeAll(async () => {
  home = await startApp()
  passwords = new Passwords(home.database, hashes)
})
afterAll(async () => { await home?.stop() })

test('replaces only the password that was proved', async () => {
  const hash = await hashes.hash('First-one-11')
  await passwords.put([{ principal: 'user:a', hash, oneTime: true }])
  expect(await passwords.replace('user:a', markOf({ hash }), 'Second-one-22', 'here')).toBe(true)
  expect(await passwords.replace('user:a', markOf({ hash }), 'Third-one-33', 'here')).toBe(false)
  expect(await passwords.check('user:a', 'Second-one-22', 'here')).toMatchObject({ oneTime: false })
  expect(await passwords.check('user:a', 'Third-one-33', 'here')).toBeUndefined()
})

test('counts every byte of a long password', async () => {
  const long = 'é'.repeat(36)
  const hash = await hashes.hash(`${long}X`)
  expect(await hashes.verify(`${long}X`, hash)).toBe(true)
  expect(await hashes.verify(`${long}Y`, hash)).toBe(false)
})

test('verifies imported bcrypt hashes', async () => {
  const { default: bcrypt } = await import('bcrypt')
  const imported = (await bcrypt.hash('password', 4)).replace('$2b$', '$2y$')
  expect(await hashes.verify('password', imported)).toBe(true)
  expect(await hashes.verify('Password', imported)).toBe(false)
})

test('a name that nobody has costs what somebody’s password costs, the same each time', async () => {
  await home.database.query('delete from passwords')
  const costs = new Map([['user:00000000-a', '$pbkdf2-sha256$1200$MDEyMzQ1Njc4OWFiY2RlZg$ro9r/KGkh1N8TPk7lnV1p5qOAHuQja6JiHdpUivJrW4'], ['user:ffffffff-b', 'pbkdf2_sha256$1300$saltyWords12$hK9aY/4nhH2Py7WE34V7VrgH+4by1u+mjRie8AX5kA0=']])
  await passwords.put([...costs].map(([principal, hash]) => ({ principal, hash, oneTime: false })))
  const paid: string[] = []
  class Watched extends PasswordHashes {
    override async verify(plain: string, hash: string): Promise<boolean> {
      paid.push(hash)
      return plain === 'Imported-word-7'
    }
  }
  const watched = new Passwords(home.database, new Watched({ master: new MasterKey(Buffer.alloc(32, 5)), queue: new HashQueue({ concurrency: 1 }), cost: 10 }))
  for (const name of ['nobody', 'NOBODY', 'someone']) expect(await watched.check(undefined, 'Imported-word-7', 'here', name)).toBeUndefined()
  expect(await watched.check('user:without', 'Imported-word-7', 'here')).toBeUndefined()
  expect(paid).toHaveLength(4)
  expect(paid[0]).toBe(paid[1])
  expect([...costs.values()]).toEqual(expect.arrayContaining(paid))
})
