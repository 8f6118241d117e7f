// Sessions with a directory: the servers in turn, those that failed a moment ago last, bound as whom Gatehouse looks people up,
// and never more at once than a directory bears.
import { ResultCodeError, type Entry, type Filter } from 'ldapts'
import type { Clock } from '../../platform/clock.js'
import type { Outbound } from '../../platform/outbound/index.js'
import { Recent } from '../../platform/recent.js'
import type { LdapConnection } from './connections.js'
import type { ExternalSteps } from './external-identity.js'
import { isNoPassword, results, tryBind, type BindOutcome } from './ldap-binds.js'
import { LdapTurns } from './ldap-turns.js'
import { isPlain, LdapUnopened, openTransport, type LdapTransport } from './ldap-transport.js'

/** Milliseconds. */
const patience = { opening: 3000, page: 20_000, remembered: 30_000 }
const pageSize = 500

interface Asked {
  connection: LdapConnection
  secret: string | undefined
  steps: ExternalSteps
  signal: AbortSignal
}

interface Search {
  base: string
  /** Read when it is wanted, because it may not be a filter at all. */
  filter: () => Filter
  attributes: string[]
  bytes?: string[]
}

export class LdapSessions {
  readonly #failed = new Recent<string, number>(500)
  readonly #turns = new LdapTurns()

  constructor(private readonly options: { outbound: Pick<Outbound, 'connect'>; clock: Clock }) {}

  /** Opens one; the caller closes it. Throws `ExternalRefusal`. */
  async open(asked: Asked): Promise<LdapSession> {
    const { connection, secret, steps, signal } = asked
    if (connection.bindDn !== '' && (secret === undefined || isNoPassword(secret))) {
      steps.fail({ name: 'bind', reason: 'bind-refused', says: 'There is no password to look people up with.', advice: 'Enter the password of the bind DN.' })
    }
    const leave = await this.#turns.take(JSON.stringify([connection.urls, connection.baseDn]), signal)
    if (!leave) return steps.fail({ name: 'connection', reason: 'unreachable', says: 'As many are asking the directory as it is asked by at once, and none of them was done in time.', advice: 'Look why the directory is slow.' })
    try {
      return await this.#first(asked, leave)
    } catch (error) {
      leave()
      throw error
    }
  }

  async #first(asked: Asked, leave: () => void): Promise<LdapSession> {
    const { connection, steps, signal } = asked
    const faults: LdapUnopened[] = []
    for (const url of this.#inOrder(connection.urls)) {
      if (signal.aborted) break
      try {
        const session = await this.#at(url, asked, leave)
        this.#failed.remove(url)
        return session
      } catch (error) {
        if (!(error instanceof LdapUnopened)) throw error
        this.#failed.put(url, this.options.clock())
        faults.push(error)
        steps.warned('connection', `${error.message}.`, adviceFor[error.reason])
      }
    }
    const fault = faults.find(({ reason }) => reason === 'tls') ?? faults[0]
    const reason = fault?.reason ?? 'unreachable'
    return steps.fail({ name: 'connection', reason, says: `${fault?.message ?? 'No server was asked in time'}.`, advice: adviceFor[reason], cause: fault })
  }

  async #at(url: string, { connection, secret, steps, signal }: Asked, leave: () => void): Promise<LdapSession> {
    const { outbound } = this.options
    const opening = AbortSignal.any([signal, AbortSignal.timeout(patience.opening)])
    const transport = await openTransport(url, { outbound, connection, signal: opening })
    opening.addEventListener('abort', transport.close, { once: true })
    const session = new LdapSession(transport, { steps, connection, secret, leave, failed: () => this.#failed.put(url, this.options.clock()) })
    try {
      if (opening.aborted) transport.close()
      await session.bind()
    } catch (error) {
      transport.close()
      throw error
    } finally {
      opening.removeEventListener('abort', transport.close)
    }
    if (isPlain(new URL(url), connection)) steps.warned('connection', `${new URL(url).host} is asked without encryption: passwords can be read on the way.`, 'Use ldaps:// or StartTLS.')
    else steps.passed('connection', `${new URL(url).host} answers, encrypted.`)
    steps.passed('bind', connection.bindDn === '' ? 'People are looked up without binding.' : 'Gatehouse may look people up.')
    return session
  }

  /** Those that failed a moment ago come last, that not everybody waits for them. */
  #inOrder(urls: readonly string[]): string[] {
    const since = this.options.clock() - patience.remembered
    const isFailing = (url: string): boolean => (this.#failed.find(url) ?? -Infinity) > since
    return [...urls.filter((url) => !isFailing(url)), ...urls.filter(isFailing)]
  }
}

const adviceFor = {
  unreachable: 'Look whether the directory runs, and whether OUTBOUND_NETWORKS names the network that it is in.',
  tls: 'Give the certificates of the authority that signed the directory’s, and the address by the name that is in it.',
}

