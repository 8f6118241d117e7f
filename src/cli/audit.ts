// `gatehouse audit`: proves the trail, exports it, and prints the keys that its checkpoints are signed with.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { CheckpointKeys, Checkpoints, exportEvents, Verifications, verifyChain, type KeptPlace, type Verified } from '../platform/audit/index.js'
import { systemClock } from '../platform/clock.js'
import { readSettings } from '../platform/config.js'
import { Refusal } from '../platform/errors.js'
import { Sealer } from '../platform/keys/index.js'
import { openLog } from '../platform/log.js'
import { openDatabase, type Database } from '../platform/storage/database.js'
import { exitCodeOf, sentenceOf } from './sentence.js'

export interface AuditIo {
  /** Writes what the command is asked for, and waits until it is taken. */
  out(text: string): Promise<void> | void
  /** Writes a line for the person in front of it. */
  say(line: string): void
}

export interface AuditStores {
  database: Database
  keys: CheckpointKeys
  checkpoints: Checkpoints
  close(): Promise<void>
}

type Open = () => Promise<AuditStores>

const usage = `Usage: gatehouse audit verify [--since TIME] [--checkpoint FILE]
       gatehouse audit export [--format ndjson|csv] [--since TIME] [--until TIME] [--user ID] [--account ID] [--event NAME] [--source NAME]
       gatehouse audit keys

TIME is a date, a date with a time, or an age such as 24h or 7d.`

class Misuse extends Error {}

const options = {
  since: { type: 'string' }, until: { type: 'string' }, checkpoint: { type: 'string' }, format: { type: 'string', default: 'ndjson' },
  user: { type: 'string' }, account: { type: 'string' }, event: { type: 'string' }, source: { type: 'string' },
} as const

/** Runs a subcommand. Returns 0, 1 where the trail is not as it was written or cannot be read, 2 where it is misused. */
export async function audit(argv: string[], io: AuditIo, open: Open): Promise<number> {
  try {
    const { values, positionals: [name, ...others] } = parseArgs({ args: argv, options, allowPositionals: true })
    const commands = { verify, export: exportLines, keys: printKeys }
    if (others.length > 0 || !Object.hasOwn(commands, name ?? '')) throw new Misuse(name === undefined ? 'Say what to do.' : `There is no "gatehouse audit ${[name, ...others].join(' ')}".`)
    return await commands[name as keyof typeof commands](values, io, open)
  } catch (error) {
    io.say(error instanceof Misuse ? `${error.message}\n\n${usage}` : sentenceOf(error, usage))
    return error instanceof Misuse ? 2 : exitCodeOf(error)
  }
}

type Values = { [Name in keyof typeof options]?: string | undefined }

async function verify({ since, checkpoint }: Values, io: AuditIo, open: Open): Promise<number> {
  const from = timeOf('--since', since)
  return withStores(open, async ({ database, checkpoints }) => {
    const kept = checkpoint === undefined ? undefined : await readKept(checkpoint, checkpoints)
    const verified = await verifyChain({ sql: database, checkpoints, since: from, kept })
    // Whoever may only read the database may verify all the same.
    if (!from) await new Verifications({ sql: database, checkpoints, clock: systemClock }).remember(verified).catch(() => undefined)
    await io.out(`${reportOf(verified, kept)}\n`)
    return verified.fault ? 1 : 0
  })
}

function reportOf({ fault, count, unchained, first, last, checkpoints }: Verified, kept: KeptPlace | undefined): string {
  if (fault) return `Position ${fault.position}${fault.eventId ? `, event ${fault.eventId}` : ''}: ${fault.kind}: ${fault.sentence}.`
  const lines = count === 0 ? ['There are no events to verify.'] : [`${count} ${count === 1 ? 'event' : 'events'}, positions ${first} to ${last}: all are as they were written, and agree with ${checkpoints} signed ${checkpoints === 1 ? 'checkpoint' : 'checkpoints'}.`]
  if (unchained > 0) lines.push(`${unchained} older ${unchained === 1 ? 'event is' : 'events are'} from before events were chained, and cannot be verified.`)
  if (kept && kept.position < (first ?? 0)) lines.push(`The checkpoint that was kept is of position ${kept.position}, before what was verified, and was not compared.`)
  return lines.join('\n')
}

/** Reads the furthest checkpoint that a file holds: one by itself, or a file that events were streamed to. */
async function readKept(file: string, checkpoints: Checkpoints): Promise<KeptPlace> {
  let furthest: KeptPlace | undefined
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      for (const [jws] of line.matchAll(/eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g)) {
        const proved = await checkpoints.prove(jws)
        if (proved?.kind === 'head' && proved.position > (furthest?.position ?? 0)) furthest = proved
      }
    }
  } catch (cause) {
    if ((cause as { syscall?: unknown }).syscall !== undefined) throw new Refusal('not-found', `${file} cannot be read.`, { cause })
    throw cause
  }
  if (!furthest) throw new Refusal('invalid-input', `${file} has no checkpoint that this installation has signed.`)
  return furthest
}

async function exportLines({ format, since, until, user, account, event, source }: Values, io: AuditIo, open: Open): Promise<number> {
  if (format !== 'ndjson' && format !== 'csv') throw new Misuse(`--format is "${format}", and must be ndjson or csv.`)
  const query = { since: timeOf('--since', since), until: timeOf('--until', until), userId: user, accountId: account, eventName: event, eventSource: source }
  return withStores(open, async ({ database }) => {
    for await (const text of exportEvents(database, format, query)) await io.out(text)
    return 0
  })
}

const printKeys = (_: Values, io: AuditIo, open: Open): Promise<number> => withStores(open, async ({ keys }) => {
  await io.out(`${JSON.stringify(await keys.listPublic(), null, 2)}\n`)
  return 0
})

const units = { h: 3_600_000, d: 86_400_000 }

function timeOf(option: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const [, amount, unit] = /^(\d{1,6})([hd])$/.exec(text) ?? []
  const time = unit ? new Date(systemClock() - Number(amount) * units[unit as keyof typeof units]) : new Date(/^\d{4}-/.test(text) ? text : '')
  if (Number.isNaN(time.getTime())) throw new Misuse(`${option} is "${text}", and must be a date such as 2026-01-31 or 2026-01-31T08:00:00Z, or an age such as 24h.`)
  return time
}

async function withStores(open: Open, work: (stores: AuditStores) => Promise<number>): Promise<number> {
  const stores = await open()
  try {
    return await work(stores)
  } finally {
    await stores.close()
  }
}

/** Opens the database that the environment names. */
export async function openAuditStores(env: Record<string, string | undefined>): Promise<AuditStores> {
  const { config, secrets } = readSettings(env)
  const database = await openDatabase({ url: secrets.databaseUrl, dataDir: config.dataDir, poolSize: config.databasePool, log: openLog(config.logLevel) })
  const keys = new CheckpointKeys({ sql: database, sealer: new Sealer(secrets.masterKey, 'audit keys'), clock: systemClock })
  return { database, keys, checkpoints: new Checkpoints({ sql: database, keys, clock: systemClock }), close: () => database.close() }
}
