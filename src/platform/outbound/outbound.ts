// Fetches what is at an address that a stranger may have named, or posts something to it. The name is resolved once, every
// address it has is checked, and the connection goes to a checked one: a name that resolves to something else a moment later changes nothing.
import { lookup } from 'node:dns/promises'
import { request as plainRequest, type IncomingMessage } from 'node:http'
import { request as secureRequest, type RequestOptions as SecureRequestOptions } from 'node:https'
import { connect, isIP, type BlockList, type Socket } from 'node:net'
import { isPublicAddress, isWithin, plainAddress } from './networks.js'

/** Why nothing came back, in words that may be told to whoever named the address. */
export class OutboundFailure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'OutboundFailure'
  }
}

export interface OutboundAnswer {
  status: number
  headers: IncomingMessage['headers']
  body: Buffer
}

interface Question {
  method: 'GET' | 'POST'
  headers: Record<string, string>
  body?: string | Buffer
}

/** Where a connection goes that speaks something else than HTTP. */
export interface OutboundPlace {
  host: string
  port: number
  /** Ports on the public network that may be connected to; none where nothing will be encrypted. */
  publicPorts: readonly number[]
}

type Found = { address: string; family: number }[]
type Resolve = (host: string) => Promise<Found>

export interface OutboundOptions {
  /** Networks that may be reached though they are not public, at any port; plain http is for those of them that are this machine. */
  allowed: BlockList
  /** Bytes. */
  longest?: number
  /** Milliseconds for all of it, the name's resolution too. */
  patience?: number
  resolve?: Resolve
  /** Certificates of authorities to believe in place of the usual ones, in PEM. */
  authorities?: string
}

const usual = { longest: 1024 * 1024, patience: 5000 }

export class Outbound {
  readonly #isPublic = isPublicAddress()

  constructor(private readonly options: OutboundOptions) {}

  /** Gets what is at an address; redirects are not followed, but answered. Throws `OutboundFailure`. */
  get(address: string | URL, headers: Record<string, string> = {}): Promise<OutboundAnswer> {
    return this.#ask(address, { method: 'GET', headers })
  }

  /** Posts something to an address, on the same terms. */
  post(address: string | URL, body: string | Buffer, headers: Record<string, string>): Promise<OutboundAnswer> {
    return this.#ask(address, { method: 'POST', headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) }, body })
  }

  /** Connects to a place, for what has its own protocol and its own patience: the signal ends the attempt. Throws `OutboundFailure`. */
  async connect({ host, port, publicPorts }: OutboundPlace, signal: AbortSignal): Promise<Socket> {
    try {
      signal.throwIfAborted()
      const found = await Promise.race([this.#resolve(host), aborted(signal)])
      for (const { address } of found) {
        if (isWithin(address, this.options.allowed)) continue
        if (!this.#isPublic(address)) throw new OutboundFailure(`${host} is not on the public network`)
        if (!publicPorts.includes(port)) throw new OutboundFailure(publicPorts.length === 0 ? `${host} has to be asked encrypted` : `${host} has to be asked at port ${publicPorts.join(' or ')}`)
      }
      return await connected({ host, port, found, signal })
    } catch (error) {
      if (error instanceof OutboundFailure) throw error
      throw new OutboundFailure(signal.aborted ? `${host} did not answer in time` : `${host} could not be reached`, { cause: error })
    }
  }

  async #resolve(host: string): Promise<Found> {
    const found = isIP(host) ? [{ address: host, family: isIP(host) }] : await (this.options.resolve ?? resolveAll)(host)
    if (found.length === 0) throw new OutboundFailure(`${host} has no address`)
    return found
  }

  async #ask(address: string | URL, question: Question): Promise<OutboundAnswer> {
    const url = typeof address === 'string' ? parsed(address) : address
    const signal = AbortSignal.timeout(this.options.patience ?? usual.patience)
    try {
      const target = await Promise.race([this.#targetOf(url), aborted(signal)])
      return await this.#fetch(url, target, { ...question, signal })
    } catch (error) {
      if (error instanceof OutboundFailure) throw error
      throw new OutboundFailure(signal.aborted ? `${url.host} did not answer in time` : `${url.host} could not be reached`, { cause: error })
    }
  }

  /** Chooses the address to connect to; refuses when any address of the name may not be reached. */
  async #targetOf(url: URL): Promise<{ address: string; family: number }> {
    if (url.username || url.password) throw new OutboundFailure('an address with a name or password to sign in with is not asked')
    const found = await this.#resolve(url.hostname.replace(/^\[(.*)\]$/, '$1'))
    for (const { address } of found) this.#check(url, address)
    return found[0]!
  }

  #check(url: URL, address: string): void {
    const isAllowed = isWithin(address, this.options.allowed)
    // The same words for whatever is there, so that nobody learns about networks by asking.
    if (!isAllowed && !this.#isPublic(address)) throw new OutboundFailure(`${url.host} is not on the public network`)
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isAllowed && isThisMachine(address))) throw new OutboundFailure(`${url.host} has to be asked by https`)
    if (!isAllowed && url.port !== '') throw new OutboundFailure(`${url.host} has to be asked at port 443`)
  }

