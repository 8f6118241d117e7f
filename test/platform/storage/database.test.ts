// The database after something went wrong in it: the next statements are not harmed.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmbedded } from '../../support/database.js'
import { needs } from '../../support/needs.js'
import { freshDatabase } from '../../support/postgres.js'
import { openDatabase } from '../../../src/platform/storage/database.js'
import { silent } from '../../support/app.js'
import { eventually } from '../../support/servers.js'

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

describe('the embedded database', () => { survives(openEmbedded) })

needs('postgres').describe('PostgreSQL', () => {
  survives(async () => openDatabase({ url: await freshDatabase(), dataDir: '', log: silent }))

  it.each([['C', 1], ['C.UTF-8', 0]])('says so where names with letters beyond ASCII would be told apart by case: %s', async (letters, warnings) => {
    const said: string[] = []
    const log = { ...(silent as object), warn: (_: object, text: string) => void said.push(text) } as never
    await (await openDatabase({ url: await freshDatabase({ letters }), dataDir: '', log })).close()
    expect(said.filter((text) => text.includes('LC_CTYPE'))).toHaveLength(warnings)
  })

  it.each(['a statement', 'a transaction'])('refuses %s whose connection is lost under way, and goes on', async (what) => {
    const url = new URL(await freshDatabase())
    const port = Number(url.port)
    const open: Socket[] = []
    const between = createServer((near) => {
      const far = connect(port, '127.0.0.1')
      near.pipe(far).pipe(near).on('error', () => far.destroy())
      far.on('error', () => near.destroy())
      open.push(near)
    })
    await new Promise<void>((resolve) => { between.listen(0, '127.0.0.1', resolve) })
    url.port = String((between.address() as AddressInfo).port)
    const database = await openDatabase({ url: url.href, dataDir: '', log: silent })
    try {
      const waiting = `select pg_sleep(30) where $1 = 1`
      const asked = what === 'a statement' ? database.query(waiting, [1]) : database.transaction((tx) => tx.query(waiting, [1]))
      const loseUnderWay = async () => {
        await eventually(async () => (await database.query(`select from pg_stat_activity where state = 'active' and query = $1`, [waiting])).length > 0)
        for (const socket of open) socket.resetAndDestroy()
      }
      await Promise.all([expect(asked).rejects.toMatchObject({ code: 'unavailable' }), loseUnderWay()])
      // Another connection of the pool was lost as well, and may be found so only when it is asked.
      await eventually(async () => (await database.query('select 1 as n')).length === 1)
    } finally {
      await database.close()
      for (const socket of open) socket.destroy()
      between.close()
    }
  })
})
