// Renders pages: what every layout needs is filled in here, the rest by the screen.
import type { Context } from 'koa'
import type { Templates } from '../../platform/templates/index.js'
import type { Organization } from '../../domain/settings/index.js'

/** Sends a page; `model` is what the view's opening comment lists beside `csrf` and `organization`. */
export type Render = (ctx: Context, view: string, model: object) => Promise<void>

interface RenderOptions {
  templates: Templates
  organization: () => Promise<Pick<Organization, 'name'>>
}

export function renderer({ templates, organization }: RenderOptions): Render {
  return async (ctx, view, model) => {
    // The set-up page brings a name of its own: there is no organization yet.
    const { name } = 'organization' in model ? model.organization as { name: string } : await organization()
    ctx.type = 'html'
    ctx.body = templates.render(view, { csrf: ctx.state.csrf as string, ...model, organization: { name } })
  }
}