interface SessionParts {
  steps: ExternalSteps
  connection: LdapConnection
  secret: string | undefined
  leave: () => void
  failed: () => void
}

/** One session. What is thrown of it is an `ExternalRefusal`. */
export class LdapSession {
  constructor(private readonly transport: LdapTransport, private readonly parts: SessionParts) {}

  /** Binds as whom Gatehouse looks people up, at first; throws `LdapUnopened` where another server may do better. */
  async bind(): Promise<void> {
    const { connection: { bindDn }, secret, steps } = this.parts
    if (bindDn === '') return
    const outcome = await tryBind(this.transport.client, bindDn, secret!).catch((error: unknown) => {
      if (isGone(error)) throw new LdapUnopened('unreachable', 'A server did not answer when Gatehouse bound to it', { cause: error })
      return this.#lost(error, 'bind')
    })
    if (!outcome.right) steps.fail({ name: 'bind', reason: 'bind-refused', says: outcome.says ?? 'The directory refuses the bind DN or its password.', advice: outcome.advice ?? 'Enter both anew, and look whether the account is locked there.' })
  }

  /** Binds so again, after somebody else. */
  async bindBack(): Promise<void> {
    await this.bind().catch((error: unknown) => (error instanceof LdapUnopened ? this.#lost(error, 'bind') : Promise.reject(error as Error)))
  }

  allow(milliseconds: number): void {
    this.transport.allow(milliseconds)
  }

  /** Says whether a password is somebody's; the session is then theirs, or nobody's. */
  async prove(dn: string, password: string): Promise<BindOutcome> {
    return tryBind(this.transport.client, dn, password).catch((error: unknown) => this.#lost(error, 'password'))
  }

  /** Finds up to two, which is enough to know that one is not the only one. */
  async findTwo({ base, filter, attributes, bytes = [] }: Search): Promise<Entry[]> {
    const read = this.#filter(filter)
    try {
      return (await this.transport.client.search(base, { scope: 'sub', filter: read, attributes, explicitBufferAttributes: bytes, sizeLimit: 2 })).searchEntries
    } catch (error) {
      return this.#lost(error, 'search', base)
    }
  }

  /** Reads what the server says of itself. */
  async root(attributes: string[]): Promise<Entry | undefined> {
    try {
      return (await this.transport.client.search('', { scope: 'base', attributes })).searchEntries[0]
    } catch (error) {
      return error instanceof ResultCodeError ? undefined : this.#lost(error, 'search')
    }
  }

  /** Finds everything, by pages, each of which has its time where `paced`. */
  async* pages({ base, filter, attributes, bytes = [] }: Search, paced = false): AsyncGenerator<Entry[]> {
    const read = this.#filter(filter)
    try {
      if (paced) this.allow(patience.page)
      for await (const { searchEntries } of this.transport.client.searchPaginated(base, { scope: 'sub', filter: read, attributes, explicitBufferAttributes: bytes, paged: { pageSize } })) {
        yield searchEntries
        if (paced) this.allow(patience.page)
      }
    } catch (error) {
      this.#lost(error, 'search', base)
    }
  }

  close(): void {
    this.transport.close()
    this.parts.leave()
  }

  #filter(read: () => Filter): Filter {
    try {
      return read()
    } catch (error) {
      return this.parts.steps.fail({ name: 'search', reason: 'filter', says: 'The filter is none that can be read.', advice: 'Write it like (uid={name}), with every bracket closed.', cause: error })
    }
  }

  #lost(error: unknown, name: string, base = ''): never {
    const { steps, failed } = this.parts
    const code = error instanceof ResultCodeError ? error.code : undefined
    if (code === results.noSuchObject || code === results.dnSyntax) {
      return steps.fail({ name, reason: 'base-missing', says: `There is no ${base} in the directory, or Gatehouse may not see it.`, advice: 'Enter the DN below which to search.', cause: error })
    }
    if (code === results.access || code === results.operations) {
      return steps.fail({ name, reason: 'bind-refused', says: 'The directory does not let Gatehouse look there.', advice: 'Let the bind DN read people and groups.', cause: error })
    }
    if (isAboutTls(error)) return steps.fail({ name, reason: 'tls', says: 'The directory takes passwords only over an encrypted connection.', advice: 'Use ldaps:// or StartTLS.', cause: error })
    if (!isGone(error)) {
      return steps.fail({ name, reason: 'search', says: `The directory answers with the result ${code}.`, advice: 'Look at the limits that it sets for the bind DN.', cause: error })
    }
    failed()
    return steps.fail({ name, reason: 'unreachable', says: 'The directory stopped answering.', advice: adviceFor.unreachable, cause: error })
  }
}

const isAboutTls = (error: unknown): boolean => error instanceof ResultCodeError && (error.code === results.stronger || error.code === results.confidentiality)

/** True for a server that is not there, or has no time: another one may have. */
const isGone = (error: unknown): boolean => !(error instanceof ResultCodeError) || [results.busy, results.unavailable, results.time].includes(error.code)
