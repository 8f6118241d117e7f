// A connection to one server of a directory: checked address, checked certificate, and never a second one behind the back of
// whoever bound on the first.
import { isIP, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { Client } from 'ldapts'
import { OutboundFailure, type Outbound } from '../../platform/outbound/index.js'
import type { LdapConnection } from './connections.js'
import { startTls, StartTlsFailure } from './ldap-start-tls.js'

/** Why a server cannot be asked. */
export class LdapUnopened extends Error {
  constructor(readonly reason: 'unreachable' | 'tls', message: string, options?: ErrorOptions) {
    super(message, options)
  }
}

export interface LdapTransport {
  client: Client
  /** Gives what comes next so much time, and bytes, as a whole. */
  allow(milliseconds: number): void
  close(): void
}

const mostBytes = 32 * 1024 * 1024

interface Way {
  outbound: Pick<Outbound, 'connect'>
  connection: Pick<LdapConnection, 'startTls' | 'authorities'>
  signal: AbortSignal
}

/** True where nothing is encrypted. */
export const isPlain = (url: URL, { startTls: isAsked }: Pick<LdapConnection, 'startTls'>): boolean => url.protocol === 'ldap:' && !isAsked

/** Opens one. Throws `LdapUnopened`. */
export async function openTransport(address: string, { outbound, connection, signal }: Way): Promise<LdapTransport> {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !['ldap:', 'ldaps:'].includes(url.protocol) || url.hostname === '') throw new LdapUnopened('unreachable', `${address} is no address of a directory`)
  const host = decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1')
  const port = url.port === '' ? (url.protocol === 'ldaps:' ? 636 : 389) : Number(url.port)
  const plain = isPlain(url, connection)
  try {
    const socket = await outbound.connect({ host, port, publicPorts: plain ? [] : [389, 636] }, signal)
    return over(plain ? socket : await encrypted(socket, { host, signal, authorities: connection.authorities, asks: url.protocol === 'ldap:' }))
  } catch (error) {
    if (error instanceof LdapUnopened) throw error
    throw new LdapUnopened('unreachable', error instanceof OutboundFailure ? error.message : `${host} closed the connection`, { cause: error })
  }
}

/** Encrypts a connection and believes only in a certificate that holds for the host. */
async function encrypted(socket: Socket, { host, signal, authorities, asks }: { host: string; signal: AbortSignal; authorities: string | undefined; asks: boolean }): Promise<Socket> {
  const give = (): void => void socket.destroy(new Error('no answer in time'))
  signal.addEventListener('abort', give, { once: true })
  try {
    if (signal.aborted) give()
    if (asks) await startTls(socket)
    return await secured(socket, host, authorities)
  } catch (error) {
    socket.destroy()
    if (signal.aborted) throw new LdapUnopened('unreachable', `${host} did not answer in time`, { cause: error })
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (error instanceof StartTlsFailure) throw new LdapUnopened('tls', `At ${host}, ${error.message}`, { cause: error })
    if (code === 'ECONNRESET' || code === 'EPIPE' || code === '') throw error
    throw new LdapUnopened('tls', `The certificate of ${host}, or how it encrypts, is not accepted (${code})`, { cause: error })
  } finally {
    signal.removeEventListener('abort', give)
  }
}

const secured = (socket: Socket, host: string, authorities: string | undefined): Promise<Socket> => new Promise((resolve, reject) => {
  const secure = connectSecurely({ socket, host, ...(isIP(host) === 0 && { servername: host }), ...(authorities !== undefined && { ca: authorities }), minVersion: 'TLSv1.2' })
  secure.once('secureConnect', () => {
    secure.removeListener('error', reject)
    resolve(secure)
  })
  secure.once('error', reject)
  socket.once('close', () => reject(Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' })))
})

/** Speaks LDAP over a connection that is there. */
function over(socket: Socket): LdapTransport {
  let heard = 0
  let timer: NodeJS.Timeout | undefined
  let isTaken = false
  const client = new Client({
    url: 'ldap://directory.invalid',
    createConnection: () => {
      // A lost connection would be made anew: without TLS, and as nobody.
      if (isTaken) throw new Error('the connection was closed')
      isTaken = true
      socket.on('data', (part: Buffer) => {
        heard += part.length
        if (heard > mostBytes) socket.destroy(new Error('the directory answers too much'))
      })
      return socket
    },
  })
  socket.on('error', () => undefined)
  const close = (): void => {
    clearTimeout(timer)
    socket.destroy()
  }
  return {
    client, close,
    allow: (milliseconds) => {
      heard = 0
      clearTimeout(timer)
      timer = setTimeout(() => socket.destroy(new Error('no answer in time')), Math.max(milliseconds, 1))
    },
  }
}
