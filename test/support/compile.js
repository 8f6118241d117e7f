// Compiles the sources and the tests into the folder of the run, file by file, in a second.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { build } from 'esbuild'

const folders = ['src', 'migrations', 'test', 'bench']

const sourcesIn = (root) => folders.flatMap((folder) => readdirSync(join(root, folder), { recursive: true })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts')).map((name) => join(root, folder, name)))

/** Where the files of a run are compiled to. */
export const compiledFolder = () => join(process.env.GATEHOUSE_TEST_RUN, 'compiled')

/** Compiles every file under `root`, each with its map. */
export async function compileSources(root) {
  const { outputFiles } = await build({
    entryPoints: sourcesIn(root), outbase: root, outdir: compiledFolder(), write: false,
    format: 'esm', target: 'node20.19', sourcemap: 'external', sourcesContent: false, logLevel: 'warning',
  })
  for (const { path, text } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true })
    // Node names the compiled file as the source, and the map is read from there.
    writeFileSync(path, path.endsWith('.map') ? JSON.stringify({ ...JSON.parse(text), sources: [basename(path).replace(/js\.map$/, 'ts')] }) : text)
  }
}
