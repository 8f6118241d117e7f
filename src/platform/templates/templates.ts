// Opens every template under views/ at once, as the build compiled them.
import { readFileSync, statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { runInThisContext } from 'node:vm'
import type Handlebars from 'handlebars'
import { inPackage } from '../root.js'
import { helpers } from './helpers.js'
import { handlebarsRuntime } from './runtime.js'

export interface Templates {
  /** Renders `views/<view>.hbs`; a field that the view prints and the model lacks is an error. */
  render(view: string, model: object): string
}

export interface TemplatesOptions {
  /** A folder of templates to compile now, or a file of compiled ones; the built ones unless told. */
  views?: string | undefined
  /** Plain asset name to its name with a content hash; the built manifest unless told. */
  assets?: Record<string, string>
}

type Template = Handlebars.TemplateDelegate<object>
type Compiled = Record<string, TemplateSpecification>

// Own properties only, whatever a model is made of.
const runtime: Handlebars.RuntimeOptions = { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false }

/** Loads layouts, partials and views, and returns what renders them. */
export async function openTemplates({ views, assets = builtAssets() }: TemplatesOptions = {}): Promise<Templates> {
  const handlebars = handlebarsRuntime.create()
  handlebars.registerHelper(helpers(assets))
  const pages = new Map<string, Template>()
  for (const [name, specification] of Object.entries(views ? await compiledFrom(views) : await built())) {
    const template = handlebars.template<object>(specification)
    if (name.startsWith('partials/')) handlebars.registerPartial(name.slice('partials/'.length), template)
    else if (name.startsWith('layouts/')) handlebars.registerPartial(name, template)
    else pages.set(name, template)
  }
  return {
    render(view, model) {
      const template = pages.get(view)
      if (!template) throw new Error(`There is no view ${view}`)
      return template(model, runtime)
    },
  }
}

async function compiledFrom(views: string): Promise<Compiled> {
  const text = statSync(views).isFile() ? readFileSync(views, 'utf8') : (await import('./compile.js')).compileTemplates(views)
  return runInThisContext(`(${text})`, { filename: views }) as Compiled
}

async function built(): Promise<Compiled> {
  const { default: compiled } = await import(pathToFileURL(inPackage('dist', 'views.js')).href) as { default: Compiled }
  return compiled
}

function builtAssets(): Record<string, string> {
  return JSON.parse(readFileSync(inPackage('dist', 'assets', 'manifest.json'), 'utf8')) as Record<string, string>
}
