// The door itself: binds each hop to one interaction, one browser and the step that is due.
import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import type { NewPasswords, Passkey, Passwords, Throttle } from '../../domain/authentication/index.js'
import type { User } from '../../domain/directory/index.js'
import type { Attempts, SignInAttempt } from '../../domain/sessions/index.js'
import type { Trail } from '../../platform/audit/index.js'
import { seconds, type Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import type { Render } from '../middleware/render.js'
import { nextStep, type Step } from './flow.js'
import { newPasswordStep } from './new-password.js'
import { passkeyOptions, type SigninPasskeys } from './passkey.js'
import { passwordStep } from './password.js'
import { userNameStep } from './user-name.js'
import { SignInEvents } from './events.js'

/** What the door needs to know of the interaction it serves. */
export interface SigninInteraction {
  uid: string
  client: { name: string; isPortal: boolean }
  loginHint: string | undefined
}

/** Whoever asked for a sign-in: finds the interaction of this browser, and takes its result. */
export interface SigninInteractions {
  get(ctx: Context, prompts: ['login']): Promise<SigninInteraction>
  finish(ctx: Context, result: { login: { accountId: string; amr: string[]; acr?: string; ts: number } }): Promise<void>
}

export interface SigninOptions {
  interactions: SigninInteractions
  attempts: Attempts
  findUserByName: (userName: string) => Promise<User | undefined>
  findUser: (id: string) => Promise<User | undefined>
  getUser: (id: string) => Promise<User>
  passkeys: SigninPasskeys
  /** Tells a person that a copy of their passkey was used, and refused. */
  reportCopied: (ctx: Context, user: User, passkey: Passkey) => Promise<void>
  /** Whether a failure that anybody can cause belongs into the trail. */
  worthRecording: (ctx: Context) => Promise<boolean>
  passwords: Passwords
  newPasswords: Pick<NewPasswords, 'rules' | 'judge'>
  throttle: Throttle
  trail: Trail
  clock: Clock
  secure: boolean
  /** The address of the portal, for the trail. */
  loginTo: string
  csrf: Middleware
  render: Render
}

/** One visit to a step: the request, its interaction and its attempt. */
export interface Visit {
  ctx: Context
  interaction: SigninInteraction
  attempt: SignInAttempt
  events: SignInEvents
}

/** What a step is: a page, and what its form proves. A page that was answered itself returns 'shown'. */
export interface StepPages {
  show(visit: Visit): Promise<void>
  prove(visit: Visit): Promise<'shown' | 'proved'>
}

/** Mounts the sign-in pages. */
export function signinDoor(options: SigninOptions): Middleware {
  const router = new Router({ prefix: '/signin/:uid' })
  router.use(options.csrf)
  router.get('/', async (ctx) => forward(await visit(ctx, options), options))
  router.get('/restart', async (ctx) => {
    const { attempt } = await visit(ctx, options)
    await options.attempts.save({ id: attempt.id, workflowId: attempt.workflowId, proofs: [] })
    ctx.redirect(`/signin/${attempt.id}/user-name`)
  })
  router.post('/passkey-options', async (ctx) => {
    const here = await visit(ctx, options)
    ctx.body = await passkeyOptions(here, nextStep(here.attempt), options)
  })
  mountStep(router, 'user-name', userNameStep(options), options)
  mountStep(router, 'password', passwordStep(options), options)
  mountStep(router, 'new-password', newPasswordStep(options), options)
  return router.routes() as unknown as Middleware
}

function mountStep(router: Router, step: Step, pages: StepPages, options: SigninOptions): void {
  router.get(`/${step}`, async (ctx) => {
    const here = await visit(ctx, options)
    if (nextStep(here.attempt) === step) await pages.show(here)
    else await forward(here, options)
  })
  router.post(`/${step}`, async (ctx) => {
    const here = await visit(ctx, options)
    if (nextStep(here.attempt) !== step) return forward(here, options)
    if (await pages.prove(here) === 'shown') return
    await options.attempts.save(here.attempt)
    await forward(here, options)
  })
}

async function visit(ctx: Context, options: SigninOptions): Promise<Visit> {
  const interaction = await options.interactions.get(ctx, ['login'])
  const attempt = await options.attempts.open(interaction.uid)
  return { ctx, interaction, attempt, events: new SignInEvents(options.trail, ctx, attempt) }
}

/** Sends the browser to the step that is due, or finishes the sign-in. */
async function forward({ ctx, attempt, events }: Visit, options: SigninOptions): Promise<void> {
  const step = nextStep(attempt)
  if (step !== 'done') {
    ctx.status = 303
    return ctx.redirect(`/signin/${attempt.id}/${step}`)
  }
  if (!await options.attempts.end(attempt)) throw new Refusal('already-used', 'This sign-in was finished already.')
  await events.authenticated(options.loginTo)
  await options.interactions.finish(ctx, { login: { accountId: attempt.userId!, amr: attempt.proofs, ts: seconds(options.clock()) } })
}
