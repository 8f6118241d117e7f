// Builds the program into dist/: the compiled TypeScript and the assets. Fails loudly, leaves nothing stale.
import { spawn } from 'node:child_process'
import { chmod, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildAssets } from './build-assets.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

function compileSources() {
  return new Promise((resolve, reject) => {
    const compiler = spawn(join(root, 'node_modules', '.bin', 'tsc'), ['-p', root], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
    compiler.once('error', reject)
    compiler.once('exit', (code) => (code === 0 ? resolve() : reject(new Error('The sources do not compile'))))
  })
}

try {
  await rm(join(root, 'dist'), { recursive: true, force: true })
  await Promise.all([compileSources(), buildAssets()])
  // npm makes the command executable when it links it, and never again.
  await chmod(join(root, 'dist', 'src', 'cli.js'), 0o755)
} catch (error) {
  console.error(`The build failed: ${error.message}`)
  process.exitCode = 1
}
