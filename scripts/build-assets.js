// Builds what a page loads beside its HTML: the style sheets, the scripts, the mark. Every file gets its
// content's hash in its name and compressed twins; manifest.json maps plain names to hashed ones.
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { compile } from 'sass'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Writes the assets into `out` (dist/assets unless told) and returns the manifest. */
export async function buildAssets({ out = join(root, 'dist', 'assets') } = {}) {
  const files = { 'gatehouse.css': styleSheet('gatehouse'), 'administration.css': styleSheet('administration'), ...(await copies()) }
  await mkdir(out, { recursive: true })
  const entries = await Promise.all(Object.entries(files).map(async ([name, body]) => [name, await writeHashed(out, name, body)]))
  const manifest = Object.fromEntries(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)))
  // Whole or not at all: another process may be reading the previous one.
  const draft = join(out, `manifest.${process.pid}.tmp`)
  await writeFile(draft, JSON.stringify(manifest, null, 2) + '\n')
  await rename(draft, join(out, 'manifest.json'))
  await removeStale(out, Object.values(manifest))
  return manifest
}

async function removeStale(out, hashed) {
  const current = new Set(['manifest.json', ...hashed.flatMap((name) => [name, `${name}.br`, `${name}.gz`])])
  const stale = (await readdir(out)).filter((name) => !current.has(name) && !name.endsWith('.tmp'))
  await Promise.all(stale.map((name) => rm(join(out, name), { force: true })))
}

function styleSheet(name) {
  const { css } = compile(join(root, 'views', 'styles', `${name}.scss`), {
    style: 'compressed',
    loadPaths: [join(root, 'node_modules')],
    quietDeps: true,
    // Bootstrap 5.3 is written with @import; ours follows it there.
    silenceDeprecations: ['import'],
  })
  return Buffer.from(css)
}

async function copies() {
  const folder = join(root, 'views', 'assets')
  const names = (await readdir(folder)).toSorted()
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))])))
}

async function writeHashed(out, name, body) {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12)
  const extension = extname(name)
  const hashed = `${name.slice(0, -extension.length)}-${hash}${extension}`
  const brotli = await promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
  await Promise.all([
    writeFile(join(out, hashed), body),
    writeFile(join(out, `${hashed}.br`), brotli),
    writeFile(join(out, `${hashed}.gz`), await promisify(gzip)(body, { level: 9 })),
  ])
  return hashed
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAssets()
