// Somebody who is linked to two directories: disabled when neither has them any more, also where both lose them at the same moment.
import { randomBytes } from 'node:crypto'
import { Groups, Users } from '../../../src/domain/directory/index.js'
import { ExternalSteps, type LdapPerson } from '../../../src/domain/federation/index.js'
import { IdentitySources, Links, SourceSyncs, type DirectorySource, type NewIdentitySource, type Provisioning, type SourceSyncsOptions } from '../../../src/domain/identity-sources/index.js'
import { MasterKey, Sealer } from '../../../src/platform/keys/index.js'
import type { Database, Executor } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'
import { needs } from '../../support/needs.js'
import { eventually } from '../../support/servers.js'

const day = 24 * 3_600_000
let database: Database
let sources: IdentitySources
let now: number
let old: DirectorySource
let fresh: DirectorySource
/** Whom each directory lists, by its base; a name with a minus is disabled there. */
const lists = new Map<string, string[]>()
/** The groups that each directory says everybody is in. */
const groups = new Map<string, string[]>()
const administrators = new Set<string>()
const events: { eventName: string; requestParameters?: { userName?: string }; userIdentity?: { userName?: string } }[] = []
const many = Array.from({ length: 30 }, (_, at) => `p${String(at).padStart(2, '0')}`)
const without = (...names: string[]): string[] => many.filter((name) => !names.includes(name))
const named = (...names: string[]) => ({ count: names.length, names })

async function* people({ baseDn }: { baseDn: string }): AsyncGenerator<LdapPerson> {
  for (const listed of lists.get(baseDn) ?? new ExternalSteps().fail({ name: 'connection', reason: 'unreachable', says: 'Nothing answered.', advice: 'Look at it.' })) {
    const uid = listed.replace('-', '')
    yield { identity: { subject: `id-${uid}`, claims: new Map([['uid', [uid]], ['groups', groups.get(baseDn) ?? []]]), authenticatedAt: undefined, amr: [], acr: undefined, session: undefined }, active: uid === listed }
  }
}

const make = (on: Pick<Database, 'query' | 'transaction'> = database): SourceSyncs => new SourceSyncs({
  database: on, sources, clock: () => now, directory: { list: people as never }, log: { warn: () => undefined } as never,
  trail: { within: () => ({ record: async (event: never) => void events.push(event) }) } as never,
  isAdministrator: async (_tx, id) => administrators.has(id), isAdministering: async () => false, isProved: async () => false, prove: async () => undefined, leaving: async (_tx, _groups, _user, leave) => leave(),
  disabling: async () => undefined, endEverything: async () => undefined,
} satisfies SourceSyncsOptions)

beforeAll(async () => {
  database = await openEmpty()
  sources = new IdentitySources(database, new Sealer(new MasterKey(randomBytes(32)), 'identity sources'))
})
afterAll(() => database.close())
beforeEach(async () => {
  for (const table of ['identity_sources', 'users', 'groups']) await database.query(`delete from ${table}`)
  for (const all of [lists, groups, administrators]) all.clear()
  now = Date.now()
  ;[old, fresh] = [await source('old'), await source('new', { match: 'userName' })]
  await sync(old, many)
  await sync(fresh, many)
  events.length = 0
})

async function source(name: string, provisioning: Partial<Provisioning> = {}): Promise<DirectorySource> {
  const id = await sources.create({
    name, kind: 'ldap', enabled: true, button: false, domains: [], secondStep: 'ours', mapping: {}, provisioning: { create: true, update: true, match: 'none', administrators: false, groups: 'none', ...provisioning },
    connection: { urls: ['ldaps://directory.example.com'], startTls: false, bindDn: 'cn=us', baseDn: name, userFilter: '(uid={name})', subject: 'entryUUID' },
  } satisfies NewIdentitySource)
  return await sources.get(id) as DirectorySource
}

/** Does one, and tells how it went. */
async function sync(by: DirectorySource, listed: string[] | undefined, { on, force = false }: { on?: Pick<Database, 'query' | 'transaction'>; force?: boolean } = {}) {
  if (listed) lists.set(by.connection.baseDn, listed)
  else lists.delete(by.connection.baseDn)
  const syncs = make(on)
  await syncs.begin(by, { force, by: 'jane' })
  await syncs.stop()
  return (await syncs.find(by.id)).last!
}
const plan = (by: DirectorySource, listed: string[]) => {
  lists.set(by.connection.baseDn, listed)
  return make().plan(by)
}
const numbers = (more: object) => ({ outcome: 'done', numbers: expect.objectContaining({ changed: 0, disabled: 0, enabled: 0, kept: 0, ...more }) })
const disabledHere = async (): Promise<string[]> => (await new Users(database).list()).filter(({ active }) => !active).map(({ userName }) => userName).toSorted()
const idOf = async (userName: string): Promise<string> => (await new Users(database).findByUserName(userName))!.id
/** A database on which something happens within the transaction of that number, before or after what it does. */
function interrupted(at: number, happens: { before?: () => Promise<unknown>; after?: () => Promise<unknown> }): Pick<Database, 'query' | 'transaction'> {
  let transactions = 0
  return {
    query: database.query,
    transaction: async (work) => {
      transactions += 1
      const isIt = transactions === at
      if (isIt) await happens.before?.()
      return database.transaction(async (tx) => {
        const done = await work(tx)
        if (isIt) await happens.after?.()
        return done
      })
    },
  }
}

