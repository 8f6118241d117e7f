// The door itself: binds each hop to one interaction, one browser and the step that is due.
import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import { userPrincipal, type AuthenticatorApps, type FactorTries, type MailedCodes, type NewPasswords, type OwnPasswords, type Passwords, type RecoveryCodes, type Throttle, type TrustedBrowsers } from '../../domain/authentication/index.js'
import type { User } from '../../domain/directory/index.js'
import { acrOf, amrOf, type Attempts, type SignInAttempt, type Way } from '../../domain/sessions/index.js'
import type { MfaSettings } from '../../domain/settings/index.js'
import type { Trail } from '../../platform/audit/index.js'
import { seconds, type Clock } from '../../platform/clock.js'
import type { Render } from '../middleware/render.js'
import { authenticatorCodePage } from './authenticator-code.js'
import { blockedStep } from './blocked.js'
import { enrollAuthenticatorPage } from './enroll-authenticator.js'
import { enrollPasskeyPage } from './enroll-passkey.js'
import { enrollStep } from './enroll.js'
import { SignInEvents } from './events.js'
import { finisher } from './finish.js'
import { nextStep, type Situation } from './flow.js'
import { mailedCodeStep } from './mailed-code.js'
import { newPasswordStep } from './new-password.js'
import { passkeyPage } from './passkey-second.js'
import { passkeyOptions, type SigninPasskeys } from './passkey.js'
import { passwordStep } from './password.js'
import { recoveryCodePage } from './recovery-code.js'
import { recoveryCodesStep } from './recovery-codes.js'
import { resynchronisePage } from './resynchronise.js'
import { secondFactorStep } from './second-factor.js'
import { situationReader } from './situation.js'
import { proofCheck } from './still-proved.js'
import type { NotifyPerson, SigninInteraction, SigninPage, Visit } from './steps.js'
import { userNameStep } from './user-name.js'

/** Whoever asked for a sign-in: finds the interaction of this browser, and takes its result. */
export interface SigninInteractions {
  get(ctx: Context, prompts: ['login']): Promise<SigninInteraction>
  finish(ctx: Context, result: { login: { accountId: string; amr: string[]; acr: string; ts: number } }): Promise<void>
}

export interface SigninOptions {
  interactions: SigninInteractions
  attempts: Attempts
  findUserByName: (userName: string) => Promise<User | undefined>
  findUser: (id: string) => Promise<User | undefined>
  getUser: (id: string) => Promise<User>
  passkeys: SigninPasskeys
  /** Whether a failure that anybody can cause belongs into the trail. */
  worthRecording: (ctx: Context) => Promise<boolean>
  passwords: Pick<Passwords, 'check' | 'find'>
  /** False for what somebody proved before everything of theirs was ended. */
  isInForce: (userId: string, provedAt: number) => boolean
  ownPasswords: Pick<OwnPasswords, 'replace'>
  newPasswords: Pick<NewPasswords, 'rules' | 'judge'>
  throttle: Throttle
  mfa: () => Promise<MfaSettings>
  /** Counts the devices of a principal, of every type. */
  countDevices: (principal: string) => Promise<Situation['devices']>
  trustedBrowsers: Pick<TrustedBrowsers, 'check' | 'trust'>
  apps: AuthenticatorApps
  recoveryCodes: RecoveryCodes
  mailedCodes: MailedCodes
  factorTries: FactorTries
  /** Finds where mail to a person goes, where it can be sent. */
  findMailAddress: (userId: string) => Promise<string | undefined>
  notify: NotifyPerson
  organizationName: () => Promise<string>
  trail: Trail
  clock: Clock
  secure: boolean
  /** The address of the portal, for the trail. */
  loginTo: string
  csrf: Middleware
  render: Render
}

