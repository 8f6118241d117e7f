// The database after something went wrong in it: the next statements are not harmed.
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'
import { needs } from '../../support/needs.js'
import { freshDatabase } from '../../support/postgres.js'
import { openDatabase } from '../../../src/platform/storage/database.js'
import { silent } from '../../support/app.js'

function survives(open: () => Promise<Database>): void {
  let database: Database
  beforeAll(async () => { database = await open() })
  afterAll(() => database.close())

  const count = async () => Number((await database.query<{ n: string }>('select count(*) as n from passwords where hash = $1', ['x']))[0]!.n)

  it('answers the same statements after one that failed', async () => {
    expect(await count()).toBe(0)
    for (let round = 0; round < 3; round += 1) {
      await expect(database.query('select $1::uuid', ['no uuid'])).rejects.toThrow('invalid input syntax')
      await expect(database.query('select from nowhere where 1 = $1', [1])).rejects.toThrow('does not exist')
      expect(await count()).toBe(0)
    }
  })

  it('leaves everything else its turn, however many statements follow one another', async () => {
    const turn = { came: false }
    setImmediate(() => { turn.came = true })
    for (let statements = 0; statements < 20_000 && !turn.came; statements += 1) await database.query('select 1')
    expect(turn.came).toBe(true)
  })

  it('undoes a transaction that failed, and goes on', async () => {
    const insert = `insert into passwords (principal, hash) values ($1, 'x')`
    await expect(database.transaction(async (tx) => {
      await tx.query(insert, ['a'])
      await tx.query(insert, ['a'])
    })).rejects.toMatchObject({ code: '23505' })
    expect(await count()).toBe(0)
    await database.transaction((tx) => tx.query(insert, ['a']))
    expect(await count()).toBe(1)
  })

  it('undoes a transaction whose work threw', async () => {
    await expect(database.transaction(async (tx) => {
      await tx.query(`delete from passwords where principal = $1`, ['a'])
      throw new Error('changed my mind')
    })).rejects.toThrow('changed my mind')
    expect(await count()).toBe(1)
  })

  it('keeps apart what many ask at once, failures among them', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 60 }, (_, n) => database.query<{ n: number }>(n % 3 === 0 ? 'select $1::uuid as n' : 'select $1::int as n', [n])))
    answers.forEach((answer, n) => {
      expect(answer.status === 'fulfilled' ? answer.value : answer.status).toEqual(n % 3 === 0 ? 'rejected' : [{ n }])
    })
  })
}

describe('the embedded database', () => { survives(openEmpty) })

needs('postgres').describe('PostgreSQL', () => { survives(async () => openDatabase({ url: await freshDatabase(), dataDir: '', log: silent })) })
