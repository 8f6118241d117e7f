// Until when a provider can sign. Read by pattern, because many are looked at for one page; what decides about messages reads
// the document itself (saml-providers.ts).
import { X509Certificate } from 'node:crypto'

const descriptor = /<(?:\w+:)?KeyDescriptor\b([^>]*)>([\s\S]*?)<\/(?:\w+:)?KeyDescriptor>/g
const certificate = /<(?:\w+:)?X509Certificate\b[^>]*>([^<]+)</g

/** When the last certificate that a provider signs with ends, in milliseconds since the epoch; undefined where it names none. */
export function lastCertificateEnd(metadata: string): number | undefined {
  const signing = [...metadata.matchAll(descriptor)].filter(([, attributes]) => !/\buse\s*=\s*["']encryption["']/.test(attributes!))
  const ends = signing.flatMap(([, , content]) => [...content!.matchAll(certificate)]).flatMap(([, text]) => endOf(text!))
  return ends.length === 0 ? undefined : Math.max(...ends)
}

function endOf(text: string): number[] {
  try {
    return [Date.parse(new X509Certificate(Buffer.from(text, 'base64')).validTo)]
  } catch {
    return []
  }
}
