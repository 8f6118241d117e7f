// Opens every template under views/ at once, so that a faulty one stops the start and not a person.
import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { runInThisContext } from 'node:vm'
import Handlebars from 'handlebars'
import { inPackage } from '../root.js'
import { helpers } from './helpers.js'

export interface Templates {
  /** Renders `views/<view>.hbs`; a field that the view prints and the model lacks is an error. */
  render(view: string, model: object): string
}

export interface TemplatesOptions {
  /** The folder of the templates; the package's own unless told. */
  views?: string
  /** Plain asset name to its name with a content hash; the built manifest unless told. */
  assets?: Record<string, string>
}

type Template = Handlebars.TemplateDelegate<object>

// Own properties only, whatever a model is made of.
const runtime: Handlebars.RuntimeOptions = { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false }

/** Compiles layouts, partials and views, and returns what renders them. */
export function openTemplates(options: TemplatesOptions = {}): Templates {
  const root = options.views ?? inPackage('views')
  const handlebars = Handlebars.create()
  const known = helpers(options.assets ?? builtAssets())
  handlebars.registerHelper(known)

  const compile = (name: string): Template => {
    const source = readFileSync(join(root, `${name}.hbs`), 'utf8')
    const code = handlebars.precompile(source, {
      strict: true,
      knownHelpersOnly: true,
      knownHelpers: Object.fromEntries(Object.keys(known).map((helper) => [helper, true])) as unknown as KnownHelpers,
    })
    return handlebars.template(runInThisContext(`(${String(code)})`, { filename: `views/${name}.hbs` }))
  }

  const views = new Map<string, Template>()
  for (const name of templateNames(root)) {
    if (name.startsWith('partials/')) handlebars.registerPartial(name.slice('partials/'.length), compile(name))
    else if (name.startsWith('layouts/')) handlebars.registerPartial(name, compile(name))
    else views.set(name, compile(name))
  }

  return {
    render(view, model) {
      const template = views.get(view)
      if (!template) throw new Error(`There is no view ${view}`)
      return template(model, runtime)
    },
  }
}

type KnownHelpers = NonNullable<Parameters<typeof Handlebars.precompile>[1]>["knownHelpers"]

function builtAssets(): Record<string, string> {
  return JSON.parse(readFileSync(inPackage('dist', 'assets', 'manifest.json'), 'utf8')) as Record<string, string>
}

function templateNames(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.hbs'))
    .map((file) => file.slice(0, -'.hbs'.length).split(sep).join('/'))
}
