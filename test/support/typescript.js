// Lets Node load the sources and the tests as they lie: compiled once a run (compile.js), found under their own names.
import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

let places

/** Is told where the sources lie, and where what they were compiled to. */
export function initialize({ root, compiled }) {
  places = { root, compiled }
}

/** Finds `x.ts` where `x.js` is imported, as the compiler does. */
export async function resolve(specifier, context, next) {
  if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL?.endsWith('.ts')) {
    const url = new URL(specifier.replace(/js$/, 'ts'), context.parentURL)
    if (existsSync(url)) return { url: url.href, format: 'module', shortCircuit: true }
  }
  return next(specifier, context)
}

/** Answers with what a source was compiled to. */
export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context)
  const file = fileURLToPath(url)
  const source = await readFile(file.replace(places.root, places.compiled).replace(/ts$/, 'js'), 'utf8')
  return { format: 'module', source, shortCircuit: true }
}
