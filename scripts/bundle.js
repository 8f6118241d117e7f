// Brings the compiled program and the libraries that serving needs together in a few files: reading hundreds
// of small ones is most of what a start would take.
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

// Brought by their packages as they are: native code and the database that runs here; the rest is what
// libraries look for and do without.
const external = ['bcrypt', '@electric-sql/pglite', 'pg-native', 'pg-query-stream', 'typeorm-aurora-data-api-driver']

/** Needs the compiled sources in `dist`; writes `dist/program`. */
export async function bundleProgram(root) {
  await build({
    entryPoints: { gatehouse: join(root, 'dist', 'src', 'cli.js') },
    outdir: join(root, 'dist', 'program'),
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    external,
    // Libraries of the older module system ask for their parts with `require`.
    banner: { js: `import { createRequire as requireFrom } from 'node:module';const require = requireFrom(import.meta.url);` },
    logLevel: 'warning',
  })
  // npm makes the command executable when it links it, and never again.
  await chmod(join(root, 'dist', 'program', 'gatehouse.js'), 0o755)
}
