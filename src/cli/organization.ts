// `gatehouse apply` and `gatehouse export`: the organization file against the stores, without serving.
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { HashQueue, PasswordHashes } from '../domain/authentication/index.js'
import { applyOrganization, exportOrganization, foreseePlan, jsonPlan, planChanges, printForeseen, printPlan, readSnapshot, type ApplyOptions, type Change, type Stored } from '../domain/organization/index.js'
import { sourceSealer } from '../domain/identity-sources/index.js'
import { systemClock, type Clock } from '../platform/clock.js'
import { readSettings, SettingsFault } from '../platform/config.js'
import { Refusal } from '../platform/errors.js'
import { openLog } from '../platform/log.js'
import { mailQueue, type MailQueue } from '../platform/mail/index.js'
import { openDatabase, type Database } from '../platform/storage/database.js'
import { readFile } from './apply-file.js'
import { textOf } from './text-of.js'

/** Where a command reads and writes, handed in so that tests have their own. */
export interface OrganizationIo {
  env: Record<string, string | undefined>
  /** Writes what the command is asked for. */
  out(text: string): void
  /** Writes a line for the person in front of it. */
  say(line: string): void
}

/** What applying and exporting work on. */
export interface OrganizationStores {
  database: Database
  hashes: PasswordHashes
  /** Seals what is secret of identity sources. */
  sealer: NonNullable<ApplyOptions['sealer']>
  clock: Clock
  region: string
  /** Takes mail that a running server sends. */
  mail: MailQueue
  close(): Promise<void>
}

type Open = () => Promise<OrganizationStores>

const applyUsage = 'Usage: gatehouse apply [--plan] [--prune] [--yes] [--json] FILE'
const exportUsage = 'Usage: gatehouse export'

class Misuse extends Error {}

const applyOptions = { plan: { type: 'boolean', default: false }, prune: { type: 'boolean', default: false }, yes: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } as const

/** Makes the organization as a file says, and tells who gains and who loses by it; with --plan only says what would change. Returns 0, 1 where it cannot, 2 where it is misused. */
export const apply = (argv: string[], io: OrganizationIo, open: Open): Promise<number> =>
  inSentences(io, applyUsage, async () => {
    const { values, positionals } = parseArgs({ args: argv, options: applyOptions, allowPositionals: true })
    const [name, ...others] = positionals
    if (name === undefined || others.length > 0) throw new Misuse('Name one organization file.')
    const file = { text: textOf(name), name, folder: dirname(resolve(name)), env: io.env, prune: values.prune }
    return withStores(open, async (stores) => {
      const { declaration, current } = await readFile({ ...file, ...stores })
      const planned = await planChanges(declaration, current.snapshot, values)
      const print = await printerOf(planned, current, { ...stores, isJson: values.json })
      const deletions = planned.filter(({ action }) => action === 'delete').length
      if (values.plan || planned.length === 0 || (deletions > 0 && !values.yes)) {
        io.out(print(planned, false))
        if (values.plan || planned.length === 0) return 0
        io.say(`Nothing was changed. This deletes ${deletions === 1 ? 'one thing' : `${deletions} things`}: add --yes to do it.`)
        return 1
      }
      io.out(print(await applyOrganization(stores.database, declaration, { ...stores, prune: values.prune, by: 'gatehouse apply' }), true))
      return 0
    })
  })

/** How many people are named: a person reads the first, a machine gets more. */
const namesRead = 20
const namesForMachines = 1000

/** Looks ahead while nothing has happened yet, and prints changes with it. */
async function printerOf(planned: readonly Change[], { known }: Stored, { database, clock, isJson }: OrganizationStores & { isJson: boolean }): Promise<(changes: readonly Change[], applied: boolean) => string> {
  const foreseen = await foreseePlan(database, planned, known, { clock, names: isJson ? namesForMachines : namesRead })
  return (changes, applied) => (isJson ? jsonPlan(changes, foreseen, applied) : `${printPlan(changes)}${printForeseen(foreseen)}`)
}

/** Prints the file that would rebuild the organization. */
export const exportFile = (argv: string[], io: OrganizationIo, open: Open): Promise<number> =>
  inSentences(io, exportUsage, async () => {
    parseArgs({ args: argv, options: {} })
    return withStores(open, async ({ database, hashes }) => {
      const snapshot = await readSnapshot(database, hashes)
      if (snapshot.organization.directoryId === undefined) throw new Refusal('not-found', 'There is no organization yet.')
      io.out(exportOrganization(snapshot))
      return 0
    })
  })

async function withStores(open: Open, work: (stores: OrganizationStores) => Promise<number>): Promise<number> {
  const stores = await open()
  try {
    return await work(stores)
  } finally {
    await stores.close()
  }
}

async function inSentences(io: OrganizationIo, usage: string, work: () => Promise<number>): Promise<number> {
  try {
    return await work()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const isMisuse = error instanceof Misuse || String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS')
    io.say(isMisuse ? `${message}\n\n${usage}` : message.trimEnd())
    return isMisuse || error instanceof SettingsFault ? 2 : 1
  }
}

/** Opens the database that the environment names. */
export async function openOrganizationStores(env: Record<string, string | undefined>): Promise<OrganizationStores> {
  const { config, secrets } = readSettings(env)
  const database = await openDatabase({ url: secrets.databaseUrl, dataDir: config.dataDir, poolSize: config.databasePool, log: openLog(config.logLevel) })
  const hashes = new PasswordHashes({ master: secrets.masterKey, queue: new HashQueue({ concurrency: config.hashConcurrency }), cost: config.bcryptCost })
  const mail = mailQueue({ sql: database, master: secrets.masterKey, clock: systemClock })
  return { database, hashes, sealer: sourceSealer(secrets.masterKey), clock: systemClock, region: config.region, mail, close: () => database.close() }
}
