// Ends a run of the tests: stops the server that its files shared, if one of them started it.
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

function readShared(run) {
  try {
    return JSON.parse(readFileSync(join(run, 'postgres.json'), 'utf8'))
  } catch {
    return undefined
  }
}

export default function endRun() {
  const run = process.env.GATEHOUSE_TEST_RUN
  const shared = run && readShared(run)
  if (!shared) return
  const { stop: [program, ...rest], folder, uid, gid } = shared
  try {
    execFileSync(program, rest, { uid, gid, cwd: folder, stdio: 'ignore' })
  } catch {
    // Stopped already.
  }
  rmSync(folder, { recursive: true, force: true })
  rmSync(join(run, 'postgres.json'))
}
