// The page on which a password is chosen by a link: its rules, and what is wrong with what was typed.
import type { Context } from 'koa'
import type { Chooser, JudgedRule } from '../../domain/authentication/index.js'
import type { Owner } from '../../domain/recovery/index.js'
import { formOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import type { RecoveryDoorOptions } from './recovery.js'

/** What the page says of why one is here. */
export interface Occasion {
  title: string
  lead: string
  button: string
  /** Offers to end the sessions there are. */
  offersEnd: boolean
}

interface Fault {
  path: 'password' | 'repeated'
  message: string
}

type Needs = Pick<RecoveryDoorOptions, 'newPasswords' | 'render'>

const chooserOf = (ctx: Context, { principal, ownNames }: Owner): Chooser =>
  ({ principal, ownNames, address: originOf(ctx).sourceIPAddress })

/** Shows the form. */
export async function showChoice(ctx: Context, owner: Owner, occasion: Occasion, { newPasswords, render }: Needs, typed?: { rules: JudgedRule[]; faults: Fault[]; endSessions: boolean }): Promise<void> {
  const rules = typed?.rules ?? await newPasswords.rules(chooserOf(ctx, owner))
  const faults = typed?.faults ?? []
  await render(ctx, 'recovery/choose-password', {
    ...occasion,
    userName: owner.userName, isRoot: owner.entrance === '/console',
    endSessions: typed?.endSessions ?? true,
    rules: rules.map(({ sentence, pattern, met }) => ({ text: sentence, pattern, met })),
    problem: faults.length > 1 ? 'Two things need another look.' : faults[0]?.message,
    faults: faults.length > 0 ? faults : undefined,
    retryAfter: undefined,
  })
}

/** Reads the form: the password when it will do; otherwise the page is shown again and nothing is returned. */
export async function readChoice(ctx: Context, owner: Owner, occasion: Occasion, needs: Needs): Promise<{ password: string; endSessions: boolean } | undefined> {
  const { password = '', repeated = '', endSessions } = formOf(ctx)
  const faults: Fault[] = []
  const { rules, accepted } = await needs.newPasswords.judge(password, chooserOf(ctx, owner))
  if (!accepted) faults.push({ path: 'password', message: 'This password does not meet every rule yet.' })
  if (password !== repeated) faults.push({ path: 'repeated', message: 'The two passwords are not the same.' })
  const ends = endSessions === 'on'
  if (faults.length === 0) return { password, endSessions: ends }
  ctx.status = 422
  await showChoice(ctx, owner, occasion, needs, { rules, faults, endSessions: ends })
  return undefined
}
