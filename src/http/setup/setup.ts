// The form that makes the organization, and its faults.
import { randomInt } from 'node:crypto'
import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import type { Budgets, JudgedRule, NewPasswords } from '../../domain/authentication/index.js'
import type { SetUp } from '../../domain/set-up/index.js'
import { neighbourhoodOf } from '../../platform/addresses.js'
import { Refusal, type Fault } from '../../platform/errors.js'
import { formOf, type Form } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import type { Render } from '../middleware/render.js'

export interface SetupOptions {
  setUp: Pick<SetUp, 'expiry' | 'complete'>
  newPasswords: Pick<NewPasswords, 'rules' | 'judge'>
  budgets: Pick<Budgets, 'check' | 'count'>
  publicUrl: URL
  csrf: Middleware
  render: Render
}

const fields = ['organizationName', 'accountName', 'accountId', 'accountEmail', 'userName', 'givenName', 'familyName', 'email'] as const
type Values = Record<(typeof fields)[number], string>

/** Mounts the set-up page. */
export function setupDoor(options: SetupOptions): Middleware {
  const router = new Router({ prefix: '/setup/:token' })
  router.use(options.csrf)
  router.get('/', async (ctx) => show(ctx, await expiryOf(ctx, options), firstValues(), [], await options.newPasswords.rules({ ownNames: [] }), options))
  router.post('/', async (ctx) => {
    const expiry = await expiryOf(ctx, options)
    const form = formOf(ctx)
    const values = valuesOf(form)
    const { rules, accepted } = await options.newPasswords.judge(form.password ?? '', { ownNames: [values.userName, values.givenName, values.familyName], address: originOf(ctx).sourceIPAddress })
    const faults = faultsOf(values, form, accepted)
    if (faults.length > 0) {
      ctx.status = 422
      return show(ctx, expiry, values, faults, rules, options)
    }
    await options.setUp.complete(tokenOf(ctx), { ...values, password: form.password! }, originOf(ctx).sourceIPAddress)
    await options.render(ctx, 'setup/done', { organization: { name: values.organizationName }, userName: values.userName, portalUrl: new URL('/start', options.publicUrl).href })
  })
  return router.routes() as unknown as Middleware
}

async function expiryOf(ctx: Context, { setUp, budgets }: SetupOptions): Promise<number> {
  const place = neighbourhoodOf(originOf(ctx).sourceIPAddress)
  await budgets.check('WrongSetUpLinksPerAddress', place)
  const expiry = await setUp.expiry(tokenOf(ctx))
  if (expiry !== undefined) return expiry
  await budgets.count('WrongSetUpLinksPerAddress', place)
  throw new Refusal('already-used', 'This set-up link was used already, or has expired. Start Gatehouse again to get a new one, unless it is set up by now.')
}

const tokenOf = (ctx: Context): string => (ctx.params as { token: string }).token

async function show(ctx: Context, expiry: number, values: Values, faults: Fault[], rules: JudgedRule[], { render }: SetupOptions): Promise<void> {
  await render(ctx, 'setup/start', {
    organization: { name: 'Gatehouse' },
    values,
    expiresAt: new Date(expiry).toISOString(),
    // Whose names they are is still being typed.
    rules: rules.map(({ name, sentence, pattern, met }) => ({ text: sentence, pattern: name === 'own-names' ? undefined : pattern, met })),
    problem: faults.length > 0 ? 'Some fields need another look.' : undefined,
    faults: faults.length > 0 ? faults : undefined,
  })
}

const firstValues = (): Values => ({ ...valuesOf({}), accountName: 'Management', accountId: `${randomInt(100_000, 1_000_000)}${randomInt(100_000, 1_000_000)}` })

function valuesOf(form: Form): Values {
  const values = Object.fromEntries(fields.map((field) => [field, (form[field] ?? '').trim()])) as Values
  return { ...values, accountId: values.accountId.replaceAll('-', '') }
}

function faultsOf(values: Values, { password = '', repeated = '' }: Form, accepted: boolean): Fault[] {
  const faults: Fault[] = []
  const require = (path: keyof Values | 'password' | 'repeated', holds: boolean, message: string): void => {
    if (!holds) faults.push({ path, message })
  }
  require('organizationName', /^.{1,100}$/.test(values.organizationName), 'Enter a name of at most 100 characters.')
  require('accountName', /^.{1,50}$/.test(values.accountName), 'Enter a name of at most 50 characters.')
  require('accountId', /^\d{12}$/.test(values.accountId), 'An account id has 12 digits.')
  require('accountEmail', isEmail(values.accountEmail), 'Enter an email address.')
  require('userName', /^[\w+=,.@-]{1,64}$/.test(values.userName), 'Use 1 to 64 letters, digits and + = , . @ _ -')
  require('givenName', values.givenName.length <= 100, 'Use at most 100 characters.')
  require('familyName', values.familyName.length <= 100, 'Use at most 100 characters.')
  require('email', isEmail(values.email), 'Enter an email address.')
  require('password', accepted, 'This password does not meet every rule yet.')
  require('repeated', password === repeated, 'The two passwords are not the same.')
  return faults
}

const isEmail = (text: string): boolean => text.length <= 254 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)
