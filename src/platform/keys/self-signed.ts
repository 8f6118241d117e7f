// A certificate that a key signs for itself, as SAML partners expect a public key to come (RFC 5280). It vouches for nothing:
// whoever takes it pins the key.
import { createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto'

const tags = { integer: 0x02, bits: 0x03, nothing: 0x05, utf8: 0x0c, time: 0x18, sequence: 0x30, set: 0x31, version: 0xa0 }
const sha256WithRsa = Buffer.from('06092a864886f70d01010b', 'hex')
const commonNameId = Buffer.from('0603550403', 'hex')
const version3 = 2

/** Makes a certificate of an RSA key, in DER. */
export function selfSigned({ privateKey, commonName, from, until }: { privateKey: KeyObject; commonName: string; from: Date; until: Date }): Buffer {
  const algorithm = der(tags.sequence, sha256WithRsa, der(tags.nothing))
  const name = der(tags.sequence, der(tags.set, der(tags.sequence, commonNameId, der(tags.utf8, Buffer.from(commonName)))))
  const body = der(
    tags.sequence,
    der(tags.version, der(tags.integer, Buffer.of(version3))),
    // Positive, and never shorter than it looks.
    der(tags.integer, Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm, name, der(tags.sequence, timeOf(from), timeOf(until)), name,
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
  )
  return der(tags.sequence, body, algorithm, der(tags.bits, Buffer.of(0), sign('sha256', body, privateKey)))
}

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const size = content.length
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([Buffer.of(tag, ...length), content])
}

/** RFC 5280 section 4.1.2.5: times before 2050 in two digits of the year, and after that in four. */
const timeOf = (at: Date): Buffer => {
  const digits = `${at.toISOString().slice(0, 19).replace(/\D/g, '')}Z`
  return at.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(digits.slice(2))) : der(tags.time, Buffer.from(digits))
}
