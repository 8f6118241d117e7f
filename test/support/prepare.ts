// Makes what test files copy or read: a database that is migrated and empty, and the compiled templates.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeOnce } from './kept.js'

const silent = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} } as never

/** Puts `template` and `views.js` into the folder of a run; making them takes seconds, and happens when what they are made from has changed. */
export async function prepare(run: string): Promise<void> {
  await makeOnce(join(run, 'template'), 'database', ['migrations', 'src/platform/storage', 'package-lock.json'], async (dataDir) => {
    const { openDatabase } = await import('../../src/platform/storage/database.js')
    await (await openDatabase({ url: undefined, dataDir, log: silent })).close()
  })
  await makeOnce(join(run, 'views.js'), 'views', ['views', 'src/platform/templates', 'package-lock.json'], async (place) => {
    const { compileTemplates } = await import('../../src/platform/templates/compile.js')
    writeFileSync(place, compileTemplates('views'))
  })
}
