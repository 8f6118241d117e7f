// Sessions that came of a source which was deleted: ended by whoever gets to it, one source without waiting for another.
import { DeletedSources } from '../../../src/domain/identity-sources/index.js'
import { openEmpty } from '../../support/database.js'

test('one that cannot be ended is said and tried again, and keeps no other waiting', async () => {
  const database = await openEmpty()
  await database.query(`insert into deleted_sources (id, name) select gen_random_uuid(), name from unnest(array['First', 'Second', 'Third']) as name`)
  const [ended, warned]: [string[], object[]] = [[], []]
  let isDown = true
  const sources = new DeletedSources({
    sql: database, log: { warn: (what: object) => void warned.push(what) } as never,
    logouts: {
      endAll: async ({ name }) => {
        if (isDown && name === 'First') throw new Error('The store does not answer.')
        return ended.push(name)
      },
    },
  })
  await sources.settle()
  expect([ended, warned]).toEqual([['Second', 'Third'], [{ err: 'The store does not answer.', source: 'First' }]])
  isDown = false
  await sources.settle()
  await sources.settle()
  expect([ended, await database.query('select from deleted_sources')]).toEqual([['Second', 'Third', 'First'], []])
  await database.close()
})
