// X.509 certificates that a provider signs with: read from whatever spelling somebody has of them. Only the key counts; what a
// certificate says of itself is for people to look at.
import { X509Certificate } from 'node:crypto'
import { Refusal } from '../../platform/errors.js'
import { isStrong } from './saml-signature.js'

export interface Certificate {
  /** SHA-256 of DER, in small hexadecimal digits. */
  fingerprint: string
  /** Base64 of DER. */
  der: string
  subject: string
  notBefore: Date
  notAfter: Date
}

const largest = 64 * 1024
const mostAtOnce = 20

/** Reads certificates in PEM, in DER, or in base64 of DER. Refuses with `invalid-input`, in words, what is none or too weak to count. */
export function readCertificates(given: string | Uint8Array): Certificate[] {
  if (given.length > largest) throw new Refusal('invalid-input', 'That is too long for a certificate.')
  const parts = typeof given === 'string' ? partsOf(given) : isText(given) ? partsOf(Buffer.from(given).toString('latin1')) : [Buffer.from(given)]
  if (parts.length === 0) throw new Refusal('invalid-input', 'That has no certificate in it. One begins with “-----BEGIN CERTIFICATE-----”.')
  if (parts.length > mostAtOnce) throw new Refusal('invalid-input', `Those are more than ${mostAtOnce} certificates.`)
  const read = parts.map(certificateOf)
  return read.filter(({ fingerprint }, index) => read.findIndex((other) => other.fingerprint === fingerprint) === index)
}

/** DER begins with a sequence, whose first byte is a digit too; its second is not a character of any text here. */
const isText = (bytes: Uint8Array): boolean => !(bytes[0] === 0x30 && (bytes[1] ?? 0) >= 0x80)

function partsOf(text: string): Buffer[] {
  if (/-----BEGIN (?:\w+ )*PRIVATE KEY-----/.test(text)) throw new Refusal('invalid-input', 'That has a private key in it, which nobody else may know. Give the certificate alone.')
  const blocks = text.includes('-----BEGIN ') ? text.split('-----BEGIN CERTIFICATE-----').slice(1).map((block) => block.split('-----END CERTIFICATE-----')[0]!) : [text]
  return blocks.map((block) => block.replace(/\s/g, '')).filter((block) => block !== '').map((block) => Buffer.from(block, 'base64'))
}

function certificateOf(der: Buffer): Certificate {
  const parsed = parse(der) ?? refuse('That is no certificate that can be read.')
  if (!isStrong(parsed.publicKey)) refuse('The certificate has a key that is too weak: RSA needs 2048 bits or more, and of the others only elliptic curves count.')
  return {
    fingerprint: parsed.fingerprint256.replaceAll(':', '').toLowerCase(), der: parsed.raw.toString('base64'), subject: parsed.subject?.replaceAll('\n', ', ').slice(0, 1024) ?? '',
    notBefore: new Date(parsed.validFrom), notAfter: new Date(parsed.validTo),
  }
}

function parse(der: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(der)
  } catch {
    return undefined
  }
}

const refuse = (sentence: string): never => {
  throw new Refusal('invalid-input', sentence)
}
