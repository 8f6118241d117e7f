// Tells applications that somebody was signed out (OpenID Connect Back-Channel Logout 1.0): at once, and again later where
// an application did not hear.
import type { Provider } from 'oidc-provider'
import type { LogoutNotice, LogoutNotices, NewLogoutNotice } from '../../domain/sessions/index.js'
import type { Trail } from '../../platform/audit/index.js'
import { Background } from '../../platform/background.js'
import { newUuid } from '../../platform/ids.js'
import type { Log } from '../../platform/log.js'
import { OutboundFailure, type Outbound } from '../../platform/outbound/index.js'

/** One application that is being told; `heard` never rejects. */
export interface Telling {
  clientId: string
  heard: Promise<boolean>
}

interface Options {
  provider: () => Provider
  notices: LogoutNotices
  outbound: Pick<Outbound, 'post'>
  trail: Trail
  log: Pick<Log, 'warn'>
  /** Milliseconds between two looks for what another node left or must be tried again. */
  lookEvery?: number
}

const atOnce = 10

/** The parts of the provider's client and tokens that its types leave out. */
interface Told {
  backchannelLogoutUri?: string
  backchannelLogoutSessionRequired?: boolean
}
type LogoutToken = { mask: object; set(name: string, value: unknown): void; issue(options: { use: 'logout' }): Promise<string> }

export class BackChannel {
  readonly #background: Background
  readonly #sending = new Set<Promise<unknown>>()

  constructor(private readonly options: Options) {
    const { lookEvery = 15_000, log } = options
    this.#background = new Background({ work: () => this.run(), every: lookEvery, log, failed: 'sign-outs that applications have to hear of could not be read' })
  }

  start(): void {
    this.#background.start()
  }

  /** Stops; what is being sent is finished, the rest waits for the next start. */
  async stop(): Promise<void> {
    await this.#background.stop()
    await Promise.all(this.#sending)
  }

  /** Tells those applications that have an address to be told at; the others are not in the answer. */
  async tell(notices: readonly NewLogoutNotice[]): Promise<Telling[]> {
    const wanted = await Promise.all(notices.map(async ({ clientId, sid }) => {
      const client = await this.#find(clientId)
      return client?.backchannelLogoutUri !== undefined && (sid !== undefined || !client.backchannelLogoutSessionRequired)
    }))
    const added = await this.options.notices.add(notices.filter((_, n) => wanted[n]))
    return added.map((notice) => ({ clientId: notice.clientId, heard: this.#send(notice) }))
  }

  /** Tells what is due. */
  async run(): Promise<void> {
    let taken: LogoutNotice[]
    do {
      taken = await this.options.notices.claim(atOnce)
      await Promise.all(taken.map((notice) => this.#send(notice)))
    } while (taken.length === atOnce)
  }

  #find(clientId: string): Promise<Told | undefined> {
    return this.options.provider().Client.find(clientId) as Promise<Told | undefined>
  }

  #send(notice: LogoutNotice): Promise<boolean> {
    const sending = this.#try(notice).catch((error: Error) => {
      this.options.log.warn({ err: error.message }, 'whether an application heard of a sign-out could not be noted')
      return false
    }).finally(() => this.#sending.delete(sending))
    this.#sending.add(sending)
    return sending
  }

  async #try(notice: LogoutNotice): Promise<boolean> {
    const { notices } = this.options
    const client = await this.#find(notice.clientId)
    const address = client?.backchannelLogoutUri
    if (!client || address === undefined) {
      // It is gone, or has no address any more: nobody is told.
      await notices.done(notice)
      return false
    }
    const fault = await this.#post(notice, client, address).then(() => undefined, faultOf)
    const triedAgain = fault !== undefined && await notices.missed(notice)
    if (fault === undefined) await notices.done(notice)
    // What is tried again and again is said twice: when it failed at first, and when it is given up.
    if (fault === undefined || !triedAgain || notice.attempts === 1) await this.#record(notice, fault, triedAgain)
    return fault === undefined
  }

  async #post({ userId, sid }: LogoutNotice, client: Told, address: string): Promise<void> {
    const { IdToken } = this.options.provider()
    const token = new IdToken({ sub: userId }, { client } as never) as unknown as LogoutToken
    token.mask = { sub: null }
    token.set('events', { 'http://schemas.openid.net/event/backchannel-logout': {} })
    token.set('jti', newUuid())
    if (sid !== undefined) token.set('sid', sid)
    const body = new URLSearchParams({ logout_token: await token.issue({ use: 'logout' }) }).toString()
    const { status } = await this.options.outbound.post(address, body, { 'content-type': 'application/x-www-form-urlencoded' })
    if (status !== 200 && status !== 204) throw new OutboundFailure(`it answered ${status}`)
  }

  #record({ clientId, userId, sid, attempts }: LogoutNotice, fault: string | undefined, triedAgain: boolean): Promise<void> {
    return this.options.trail.record({
      eventName: 'BackChannelLogout', eventSource: 'sso.amazonaws.com', eventType: 'AwsServiceEvent', userId, userIdentity: { type: 'AWSService', invokedBy: 'gatehouse' },
      requestParameters: { clientId, userId, ...(sid !== undefined && { sid }) }, additionalEventData: { attempts, ...(fault !== undefined && { triedAgain }) },
      ...(fault !== undefined && { errorCode: 'NotReached', errorMessage: fault }),
    })
  }
}

const faultOf = (error: unknown): string => (error instanceof OutboundFailure ? error.message : 'the logout token could not be made')
