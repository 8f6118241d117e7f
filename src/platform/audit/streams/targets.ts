// Where the trail is streamed to, as an operator writes it.
import { createHash } from 'node:crypto'

export type StreamTarget = { name: string } & (
  | { kind: 'stdout' }
  | { kind: 'file'; path: string }
  | { kind: 'syslog'; transport: 'udp' | 'tcp' | 'tls'; host: string; port: number; ca: string | undefined }
  | { kind: 'webhook'; url: URL }
)

const usualPorts = { udp: 514, tcp: 601, tls: 6514 }

/** Reads targets; those that are none are named to `complain`. */
export function streamTargetsOf(entries: readonly string[], complain: (entry: string) => void): StreamTarget[] {
  const targets = entries.flatMap((entry) => {
    const target = targetOf(entry)
    if (!target) complain(entry)
    return target ?? []
  })
  // Each has a position of its own, kept under its name.
  return [...new Map(targets.map((target) => [target.name, target])).values()]
}

function targetOf(entry: string): StreamTarget | undefined {
  if (entry === 'stdout') return { kind: 'stdout', name: 'stdout' }
  const path = /^file:(?:\/\/(?=\/))?(\/.+)$/.exec(entry)?.[1]
  if (path !== undefined) return { kind: 'file', path, name: `file:${path}` }
  if (!URL.canParse(entry)) return undefined
  const url = new URL(entry)
  if (url.protocol === 'https:' || url.protocol === 'http:') return webhookOf(url)
  const transport = /^syslog\+(udp|tcp|tls):$/.exec(url.protocol)?.[1] as keyof typeof usualPorts | undefined
  if (!transport || !url.hostname || (url.pathname !== '' && url.pathname !== '/') || url.username) return undefined
  const port = Number(url.port || usualPorts[transport])
  return { kind: 'syslog', transport, host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port, ca: url.searchParams.get('ca') ?? undefined, name: `syslog+${transport}://${url.hostname}:${port}` }
}

/** The address may be a secret in itself: its name gives away no more than the host. */
function webhookOf(url: URL): StreamTarget | undefined {
  if (url.username || url.password || url.hash) return undefined
  return { kind: 'webhook', url, name: `${url.protocol}//${url.host}/#${createHash('sha256').update(url.href).digest('hex').slice(0, 8)}` }
}
