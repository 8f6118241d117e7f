// `gatehouse start`: serves until it is told to stop. With --demo an empty store gets the demo organization
// and the demo application runs beside; with --organization a file is applied first.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startDemoApplication } from '../demo/index.js'
import { demoEnvironment, type DemoPerson } from '../demo/people.js'
import { systemClock } from '../platform/clock.js'
import { readSettings, SettingsFault, type Settings } from '../platform/config.js'
import { Refusal } from '../platform/errors.js'
import { openLog } from '../platform/log.js'
import { inPackage } from '../platform/root.js'
import { openStores, serve, type Running, type Stores } from '../main.js'
import { applyFile } from './apply-file.js'
import { welcome } from './welcome.js'

export async function start(argv: string[]): Promise<number> {
  try {
    const { values } = parseArgs({ args: argv, options: { demo: { type: 'boolean', default: false }, organization: { type: 'string' } } })
    const settings = readSettings(process.env)
    return await run(settings, values)
  } catch (error) {
    console.error(sentenceOf(error))
    return error instanceof SettingsFault ? 2 : 1
  }
}

async function run(settings: Settings, { demo, organization }: { demo: boolean; organization?: string }): Promise<number> {
  const log = openLog(settings.config.logLevel)
  const stores = await openStores(settings, log)
  let running: Running | undefined
  let stopDemo: (() => Promise<void>) | undefined
  try {
    running = await serve(settings, stores, log)
    const people = await prepare(running, stores, settings, { demo, organization })
    if (demo) stopDemo = await startDemoApplication({ publicUrl: settings.config.publicUrl, port: demoPort(running), log })
    console.log(await welcome({ running, settings, demo, people, demoUrl: demo ? demoUrl(running) : undefined }))
  } catch (error) {
    await (running ? running.stop() : stores.close())
    throw error
  }
  await untilToldToStop()
  await stopDemo?.()
  await running.stop()
  return 0
}

/** Applies what the store should begin with; returns the people whose passwords were made just now. */
async function prepare({ app }: Running, stores: Stores, settings: Settings, { demo, organization }: { demo: boolean; organization?: string | undefined }): Promise<DemoPerson[]> {
  const options = { database: stores.database, hashes: app.hashes, clock: systemClock, region: settings.config.region }
  if (organization !== undefined) {
    await applyFile({ ...options, text: readFileSync(organization, 'utf8'), name: organization, folder: dirname(resolve(organization)), env: process.env, by: 'gatehouse start --organization' })
    return []
  }
  if (!demo || !await app.setUp.isDue()) return []
  const { env, people } = demoEnvironment(`http://localhost:${settings.config.port + 1}`)
  const file = inPackage('config', 'demo.yaml')
  await applyFile({ ...options, text: readFileSync(file, 'utf8'), name: 'config/demo.yaml', folder: dirname(file), env, by: 'gatehouse start --demo' })
  return people
}

const demoPort = (running: Running): number => running.port + 1
const demoUrl = (running: Running): string => `http://localhost:${demoPort(running)}`

const untilToldToStop = (): Promise<void> => new Promise((resolve) => {
  process.once('SIGTERM', () => resolve())
  process.once('SIGINT', () => resolve())
})

/** What a person can do something about, in a sentence; anything else with where it came from. */
function sentenceOf(error: unknown): string {
  if (error instanceof SettingsFault || error instanceof Refusal) return error.message
  const { code, message, port } = error as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE') return `Something is listening on port ${port} already. Stop it, or set PORT to another.`
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return message
  return error instanceof Error ? error.stack ?? message : String(error)
}