test('who is gone from one is kept while the other has them, and disabled when that loses them, too', async () => {
  expect(await plan(old, ['-p00', ...without('p00', 'p01')])).toMatchObject({ disabled: named(), kept: named('p00', 'p01'), stops: false })
  expect(await sync(old, ['-p00', ...without('p00', 'p01')])).toMatchObject(numbers({ kept: 2 }))
  expect(await sync(old, without('p00', 'p01'))).toMatchObject(numbers({ kept: 2 }))
  expect([await disabledHere(), events.filter(({ eventName }) => eventName !== 'CompleteSourceSync')]).toEqual([[], []])
  expect(await plan(fresh, without('p01', 'p02'))).toMatchObject({ disabled: named('p01'), kept: named('p02') })
  expect(await sync(fresh, without('p01', 'p02'))).toMatchObject(numbers({ disabled: 1, kept: 1 }))
  expect(await disabledHere()).toEqual(['p01'])
  expect(await sync(old, without('p00', 'p01'))).toMatchObject(numbers({ kept: 1 }))
})

test('who is back in either is enabled, unless somebody here had a say since', async () => {
  await sync(old, without('p00', 'p01', 'p02'))
  await sync(fresh, without('p00', 'p01', 'p02'))
  for (const active of [true, false]) await new Users(database).setActive([await idOf('p02')], active, 'an administrator')
  expect(await plan(old, without('p01'))).toMatchObject({ enabled: named('p00') })
  expect(await sync(old, without('p01'))).toMatchObject(numbers({ enabled: 1 }))
  expect(await sync(fresh, without('p00'))).toMatchObject(numbers({ enabled: 1, kept: 1 }))
  expect(await disabledHere()).toEqual(['p02'])
  expect(await sync(old, without('p00', 'p01'))).toMatchObject(numbers({ disabled: 1, kept: 1 }))
  expect(await disabledHere()).toEqual(['p00', 'p02'])
})

test('the groups that a directory put them into end with its word for them, and another has a say of its own', async () => {
  const [Readers] = await new Groups(database).create([{ displayName: 'Readers', description: undefined }])
  const [before, after] = [await source('before', { match: 'userName', groups: 'same-name' }), await source('after', { match: 'userName', groups: 'same-name' })]
  groups.set('before', ['Readers'])
  await sync(before, many)
  await sync(after, many)
  await database.query(`update identity_sources set enabled = false where name in ('old', 'new')`)
  const readers = async (name: string): Promise<string[]> => (await database.query<{ by: string }>(
    'select coalesce(s.name, $3) as by from group_members m left join identity_link_groups l on l.group_id = m.group_id and l.user_id = m.user_id left join identity_sources s on s.id = l.source_id where m.group_id = $1 and m.user_id = $2', [Readers, await idOf(name), 'hand'])).map(({ by }) => by)
  expect(await readers('p00')).toEqual(['before'])
  for (const again of [1, 2]) expect([again, await sync(before, without('p00'))]).toMatchObject([again, numbers({ kept: 1 })])
  expect([await readers('p00'), await readers('p01'), await disabledHere()]).toEqual([[], ['before'], []])
  // One who is disabled, and comes back by the other one alone, which names the group or does not.
  await sync(after, without('p01', 'p02'))
  expect(await sync(before, without('p00', 'p01', 'p02'))).toMatchObject(numbers({ disabled: 2, kept: 1 }))
  expect(await sync(after, without('p02'))).toMatchObject(numbers({ enabled: 1 }))
  expect(await readers('p01')).toEqual([])
  groups.set('after', ['Readers'])
  expect(await sync(after, many)).toMatchObject({ numbers: expect.objectContaining({ enabled: 1 }) })
  expect([await readers('p00'), await readers('p01'), await readers('p02'), await readers('p03')]).toEqual([['after'], ['after'], ['after'], ['before']])
})

test('whoever comes by a directory is there, whatever its last synchronisation found; and who is disabled is so for all of them', async () => {
  const id = await idOf('p00')
  await sync(old, without('p00'))
  await new Links(database, () => now).use({ sourceId: old.id, subject: 'id-p00' })
  expect(await sync(fresh, without('p00'))).toMatchObject(numbers({ kept: 1 }))
  expect(await sync(old, without('p00'))).toMatchObject(numbers({ disabled: 1 }))
  expect([await disabledHere(), await new Links(database, () => now).takeDisabled([id])]).toEqual([['p00'], [id]])
  await sync(fresh, many)
  await sync(old, without('p01'))
  await sync(fresh, without('p01'))
  await sources.remove(fresh.id)
  expect(await sync(old, many)).toMatchObject(numbers({ enabled: 1 }))
})

