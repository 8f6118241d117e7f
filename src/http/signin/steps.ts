// What a step is, and what its pages get to see.
import type { Context } from 'koa'
import type { Executor } from '../../platform/storage/database.js'
import type { SignInAttempt, Way } from '../../domain/sessions/index.js'
import type { AuditEvent, Outcome } from '../../platform/audit/index.js'
import type { Situation, Step } from './flow.js'

/** What the door needs to know of the interaction it serves. */
export interface SigninInteraction {
  uid: string
  client: { name: string; isPortal: boolean }
  loginHint: string | undefined
  /** How somebody signed in who is to prove it once more; undefined where nobody is signed in. */
  again: 'password' | 'passkey' | 'external' | undefined
  /** The request asks for a second factor. */
  wantsTwoFactors: boolean
  /** The session of this browser where the request asks for no more than a second factor on top of it. */
  session: { userId: string; amr: string[]; since: number } | undefined
  /** Names the session of this browser, where somebody is signed in. */
  sessionUid?: string | undefined
  /** What was said on a page before: a name, and the account it is a name in. */
  said?: { userName: string; accountId: string; account: string } | undefined
  /** Where one says another name, where that is another page. */
  restartUrl?: string
}

/** One visit to a step: the request, its interaction, its attempt, and what else decides about the next step. */
export interface Visit {
  ctx: Context
  interaction: SigninInteraction
  attempt: SignInAttempt
  situation: Situation
  events: SigninEvents
  /** Where the pages of this sign-in are. */
  home: string
  /** The name that was said, as nobody's of another population. */
  mark: string
  /** Owns the password and the devices of whoever has proved something. */
  principal: string | undefined
  helpers: string | undefined
}

/** A way of proving, or what stands for it: two codes in a row prove an authenticator app whose clock is off. */
export type AskedFor = Way | 'resync'

/** What one sign-in leaves in the trail. */
export interface SigninEvents {
  /** A proof was asked for. */
  challenged(proof: AskedFor, user: { id: string; userName: string } | undefined): Promise<void>
  verified(proof: AskedFor, outcome: Outcome, userId: string | undefined, details?: Record<string, unknown>): Promise<void>
  /** Something about the factors changed on the way in: recorded with the transaction that changes it, where there is one. */
  changed(event: AuditEvent, tx?: Executor): Promise<void>
  /** Within the transaction that replaces it. */
  passwordReplaced(userId: string, tx: Executor): Promise<void>
  /** Everything was proved. */
  authenticated(): Promise<void>
}

/** What a step is: a page, and what its form proves. A page that was answered itself returns 'shown'. */
export interface StepPages {
  show(visit: Visit): Promise<void>
  prove(visit: Visit): Promise<'shown' | 'proved'>
}

/** A page of a step, at the address of its own name; open only while the step is due, and what it asks for is the person's to give. */
export interface SigninPage extends StepPages {
  name: string
  step: Step
  /** Left out where the page is always open while its step is due. */
  isOpen?(visit: Visit): boolean
}

/** A step that proves nothing itself: it says something, or leads to one of its pages. */
export const stepWithoutForm = (step: Step, show: SigninPage['show']): SigninPage => ({
  name: step,
  step,
  show,
  async prove(here) {
    await show(here)
    return 'shown'
  },
})

/** What a person is told by mail. */
export type Notice =
  | { letter: 'new-browser' | 'password-changed' }
  | { letter: 'factor-added'; factor: string; about: { device: string } }
  | { letter: 'passkey-copied'; factor: string }
  | { letter: 'recovery-code-used'; left: number }
  | { letter: 'code'; code: string; purpose: string; minutes: number }

/** Tells a person by mail, where they have an address; with `tx`, in the transaction of what it announces. */
export type NotifyMember = (ctx: Context, userId: string, notice: Notice, tx?: Executor) => Promise<void>
