// What a step is, and what its pages get to see.
import type { Context } from 'koa'
import type { Executor } from '../../platform/storage/database.js'
import type { SignInAttempt } from '../../domain/sessions/index.js'
import type { SignInEvents } from './events.js'
import type { Situation, Step } from './flow.js'

/** What the door needs to know of the interaction it serves. */
export interface SigninInteraction {
  uid: string
  client: { name: string; isPortal: boolean }
  loginHint: string | undefined
  /** How somebody signed in who is to prove it once more; undefined where nobody is signed in. */
  again: 'password' | 'passkey' | undefined
  /** The request asks for a second factor. */
  wantsTwoFactors: boolean
  /** The session of this browser where the request asks for no more than a second factor on top of it. */
  session: { userId: string; amr: string[]; since: number } | undefined
}

/** One visit to a step: the request, its interaction, its attempt, and what else decides about the next step. */
export interface Visit {
  ctx: Context
  interaction: SigninInteraction
  attempt: SignInAttempt
  situation: Situation
  events: SignInEvents
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

/** What a person is told by mail. */
export type Notice =
  | { letter: 'new-browser' | 'password-changed' }
  | { letter: 'factor-added'; factor: string; about: { device: string } }
  | { letter: 'passkey-copied'; factor: string }
  | { letter: 'recovery-code-used'; left: number }
  | { letter: 'code'; code: string; purpose: string; minutes: number }

/** Tells a person by mail, where they have an address; with `tx`, in the transaction of what it announces. */
export type NotifyPerson = (ctx: Context, userId: string, notice: Notice, tx?: Executor) => Promise<void>
