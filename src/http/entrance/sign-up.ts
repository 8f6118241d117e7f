// /console/sign-up: whoever wants an account gets one, where the operator allows that: an address and the code mailed there, then
// the account's name and a password; it ends signed in as its root user.
import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import type { NewAccount } from '../../domain/accounts/index.js'
import type { NewPasswords } from '../../domain/authentication/index.js'
import type { SignUp, SignUps } from '../../domain/sign-up/index.js'
import { Refusal } from '../../platform/errors.js'
import { isMailAddress } from '../../platform/mail/index.js'
import { formOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import type { EntranceOptions } from './entrance.js'
import { browserOf } from './interactions.js'

export interface SignUpOptions extends Pick<EntranceOptions, 'check' | 'csrf' | 'render'> {
  signUps: SignUps
  isAllowed: () => Promise<boolean>
  newPasswords: Pick<NewPasswords, 'rules' | 'judge'>
  /** Opens a session of an account's root user, and returns its home. */
  start: (ctx: Context, account: NewAccount) => Promise<string>
}

interface Fault {
  path: string
  message: string
}

const longestName = 50
const faultsModel = (faults: Fault[]): object => ({ problem: faults.length > 1 ? 'Several things need another look.' : faults[0]?.message, faults: faults.length > 0 ? faults : undefined })

/** Mounts the pages; there are none where sign-up is not allowed. */
export function signUpDoor(options: SignUpOptions): Middleware {
  const { csrf, isAllowed } = options
  const router = new Router({ prefix: '/console/sign-up' })
  router.use(async (_ctx, next) => {
    if (!await isAllowed()) throw new Refusal('not-found', 'Accounts are not opened here. Ask the people who look after access for one.')
    await next()
  })
  router.use(csrf)
  mountAddress(router, options)
  mountCode(router, options)
  mountAccount(router, options)
  return router.routes() as unknown as Middleware
}

function mountAddress(router: Router, { signUps, check, render }: SignUpOptions): void {
  const page = async (ctx: Context, email: string, faults: Fault[] = []): Promise<void> => {
    const isDue = await check.isDue(originOf(ctx).sourceIPAddress)
    await render(ctx, 'console/sign-up', { email, ...faultsModel(faults), challenge: isDue ? await check.make() : undefined, purpose: 'flooding people with mail', retryAfter: undefined })
  }
  router.get('/', (ctx) => page(ctx, ''))
  router.post('/', async (ctx) => {
    const email = (formOf(ctx).email ?? '').trim()
    const from = originOf(ctx).sourceIPAddress
    const isChecked = !await check.isDue(from) || await check.passes(formOf(ctx), from)
    if (!isMailAddress(email) || !isChecked) {
      ctx.status = 422
      return page(ctx, email.slice(0, 254), [{ path: 'email', message: isChecked ? 'Enter a mail address, such as name@example.com.' : 'The security check was not done yet. Please try once more.' }])
    }
    const { id } = await signUps.begin(email, browserOf(ctx), from)
    ctx.status = 303
    ctx.redirect(`/console/sign-up/${id}/code`)
  })
}

function mountCode(router: Router, options: SignUpOptions): void {
  const { signUps, render } = options
  const problems = { wrong: 'That code is not right.', over: 'That code is no longer good. Ask for a new one.' }
  const page = (ctx: Context, { email }: SignUp, faults: Fault[] = []): Promise<void> => render(ctx, 'console/sign-up-code', { email, ...faultsModel(faults), retryAfter: undefined })
  router.get('/:id/code', async (ctx) => page(ctx, await get(ctx, options)))
  router.post('/:id/code', async (ctx) => {
    const signUp = await get(ctx, options)
    const { action, code = '' } = formOf(ctx)
    ctx.status = 303
    if (action === 'send') {
      await signUps.sendAgain(signUp, browserOf(ctx), originOf(ctx).sourceIPAddress)
      return ctx.redirect(ctx.path)
    }
    const outcome = await signUps.prove(signUp, browserOf(ctx), code)
    if (outcome === 'proved') return ctx.redirect(`/console/sign-up/${signUp.id}/account`)
    ctx.status = 401
    await page(ctx, signUp, [{ path: 'code', message: problems[outcome] }])
  })
}

function mountAccount(router: Router, options: SignUpOptions): void {
  const { signUps, newPasswords, render, start } = options
  const chooserOf = (ctx: Context, { email }: SignUp, name: string) => ({ ownNames: [email, email.split('@')[0]!, name], address: originOf(ctx).sourceIPAddress })
  const page = async (ctx: Context, signUp: SignUp, name: string, faults: Fault[] = [], judged?: Awaited<ReturnType<NewPasswords['rules']>>): Promise<void> => {
    const rules = judged ?? await newPasswords.rules(chooserOf(ctx, signUp, name))
    await render(ctx, 'console/sign-up-account', { email: signUp.email, name, rules: rules.map(({ sentence, pattern, met }) => ({ text: sentence, pattern, met })), ...faultsModel(faults), retryAfter: undefined })
  }
  const proved = async (ctx: Context): Promise<SignUp> => {
    const signUp = await get(ctx, options)
    if (!signUp.proved) throw new Refusal('wrong-step', 'Enter the code that we mailed you first.')
    return signUp
  }
  router.get('/:id/account', async (ctx) => page(ctx, await proved(ctx), ''))
  router.post('/:id/account', async (ctx) => {
    const signUp = await proved(ctx)
    const { password = '', repeated = '', ...form } = formOf(ctx)
    const name = (form.name ?? '').trim()
    const { rules, accepted } = await newPasswords.judge(password, chooserOf(ctx, signUp, name))
    const faults: Fault[] = []
    if (name === '' || name.length > longestName) faults.push({ path: 'name', message: `Give the account a name of up to ${longestName} characters.` })
    if (!accepted) faults.push({ path: 'password', message: 'This password does not meet every rule yet.' })
    if (password !== repeated) faults.push({ path: 'repeated', message: 'The two passwords are not the same.' })
    if (faults.length > 0) {
      ctx.status = 422
      return page(ctx, signUp, name.slice(0, longestName), faults, rules)
    }
    const account = await signUps.finish(signUp, browserOf(ctx), { name, password }, originOf(ctx))
    const home = await start(ctx, account)
    ctx.status = 303
    ctx.redirect(home)
  })
}

async function get(ctx: Context, { signUps }: SignUpOptions): Promise<SignUp> {
  const signUp = await signUps.find((ctx.params as { id: string }).id, browserOf(ctx))
  if (!signUp) throw new Refusal('expired', 'This has ended, was open for too long, or was begun in another browser. Please start again.')
  return signUp
}
