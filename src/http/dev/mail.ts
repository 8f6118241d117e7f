// /dev/mail: the letters that would have been sent, so that links and codes can be followed without a mail server.
import { createHash } from 'node:crypto'
import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import { Refusal } from '../../platform/errors.js'
import { isUuid } from '../../platform/ids.js'
import type { KeptMail, KeptMails } from '../../platform/mail/index.js'
import type { Render } from '../middleware/render.js'

export interface DevOptions {
  mails: Pick<KeptMails, 'list' | 'find'>
  render: Render
}

/** Mounts the list of letters and the page of each. */
export function devDoor({ mails, render }: DevOptions): Middleware {
  const router = new Router({ prefix: '/dev/mail' })
  const found = async (ctx: Context): Promise<KeptMail> => {
    const { id = '' } = ctx.params as { id?: string }
    const mail = isUuid(id) ? await mails.find(id) : undefined
    if (!mail) throw new Refusal('not-found', 'There is no such mail.')
    return mail
  }
  const shown = (mail: KeptMail) => ({ ...mail, date: new Date(mail.date).toISOString(), url: `/dev/mail/${mail.id}` })

  router.get('/', async (ctx) => render(ctx, 'dev/mails', { mails: (await mails.list()).map(shown) }))
  router.get('/:id', async (ctx) => {
    const mail = shown(await found(ctx))
    await render(ctx, 'dev/mail', { mail, parts: partsOf(mail.text), htmlUrl: `${mail.url}/html` })
  })
  router.get('/:id/html', async (ctx) => {
    const { html } = await found(ctx)
    ctx.set('Content-Security-Policy', letterPolicy(html))
    ctx.type = 'html'
    ctx.body = html
  })
  return router.routes() as unknown as Middleware
}

/** A letter loads nothing and runs nothing; of styles it has the one sheet in its head. */
function letterPolicy(html: string): string {
  const style = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? ''
  const hash = createHash('sha256').update(style).digest('base64')
  return `default-src 'none'; style-src 'sha256-${hash}'; sandbox allow-top-navigation; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`
}

/** The text in pieces, of which those that are addresses can be opened. */
const partsOf = (text: string): { text: string; isLink: boolean }[] =>
  text.split(/(https?:\/\/[^\s]+)/).map((part, index) => ({ text: part, isLink: index % 2 === 1 }))
