// Asks a directory to go on encrypted (RFC 4511 section 4.14), before anything else is said or heard on the connection.
import type { Socket } from 'node:net'

const oid = Buffer.from('1.3.6.1.4.1.1466.20037')
/** The first message of a connection: an extended request with that name. */
const request = Buffer.concat([Buffer.of(0x30, oid.length + 7, 0x02, 0x01, 0x01, 0x77, oid.length + 2, 0x80, oid.length), oid])
const longest = 4096

/** Says that the directory goes on plainly, or said something that it should not have. */
export class StartTlsFailure extends Error {}

/** Resolves when the next byte is to be TLS. Fails when more comes than the answer: whoever slipped it in would be taken for the directory. */
export function startTls(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let heard: Buffer = Buffer.alloc(0)
    const end = (fault?: Error): void => {
      socket.removeListener('data', hear).removeListener('error', end).removeListener('close', closed)
      socket.pause()
      if (fault) reject(fault)
      else resolve()
    }
    const closed = (): void => end(new Error('the connection was closed'))
    const hear = (part: Buffer): void => {
      heard = Buffer.concat([heard, part])
      const size = sizeOf(heard)
      if (heard.length > longest || size === undefined || heard.length > size) return end(new StartTlsFailure('the answer to StartTLS is none'))
      if (heard.length < size) return
      end(isAgreed(heard) ? undefined : new StartTlsFailure('the directory does not offer StartTLS'))
    }
    socket.on('data', hear).once('error', end).once('close', closed)
    socket.write(request)
  })
}

/** How long the message is that begins here, as far as can be said; undefined where it is none. */
function sizeOf(heard: Buffer): number | undefined {
  const [tag, first] = heard
  if (tag !== 0x30) return undefined
  if (first === undefined) return longest
  if (first < 0x80) return first + 2
  const bytes = first & 0x7f
  if (bytes === 0 || bytes > 4) return undefined
  return heard.length < 2 + bytes ? longest : heard.readUIntBE(2, bytes) + 2 + bytes
}

/** True for an extended response to the first message whose result is success. */
function isAgreed(message: Buffer): boolean {
  const skipLength = (at: number): number => at + 1 + ((message[at] ?? 0) < 0x80 ? 0 : (message[at]! & 0x7f))
  const id = skipLength(1)
  if (!message.subarray(id, id + 3).equals(Buffer.of(0x02, 0x01, 0x01)) || message[id + 3] !== 0x78) return false
  const result = skipLength(id + 4)
  return message.subarray(result, result + 3).equals(Buffer.of(0x0a, 0x01, 0x00))
}
