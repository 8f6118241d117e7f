// What a monitor reads: how the process is, and when certificates end that sign-ins hang on. It has a port of its own, because it
// is nobody's business outside.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'

/** The end of a certificate, and of what it is. */
export interface CertificateEnd {
  labels: Readonly<Record<string, string>>
  endsAt: Date
}

interface MetricsOptions {
  /** The last certificates of identity sources that count (`source`, `source_id`). */
  sources: () => Promise<CertificateEnd[]>
  /** Our own for SAML (`purpose`, `state`). */
  own: () => Promise<CertificateEnd[]>
  onFailure: (error: unknown) => void
}

/** Answers `GET /metrics` in Prometheus' text format: 503 where a store does not answer, 404 to everything else. */
export function metricsDoor({ sources, own, onFailure }: MetricsOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const register = new Registry()
  collectDefaultMetrics({ register })
  gaugeOf(register, { name: 'gatehouse_source_certificate_end_timestamp_seconds', help: 'When the last certificate of an identity source ends that counts.', labelNames: ['source', 'source_id'] }, sources)
  gaugeOf(register, { name: 'gatehouse_saml_certificate_end_timestamp_seconds', help: 'When a certificate of our own for SAML ends.', labelNames: ['purpose', 'state'] }, own)
  return (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') return void response.writeHead(404).end()
    register.metrics().then((text) => response.writeHead(200, { 'content-type': register.contentType, 'cache-control': 'no-store' }).end(text), (error: unknown) => {
      onFailure(error)
      response.writeHead(503).end()
    })
  }
}

function gaugeOf(register: Registry, metric: { name: string; help: string; labelNames: string[] }, list: () => Promise<CertificateEnd[]>): void {
  const gauge: Gauge = new Gauge({
    ...metric, registers: [register],
    collect: async () => {
      const ends = await list()
      gauge.reset()
      for (const { labels, endsAt } of ends) gauge.set({ ...labels }, endsAt.getTime() / 1000)
    },
  })
}
