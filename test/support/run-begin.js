// Begins a run of the tests: the built assets, the compiled sources, and a folder in which test files find what they share.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildAssets } from '../../scripts/build-assets.js'
import { compileSources } from './compile.js'

export default async function beginRun({ rootDir }) {
  const run = process.env.GATEHOUSE_TEST_RUN ??= mkdtempSync(join(tmpdir(), 'gatehouse-run-'))
  await compileSources(rootDir)
  await import('./register.js')
  const { prepare } = await import('./prepare.ts')
  await Promise.all([prepare(run), buildAssets()])
}
