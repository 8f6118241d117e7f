// Renders pages: what every layout needs is filled in here, the rest by the screen.
import type { Context } from 'koa'
import type { Templates } from '../../platform/templates/index.js'
import type { Organization } from '../../domain/settings/index.js'
import { brands } from './branding.js'

/** Sends a page; `model` is what the view's opening comment lists beside `csrf` and `organization`. */
export type Render = (ctx: Context, view: string, model: object) => Promise<void>

interface RenderOptions {
  templates: Templates
  organization: () => Promise<Pick<Organization, 'name' | 'settings'>>
}

export function renderer({ templates, organization }: RenderOptions): Render {
  const brandOf = brands()
  return async (ctx, view, model) => {
    // The set-up page brings a name of its own: there is no organization yet.
    const found = 'organization' in model ? undefined : await organization()
    const { name } = found ?? (model as { organization: { name: string } }).organization
    ctx.type = 'html'
    ctx.body = templates.render(view, { csrf: ctx.state.csrf as string, ...model, organization: { name, ...brandOf(found) } })
  }
}
