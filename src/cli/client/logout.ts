// `gatehouse logout`: ends the sign-in at the portal and on this computer.
import { parseArgs } from 'node:util'
import { Refusal } from '../../platform/errors.js'
import type { Io } from './io.js'
import { targetOf, targetOptions } from './target.js'
import { findToken, forgetToken } from './token-cache.js'
import { call } from './wire.js'

export const logoutUsage = `gatehouse logout [--session NAME]

Ends the sign-in. Credentials that were already issued stay valid until they expire.`

/** Signs out; the token on this computer goes even where the portal cannot be reached. */
export async function logout(argv: readonly string[], io: Io): Promise<void> {
  const { values } = parseArgs({ args: [...argv], options: targetOptions })
  if (values.help) return io.out(logoutUsage)
  const target = await targetOf(values, io)
  const token = await findToken(target, io)
  if (!token) return io.say('You are not signed in.')
  const told = await tell(target.endpoint, token.accessToken)
  await forgetToken(target, io)
  io.say('You are signed out on this computer. Credentials that were already issued stay valid until they expire.')
  if (!told) throw new Refusal('unavailable', `${target.endpoint} could not be told, so the session there ends by itself later. You can end it in the portal under your profile.`)
}

/** Tells the portal; one that does not know the token any more has nothing to end. */
async function tell(endpoint: string, accessToken: string): Promise<boolean> {
  try {
    const reply = await call(endpoint, { method: 'POST', path: '/logout', accessToken })
    return reply.ok || reply.status === 401
  } catch {
    return false
  }
}
