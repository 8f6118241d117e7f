// Runs test files in this very process for Stryker, so that a changed line costs milliseconds and not a start of jest: each file is
// bundled once with the sources that it tests, and loaded anew only for what is decided while a module loads.
import crypto from 'node:crypto'
import { mkdirSync, readdirSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { expect } from 'expect'

/** The files whose tests judge the verifier. */
const judges = /^saml-(conditions|decryption|logout|response|response-bounds|schema|service-provider|signature|times|values|xml)\.test\.ts$/

/** Where the changed sources look up which change is on, and note what they ran. */
const instrumented = '__stryker__'

/** Tests that try out made-up changes: what they notice, they would notice by luck, and slowly. */
const byLuck = /whatever|anywhere/

/** Loads a file's tests and lists them by name; jest's words are there while that lasts. */
async function load(bundle, version) {
  const tests = new Map()
  const groups = [basename(bundle, '.test.mjs')]
  const test = (name, run) => {
    if (byLuck.test(name)) return
    let id = [...groups, name].join(' ')
    while (tests.has(id)) id += ' again'
    tests.set(id, run)
  }
  const describe = (name, list) => {
    groups.push(name)
    list()
    groups.pop()
  }
  const each = (word) => (rows) => (name, run) => {
    for (const row of rows) {
      const values = Array.isArray(row) ? row : [row]
      word(name.replace(/%[sj]/, String(values[0])), () => run(...values))
    }
  }
  Object.assign(globalThis, { describe: Object.assign(describe, { each: each(describe) }), test: Object.assign(test, { each: each(test) }), expect })
  const putBack = keepKeys(bundle)
  await import(`${pathToFileURL(bundle).href}?version=${version}`).finally(putBack)
  return tests
}

const pairs = new Map()

/** While a file loads, the keys that it makes are made once, as that takes longer than all else. */
function keepKeys(bundle) {
  const { generateKeyPairSync } = crypto
  const kept = pairs.get(bundle) ?? []
  pairs.set(bundle, kept)
  let next = 0
  crypto.generateKeyPairSync = (...wanted) => kept[next++] ??= generateKeyPairSync(...wanted)
  syncBuiltinESMExports()
  return () => {
    crypto.generateKeyPairSync = generateKeyPairSync
    syncBuiltinESMExports()
  }
}

async function failureOf(run) {
  try {
    await run()
  } catch (error) {
    return String(error?.message ?? error).slice(0, 500)
  }
}

class InProcess {
  #files = []
  #loaded
  #versions = 0
  #times = new Map()

  capabilities() {
    return { reloadEnvironment: true }
  }

  async init() {
    const folder = join(process.cwd(), 'dist', `tests-${process.pid}`)
    mkdirSync(folder, { recursive: true })
    const entryPoints = readdirSync('test/domain/federation').filter((name) => judges.test(name)).map((name) => join('test/domain/federation', name))
    await build({ absWorkingDir: process.cwd(), entryPoints, outdir: folder, outExtension: { '.js': '.mjs' }, bundle: true, packages: 'external', format: 'esm', platform: 'node', logLevel: 'warning' })
    this.#files = entryPoints.map((path) => join(folder, basename(path).replace(/ts$/, 'mjs')))
  }

  /** Every test, loaded without a change. */
  async #all() {
    if (this.#loaded) return this.#loaded
    const all = new Map()
    for (const file of this.#files) for (const [id, run] of await load(file, 0)) all.set(id, run)
    return this.#loaded = all
  }

  async dryRun() {
    const state = (globalThis[instrumented] ??= {})
    const found = []
    for (const [id, run] of await this.#all()) {
      state.currentTestId = id
      const started = performance.now()
      const failureMessage = await failureOf(run)
      this.#times.set(id, performance.now() - started)
      found.push({ id, name: id, timeSpentMs: this.#times.get(id), ...(failureMessage === undefined ? { status: 0 } : { status: 1, failureMessage }) })
    }
    state.currentTestId = undefined
    return { status: 'complete', tests: found, mutantCoverage: state.mutantCoverage }
  }

  async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit }) {
    const state = (globalThis[instrumented] ??= {})
    const tests = await this.#all()
    Object.assign(state, { activeMutant: activeMutant.id, hitCount: hitLimit === undefined ? undefined : 0, hitLimit })
    try {
      if (mutantActivation === 'runtime') return await this.#judge(tests, testFilter ?? [...tests.keys()])
      return await this.#judgeAnew(basename(activeMutant.fileName, '.ts'))
    } finally {
      state.activeMutant = undefined
    }
  }

  /** Loads file after file with the change in it, first the one that is called like what is changed. */
  async #judgeAnew(name) {
    let result
    for (const file of this.#files.toSorted((one, other) => Number(other.includes(name)) - Number(one.includes(name)))) {
      try {
        const tests = await load(file, this.#versions += 1)
        result = await this.#judge(tests, [...tests.keys()])
      } catch (error) {
        // What does not even load is noticed by everybody.
        result = { status: 'killed', killedBy: [], failureMessage: String(error), nrOfTests: 0 }
      }
      if (result.status !== 'survived') break
    }
    return result
  }

  /** Runs tests, quick ones first, until one fails. */
  async #judge(tests, ids) {
    let nrOfTests = 0
    for (const id of ids.toSorted((one, other) => (this.#times.get(one) ?? 0) - (this.#times.get(other) ?? 0))) {
      nrOfTests += 1
      const started = performance.now()
      const failureMessage = await failureOf(tests.get(id))
      if (!this.#times.has(id)) this.#times.set(id, performance.now() - started)
      const { hitCount, hitLimit } = globalThis[instrumented]
      if (hitCount > hitLimit) return { status: 'timeout', reason: 'a loop without end' }
      if (failureMessage !== undefined) return { status: 'killed', killedBy: [id], failureMessage, nrOfTests }
    }
    return { status: 'survived', nrOfTests }
  }
}

const create = () => new InProcess()
create.inject = []

/** The second word of a refusal is its detail. */
const shouldIgnore = ({ node, parent, key, listKey }) =>
  (listKey === 'arguments' && key === 1 && parent.callee?.name === 'refuseSaml' && ['StringLiteral', 'TemplateLiteral'].includes(node.type) ? 'the wording of a detail' : undefined)

export const strykerPlugins = [
  { kind: 'TestRunner', name: 'in-process', factory: create },
  { kind: 'Ignore', name: 'details', value: { shouldIgnore } },
]
