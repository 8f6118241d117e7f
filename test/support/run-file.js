// Runs a test file in Node itself. Jest would give each file a realm of its own, in which the house and all of its libraries
// are read, linked and warmed up anew, which takes longer than most files' tests; and no module of the house has a state.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { configureGlobal } from 'fast-check'
import { ModernFakeTimers } from '@jest/fake-timers'
import { ModuleMocker } from 'jest-mock'
import { compiledFolder } from './compile.js'
import './register.js'

const require = createRequire(import.meta.url)
const { default: runCircus } = require('jest-circus/runner')
const root = process.cwd()

// Where a change is judged (CI=true), made-up inputs are the same in every run; elsewhere they are new each time.
if (process.env.CI === 'true') configureGlobal({ seed: 20_261_121 })

// What of jest's own object the tests use.
const mocker = new ModuleMocker(globalThis)
const timers = new ModernFakeTimers({ config: { rootDir: root, fakeTimers: {} }, global: globalThis })
globalThis.jest = {
  spyOn: mocker.spyOn.bind(mocker), restoreAllMocks: mocker.restoreAllMocks.bind(mocker),
  useFakeTimers: timers.useFakeTimers.bind(timers), useRealTimers: timers.useRealTimers.bind(timers),
  advanceTimersByTime: timers.advanceTimersByTime.bind(timers),
}

/** What the adapter asks of jest's runtime, answered by Node. */
const inNode = (runtime) => ({
  requireInternalModule: (path) => {
    // This module holds the list of tests and who listens to them: each file begins with its own.
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

/** Lets stack traces name the lines of the sources. */
function findMaps(maps) {
  const own = maps.get.bind(maps)
  maps.get = (name) => {
    const path = name.replace('file://', '')
    return own(name) ?? (path.startsWith(root) && path.endsWith('.ts') ? `${path.replace(root, compiledFolder()).replace(/ts$/, 'js')}.map` : undefined)
  }
}

/** Notes the environment's variables and the console, and answers with what puts them back. */
function remember() {
  const { console } = globalThis
  const { env } = process
  const variables = { ...env }
  return () => {
    mocker.restoreAllMocks()
    timers.useRealTimers()
    globalThis.console = console
    process.env = env
    for (const name of Object.keys(env)) if (!(name in variables)) delete env[name]
    Object.assign(env, variables)
  }
}

export default async function runFile(globalConfig, config, environment, runtime, path, tell) {
  const restore = remember()
  globalThis.console = environment.global.console
  findMaps(runtime.getSourceMaps())
  try {
    return await runCircus(globalConfig, config, { global: globalThis }, inNode(runtime), path, tell)
  } finally {
    restore()
  }
}
