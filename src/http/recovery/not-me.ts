// /not-me: "this was not me". Opening the link shows what it does; the button does it.
import type { Router } from '@koa/router'
import type { Acted, FoundLink } from '../../domain/recovery/index.js'
import { spellDevice } from '../middleware/device-events.js'
import { formOf, type Form } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import { pagesOf, showOver, tokenOf, type Over } from './link-over.js'
import type { RecoveryDoorOptions } from './recovery.js'

/** What a page says of a link that does nothing any more. */
function overOf(link: Pick<FoundLink, 'state' | 'owner'> | undefined): Over {
  const pages = pagesOf(link?.owner)
  const forgotten = { text: 'Choose a new password', url: pages.forgotten }
  if (link?.state === 'expired') {
    return {
      title: 'This link has expired', sentence: 'It was good for 7 days. Choose a new password and let it end your sessions; then look through your security page, and remove what you did not add.',
      links: [forgotten, { text: 'Look through your security page', url: pages.security }],
    }
  }
  if (link?.state === 'used') {
    return {
      title: 'This was done already', sentence: 'Every session was ended then, and a link for a new password was mailed. That one is good for 30 minutes; you can get another.',
      links: [{ text: 'Get a link for a new password', url: pages.forgotten }, { text: 'Sign in', url: pages.home }],
    }
  }
  return { title: 'This link does not work', sentence: 'A part of it may be missing: copy the whole address from the mail. Or choose a new password at once, and let it end your sessions.', links: [forgotten] }
}

export function mountNotMe(router: Router, options: RecoveryDoorOptions): void {
  const { notices, csrf, render } = options

  router.get('/not-me/:token', csrf, async (ctx) => {
    const link = await notices.find(tokenOf(ctx))
    if (link?.state !== 'open') return showOver(ctx, overOf(link), options)
    const { going, doubtful, address } = await notices.look(link)
    await render(ctx, 'recovery/not-me', {
      userName: link.owner.userName, going: going.map(spellDevice), address,
      doubtful: doubtful.map((device) => ({ field: fieldOf(device.id), factor: spellDevice(device), addedAt: device.createdAt.toISOString() })),
    })
  })

  router.post('/not-me/:token', csrf, async (ctx) => {
    const acted = await notices.act(tokenOf(ctx), pointedAt(formOf(ctx)), originOf(ctx))
    if (acted) return render(ctx, 'recovery/done', doneModel(acted))
    await showOver(ctx, overOf(await notices.find(tokenOf(ctx))), options)
  })
}

const doneModel = (acted: Acted): object => ({
  title: 'Nobody is signed in as you any more',
  sentence: `Your old password does not work any longer. ${acted.isMailed ? 'We have mailed you a link for a new one; it is good for 30 minutes.' : 'There is no mail address of you any more: the people who look after access give you a new one.'}`,
  items: itemsOf(acted),
  link: undefined,
})

/** Each device that may go has a box of its own. */
const fieldOf = (id: string): string => `remove ${id}`
const pointedAt = (form: Form): string[] => Object.keys(form).flatMap((field) => (field.startsWith(fieldOf('')) ? field.slice(fieldOf('').length) : []))

function itemsOf({ devices, recoveryCodes, address }: Acted): string[] {
  return [
    ...devices.map((device) => `The ${spellDevice(device)} was removed.`),
    ...(recoveryCodes > 0 ? ['The recovery codes that were made since do not work any more.'] : []),
    ...(address ? [`Your mail goes to ${address} again.`] : []),
  ]
}
