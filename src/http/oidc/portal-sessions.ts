// The portal session is the provider's own session; here it is read, listed beside its record, and ended
// with everything that hangs on it.
import type { Context } from 'koa'
import type { Provider, Session } from 'oidc-provider'
import type { SignedIn, SignedInSession } from '../../domain/sessions/index.js'
import { cookieOptions } from '../middleware/cookies.js'
import type { BackChannel, Telling } from './back-channel.js'
import { isCommandLine, portalClientId } from './clients.js'

export interface PortalSession {
  uid: string
  userId: string
  /** Seconds since the epoch. */
  authTime: number
  /** How they proved who they are (RFC 8176). */
  amr: string[]
  expiresAt: number
}

interface Options {
  provider: () => Provider
  signedIn: SignedIn
  backChannel: Pick<BackChannel, 'tell'>
  secure: boolean
}

export class PortalSessions {
  constructor(private readonly options: Options) {}

  /** Finds who is signed in at the portal in this browser. */
  async find(ctx: Context): Promise<PortalSession | undefined> {
    const session = await this.#session(ctx)
    if (!session?.accountId || session.exp === undefined) return undefined
    await this.options.signedIn.touch(session.uid)
    return { uid: session.uid, userId: session.accountId, authTime: session.loginTs ?? 0, amr: session.amr ?? [], expiresAt: session.exp }
  }

  /** Lists where a user is signed in, newest first. */
  async list(userId: string): Promise<SignedInSession[]> {
    return this.options.signedIn.list(userId)
  }

  /** Lists the applications that somebody signed in to from one of their sessions. */
  async applicationsIn(userId: string, uid: string): Promise<{ clientId: string; name: string }[]> {
    const provider = this.options.provider()
    const session = await provider.Session.findByUid(uid)
    if (session?.accountId !== userId) return []
    const clientIds = Object.keys(session.authorizations ?? {}).filter((clientId) => clientId !== portalClientId && !isCommandLine(clientId))
    const clients = await Promise.all(clientIds.map((clientId) => provider.Client.find(clientId)))
    return clients.flatMap((client) => (client ? [{ clientId: client.clientId, name: client.clientName ?? client.clientId }] : []))
  }

  /** Ends this browser's session. */
  async endCurrent(ctx: Context): Promise<void> {
    const session = await this.#session(ctx)
    if (session?.accountId) await this.#end(session)
    ctx.cookies.set(this.options.provider().cookieName('session'), null, cookieOptions(this.options.secure))
    ctx.cookies.set(`${this.options.provider().cookieName('session')}.sig`, null, cookieOptions(this.options.secure))
  }

  /** Ends one of a user's sessions, wherever it is; nothing when it is not that user's. Answers with the applications that are being told. */
  async end(userId: string, uid: string): Promise<Telling[]> {
    const session = await this.options.provider().Session.findByUid(uid)
    const telling = session && session.accountId === userId ? await this.#end(session) : []
    const record = await this.options.signedIn.find(uid)
    if (record?.userId === userId) await this.options.signedIn.remove(uid)
    return telling
  }

  /** Ends all of a user's sessions, wherever they are. */
  async endAll(userId: string): Promise<Telling[]> {
    const telling: Telling[] = []
    for (const { uid } of await this.list(userId)) telling.push(...await this.end(userId, uid))
    return telling
  }

  async #session(ctx: Context): Promise<Session | undefined> {
    const { Session: model } = this.options.provider()
    return model.get(ctx as never)
  }

  async #end(session: Session): Promise<Telling[]> {
    const provider = this.options.provider()
    const userId = session.accountId!
    const clients = Object.keys(session.authorizations ?? {}).filter((clientId) => clientId !== portalClientId)
    const signedOut = clients.map((clientId) => ({ clientId, userId, sid: session.sidFor(clientId) }))
    // What a person allowed for when they are not there (offline_access) goes on without the session.
    const grants = Object.values(session.authorizations ?? {}).flatMap(({ grantId, persistsLogout }) => (persistsLogout ? [] : grantId ?? []))
    await session.destroy()
    await this.options.signedIn.remove(session.uid)
    await Promise.all(grants.map((grantId) => endGrant(provider, grantId)))
    return this.options.backChannel.tell(signedOut)
  }
}

/** Takes back everything issued under a grant, and the grant. */
export async function endGrant(provider: Provider, grantId: string): Promise<void> {
  await provider.AccessToken.revokeByGrantId(grantId)
  await (await provider.Grant.find(grantId))?.destroy()
  // Whatever was saved meanwhile by somebody who still saw the grant.
  await provider.AccessToken.revokeByGrantId(grantId)
}
