// The door itself: the first pages of the console's sign-in, each a plain form. Of what is typed only its looks are judged.
import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import type { ConsoleEntries } from '../../domain/sessions/index.js'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf, type Form } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import type { Render } from '../middleware/render.js'
import { onwardOf, queryText, withOnward } from './onward.js'
import { iamUserForm } from './iam-user.js'
import { browserOf } from './interactions.js'
import { remember, rememberedIn, type Remembered } from './remembered.js'
import { rootForm } from './root.js'

/** A puzzle for browsers, asked for where many passwords were wrong. */
export interface EntranceCheck {
  isDue(address: string): Promise<boolean>
  make(): Promise<string>
  passes(form: Form, address: string): Promise<boolean>
}

/** What the pages need of whoever proves passkeys: who has one signs in with it at once. */
export interface EntrancePasskeys {
  isPossible: boolean
  /** What a page's script asks the browser for. */
  ask(ctx: Context): Promise<object>
  /** Takes the answer, and returns where the sign-in that `begin` begins goes on; nothing where it proves nobody. */
  prove(ctx: Context, answer: string, begin: (kind: Said['kind'], said: Omit<Said, 'kind'>) => Promise<string>): Promise<string | undefined>
}

export interface EntranceOptions {
  entries: ConsoleEntries
  /** Finds the id of an account by its id or alias; the same work for those that nobody has. */
  findAccountId: (account: string) => Promise<string | undefined>
  check: EntranceCheck
  passkeys: EntrancePasskeys
  /** Whether people may open accounts by themselves. */
  opensAccounts: () => Promise<boolean>
  publicUrl: URL
  csrf: Middleware
  render: Render
}

/** What a form says, once its looks are right. */
export interface Said {
  kind: 'root' | 'iam-user'
  userName: string
  account: string
  accountId: string
}

/** A page with a form that says who somebody is. */
export interface EntranceForm {
  path: string
  view: string
  /** The fields as the page shows them before anything is typed. */
  blank(query: Form, kept: ReturnType<typeof rememberedIn>): Fields
  typed(form: Form): Fields
  /** What is wrong with the looks of it. */
  faults(fields: Fields): { path: string; message: string }[]
  /** Another page, by the looks of it. */
  elsewhere(fields: Fields): { text: string; url: string; link: string } | undefined
  said(fields: Fields): Promise<Said>
}

export interface Fields {
  account: string
  userName: string
  remember: boolean
}

/** Leads somebody without a session to the first page, and remembers where they wanted to go. */
export function toEntrance(ctx: Context, { publicUrl }: Pick<EntranceOptions, 'publicUrl'>): void {
  const { region } = queryOf(ctx)
  const onward = onwardOf({ ...(ctx.path !== '/console' && { redirect_uri: ctx.url }), ...(region && { region }) }, publicUrl)
  ctx.redirect(withOnward('/console/sign-in', onward))
}

/** Mounts the addresses of accounts: /console/ACCOUNT-ID-OR-ALIAS. They come after every page of the console, whose names go before. */
export function accountDoor({ publicUrl, csrf }: Pick<EntranceOptions, 'publicUrl' | 'csrf'>): Middleware {
  const router = new Router({ prefix: '/console' })
  router.get('/:account', csrf, async (ctx, next) => {
    const { account } = ctx.params as { account: string }
    if (!/^(\d{12}|[a-z0-9-]{3,63}|\d{4}-\d{4}-\d{4})$/.test(account)) return next()
    const page = withOnward('/console/sign-in/user', onwardOf(queryOf(ctx), publicUrl))
    ctx.redirect(`${page}${page.includes('?') ? '&' : '?'}account=${account}`)
  })
  return router.routes() as unknown as Middleware
}

