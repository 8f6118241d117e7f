// Accounts: one management account, and ids, aliases and root addresses that nobody else has.
import { Accounts, type NewAccount } from '../../../src/domain/accounts/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'

let database: Database
let accounts: Accounts
beforeAll(async () => {
  database = await openEmpty()
  accounts = new Accounts(database)
  await accounts.create([account('111122223333', { management: true, alias: 'main' })])
})
afterAll(() => database.close())

const account = (id: string, more: Partial<NewAccount> = {}): NewAccount => ({ id, name: `Account ${id}`, alias: undefined, email: `${id}@example.com`, management: false, ...more })

test('an account comes back as it was put in', async () => {
  const odd = account('000000000001', { name: 'Büro & Söhne', alias: 'buero' })
  await accounts.create([odd])
  expect(await accounts.get('000000000001')).toEqual({ ...odd, tags: {}, createdAt: expect.any(Date) as unknown })
  expect(await accounts.find('999999999999')).toBeUndefined()
  await expect(accounts.get('999999999999')).rejects.toMatchObject({ code: 'not-found' })
  expect((await accounts.findManagement())?.id).toBe('111122223333')
})

test.each([
  ['id', account('111122223333'), 'That account id is taken.'],
  ['alias', account('222200000001', { alias: 'main' }), 'That account alias is taken.'],
  ['root address, in any case', account('222200000002', { email: '111122223333@EXAMPLE.com' }), 'That address is the root user of another account.'],
  ['place of the management account', account('222200000003', { management: true }), 'There is a management account already.'],
])('a second account cannot take the %s', async (_what, second, sentence) => {
  await expect(accounts.create([account('222200000009'), second])).rejects.toMatchObject({ code: 'conflict', message: sentence })
  expect(await accounts.find('222200000009')).toBeUndefined()
})

test('plus-addressing makes another address', async () => {
  await accounts.create([account('333300000001', { email: 'root+a@example.com' }), account('333300000002', { email: 'root+b@example.com' })])
  expect((await accounts.list()).filter(({ email }) => email.startsWith('root+'))).toHaveLength(2)
})

test('two changes that swap a name are one change', async () => {
  await accounts.create([account('444400000001', { name: 'One' }), account('444400000002', { name: 'Two' })])
  await accounts.update([account('444400000001', { name: 'Two' }), account('444400000002', { name: 'One' })])
  expect(await accounts.get('444400000001')).toMatchObject({ name: 'Two' })
})
