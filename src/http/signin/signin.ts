// The door itself: binds each hop to one interaction, one browser and the step that is due.
import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import type { AuthenticatorApps, FactorTries, MailedCodes, PasswordChanges, Passwords, RecoveryCodes, Throttle, TrustedBrowsers } from '../../domain/authentication/index.js'
import { acrOf, amrOf, hasProved, type Attempts, type Proof, type SignInAttempt, type Voucher, type Way } from '../../domain/sessions/index.js'
import { seconds, type Clock } from '../../platform/clock.js'
import type { Render } from '../middleware/render.js'
import { authenticatorCodePage } from './authenticator-code.js'
import { blockedStep } from './blocked.js'
import { enrollAuthenticatorPage } from './enroll-authenticator.js'
import { enrollPasskeyPage } from './enroll-passkey.js'
import { elsewhereStep } from './elsewhere.js'
import { enrollStep } from './enroll.js'
import { externalRoutes, type ExternalSignIn } from './external.js'
import { broughtRoute } from './external-begun.js'
import { finisher } from './finish.js'
import { nextStep, type Situation } from './flow.js'
import { mailedCodeStep } from './mailed-code.js'
import { newPasswordStep } from './new-password.js'
import { passkeyPage } from './passkey-second.js'
import { passkeyOptions, type SigninPasskeys } from './passkey.js'
import { passwordStep } from './password.js'
import type { Population } from './population.js'
import { recoveryCodePage } from './recovery-code.js'
import { recoveryCodesStep } from './recovery-codes.js'
import { resynchronisePage } from './resynchronise.js'
import { secondFactorStep } from './second-factor.js'
import { situationReader } from './situation.js'
import { proofCheck } from './still-proved.js'
import type { SigninInteraction, SigninPage, Visit } from './steps.js'
import { userNameStep } from './user-name.js'

/** Whoever asked for a sign-in: finds the interaction of this browser, and takes its result. */
export interface SigninInteractions {
  get(ctx: Context, prompts: ['login']): Promise<SigninInteraction>
  finish(ctx: Context, result: { login: { accountId: string; amr: string[]; acr: string; ts: number }; vouchedBy?: Voucher }, attempt: SignInAttempt): Promise<void>
}

export interface SigninOptions extends Population {
  interactions: SigninInteractions
  attempts: Attempts
  passkeys: SigninPasskeys
  /** Whether a failure that anybody can cause belongs into the trail. */
  worthRecording: (ctx: Context) => Promise<boolean>
  passwords: Pick<Passwords, 'check' | 'find'>
  /** False for what somebody proved before everything of theirs was ended. */
  isInForce: (userId: string, provedAt: number) => boolean
  passwordChanges: Pick<PasswordChanges, 'replace'>
  throttle: Throttle
  /** Counts the devices of a principal, of every type. */
  countDevices: (principal: string) => Promise<Situation['devices']>
  trustedBrowsers: Pick<TrustedBrowsers, 'check' | 'trust'>
  apps: AuthenticatorApps
  recoveryCodes: RecoveryCodes
  mailedCodes: MailedCodes
  factorTries: FactorTries
  organizationName: () => Promise<string>
  /** The identity sources, for those whom they may vouch for. */
  external?: ExternalSignIn
  clock: Clock
  secure: boolean
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
  elsewhereStep(options),
  newPasswordStep(options),
]

/** Mounts the sign-in pages. */
export function signinDoor(options: SigninOptions): Middleware {
  const router = new Router({ prefix: `${options.base}/:uid` })
  const visit = visitor(options)
  const forward = forwarder(options)
  router.use(options.csrf)
  router.get('/', async (ctx) => forward(await visit(ctx)))
  router.get('/restart', async (ctx) => {
    const { attempt, interaction, home } = await visit(ctx)
    await options.attempts.save({ id: attempt.id, workflowId: attempt.workflowId, proofs: [] })
    ctx.redirect(interaction.restartUrl ?? `${home}/user-name`)
  })
  router.post('/passkey-options', async (ctx) => {
    const here = await visit(ctx)
    ctx.body = await passkeyOptions(here, nextStep(here.attempt, here.situation), options)
  })
  if (options.external) externalRoutes(router, { ...options, external: options.external }, { visit, forward })
  if (options.external) broughtRoute(router, { ...options, external: options.external }, { visit, forward })
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

function visitor(options: SigninOptions): (ctx: Context) => Promise<Visit> {
  const { interactions, attempts, get, countDevices, principalOf, markOf, eventsOf, base, helpers } = options
  const dropStale = proofCheck(options)
  const read = situationReader(options)
  /** A session that lacks only a second factor brings what was proved for it; one whose proof is too old, only the name. */
  const begin = async ({ session, again, loginHint, said }: SigninInteraction): Promise<Partial<SignInAttempt>> => {
    if (said) return { userName: said.userName }
    if (!session) return again === 'password' && loginHint ? { userName: loginHint, here: true } : {}
    const { id, principal, userName, active } = await get(session.userId)
    // Who holds a session only, perhaps somebody else's, registers no device with it.
    const { totp, passkey } = await countDevices(principal)
    if (totp + passkey === 0) return {}
    const proofs = provedBy(session)
    return active ? { userId: id, userName, sessionSince: session.since, proofs } : {}
  }
  return async (ctx) => {
    const interaction = await interactions.get(ctx, ['login'])
    const attempt = await attempts.open(interaction.uid, () => begin(interaction))
    await dropStale(attempt)
    return {
      ctx, interaction, attempt, situation: await read(ctx, attempt, interaction), events: eventsOf(ctx, attempt, interaction),
      home: `${base}/${attempt.id}`, mark: markOf(attempt.userName ?? '', interaction), principal: attempt.userId && principalOf(attempt.userId), helpers,
    }
  }
}

/** What a source said of its own ways stands in `amr` too, and proves nothing here. */
const provedBy = ({ amr, since }: NonNullable<SigninInteraction['session']>): Proof[] =>
  (amr.includes('ext') ? ['ext'] : amr.filter((way) => way !== 'mfa')).map((way) => ({ way: way as Way, provedAt: since * 1000 }))

/** Sends the browser to the step that is due, or finishes the sign-in. */
function forwarder(options: SigninOptions): (here: Visit) => Promise<void> {
  const finish = finisher(options)
  return async (here) => {
    const { ctx, attempt, situation, home } = here
    const step = nextStep(attempt, situation)
    if (step !== 'done') {
      ctx.status = 303
      return ctx.redirect(`${home}/${step}`)
    }
    if (options.external && !hasProved(attempt.proofs, 'ext') && await options.external.isRestricted()) attempt.breakGlass = true
    await finish(here)
    const voucher = hasProved(attempt.proofs, 'ext') ? attempt.external?.voucher : undefined
    const ts = attempt.sessionSince ?? seconds(options.clock())
    await options.interactions.finish(ctx, { login: { accountId: attempt.userId!, amr: amrOf(attempt.proofs, attempt.external?.amr), acr: acrOf(attempt.proofs), ts }, ...(voucher && { vouchedBy: voucher }) }, attempt)
  }
}
