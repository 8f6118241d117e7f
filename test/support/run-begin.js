// Begins a run of the tests: the built assets, the compiled sources, and a folder in which test files find what they share.
import { mkdtempSync, readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildAssets } from '../../scripts/build-assets.js'
import { compileSources } from './compile.js'

const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
const changes = (folder) => [folder, ...readdirSync(folder, { recursive: true }).map((name) => join(folder, name))].map(changedAt)

/** True when nothing that the assets are made from has changed since. */
function hasAssets(root) {
  const sources = [...changes(join(root, 'views', 'styles')), ...changes(join(root, 'views', 'assets')), changedAt(join(root, 'scripts', 'build-assets.js')), changedAt(join(root, 'package.json'))]
  return changedAt(join(root, 'dist', 'assets', 'manifest.json')) > Math.max(...sources)
}

export default async function beginRun({ rootDir }) {
  const run = process.env.GATEHOUSE_TEST_RUN ??= mkdtempSync(join(tmpdir(), 'gatehouse-run-'))
  await compileSources(rootDir)
  await import('./register.js')
  const { prepare } = await import('./prepare.ts')
  await Promise.all([prepare(run), hasAssets(rootDir) || buildAssets()])
}
