// How many codes are mailed: to one person, to one mailbox, from one place and in all.
import { Budgets, limits, MailedCodes, type LimitName } from '../../../src/domain/authentication/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty, openStore } from '../../support/database.js'

let database: Database
beforeAll(async () => { database = await openEmpty() }, 60_000)
afterAll(async () => { await database?.close() })
beforeEach(async () => { await database.query('delete from ephemeral_counters') })

function codesOf(): MailedCodes {
  const { store, clock } = openStore(database)
  return new MailedCodes({ store, budgets: new Budgets(store, clock), key: Buffer.alloc(32) })
}

let others = 0
/** Somebody who shares nothing with anybody before. */
function stranger(): { principal: string; from: string; mailbox: string } {
  others += 1
  return { principal: `user:${others}`, from: `198.51.${Math.floor(others / 250)}.${others % 250}`, mailbox: `${others}@example.com` }
}

test.each<[LimitName, Partial<ReturnType<typeof stranger>>]>([
  ['MailedCodesPerPerson', { principal: 'user:one' }],
  ['MailedCodesPerMailbox', { mailbox: 'one@example.com' }],
  ['MailedCodesPerAddress', { from: '203.0.113.7' }],
  ['MailedCodesInAll', {}],
])('%s holds, and others are mailed theirs', async (name, shared) => {
  const codes = codesOf()
  const issue = (more: Partial<ReturnType<typeof stranger>> = shared) => {
    const { principal, ...way } = { ...stranger(), ...more }
    return codes.issue(principal, 'a request', way)
  }
  await issue()
  await database.query('update ephemeral_counters set count = $1 where key like $2', [limits[name].amount - 1, `limit:${name}:%`])
  await issue()
  await expect(issue()).rejects.toMatchObject({ code: 'too-many-attempts', retryAfter: limits[name].window })
  if (name !== 'MailedCodesInAll') await issue({})
})

test('a mailbox is one mailbox in capitals too', async () => {
  const codes = codesOf()
  const issue = (mailbox: string) => codes.issue(stranger().principal, 'a request', { from: stranger().from, mailbox })
  for (let at = 0; at < limits.MailedCodesPerMailbox.amount; at += 1) await issue(at % 2 ? 'one@example.com' : 'ONE@Example.com')
  await expect(issue('one@example.com')).rejects.toMatchObject({ code: 'too-many-attempts' })
})
