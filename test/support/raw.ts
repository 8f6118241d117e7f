// Sends a request as exactly these bytes, and reads one answer.
import { once } from 'node:events'
import { connect } from 'node:net'

export interface RawAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/** Sends bytes over a connection of its own; a `{host}` among them becomes the origin's. */
export async function sendRaw(origin: string, head: string[], body: string | Buffer = ''): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(origin)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  const bytes = Buffer.from(body)
  const lines = head.map((line) => line.replace('{host}', host).replace('{length}', String(bytes.length)))
  const answer = read(socket)
  // A server that has refused already does not read to the end.
  socket.on('error', () => undefined)
  socket.write(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]))
  try {
    return await answer
  } finally {
    socket.destroy()
  }
}

async function read(socket: AsyncIterable<Buffer>): Promise<RawAnswer> {
  let all = Buffer.alloc(0)
  for await (const chunk of socket) {
    all = Buffer.concat([all, chunk])
    const end = all.indexOf('\r\n\r\n')
    if (end < 0) continue
    const [first = '', ...lines] = all.subarray(0, end).toString('latin1').split('\r\n')
    const headers = Object.fromEntries(lines.map((line) => [line.split(':', 1)[0]!.toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
    const body = all.subarray(end + 4)
    if (headers['content-length'] !== undefined && body.length < Number(headers['content-length'])) continue
    return { status: Number(first.split(' ')[1]), headers, body: body.toString() }
  }
  throw new Error('the connection ended before an answer')
}
