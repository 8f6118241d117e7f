// Streams to a web address: batches of NDJSON, signed with a time so that the receiver knows who sent them and refuses
// old ones (the headers of the Standard Webhooks specification).
import { createHash, createHmac } from 'node:crypto'
import type { Clock } from '../../clock.js'
import type { Outbound } from '../../outbound/index.js'
import type { StreamEntry } from './entries.js'
import { linesOf, type Sink } from './sink.js'

interface Options {
  url: URL
  secret: string
  outbound: Pick<Outbound, 'post'>
  clock: Clock
}

export class WebhookSink implements Sink {
  constructor(private readonly options: Options) {}

  async deliver(entries: StreamEntry[]): Promise<void> {
    const { url, outbound, clock, secret } = this.options
    const body = linesOf(entries)
    const { status } = await outbound.post(url, body, { 'content-type': 'application/x-ndjson', ...signatureOf(body, secret, Math.floor(clock() / 1000)) })
    if (status < 200 || status > 299) throw new Error(`${url.host} answered with status ${status}`)
  }

  async close(): Promise<void> {}
}

/** Signs a body. Its id is the same whenever the same events are sent again. */
export function signatureOf(body: string, secret: string, seconds: number): Record<string, string> {
  const id = `msg_${createHash('sha256').update(body).digest('base64url').slice(0, 27)}`
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` }
}
