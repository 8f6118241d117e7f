// The page on which a password is chosen by a link: its rules, and what is wrong with what was typed.
import type { Router } from '@koa/router'
import type { Context } from 'koa'
import type { Chooser, JudgedRule } from '../../domain/authentication/index.js'
import type { FoundLink, Owner } from '../../domain/recovery/index.js'
import { formOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import { showOver, tokenOf, type Over } from './link-over.js'
import type { RecoveryDoorOptions } from './recovery.js'

/** A page behind a mailed link on which its owner chooses a password. */
export interface LinkedPage {
  path: `/${string}/:token`
  title: string
  /** Why one is here. */
  lead: string
  button: string
  /** Offers to end the sessions there are. */
  offersEnd: boolean
  find: (token: string) => Promise<FoundLink | undefined>
  /** What to say of a link that is not open. */
  overOf: (link: FoundLink | undefined, ctx: Context) => Over
  /** Sets the password, once: undefined when the link is not open any more. */
  save: (ctx: Context, choice: Choice) => Promise<Owner | undefined>
  doneOf: (owner: Owner, choice: Choice) => { title: string; sentence: string; link: { text: string; url: string } }
}

export interface Choice {
  password: string
  endSessions: boolean
}

interface Fault {
  path: 'password' | 'repeated'
  message: string
}

interface Typed extends Choice {
  rules: JudgedRule[]
  faults: Fault[]
}

type Needs = Pick<RecoveryDoorOptions, 'newPasswords' | 'csrf' | 'render'>

const chooserOf = (ctx: Context, { principal, ownNames }: Owner): Chooser =>
  ({ principal, ownNames, address: originOf(ctx).sourceIPAddress })

/** Mounts a page: the form, and what is sent with it. */
export function mountLinkedPage(router: Router, page: LinkedPage, needs: Needs): void {
  const show = async (ctx: Context, typed?: Typed): Promise<void> => {
    const link = await page.find(tokenOf(ctx))
    await (link?.state === 'open' ? showForm(ctx, link.owner, page, needs, typed) : showOver(ctx, page.overOf(link, ctx), needs))
  }

  router.get(page.path, needs.csrf, (ctx) => show(ctx))

  router.post(page.path, needs.csrf, async (ctx) => {
    const link = await page.find(tokenOf(ctx))
    const typed = link?.state === 'open' ? await readForm(ctx, link.owner, needs) : undefined
    const owner = typed?.faults.length === 0 ? await page.save(ctx, typed) : undefined
    // The link is looked at anew: whoever used it meanwhile may have chosen the very password that is refused as used already.
    if (!typed || !owner) return show(ctx, typed)
    await needs.render(ctx, 'recovery/done', page.doneOf(owner, typed))
  })
}

async function showForm(ctx: Context, owner: Owner, { title, lead, button, offersEnd }: LinkedPage, { newPasswords, render }: Needs, typed?: Typed): Promise<void> {
  const rules = typed?.rules ?? await newPasswords.rules(chooserOf(ctx, owner))
  const faults = typed?.faults ?? []
  if (faults.length > 0) ctx.status = 422
  await render(ctx, 'recovery/choose-password', {
    title, lead, button, offersEnd,
    userName: owner.userName, isRoot: owner.entrance === '/console',
    endSessions: typed?.endSessions ?? true,
    rules: rules.map(({ sentence, pattern, met }) => ({ text: sentence, pattern, met })),
    problem: faults.length > 1 ? 'Two things need another look.' : faults[0]?.message,
    faults: faults.length > 0 ? faults : undefined,
    retryAfter: undefined,
  })
}

async function readForm(ctx: Context, owner: Owner, { newPasswords }: Needs): Promise<Typed> {
  const { password = '', repeated = '', endSessions } = formOf(ctx)
  const faults: Fault[] = []
  const { rules, accepted } = await newPasswords.judge(password, chooserOf(ctx, owner))
  if (!accepted) faults.push({ path: 'password', message: 'This password does not meet every rule yet.' })
  if (password !== repeated) faults.push({ path: 'repeated', message: 'The two passwords are not the same.' })
  return { password, endSessions: endSessions === 'on', rules, faults }
}
