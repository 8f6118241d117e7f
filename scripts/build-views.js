// Compiles the templates under views/ into dist/views.js, with the compiler that the program itself brings.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Needs the compiled sources in `dist`. */
export async function buildViews(root) {
  const { compileTemplates } = await import(join(root, 'dist', 'src', 'platform', 'templates', 'compile.js'))
  await writeFile(join(root, 'dist', 'views.js'), `export default ${compileTemplates(join(root, 'views'))}\n`)
}