describe('another directory keeps nobody', () => {
  const disables = async (by: DirectorySource): Promise<void> => {
    expect(await plan(by, without('p00'))).toMatchObject({ disabled: named('p00'), kept: named() })
    expect(await sync(by, without('p00'))).toMatchObject(numbers({ disabled: 1 }))
    expect(await disabledHere()).toEqual(['p00'])
  }

  test('that is switched off, from the next synchronisation on', async () => {
    await sync(old, without('p00'))
    await database.query('update identity_sources set enabled = false where id = $1', [fresh.id])
    expect(await disabledHere()).toEqual([])
    await disables(old)
  })

  test('that was deleted', async () => {
    await sync(old, without('p00'))
    await sources.remove(fresh.id)
    await disables(old)
  })

  test('that was never synchronised', async () => {
    await sources.remove(fresh.id)
    const third = await source('third')
    await new Links(database, () => now).create({ sourceId: third.id, subject: 'id-p00', userId: await idOf('p00'), by: 'hand' })
    await disables(old)
  })

  test('that could not be synchronised for two weeks', async () => {
    now += 13 * day
    expect(await sync(fresh, undefined)).toMatchObject({ outcome: 'failed' })
    expect(await sync(old, without('p00'))).toMatchObject(numbers({ kept: 1 }))
    now += 2 * day
    expect(await disabledHere()).toEqual([])
    await disables(old)
    expect(await sync(fresh, many)).toMatchObject(numbers({ enabled: 1 }))
  })
})

test('administrators whom a directory may not disable are not kept by it', async () => {
  const [third] = [await source('third', { administrators: true })]
  administrators.add(await idOf('p00'))
  await new Links(database, () => now).create({ sourceId: third.id, subject: 'id-p00', userId: await idOf('p00'), by: 'hand' })
  await sync(third, ['p00', 'x'])
  for (const one of [old, fresh]) expect(await sync(one, without('p00'))).toMatchObject(numbers({ kept: 1 }))
  expect(await sync(third, ['x'])).toMatchObject(numbers({ disabled: 1 }))
  expect(await disabledHere()).toEqual(['p00'])
})

test('more than a tenth counts those who would be disabled', async () => {
  expect(await plan(old, many.slice(10))).toMatchObject({ disabled: named(), kept: { count: 10 }, stops: false })
  await sync(old, many.slice(10))
  expect(await plan(fresh, many.slice(3))).toMatchObject({ disabled: { count: 3 }, stops: false })
  expect(await sync(fresh, many.slice(4))).toMatchObject({ outcome: 'stopped', says: expect.stringContaining('4 of 30 people') })
  expect(await sync(old, many.slice(3))).toMatchObject(numbers({ kept: 3 }))
  expect(await sync(fresh, many.slice(4), { force: true })).toMatchObject(numbers({ disabled: 3, kept: 1 }))
})

test('who is found again by the other after it was decided is not disabled', async () => {
  await sync(old, without('p00'))
  const on = interrupted(2, { before: () => sync(old, many) })
  expect(await sync(fresh, without('p00', 'p01'), { on })).toMatchObject(numbers({ kept: 2 }))
  expect(await disabledHere()).toEqual([])
})

needs('postgres').describe('on PostgreSQL', () => {
  test('who is lost by both at the same moment is disabled', async () => {
    let second: ReturnType<typeof sync> | undefined
    // The other one comes while the first has written and not committed: it has to wait for it, or sees nothing of it.
    const on = interrupted(2, {
      after: async () => {
        let isOver = false
        second = sync(fresh, without('p00')).finally(() => { isOver = true })
        await eventually(async () => isOver || (await database.query(`select from pg_locks where not granted and pid in (select pid from pg_stat_activity where datname = current_database())`)).length > 0)
      },
    })
    expect(await sync(old, without('p00'), { on })).toMatchObject(numbers({ kept: 1 }))
    expect(await second).toMatchObject(numbers({ disabled: 1 }))
    expect(await disabledHere()).toEqual(['p00'])
  })
})

test('many people take few statements', async () => {
  const everybody = Array.from({ length: 800 }, (_, at) => `u${at}`)
  for (const one of [old, fresh]) await sync(one, [...many, ...everybody])
  let statements = 0
  const counting = (sql: Executor['query']): Executor['query'] => (...asked) => {
    statements += 1
    return sql(...asked)
  }
  const on: Pick<Database, 'query' | 'transaction'> = { query: database.query, transaction: (work) => database.transaction((tx) => work({ ...tx, query: counting(tx.query) } as typeof tx)) }
  expect(await sync(old, many, { on })).toMatchObject(numbers({ kept: 800 }))
  expect(statements).toBeLessThan(40)
  statements = 0
  expect(await sync(fresh, many, { on, force: true })).toMatchObject(numbers({ disabled: 800 }))
  expect(statements).toBeLessThan(60)
})
