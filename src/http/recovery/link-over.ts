// What a page says of a link that does not work, or not any more.
import type { Context } from 'koa'
import type { Render } from '../middleware/render.js'

export const tokenOf = (ctx: Context): string => (ctx.params as { token: string }).token

/** Why a link leads nowhere, and what to do next: one click. */
export interface Over {
  title: string
  sentence: string
  links: { text: string; url: string }[]
  /** A button that posts to `action`. */
  button?: { text: string; action: string }
}

/** Explains a link that does not work, or not any more. */
export async function showOver(ctx: Context, { title, sentence, links, button }: Over, { render }: { render: Render }): Promise<void> {
  ctx.status = 410
  await render(ctx, 'recovery/link-over', { title, sentence, links, button })
}
