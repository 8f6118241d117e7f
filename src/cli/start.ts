// `gatehouse start`: serves until it is told to stop. With --demo an empty store gets the demo organization
// and the demo application runs beside; with --organization a file is applied first.
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { App } from '../app.js'
import { demoEnvironment, type DemoPerson } from '../demo/people.js'
import { sourceSealer } from '../domain/identity-sources/index.js'
import { systemClock } from '../platform/clock.js'
import { readSettings, type Settings } from '../platform/config.js'
import { openLog } from '../platform/log.js'
import { inPackage } from '../platform/root.js'
import { openStores, serve, type Running, type Stores } from '../main.js'
import { exitCodeOf, sentenceOf } from './sentence.js'
import { textOf } from './text-of.js'
import { welcome } from './welcome.js'

const usage = 'Usage: gatehouse start [--demo] [--organization FILE]'

interface StartOptions {
  demo: boolean
  organization?: string | undefined
}

export async function start(argv: string[]): Promise<number> {
  try {
    const { values } = parseArgs({ args: argv, options: { demo: { type: 'boolean', default: false }, organization: { type: 'string' } } })
    return await run(readSettings(process.env), values)
  } catch (error) {
    console.error(sentenceOf(error, usage))
    return exitCodeOf(error)
  }
}

async function run(settings: Settings, options: StartOptions): Promise<number> {
  // A file that is not there is said before anything is opened.
  if (options.organization !== undefined) textOf(options.organization)
  const log = openLog(settings.config.logLevel)
  const stores = await openStores(settings, log)
  const demo = { port: settings.config.port + 1, url: `http://localhost:${settings.config.port + 1}` }
  let running: Running | undefined
  let stopDemo: (() => Promise<void>) | undefined
  let people: DemoPerson[] = []
  try {
    // Both ports before anything is written: the passwords of the demo people must not be made and then lost.
    if (options.demo) stopDemo = await (await import('../demo/index.js')).startDemoApplication({ publicUrl: settings.config.publicUrl, port: demo.port, log })
    running = await serve(settings, stores, log, async (app) => { people = await prepare(app, stores, settings, { ...options, demoUrl: demo.url }) })
  } catch (error) {
    await stopDemo?.()
    await stores.close()
    throw error
  }
  const told = untilToldToStop()
  console.log(await welcome({ running, settings, demo: options.demo, people, demoUrl: options.demo ? demo.url : undefined }))
  await told
  await stopDemo?.()
  await running.stop()
  return 0
}

/** Applies what the store should begin with; returns the people whose passwords were made just now. */
async function prepare(app: App, stores: Stores, settings: Settings, { demo, organization, demoUrl }: StartOptions & { demoUrl: string }): Promise<DemoPerson[]> {
  if (organization === undefined && (!demo || !await app.setUp.isDue())) return []
  const options = { database: stores.database, hashes: app.hashes, sealer: sourceSealer(settings.secrets.masterKey), clock: systemClock, region: settings.config.region, mail: app.mail }
  // Reading an organization file takes libraries that serving does without.
  const { applyFile } = await import('./apply-file.js')
  if (organization !== undefined) {
    await applyFile({ ...options, text: textOf(organization), name: organization, folder: dirname(resolve(organization)), env: process.env, by: 'gatehouse start --organization' })
    // People may have gone; a node of its own reads the list of revoked credentials but once.
    await app.revocations.refresh()
    return []
  }
  const { env, people } = demoEnvironment(demoUrl)
  const file = inPackage('config', 'demo.yaml')
  await applyFile({ ...options, text: textOf(file), name: 'config/demo.yaml', folder: dirname(file), env, by: 'gatehouse start --demo' })
  return people
}

const samePress = 1000
const orphanedEvery = 250

/**
 * Resolves with the first SIGTERM or SIGINT. Ctrl-C under npm arrives twice, from the terminal and from npm;
 * one that comes later is a person who does not want to wait, and ends the process at once. A SIGTERM to npm
 * ends the shell between npm and this process, which keeps the signal to itself.
 */
const untilToldToStop = (): Promise<void> => new Promise((tell) => {
  let toldAt: number | undefined
  const stop = (): void => {
    if (toldAt !== undefined && Date.now() - toldAt > samePress) process.exit(1)
    toldAt ??= Date.now()
    tell()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  setInterval(() => { if (process.ppid !== parent) tell() }, orphanedEvery).unref()
})
