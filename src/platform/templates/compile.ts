// Compiles templates to JavaScript. Happens when the program is built, so that a faulty template stops the
// build and a start needs no compiler.
import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import Handlebars from 'handlebars'
import { helpers } from './helpers.js'

type KnownHelpers = NonNullable<Parameters<typeof Handlebars.precompile>[1]>['knownHelpers']

const knownHelpers = Object.fromEntries(Object.keys(helpers({})).map((helper) => [helper, true])) as unknown as KnownHelpers

/** Plain text has no markup to protect, and `&amp;` in it would be read as it stands. */
const isPlainText = (name: string): boolean => name.endsWith('-text')

/**
 * Compiles every template below a folder; returns the text of an expression: an object of them, by name. What
 * a model says is escaped for HTML, but not in templates whose name ends with `-text`.
 */
export function compileTemplates(folder: string): string {
  const compiled = namesIn(folder).map((name) => {
    const source = readFileSync(join(folder, `${name}.hbs`), 'utf8')
    return `${JSON.stringify(name)}: ${String(Handlebars.precompile(source, { strict: true, noEscape: isPlainText(name), knownHelpersOnly: true, knownHelpers }))}`
  })
  return `{\n${compiled.join(',\n')}\n}`
}

function namesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.hbs'))
    .map((file) => file.slice(0, -'.hbs'.length).split(sep).join('/'))
    .toSorted()
}
