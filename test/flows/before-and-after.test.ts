// Every change that an administrator makes of something says in its event how it was and how it is: all operations are walked
// over, as they stand in the tables of their services, so that a new one cannot be forgotten.
import type { Context } from 'koa'
import { accessRequestOperations } from '../../src/http/aws/access-requests/index.js'
import { identitySourceOperations } from '../../src/http/aws/identity-sources/index.js'
import { directoryOperations } from '../../src/http/aws/identity-store/index.js'
import { accountsOperations } from '../../src/http/aws/organizations/index.js'
import { Permissions, type JsonOperations } from '../../src/http/aws/protocol/index.js'
import { settingsOperations } from '../../src/http/aws/settings/index.js'
import { ssoAdminOperations } from '../../src/http/aws/sso-admin/index.js'
import { trailOperations } from '../../src/http/aws/trail/index.js'
import type { ConsoleSession } from '../../src/domain/sessions/index.js'
import { openAdministration } from '../../src/wiring/administration.js'
import { logoutsOf, sourceSyncsOf } from '../../src/wiring/identity-sources.js'
import { lettersOf } from '../../src/wiring/letters.js'
import { buildRooms } from '../../src/wiring/rooms.js'
import { inPackage } from '../../src/platform/root.js'
import { silent, startApp, type TestApp } from '../support/app.js'
import { management } from '../support/iam.js'
import { idOf } from '../support/sso-admin.js'
import { withoutBefore, writtenSteps, type Made, type Service, type Step } from '../support/written-operations.js'

const nothing = {} as never
const tables: Readonly<Record<Service, JsonOperations>> = {
  ssoAdmin: ssoAdminOperations(nothing), directory: directoryOperations(nothing), accounts: accountsOperations(nothing), requests: accessRequestOperations(nothing), settings: settingsOperations(nothing), trail: trailOperations(nothing), sources: identitySourceOperations(nothing),
}
const services = Object.keys(tables) as Service[]
const writing = (service: Service): string[] => Object.keys(tables[service]).filter((name) => !tables[service][name]!.isReadOnly)
const isChange = ({ service, operation }: Pick<Step, 'service' | 'operation'>): boolean => !Object.hasOwn(withoutBefore[service], operation)

let home: TestApp
beforeAll(async () => { home = await startApp() }, 180_000)
afterAll(() => home?.stop())

const ctx = { secure: false, state: { origin: { requestId: 'r', sourceIPAddress: '127.0.0.1', userAgent: 'test' } }, set() {} } as unknown as Context
const session: ConsoleSession = {
  id: 's', kind: 'root', principal: `root:${management}`, userName: 'root@example.com', accountId: management, accountName: 'Management', label: 'Root user', arn: `arn:aws:iam::${management}:root`,
  via: 'sign-in', startedAt: Date.now(), expiresAt: Date.now() + 3_600_000,
}

/** The operations as pages get them. */
async function pagesOf({ settings, database, store, app }: TestApp) {
  const rooms = await buildRooms({ settings, database, store, log: silent, views: inPackage('views') })
  await rooms.organization.get()
  const letters = lettersOf(rooms, app.oidc, { placeOf: () => undefined } as never)
  const { adminPages, trailPages } = openAdministration(rooms, new Permissions(rooms.acting), letters, { ...(nothing as object), ...logoutsOf(rooms, app.oidc), sourceSyncs: sourceSyncsOf(rooms, letters) } as never)
  return { ...adminPages, trail: trailPages.run }
}

interface Told {
  event: { errorCode?: string; requestParameters: Record<string, unknown>; additionalEventData?: { before?: unknown; after?: unknown } }
}

async function latest(name: string): Promise<Told> {
  const [row] = await home.database.query<Record<string, unknown> & Told>('select event from audit_events where event_name = $1 order by position desc limit 1', [name])
  return row!
}

test('every operation that writes is walked over here, or has a reason not to say how it was', () => {
  const walked = new Set(writtenSteps.map(({ service, operation }) => `${service} ${operation}`))
  const forgotten = services.flatMap((service) => writing(service).filter((operation) => !walked.has(`${service} ${operation}`) && isChange({ service, operation })).map((operation) => `${service} ${operation}`))
  expect(forgotten).toEqual([])
  const gone = services.flatMap((service) => Object.keys(withoutBefore[service]).filter((operation) => !writing(service).includes(operation)))
  expect(gone).toEqual([])
})

test('each says how it was and how it is', async () => {
  const pages = await pagesOf(home)
  const made: Made = { jane: await idOf(home, 'users', 'jane'), developers: await idOf(home, 'groups', 'Developers'), phone: 'phone-1' }
  const silentOnes: string[] = []
  const seen = new Set<string>()
  for (const step of writtenSteps) {
    const { service, operation, input, keep } = step
    if (operation === 'DeleteMfaDevice') await addPhones(made.walker!)
    const answer = await pages[service](ctx, session, operation, input(made)).catch((error: Error) => { throw new Error(`${operation}: ${error.message}`, { cause: error }) })
    if (keep) Object.assign(made, keep(answer))
    if (!isChange(step)) continue
    const { event: { errorCode, additionalEventData = {} } } = await latest(operation)
    // The first of two may put something where nothing was.
    const isFirst = operation.startsWith('Put') && !seen.has(operation)
    seen.add(operation)
    const { before, after } = additionalEventData
    const isTold = errorCode === undefined && after !== undefined && (isFirst ? before !== undefined : typeof before === 'object' && before !== null && Object.keys(before).length > 0)
    if (!isTold) silentOnes.push(`${operation}: ${JSON.stringify({ errorCode, before, after })}`)
  }
  expect(silentOnes).toEqual([])
})

test('what goes with a group that is deleted stands in the event', async () => {
  expect((await latest('DeleteGroup')).event.additionalEventData).toMatchObject({ before: { displayName: 'Walkers', description: 'Who walk', users: ['walker'], groups: [], memberCount: 1, assignments: [], applications: [] }, after: null })
})

test('people who are imported have events that say how they were and are', async () => {
  const [row] = await home.database.query<Record<string, unknown> & Told>(`select event from audit_events where event_name = 'UpdateUser' and event #>> '{additionalEventData,import}' = 'true'`)
  expect(row!.event.additionalEventData).toMatchObject({ before: { displayName: 'Walker' }, after: { displayName: 'Walked' } })
})

async function addPhones(userId: string): Promise<void> {
  for (const name of ['phone-1', 'phone-2']) {
    await home.database.query(`insert into authenticator_apps (id, principal, name, secret, last_step, created_at) values ($1, $2, $1, '\\x00', 0, now())`, [name, `user:${userId}`])
  }
}
