// Until when a provider can sign. Read tag by tag, because many are looked at for one page; what decides about messages reads
// the document itself (saml-providers.ts).
import { X509Certificate } from 'node:crypto'

/** When the last certificate that a provider signs with ends, in milliseconds since the epoch; undefined where it names none. */
export function lastCertificateEnd(metadata: string): number | undefined {
  let last: number | undefined
  let signs = false
  for (const tag of withoutComments(metadata).split('<')) {
    const [, close, name] = /^(\/?)(?:[\w.-]{1,100}:)?(KeyDescriptor|X509Certificate)\b/.exec(tag) ?? []
    if (name === 'KeyDescriptor') signs = close === '' && !/\buse\s*=\s*["']encryption["']/.test(tag)
    else if (name && close === '' && signs) last = later(last, endOf(tag.slice(tag.indexOf('>') + 1)))
  }
  return last
}

const later = (one: number | undefined, other: number | undefined): number | undefined => (one === undefined || (other !== undefined && other > one) ? other : one)

/** What stands in a comment says nothing. */
function withoutComments(text: string): string {
  const [first = '', ...rest] = text.split('<!--')
  return first + rest.map((part) => (part.includes('-->') ? part.slice(part.indexOf('-->') + 3) : '')).join('')
}

function endOf(text: string): number | undefined {
  try {
    return Date.parse(new X509Certificate(Buffer.from(text, 'base64')).validTo)
  } catch {
    return undefined
  }
}