/** Every page there is: a way to prove something more is a line here. */
const pagesOf = (options: SigninOptions): SigninPage[] => [
  userNameStep(options),
  passwordStep(options),
  secondFactorStep(),
  passkeyPage(options),
  authenticatorCodePage(options),
  resynchronisePage(options),
  recoveryCodePage(options),
  mailedCodeStep(options),
  enrollStep(options),
  enrollAuthenticatorPage(options),
  enrollPasskeyPage(options),
  recoveryCodesStep(options),
  blockedStep(options),
  newPasswordStep(options),
]

/** Mounts the sign-in pages. */
export function signinDoor(options: SigninOptions): Middleware {
  const router = new Router({ prefix: '/signin/:uid' })
  const visit = visitor(options)
  const forward = forwarder(options)
  router.use(options.csrf)
  router.get('/', async (ctx) => forward(await visit(ctx)))
  router.get('/restart', async (ctx) => {
    const { attempt } = await visit(ctx)
    await options.attempts.save({ id: attempt.id, workflowId: attempt.workflowId, proofs: [] })
    ctx.redirect(`/signin/${attempt.id}/user-name`)
  })
  router.post('/passkey-options', async (ctx) => {
    const here = await visit(ctx)
    ctx.body = await passkeyOptions(here, nextStep(here.attempt, here.situation), options)
  })
  for (const page of pagesOf(options)) {
    router.get(`/${page.name}`, async (ctx) => {
      const here = await visit(ctx)
      await (isDue(page, here) ? page.show(here) : forward(here))
    })
    router.post(`/${page.name}`, async (ctx) => {
      const here = await visit(ctx)
      if (!isDue(page, here)) return forward(here)
      if (await page.prove(here) === 'shown') return
      await options.attempts.save(here.attempt)
      await forward(await visit(ctx))
    })
  }
  return router.routes() as unknown as Middleware
}

const isDue = (page: SigninPage, here: Visit): boolean => nextStep(here.attempt, here.situation) === page.step && (page.isOpen?.(here) ?? true)

function visitor({ interactions, attempts, getUser, countDevices, trail, ...options }: SigninOptions): (ctx: Context) => Promise<Visit> {
  const dropStale = proofCheck(options)
  const read = situationReader({ interactions, attempts, getUser, countDevices, trail, ...options })
  /** A session that lacks only a second factor brings what was proved for it; one whose proof is too old, only the name. */
  const begin = async ({ session, again, loginHint }: SigninInteraction): Promise<Partial<SignInAttempt>> => {
    if (!session) return again === 'password' && loginHint ? { userName: loginHint } : {}
    const { id, userName, active } = await getUser(session.userId)
    // Who holds a session only, perhaps somebody else's, registers no device with it.
    const { totp, passkey } = await countDevices(userPrincipal(id))
    if (totp + passkey === 0) return {}
    const proofs = session.amr.flatMap((way) => (way === 'mfa' ? [] : { way: way as Way, provedAt: session.since * 1000 }))
    return active ? { userId: id, userName, sessionSince: session.since, proofs } : {}
  }
  return async (ctx) => {
    const interaction = await interactions.get(ctx, ['login'])
    const attempt = await attempts.open(interaction.uid, () => begin(interaction))
    await dropStale(attempt)
    return { ctx, interaction, attempt, situation: await read(ctx, attempt, interaction), events: new SignInEvents(trail, ctx, attempt) }
  }
}

/** Sends the browser to the step that is due, or finishes the sign-in. */
function forwarder(options: SigninOptions): (here: Visit) => Promise<void> {
  const finish = finisher(options)
  return async (here) => {
    const { ctx, attempt, situation } = here
    const step = nextStep(attempt, situation)
    if (step !== 'done') {
      ctx.status = 303
      return ctx.redirect(`/signin/${attempt.id}/${step}`)
    }
    await finish(here)
    const ts = attempt.sessionSince ?? seconds(options.clock())
    await options.interactions.finish(ctx, { login: { accountId: attempt.userId!, amr: amrOf(attempt.proofs), acr: acrOf(attempt.proofs), ts } })
  }
}
