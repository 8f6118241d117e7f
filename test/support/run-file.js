// Runs one test file in Node itself. Jest would give each file a realm of its own, in which the whole house and its
// libraries are read, linked and compiled anew: longer than most files' tests take. No module of the house has a state.
import { createRequire, register } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { configureGlobal } from 'fast-check'
import { ModuleMocker } from 'jest-mock'
import { compiledFolder } from './compile.js'

const require = createRequire(import.meta.url)
const root = process.cwd()
register('./typescript.js', { parentURL: import.meta.url, data: { root, compiled: compiledFolder() } })
const { default: runCircus } = require('jest-circus/runner')
const mocker = new ModuleMocker(globalThis)

// Where a change is judged (CI=true), made-up inputs are the same in every run; elsewhere they are new each time.
if (process.env.CI === 'true') configureGlobal({ seed: 20_261_121 })

globalThis.jest = { fn: mocker.fn.bind(mocker), spyOn: mocker.spyOn.bind(mocker), restoreAllMocks: mocker.restoreAllMocks.bind(mocker) }

/** On a busy machine a page may be painted between two of its parts: what fails is tried again where a change is judged, and said. */
function retryWhereJudged() {
  if (!process.env.CI) return
  globalThis[Symbol.for('RETRY_TIMES')] = 2
  globalThis[Symbol.for('LOG_ERRORS_BEFORE_RETRY')] = true
}

/** What the adapter asks of jest's runtime, answered by Node. */
const inNode = (runtime) => ({
  requireInternalModule: (path) => {
    // The list of tests is a state of this module: each file begins with a new one.
    delete require.cache[path]
    delete globalThis[Symbol.for('EVENT_HANDLERS')]
    return require(path)
  },
  requireModule: (path) => require(path),
  setGlobalsForRuntime: () => undefined,
  unstable_shouldLoadAsEsm: () => true,
  unstable_importModule: (path) => import(pathToFileURL(path).href),
  enterTestCode: () => runtime.enterTestCode(),
  leaveTestCode: () => runtime.leaveTestCode(),
})

function nameMaps(maps) {
  const compiled = compiledFolder()
  const set = maps.get.bind(maps)
  maps.get = (name) => {
    const path = name.replace(/^file:\/\//, '')
    return set(name) ?? (path.startsWith(root) && path.endsWith('.ts') ? `${path.replace(root, compiled).replace(/ts$/, 'js')}.map` : undefined)
  }
}

export default async function runFile(globalConfig, config, environment, runtime, path, tell) {
  const { console: before } = globalThis
  const variables = { ...process.env }
  globalThis.console = environment.global.console
  retryWhereJudged()
  try {
    return await runCircus(globalConfig, config, { global: globalThis }, inNode(runtime), path, tell)
  } finally {
    mocker.restoreAllMocks()
    process.env = variables
    globalThis.console = before
  }
}