  #fetch(url: URL, target: { address: string; family: number }, { method, headers, body, signal }: Question & { signal: AbortSignal }): Promise<OutboundAnswer> {
    const options: SecureRequestOptions = {
      method, signal, agent: false, maxHeaderSize: 16_384,
      ...(this.options.authorities !== undefined && { ca: this.options.authorities }),
      headers: { 'user-agent': 'Gatehouse', 'accept-encoding': 'identity', ...headers },
      lookup: (_host, { all }, callback) => (all ? (callback as (error: null, found: object[]) => void)(null, [target]) : callback(null, target.address, target.family)),
    }
    return new Promise((resolve, reject) => {
      const request = (url.protocol === 'https:' ? secureRequest : plainRequest)(url, options, (response) => {
        this.#read(url, response).then(resolve, reject).finally(() => request.destroy())
      })
      request.on('error', reject)
      request.end(body)
    })
  }

  async #read(url: URL, response: IncomingMessage): Promise<OutboundAnswer> {
    const longest = this.options.longest ?? usual.longest
    const encoding = response.headers['content-encoding'] ?? 'identity'
    if (encoding !== 'identity') throw new OutboundFailure(`${url.host} answered in a form that was not asked for`)
    const parts: Buffer[] = []
    let length = 0
    for await (const part of response as AsyncIterable<Buffer>) {
      length += part.length
      if (length > longest) throw new OutboundFailure(`${url.host} answered more than ${longest} bytes`)
      parts.push(part)
    }
    return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }
  }
}

const resolveAll: Resolve = (host) => lookup(host, { all: true, order: 'verbatim' })

const isThisMachine = (address: string): boolean => plainAddress(address).startsWith('127.') || address === '::1'

function parsed(address: string): URL {
  if (!URL.canParse(address)) throw new OutboundFailure('that is no address')
  return new URL(address)
}

const aborted = (signal: AbortSignal): Promise<never> => new Promise((_, reject) => {
  signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
})

/** Tries the checked addresses in turn. */
const connected = ({ host, port, found, signal }: { host: string; port: number; found: Found; signal: AbortSignal }): Promise<Socket> => new Promise((resolve, reject) => {
  const socket = connect({
    host, port, autoSelectFamily: true,
    lookup: (_host, { all }, callback) => (all ? callback(null, found) : callback(null, found[0]!.address, found[0]!.family)),
  })
  const give = (): void => { socket.destroy(signal.reason as Error) }
  signal.addEventListener('abort', give, { once: true })
  socket.once('error', reject)
  socket.once('connect', () => {
    signal.removeEventListener('abort', give)
    socket.removeListener('error', reject)
    resolve(socket)
  })
  socket.once('close', () => signal.removeEventListener('abort', give))
  if (signal.aborted) give()
})
