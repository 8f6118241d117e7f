// What a new password must be, and the passwords somebody had before.
import { HashQueue, markOf, NewPasswords, PasswordHashes, Passwords, policyOf, type PasswordPolicy } from '../../../src/domain/authentication/index.js'
import { MasterKey } from '../../../src/platform/keys/index.js'
import { LeakedPasswords } from '../../../src/platform/leaked-passwords/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { silent } from '../../support/app.js'
import { openEmpty } from '../../support/database.js'

let database: Database
let passwords: Passwords
let verified = 0
class Counting extends PasswordHashes {
  override verify(plain: string, hash: string, address?: string): Promise<boolean> {
    verified += 1
    return super.verify(plain, hash, address)
  }
}
const hashes = new Counting({ master: new MasterKey(Buffer.alloc(32, 3)), queue: new HashQueue({ concurrency: 2 }), cost: 4 })

beforeAll(async () => {
  database = await openEmpty()
  passwords = new Passwords(database, hashes)
})
afterAll(async () => { await database?.close() })
beforeEach(async () => {
  await database.query('delete from passwords')
  await passwords.put([{ principal: 'user:a', hash: await hashes.hash('Word-number-0'), oneTime: true }])
})

const judging = (policy: Partial<PasswordPolicy> = {}): NewPasswords =>
  new NewPasswords({ passwords, leaks: new LeakedPasswords({ source: undefined, log: silent }), policy: async () => policyOf(policy), contextWords: async () => ['gatehouse'] })

async function broken(plain: string, policy: Partial<PasswordPolicy> = {}): Promise<string[]> {
  const { rules, accepted } = await judging(policy).judge(plain, { principal: 'user:a', ownNames: ['jane'], address: 'here' })
  const names = rules.filter(({ met }) => met === false).map(({ name }) => name)
  expect(accepted).toBe(names.length === 0)
  return names
}

async function change(plain: string): Promise<void> {
  const stored = await passwords.find('user:a')
  expect(await passwords.replace('user:a', markOf(stored!), plain, 'here')).toBe(true)
}

test('none of the last three can be chosen again, the present one among them, the fourth can', async () => {
  for (const at of [1, 2, 3]) await change(`Word-number-${at}`)
  expect(await broken('Word-number-3')).toEqual(['history'])
  expect(await broken('Word-number-1')).toEqual(['history'])
  expect(await broken('Word-number-0')).toEqual([])
  expect(await broken('Word-number-0', { history: 4 })).toEqual(['history'])
  expect(await broken('Word-number-2', { history: 1 })).toEqual([])
  expect(await broken('Word-number-3', { history: 1 })).toEqual(['history'])
})

test('history costs as many hashes as the policy says at most, and none for what breaks another rule', async () => {
  for (let at = 1; at <= 12; at += 1) await change(`Word-number-${at}`)
  verified = 0
  expect(await broken('Something-else-9')).toEqual([])
  expect(verified).toBe(3)
  expect(await broken('short')).toContain('length')
  expect(await broken('Password123!')).toEqual(['leaked'])
  expect(verified).toBe(3)
  expect(await broken('Something-else-9', { history: 10 })).toEqual([])
  expect(verified).toBe(13)
})

test('no more than ten are ever kept, with the present one, and a deleted person leaves none', async () => {
  for (let at = 1; at <= 14; at += 1) await change(`Word-number-${at}`)
  for (let at = 0; at < 3; at += 1) await passwords.put([{ principal: 'user:a', hash: await hashes.hash(`Given-number-${at}`), oneTime: true }])
  expect(await database.query('select count(*)::int as amount from password_history')).toEqual([{ amount: 9 }])
  expect(await broken('Given-number-1')).toEqual(['history'])
  await database.query(`delete from passwords where principal = 'user:a'`)
  expect(await database.query('select count(*)::int as amount from password_history')).toEqual([{ amount: 0 }])
})

test('the same password given again is no other, and a better hash of it is not one more', async () => {
  const { hash } = (await passwords.find('user:a'))!
  await passwords.put([{ principal: 'user:a', hash, oneTime: true }])
  expect(await database.query('select * from password_history')).toEqual([])
})

test('a rule that was not looked at is neither met nor broken', async () => {
  const { rules } = await judging().judge('short', { principal: 'user:a', ownNames: [], address: 'here' })
  expect(rules.filter(({ met }) => met === undefined).map(({ name }) => name)).toEqual(['leaked', 'history'])
  expect((await judging().rules({ ownNames: [] })).map(({ name }) => name)).not.toContain('history')
})

test('in NIST style length is enough, and leaked or local words are not', async () => {
  const nist = { style: 'nist', minimumLength: 8 } as const
  expect(await broken('a quiet afternoon', nist)).toEqual([])
  expect(await broken('iloveyou', nist)).toEqual(['leaked'])
  expect(await broken('my gatehouse word', nist)).toEqual(['own-names'])
})
