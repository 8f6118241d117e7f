// Streams to a syslog server: RFC 5424 messages, over UDP (RFC 5426), TCP (RFC 6587, octet counting) or TLS (RFC 5425).
// The protocol has no answer: what a broken connection held is lost, and TCP and TLS notice that with the next batch.
import { createSocket } from 'node:dgram'
import { readFile } from 'node:fs/promises'
import { connect as connectPlainly, isIP, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import type { StreamEntry } from './entries.js'
import { patience, type Sink } from './sink.js'
import type { StreamTarget } from './targets.js'

type SyslogTarget = Extract<StreamTarget, { kind: 'syslog' }>

/** "Log audit", and how grave: a notice for what failed, information otherwise (RFC 5424 section 6.2.1). */
const facility = 13
const priorityOf = ({ isFailure }: StreamEntry): number => facility * 8 + (isFailure ? 5 : 6)

/** Writes a message. JSON in ASCII needs no byte order mark, which UTF-8 would (section 6.4) and few servers expect. */
export function messageOf(entry: StreamEntry, host: string): string {
  const id = entry.name.replace(/[^\x21-\x7e]/g, '').slice(0, 32) || '-'
  const json = entry.line.replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `<${priorityOf(entry)}>1 ${entry.time} ${host} gatehouse - ${id} - ${json}`
}

/** What a datagram holds (RFC 5426 section 3.2). */
const longestDatagram = 65_000

export class SyslogSink implements Sink {
  #socket: Socket | undefined

  constructor(private readonly target: SyslogTarget, private readonly host: string) {}

  async deliver(entries: StreamEntry[]): Promise<void> {
    const messages = entries.map((entry) => messageOf(entry, this.host))
    if (this.target.transport === 'udp') return this.#send(messages)
    const socket = this.#socket ??= await this.#connect()
    await new Promise<void>((resolve, reject) => {
      const fail = (error?: Error): void => {
        this.#forget(socket)
        reject(error ?? new Error('the connection was closed'))
      }
      const late = setTimeout(() => fail(new Error('the server takes nothing')), patience)
      socket.once('close', fail)
      socket.write(messages.map((message) => `${message.length} ${message}`).join(''), (error) => {
        clearTimeout(late)
        socket.off('close', fail)
        if (error) fail(error)
        else resolve()
      })
    })
  }

  async close(): Promise<void> {
    const socket = this.#socket
    this.#socket = undefined
    if (socket && !socket.destroyed) await new Promise<void>((closed) => { socket.once('close', () => closed()).end(); setTimeout(() => socket.destroy(), 1000).unref() })
  }

  #forget(socket: Socket): void {
    socket.destroy()
    if (this.#socket === socket) this.#socket = undefined
  }

  async #connect(): Promise<Socket> {
    const { transport, host, port, ca } = this.target
    const trusted = ca === undefined ? undefined : await readFile(ca)
    return new Promise((resolve, reject) => {
      const socket = transport === 'tls'
        ? connectSecurely({ host, port, ...(isIP(host) === 0 && { servername: host }), ...(trusted && { ca: trusted }) }, () => connected())
        : connectPlainly({ host, port }, () => connected())
      const late = setTimeout(() => socket.destroy(new Error('the server does not answer')), patience)
      const connected = (): void => {
        clearTimeout(late)
        socket.off('error', reject)
        socket.setKeepAlive(true, 30_000)
        resolve(socket)
      }
      socket.once('error', reject)
      // A server that ends the connection takes no more; what it sends is of no interest.
      socket.on('error', () => this.#forget(socket)).on('close', () => this.#forget(socket)).on('end', () => this.#forget(socket)).resume()
    })
  }

  async #send(messages: string[]): Promise<void> {
    const { host, port } = this.target
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
    try {
      for (const message of messages) {
        await new Promise<void>((resolve, reject) => { socket.send(message.slice(0, longestDatagram), port, host, (error) => (error ? reject(error) : resolve())) })
      }
    } finally {
      socket.close()
    }
  }
}
