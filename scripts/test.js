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

// What jest found out, and what the tests keep for each other (kept.ts), is good for the next run as well.
const cache = join(tmpdir(), 'gatehouse-jest')
process.env.GATEHOUSE_TEST_CACHE ??= join(tmpdir(), 'gatehouse-kept')
process.env.TMPDIR = mkdtempSync(join(quickFolder(), 'gatehouse-run-'))
// The servers' own users work below it too.
chmodSync(process.env.TMPDIR, 0o1777)
const run = mkdtempSync(join(process.env.TMPDIR, 'run-'))
process.env.GATEHOUSE_TEST_RUN = run

/** A disk takes a second or two to copy and to remove the database of each test file: memory does it at once, where there is enough of it. */
function quickFolder() {
  const [memory, enough] = ['/dev/shm', 4 * 1024 ** 3]
  if (!existsSync(memory) || freemem() < enough) return tmpdir()
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize < enough ? tmpdir() : memory
}

function read(name) {
  try {
    return readFileSync(join(run, name), 'utf8')
  } catch {
    return ''
  }
}

async function runJest(passedThrough) {
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest')
  // Each test file begins its database anew: what makes WebAssembly faster in the long run only costs here. The workers have
  // every core, so that threads that collect garbage would only wait for each other.
  const node = ['--disable-warning=ExperimentalWarning', '--liftoff-only', '--single-threaded-gc']
  const child = spawn(process.execPath, [...node, jest, `--cacheDirectory=${cache}`, ...passedThrough, '--json', `--outputFile=${join(run, 'result.json')}`], {
    // Jest itself writes to standard error; its standard output would only name the result file.
    stdio: ['inherit', 'ignore', 'inherit'],
  })
  // An interrupt reaches jest too; this process waits for it to end, to clean up after it.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  const watch = setInterval(() => {
    if (!existsSync(join(run, 'result.json'))) return
    clearInterval(watch)
    setTimeout(() => {
      console.log('\nA test left something open that keeps jest from ending: ended by force. Find it with --detectOpenHandles.')
      child.kill('SIGKILL')
    }, grace).unref()
  }, 500).unref()
  const [code] = await once(child, 'exit')
  return code ?? (JSON.parse(read('result.json') || '{}').success ? 0 : 1)
}

function printLeftOut() {
  const leftOut = read('left-out.jsonl').split('\n').filter(Boolean).map(line => JSON.parse(line))
  if (leftOut.length === 0) return
  console.log('\nLeft out, because this machine lacks a program:')
  for (const { file, name, missing } of leftOut) console.log(`  ${file}: ${name} (needs ${missing.join(', ')})`)
  console.log('With CI=true these would fail.')
}

function printResult(code) {
  const result = JSON.parse(read('result.json') || '{}')
  const { numPassedTests: passed = 0, numFailedTests: failed = 0, numRuntimeErrorTestSuites: broken = 0 } = result
  // A file that does not even load has no test to count, and a run that failed has failed.
  const failures = failed + broken || (code === 0 ? 0 : 1)
  const skipped = (result.numPendingTests ?? 0) + (result.numTodoTests ?? 0)
  console.log(`\n${passed} passed, ${failures} failed, ${skipped} skipped`)
}

const code = await runJest(process.argv.slice(2))
endRun()
printLeftOut()
printResult(code)
rmSync(process.env.TMPDIR, { recursive: true, force: true })
process.exitCode = code