/** Leads from a host of an account, ALIAS.signin.BASE, to the account's page, where such hosts are let in. */
export const accountHosts = ({ publicUrl }: Pick<EntranceOptions, 'publicUrl'>): Middleware => async (ctx, next) => {
  const account = ctx.host.toLowerCase() === publicUrl.host ? undefined : /^([a-z0-9-]{3,63})\.signin\./i.exec(ctx.host)?.[1]?.toLowerCase()
  if (!account || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next()
  ctx.redirect(new URL(withOnward(`/console/${account}`, onwardOf(queryOf(ctx), publicUrl)), publicUrl).href)
}

/** Mounts the first pages. */
export function entranceDoor(options: EntranceOptions): Middleware {
  const { publicUrl, csrf, render } = options
  const secure = publicUrl.protocol === 'https:'
  const router = new Router({ prefix: '/console/sign-in' })
  router.get('/', csrf, async (ctx) => {
    const query = queryOf(ctx)
    const kept = query.choose === undefined ? rememberedIn(ctx, secure) : undefined
    if (kept) return ctx.redirect(withOnward(kept.kind === 'root' ? '/console/sign-in/root' : '/console/sign-in/user', onwardOf(query, publicUrl)))
    await render(ctx, 'console/sign-in', { opensAccounts: await options.opensAccounts(), onward: queryText(onwardOf(query, publicUrl)) })
  })
  router.post('/passkey-options', csrf, async (ctx) => {
    if (!options.passkeys.isPossible) throw new Refusal('not-found', 'There are no passkeys at this address.')
    ctx.body = await options.passkeys.ask(ctx)
  })
  for (const form of [rootForm(), iamUserForm(options)]) mountForm(router, form, options)
  return router.routes() as unknown as Middleware
}

function mountForm(router: Router, page: EntranceForm, { entries, check, passkeys, publicUrl, csrf, render }: EntranceOptions): void {
  const secure = publicUrl.protocol === 'https:'
  const addressOf = (ctx: Context): string => originOf(ctx).sourceIPAddress
  const show = async (ctx: Context, fields: Fields, { faults = [], problem }: { faults?: { path: string; message: string }[]; problem?: string } = {}): Promise<void> => {
    const onward = queryText(onwardOf(queryOf(ctx), publicUrl))
    await render(ctx, page.view, {
      ...fields, passkeyOptionsUrl: passkeys.isPossible ? '/console/sign-in/passkey-options' : undefined, onward, onwardMore: onward.replace('?', '&'), elsewhere: page.elsewhere(fields), retryAfter: undefined,
      problem: problem ?? (faults.length > 1 ? 'Two things need another look.' : faults[0]?.message), faults: faults.length > 0 ? faults : undefined,
      challenge: await check.isDue(addressOf(ctx)) ? await check.make() : undefined,
    })
  }

  router.get(page.path, csrf, async (ctx) => show(ctx, page.blank(queryOf(ctx), rememberedIn(ctx, secure))))

  const begin = async (ctx: Context, said: Said, remembered: Omit<Remembered, 'kind'>): Promise<string> => {
    const entry = await entries.begin({ ...said, ...onwardOf(queryOf(ctx), publicUrl) }, browserOf(ctx))
    remember(ctx, { kind: said.kind, ...remembered }, secure)
    return entry.id
  }

  router.post(page.path, csrf, async (ctx) => {
    const { passkey } = formOf(ctx)
    if (passkey !== undefined) {
      const kept = rememberedIn(ctx, secure)
      const next = await passkeys.prove(ctx, passkey, (kind, said) => begin(ctx, { kind, ...said }, kept?.kind === kind ? kept : {}))
      ctx.status = next ? 303 : 401
      return next ? ctx.redirect(next) : show(ctx, page.blank(queryOf(ctx), kept), { problem: 'That passkey cannot be used here. Try again, or say who you are.' })
    }
    const fields = page.typed(formOf(ctx))
    const faults = page.faults(fields)
    const isChecked = !await check.isDue(addressOf(ctx)) || await check.passes(formOf(ctx), addressOf(ctx))
    if (faults.length > 0 || !isChecked) {
      ctx.status = 422
      return show(ctx, fields, faults.length > 0 ? { faults } : { problem: 'The security check was not done yet. Please try once more.' })
    }
    const said = await page.said(fields)
    const id = await begin(ctx, said, fields.remember ? { userName: said.userName, ...(said.account && { account: said.account }) } : {})
    ctx.status = 303
    ctx.redirect(`/console/sign-in${page.path}/${id}`)
  })
}
