// Starts the whole app with a small organization, in one line: on PostgreSQL where it is installed, else on the embedded database.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { buildApp, type App } from '../../src/app.js'
import { sourceSealer } from '../../src/domain/identity-sources/index.js'
import { applyOrganization, readOrganizationFile, readSnapshot } from '../../src/domain/organization/index.js'
import type { Log } from '../../src/platform/log.js'
import { readSettings, type Settings } from '../../src/platform/config.js'
import { openDatabase, type Database } from '../../src/platform/storage/database.js'
import { RedisEphemeralStore } from '../../src/platform/storage/ephemeral-redis.js'
import { TableEphemeralStore } from '../../src/platform/storage/ephemeral-table.js'
import { openRedis } from '../../src/platform/storage/redis.js'
import type { EphemeralStore } from '../../src/platform/storage/ephemeral.js'
import { ownDatabase } from './postgres.js'
import { silent } from './silent.js'


export { silent } from './silent.js'

export const password = 'Correct-horse-7'

export const organizationFile = `
organization: { name: Test Corp, directoryId: d-0123456789, startUrlAliases: [https://d-0123456789.awsapps.com/start] }
accounts:
  - { id: "111122223333", name: Management, email: root@example.com, management: true, alias: test-mgmt }
  - { id: "444455556666", name: Production, email: prod@example.com }
users:
  - { userName: jane, displayName: Jane Doe, name: { givenName: Jane, familyName: Doe }, emails: [{ value: jane@example.com, primary: true }], password: ${password} }
  - { userName: nora, displayName: Nora New, emails: [{ value: nora@example.com }], oneTimePassword: Only-once-42 }
  - { userName: gone, displayName: Gone Person, emails: [{ value: gone@example.com }], active: false, password: ${password} }
  - { userName: sam, displayName: Sam Plain, emails: [{ value: sam@example.com }], password: ${password} }
groups:
  - { displayName: Developers, members: [jane] }
permissionSets:
  - { name: AdministratorAccess, sessionDuration: 1h, managedPolicies: [arn:aws:iam::aws:policy/AdministratorAccess] }
  - { name: ReadOnly, description: Looks only, sessionDuration: 12h, managedPolicies: [arn:aws:iam::aws:policy/ReadOnlyAccess] }
assignments:
  - { account: "111122223333", permissionSet: AdministratorAccess, user: jane }
  - { account: "444455556666", permissionSet: ReadOnly, group: Developers }
  - { account: "111122223333", permissionSet: ReadOnly, group: Developers }
applications:
  - name: Wiki
    startUrl: https://wiki.example.com/
    oidc:
      client_id: wiki
      redirect_uris: [http://127.0.0.1/callback, https://wiki.example.com/callback]
      application_type: native
      token_endpoint_auth_method: none
      grant_types: [authorization_code, refresh_token]
      scope: openid profile email offline_access
      post_logout_redirect_uris: [https://wiki.example.com/bye]
    assignedTo: [{ user: jane }]
  - name: Robot
    oidc:
      client_id: robot
      client_secret: "0123456789-0123456789-0123456789-0123456789"
      redirect_uris: []
      response_types: []
      grant_types: [client_credentials]
`

export interface TestApp {
  /** Where it listens, and its public address unless `env` says another. */
  origin: string
  app: App
  database: Database
  store: EphemeralStore
  settings: Settings
  stop(): Promise<void>
}

interface TestOptions {
  organization?: string | undefined
  env?: Record<string, string>
  clock?: () => number
  log?: Log
}

/** What was made before the tests began (prepare.ts). */
const inRun = (name: string): string => join(process.env.GATEHOUSE_TEST_RUN!, name)

/** A prepared, migrated and empty embedded database, made once and copied for each app, because making one takes seconds. */
export async function dataFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-'))
  cpSync(join(inRun('template'), 'database'), join(folder, 'database'), { recursive: true })
  return folder
}

/**
 * Starts an app on a free port. Without `organization` it gets the one above; `''` leaves the store empty. With
 * `DATABASE_URL` or `REDIS_URL` in `env` it runs on those, and several apps may share them (and `MASTER_KEY`).
 */
export async function startApp({ organization = organizationFile, env = {}, clock, log = silent }: TestOptions = {}): Promise<TestApp> {
  const own = env.DATABASE_URL ? undefined : await ownDatabase()
  const url = env.DATABASE_URL ?? own?.url
  const dataDir = url ? mkdtempSync(join(tmpdir(), 'gatehouse-test-')) : await dataFolder()
  const { server, port } = await listen()
  const origin = `http://localhost:${port}`
  const read = readSettings({ DATA_DIR: dataDir, PUBLIC_URL: origin, PORT: String(port), MASTER_KEY: randomBytes(32).toString('hex'), LOG_LEVEL: 'silent', ALLOWED_HOSTS: `localhost:${port}`, ...(url && { DATABASE_URL: url }), ...env })
  // A hash is made and verified in a millisecond; what one costs is a setting with a test of its own.
  const settings = env.BCRYPT_COST ? read : { ...read, config: { ...read.config, bcryptCost: 4 } }
  const database = await openDatabase({ url: settings.secrets.databaseUrl, dataDir, log: silent })
  const { redisUrl } = settings.secrets
  const store = redisUrl
    ? new RedisEphemeralStore(await openRedis(redisUrl, silent), clock ?? Date.now)
    : new TableEphemeralStore(database, { clock: clock ?? Date.now, log: silent, ...(database.kind === 'embedded' && { cache: 1000 }) })
  const app = await buildApp({ settings, database, store, log, views: inRun('views.js'), ...(clock && { clock }) })
  if (organization) await applyText(organization, { database, app, settings })
  server.on('request', (request, response) => void app.handle(request, response))
  return {
    origin, app, database, store, settings,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => { server.close(resolve) })
      await app.close()
      await store.close()
      await database.close()
      await own?.remove()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

export async function applyText(text: string, { database, app, settings }: Pick<TestApp, 'database' | 'app' | 'settings'>): Promise<void> {
  const known = await readSnapshot(database, app.hashes)
  const { declaration, faults } = readOrganizationFile(text, { env: {}, readFile: () => '', known })
  if (!declaration) throw new Error(JSON.stringify(faults))
  await applyOrganization(database, declaration, { by: 'test', hashes: app.hashes, sealer: sourceSealer(settings.secrets.masterKey), clock: Date.now, region: 'us-east-1', mail: app.mail })
}

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer()
  await new Promise<void>((resolve) => { server.listen(0, 'localhost', resolve) })
  return { server, port: (server.address() as { port: number }).port }
}
