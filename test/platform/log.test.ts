// Logs say what went wrong, and never what was in the statement that did.
import { describeError } from '../../src/platform/log.js'
import { Refusal } from '../../src/platform/errors.js'
import type { Database } from '../../src/platform/storage/database.js'
import { openEmpty } from '../support/database.js'

let database: Database
beforeAll(async () => { database = await openEmpty() })
afterAll(() => database.close())

const insert = 'insert into passwords (principal, hash) values ($1, $2)'
const secret = '$2b$10$a-hash-that-nobody-may-read'

test.each([
  ['in a transaction', () => database.transaction((tx) => tx.query(insert, ['user:x', secret]))],
  ['outside of one', () => database.query(insert, ['user:x', secret])],
  ['where a row is refused', () => database.query(`insert into passwords (principal, hash, one_time) values ('user:y', $1, null)`, [secret])],
])('an error of the database %s', async (_name, statement) => {
  await database.query(`${insert} on conflict do nothing`, ['user:x', secret])
  const error: unknown = await statement().catch((thrown: unknown) => thrown)
  for (const thrown of [error, new Refusal('unavailable', 'Gone.', { cause: error })]) {
    const said = JSON.stringify(describeError(thrown))
    expect(said).toMatch(/duplicate key value|violates not-null/)
    expect(said).not.toContain(secret)
    expect(said).not.toContain('user:x')
  }
})

test('an error keeps its name, code and causes, and what is no error stays as it is', () => {
  const inner = Object.assign(new Error('inside'), { code: 'EINNER', password: 'hunter2' })
  const said = describeError(new Error('outside', { cause: inner }))
  expect(said).toMatchObject({ type: 'Error', message: 'outside', cause: { message: 'inside', code: 'EINNER' } })
  expect(JSON.stringify(said)).not.toContain('hunter2')
  expect(describeError('a text')).toBe('a text')
  const circle = new Error('round')
  circle.cause = circle
  expect(() => JSON.stringify(describeError(circle))).not.toThrow()
})
