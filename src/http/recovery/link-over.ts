// What a page says of a link that does not work, or not any more.
import type { Context } from 'koa'
import type { Owner } from '../../domain/recovery/index.js'
import type { Render } from '../middleware/render.js'

export const tokenOf = (ctx: Context): string => (ctx.params as { token: string }).token

/** The pages of whoever a link was mailed to; of a link that nobody knows, those of people. */
export const pagesOf = (owner: Pick<Owner, 'entrance'> | undefined): { forgotten: string; home: string; security: string } => (owner?.entrance === '/console'
  ? { forgotten: '/console/forgot-password', home: '/console', security: '/console/credentials' }
  : { forgotten: '/forgot-password', home: '/start/', security: '/start/security' })

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
