// Who signs in by a set of these pages: people of the directory, root users, or the users inside of one account. What
// differs between them is said here, so that no step asks which of them it serves.
import type { Context } from 'koa'
import type { NewPasswords } from '../../domain/authentication/index.js'
import type { SignInAttempt } from '../../domain/sessions/index.js'
import type { MfaSettings } from '../../domain/settings/index.js'
import type { Situation } from './flow.js'
import type { NotifyMember, SigninEvents, SigninInteraction } from './steps.js'

/** One who may sign in. */
export interface Member {
  id: string
  /** Owns the password and the devices. */
  principal: string
  userName: string
  displayName: string
  active: boolean
  /** Words that a password of theirs must not contain. */
  ownNames: string[]
  /** The password is too old to go on being used, as this sentence says. */
  mustReplace?: string | undefined
}

/** What the page of the password says that differs. */
export interface PasswordWords {
  /** Where one gets another password; left out for those whose administrator gives it, as `forgotten` says. */
  forgotUrl?: string
  forgotten?: string
  /** In which account, where names are of one. */
  account?: string
  /** A place to go instead, by the looks of the name. */
  elsewhere?: { text: string; url: string; link: string }
  /** The one sentence for a wrong proof, whatever was wrong about it. */
  wrong: string
}

export interface Population {
  /** Where its pages are; the interaction's id follows. */
  base: string
  principalOf: (id: string) => string
  findByName: (userName: string, interaction: SigninInteraction) => Promise<Member | undefined>
  /** Finds the owner of a passkey, where that one may sign in here. */
  findByPrincipal: (principal: string, interaction: SigninInteraction) => Promise<Member | undefined>
  get: (id: string) => Promise<Member>
  /** Spells a name as nobody's of another population, for what is counted or kept by name. */
  markOf: (userName: string, interaction: SigninInteraction) => string
  /** What is asked of those who have these devices. */
  mfa: (devices?: Situation['devices']) => Promise<MfaSettings>
  newPasswordsOf: (interaction: SigninInteraction) => Pick<NewPasswords, 'rules' | 'judge'>
  /** Finds where mail goes, where it can be sent. */
  findMailAddress: (id: string) => Promise<string | undefined>
  notify: NotifyMember
  /** Ends the sessions of somebody who has another password now, but the one of this browser, by its uid. */
  endSessions: (id: string, except: string | undefined) => Promise<void>
  passwordWords: (attempt: SignInAttempt, interaction: SigninInteraction) => PasswordWords
  /** Who can help, where that is not whoever looks after access in the organization. */
  helpers?: string
  eventsOf: (ctx: Context, attempt: SignInAttempt, interaction: SigninInteraction) => SigninEvents
}
