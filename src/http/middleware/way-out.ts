// The page that leads a browser to a provider outside after a form was posted: browsers do not let a form lead elsewhere.
import type { Context } from 'koa'
import { contentSecurityPolicy, formActionOf } from './headers.js'
import type { Render } from './render.js'

export interface ShownWayOut {
  /** What the source is called. */
  source: string
  url: string
  /** What is posted there; without them the browser goes there by itself. */
  fields?: Readonly<Record<string, string>> | undefined
  /** Where one goes instead. */
  other: { url: string; text: string }
}

/** Shows it. */
export async function showWayOut(ctx: Context, { source, url, fields, other }: ShownWayOut, render: Render): Promise<void> {
  if (fields) contentSecurityPolicy(ctx, formActionOf(url))
  else ctx.set('Refresh', `0; url=${url}`)
  await render(ctx, 'signin/external', { source, url, other, fields: fields && Object.entries(fields).map(([name, value]) => ({ name, value })) })
}
