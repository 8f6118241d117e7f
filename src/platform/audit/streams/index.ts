// The streams of an installation, made of its targets.
import type { Clock } from '../../clock.js'
import type { Log } from '../../log.js'
import type { Outbound } from '../../outbound/index.js'
import type { Executor } from '../../storage/database.js'
import type { Checkpoints } from '../checkpoints.js'
import { FileSink, StdoutSink } from './file.js'
import type { Sink } from './sink.js'
import { Stream, type StreamOptions, type StreamState } from './stream.js'
import { SyslogSink } from './syslog.js'
import type { StreamTarget } from './targets.js'
import { WebhookSink } from './webhook.js'

export interface StreamsOptions extends Pick<StreamOptions, 'lookEvery' | 'retry' | 'lease'> {
  targets: readonly StreamTarget[]
  sql: Executor
  checkpoints: Checkpoints
  clock: Clock
  log: Pick<Log, 'info' | 'warn' | 'error'>
  /** The name of this host in syslog messages. */
  host: string
  webhookSecret: string | undefined
  outbound: Pick<Outbound, 'post'>
}

export class Streams {
  readonly #streams: { kind: StreamTarget['kind']; stream: Stream }[]

  constructor(options: StreamsOptions) {
    this.#streams = options.targets.map((target) => ({ kind: target.kind, stream: new Stream({ ...options, name: target.name, sink: sinkOf(target, options) }) }))
  }

  start(): void {
    for (const { stream } of this.#streams) stream.start()
  }

  async stop(): Promise<void> {
    await Promise.all(this.#streams.map(({ stream }) => stream.stop()))
  }

  /** Says how each stream is, by its kind and its place in the settings: whoever asks need not know where they lead. */
  states(): Record<string, StreamState> {
    return Object.fromEntries(this.#streams.map(({ kind, stream }, at) => [`${at + 1} ${kind}`, stream.state]))
  }
}

function sinkOf(target: StreamTarget, { host, webhookSecret, outbound, clock }: StreamsOptions): Sink {
  if (target.kind === 'stdout') return new StdoutSink()
  if (target.kind === 'file') return new FileSink(target.path)
  if (target.kind === 'syslog') return new SyslogSink(target, host)
  return new WebhookSink({ url: target.url, secret: webhookSecret ?? '', outbound, clock })
}
