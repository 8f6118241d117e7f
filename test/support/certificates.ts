// X.509 certificates of a test's own making: self-signed, or of an authority that a test has made.
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

export interface Certified {
  privateKey: KeyObject
  publicKey: KeyObject
  /** Base64 of DER. */
  certificate: string
  pem: string
  commonName: string
}

export interface CertificateWish {
  kind?: 'rsa' | 'ec'
  modulusLength?: number
  commonName?: string
  /** Hosts that a server may be asked by. */
  hosts?: string[]
  isAuthority?: boolean
  /** Milliseconds since the epoch. */
  from?: number
  until?: number
  /** Signs itself where there is none. */
  by?: Certified
}

const der = (tag: number, ...contents: Buffer[]): Buffer => {
  const content = Buffer.concat(contents)
  const size = content.length < 128 ? Buffer.of(content.length) : content.length < 256 ? Buffer.of(0x81, content.length) : Buffer.of(0x82, content.length >> 8, content.length & 255)
  return Buffer.concat([Buffer.of(tag), size, content])
}

const sequence = (...contents: Buffer[]): Buffer => der(0x30, ...contents)
const oid = (hex: string): Buffer => Buffer.from(hex, 'hex')
const algorithms = { rsa: sequence(oid('06092a864886f70d01010b'), der(5)), ec: sequence(oid('06082a8648ce3d040302')) }
const nameOf = (commonName: string): Buffer => sequence(der(0x31, sequence(oid('0603550403'), der(0x0c, Buffer.from(commonName)))))
const time = (at: number): Buffer => der(0x17, Buffer.from(`${new Date(at).toISOString().slice(2, 19).replace(/\D/g, '')}Z`))

function extensionsOf({ hosts = [], isAuthority = false }: CertificateWish): Buffer[] {
  const authority = isAuthority ? [sequence(oid('0603551d13'), der(1, Buffer.of(255)), der(4, sequence(der(1, Buffer.of(255)))))] : []
  const names = hosts.length > 0 ? [sequence(oid('0603551d11'), der(4, sequence(...hosts.map((host) => der(0x82, Buffer.from(host))))))] : []
  return authority.length + names.length > 0 ? [der(0xa3, sequence(...authority, ...names))] : []
}

/** Makes a key and its certificate. */
export function certified(wish: CertificateWish = {}): Certified {
  const { kind = 'ec', modulusLength = 2048, commonName = 'a test', from = Date.now() - 86_400_000, until = Date.now() + 86_400_000, by } = wish
  const { privateKey, publicKey } = kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength }) : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signer = by?.privateKey ?? privateKey
  const algorithm = algorithms[signer.asymmetricKeyType as 'rsa' | 'ec']
  const body = sequence(
    der(0xa0, der(2, Buffer.of(2))), der(2, Buffer.from([1, ...randomBytes(8)])), algorithm, nameOf(by?.commonName ?? commonName), sequence(time(from), time(until)), nameOf(commonName),
    publicKey.export({ type: 'spki', format: 'der' }), ...extensionsOf(wish),
  )
  const certificate = sequence(body, algorithm, der(3, Buffer.of(0), sign('sha256', body, signer))).toString('base64')
  return { privateKey, publicKey, certificate, pem: `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`, commonName }
}
