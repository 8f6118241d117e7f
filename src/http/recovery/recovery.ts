// The door itself: what its pages need, and which page answers what.
import { Router } from '@koa/router'
import type { Middleware } from 'koa'
import type { Budgets, NewPasswords } from '../../domain/authentication/index.js'
import type { Invitations, Notices, Owner, Resets } from '../../domain/recovery/index.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import type { Render } from '../middleware/render.js'
import { mountForgot } from './forgot.js'
import { mountInvitation } from './invitation.js'
import { mountNotMe } from './not-me.js'
import { mountReset } from './reset.js'
import { SecurityCheck } from './security-check.js'

export interface RecoveryDoorOptions {
  resets: Pick<Resets, 'ask' | 'find' | 'complete'>
  /** Of root users. */
  rootResets: Pick<Resets, 'ask'>
  invitations: Pick<Invitations, 'find' | 'accept' | 'renew'>
  notices: Pick<Notices, 'find' | 'look' | 'act'>
  newPasswords: Pick<NewPasswords, 'rules' | 'judge'>
  /** Ends every session of a person with what hangs on it. */
  endSessions: (owner: Owner) => Promise<void>
  /** The address that mail comes from, for people who look for it. */
  sender: () => Promise<string>
  store: Pick<EphemeralStore, 'add' | 'count'>
  budgets: Pick<Budgets, 'look' | 'spend'>
  clock: () => number
  /** Signs security checks. */
  key: Buffer
  csrf: Middleware
  render: Render
}

/** Mounts the pages. */
export function recoveryDoor(options: RecoveryDoorOptions): Middleware {
  const router = new Router()
  const check = new SecurityCheck(options)
  mountForgot(router, check, options)
  mountReset(router, options)
  mountInvitation(router, options)
  mountNotMe(router, options)
  return router.routes() as unknown as Middleware
}
