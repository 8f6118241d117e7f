// Runs the tests with whatever arguments jest takes, then says what was left out and how it went.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'
import endRun from '../test/support/run-end.js'

// How long jest may linger once its result is written, which it does for ever while a test has left something open.
const grace = 15_000
// A change that breaks more files than this has broken them.
const mostAgain = 3

// What jest found out, and what the tests keep for each other (kept.ts), is good for the next run as well.
const cache = join(tmpdir(), 'gatehouse-jest')
process.env.GATEHOUSE_TEST_CACHE ??= join(tmpdir(), 'gatehouse-kept')
process.env.TMPDIR = mkdtempSync(join(quickFolder(), 'gatehouse-run-'))
// The servers' own users work below it too.
chmodSync(process.env.TMPDIR, 0o1777)

/** A disk takes a second or two to copy and to remove the database of each test file: memory does it at once, where there is enough of it. */
function quickFolder() {
  const [memory, enough] = ['/dev/shm', 4 * 1024 ** 3]
  if (!existsSync(memory) || freemem() < enough) return tmpdir()
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize < enough ? tmpdir() : memory
}

/** Runs jest, and answers with its exit code and what it found; `leftOut` is what this machine could not run. */
async function run(passedThrough) {
  const folder = mkdtempSync(join(process.env.TMPDIR, 'run-'))
  process.env.GATEHOUSE_TEST_RUN = folder
  const code = await runJest(passedThrough, join(folder, 'result.json'))
  endRun()
  const leftOut = read(join(folder, 'left-out.jsonl')).split('\n').filter(Boolean).map(line => JSON.parse(line))
  return { code, leftOut, ...JSON.parse(read(join(folder, 'result.json')) || '{"testResults":[]}') }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

async function runJest(passedThrough, result) {
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest')
  // Each test file begins its database anew: what makes WebAssembly faster in the long run only costs here. The workers have
  // every core, so that threads that collect garbage would only wait for each other.
  const node = ['--disable-warning=ExperimentalWarning', '--liftoff-only', '--single-threaded-gc']
  const child = spawn(process.execPath, [...node, jest, `--cacheDirectory=${cache}`, ...passedThrough, '--json', `--outputFile=${result}`], {
    // Jest itself writes to standard error; its standard output would only name the result file.
    stdio: ['inherit', 'ignore', 'inherit'],
  })
  // An interrupt reaches jest too; this process waits for it to end, to clean up after it.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  let force
  const watch = setInterval(() => {
    if (!existsSync(result)) return
    clearInterval(watch)
    force = setTimeout(() => {
      console.log('\nA test left something open that keeps jest from ending: ended by force. Find it with --detectOpenHandles.')
      child.kill('SIGKILL')
    }, grace)
    force.unref()
  }, 500).unref()
  const [code] = await once(child, 'exit')
  clearInterval(watch)
  clearTimeout(force)
  return code ?? (JSON.parse(read(result) || '{}').success ? 0 : 1)
}

/**
 * On a busy machine a page may be painted between two of its parts. Where a change is judged (CI=true), a few files that failed are run
 * once more, from their beginning, and that is said: a test of itself cannot be repeated, once it changed what it looks at.
 */
async function runAgain(first, passedThrough) {
  const failed = first.testResults.filter(({ status }) => status === 'failed').map(({ name }) => name)
  if (process.env.CI !== 'true' || failed.length === 0 || failed.length > mostAgain) return first
  console.log(`\nFailed, and run once more:\n${failed.map(name => `  ${name}`).join('\n')}\n`)
  const second = await run([...passedThrough.filter(argument => argument === '--runInBand'), '--runTestsByPath', ...failed])
  const isWhole = failed.every(name => second.testResults.some(result => result.name === name))
  return {
    code: isWhole ? second.code : 1,
    leftOut: [...first.leftOut.filter(({ file }) => !failed.some(name => name.endsWith(file))), ...second.leftOut],
    testResults: [...first.testResults.filter(({ status }) => status !== 'failed'), ...second.testResults],
  }
}

function printLeftOut(leftOut) {
  if (leftOut.length === 0) return
  console.log('\nLeft out, because this machine lacks a program:')
  for (const { file, name, missing } of leftOut) console.log(`  ${file}: ${name} (needs ${missing.join(', ')})`)
  console.log('With CI=true these would fail.')
}

function printResult({ code, testResults }) {
  const statuses = testResults.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status))
  const count = (...wanted) => statuses.filter(status => wanted.includes(status)).length
  // A file that does not even load has no test to count, and a run that failed has failed.
  const broken = testResults.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some(one => one.status === 'failed')).length
  const failures = count('failed') + broken || (code === 0 ? 0 : 1)
  console.log(`\n${count('passed')} passed, ${failures} failed, ${count('pending', 'todo', 'skipped', 'disabled')} skipped`)
}

const given = process.argv.slice(2)
const outcome = await runAgain(await run(given), given)
printLeftOut(outcome.leftOut)
printResult(outcome)
rmSync(process.env.TMPDIR, { recursive: true, force: true })
process.exitCode = outcome.code
