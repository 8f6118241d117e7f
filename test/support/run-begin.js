// Begins a run of the tests: a folder in which test files find what they share.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export default function beginRun() {
  process.env.GATEHOUSE_TEST_RUN ??= mkdtempSync(join(tmpdir(), 'gatehouse-run-'))
}
