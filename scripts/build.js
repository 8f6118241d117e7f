// Builds the program into dist/: the compiled TypeScript, the assets, the templates, and the bundle that runs. Fails loudly, leaves nothing stale.
import { spawn } from 'node:child_process'
import { readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildAssets } from './build-assets.js'
import { buildViews } from './build-views.js'
import { bundleProgram } from './bundle.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

function compileSources() {
  return new Promise((resolve, reject) => {
    const compiler = spawn(join(root, 'node_modules', '.bin', 'tsc'), ['-p', root], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
    compiler.once('error', reject)
    compiler.once('exit', (code) => (code === 0 ? resolve() : reject(new Error('The sources do not compile'))))
  })
}

/** Empties the folder but for the assets, which a running program may be serving; building them removes what is stale. */
async function clear(folder) {
  const names = await readdir(folder).catch(() => [])
  await Promise.all(names.filter((name) => name !== 'assets').map((name) => rm(join(folder, name), { recursive: true, force: true })))
}

try {
  await clear(join(root, 'dist'))
  await Promise.all([compileSources(), buildAssets()])
  await Promise.all([buildViews(root), bundleProgram(root)])
} catch (error) {
  console.error(`The build failed: ${error.message}`)
  process.exitCode = 1
}
