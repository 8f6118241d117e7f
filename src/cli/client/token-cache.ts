// The token in the cache that every AWS client reads, in their format, so that they go on from our sign-in
// and we from theirs. Refreshes it when it is about to expire, one process at a time.
import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Refusal } from '../../platform/errors.js'
import { readIfThere, replaceFile, withLock } from './files.js'
import type { Io } from './io.js'
import type { Target } from './target.js'
import { call, notSignedIn, shaped, Tokens, type Registration } from './wire.js'

const CachedToken = z.object({
  startUrl: z.string(),
  region: z.string(),
  accessToken: z.string(),
  expiresAt: z.string(),
  clientId: z.string().optional(),
  clientSecret: z.string().optional(),
  registrationExpiresAt: z.string().optional(),
  refreshToken: z.string().optional(),
})
type CachedToken = z.infer<typeof CachedToken>

/** Where the token of a session is kept. */
export const tokenFileOf = (session: string, io: Pick<Io, 'home'>): string =>
  join(io.home, '.aws', 'sso', 'cache', `${createHash('sha1').update(session).digest('hex')}.json`)

/** The format of times in the cache: whole seconds, UTC. */
const timestamp = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')

/** Keeps the token of a sign-in. */
export async function keepToken(target: Target, registration: Registration, tokens: Tokens, io: Io): Promise<CachedToken> {
  const token: CachedToken = {
    startUrl: target.startUrl,
    region: target.region,
    accessToken: tokens.accessToken,
    expiresAt: timestamp(io.clock() + tokens.expiresIn * 1000),
    clientId: registration.clientId,
    clientSecret: registration.clientSecret,
    registrationExpiresAt: timestamp(registration.clientSecretExpiresAt * 1000),
    ...(tokens.refreshToken && { refreshToken: tokens.refreshToken }),
  }
  await write(target.session, token, io)
  return token
}

const write = (session: string, token: CachedToken, io: Io): Promise<void> =>
  replaceFile(tokenFileOf(session, io), `${JSON.stringify(token, null, 2)}\n`, { secret: true })

/** Finds the token of a session, whether or not it still counts. */
export async function findToken({ session, startUrl }: Target, io: Io): Promise<CachedToken | undefined> {
  const text = await readIfThere(tokenFileOf(session, io))
  if (text === undefined) return undefined
  const parsed = CachedToken.safeParse(safely(() => JSON.parse(text) as unknown))
  return parsed.success && parsed.data.startUrl.replace(/[/#]+$/, '') === startUrl ? parsed.data : undefined
}

function safely<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

const refreshBefore = 5 * 60 * 1000
const left = (until: string | undefined, io: Io): number => (until ? Date.parse(until) : 0) - io.clock()

/** Gets an access token that counts, refreshed if need be; throws `not-signed-in` where there is none. */
export async function getAccessToken(target: Target, io: Io): Promise<string> {
  const token = await findToken(target, io)
  if (token && left(token.expiresAt, io) > refreshBefore) return token.accessToken
  if (!token || !canRefresh(token, io)) return stillGood(token, io)
  // A refresh token counts once: two processes that use the same one would look like a thief and his victim.
  return withLock(`${tokenFileOf(target.session, io)}.lock`, io.sleep, async () => {
    const current = (await findToken(target, io)) ?? token
    return left(current.expiresAt, io) > refreshBefore ? current.accessToken : refresh(target, current, io)
  })
}

const canRefresh = (token: CachedToken, io: Io): boolean =>
  Boolean(token.refreshToken && token.clientId && token.clientSecret) && left(token.registrationExpiresAt, io) > 0

function stillGood(token: CachedToken | undefined, io: Io): string {
  if (!token || left(token.expiresAt, io) <= 0) throw notSignedIn()
  return token.accessToken
}

async function refresh(target: Target, token: CachedToken, io: Io): Promise<string> {
  try {
    const body = { grantType: 'refresh_token', clientId: token.clientId, clientSecret: token.clientSecret, refreshToken: token.refreshToken }
    const reply = await call(target.endpoint, { method: 'POST', path: '/token', body })
    // Another client may have refreshed in the meantime, without our lock.
    if (!reply.ok && reply.status < 500) return stillGood(await findToken(target, io), io)
    const tokens = shaped(reply, Tokens, 'Refresh the sign-in')
    const refreshed = { ...token, accessToken: tokens.accessToken, expiresAt: timestamp(io.clock() + tokens.expiresIn * 1000), refreshToken: tokens.refreshToken ?? token.refreshToken }
    await write(target.session, refreshed, io)
    return refreshed.accessToken
  } catch (error) {
    // The old token may do until the other side is back.
    if (error instanceof Refusal && error.code === 'unavailable' && left(token.expiresAt, io) > 0) return token.accessToken
    throw error
  }
}

/** Forgets the token of a session. */
export const forgetToken = ({ session }: Target, io: Io): Promise<void> => rm(tokenFileOf(session, io), { force: true })
