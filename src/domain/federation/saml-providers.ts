// What the metadata of a SAML provider says that its messages are held against: its name, and the keys that it signs with.
import { X509Certificate, type KeyObject } from 'node:crypto'
import type { Element } from '@xmldom/xmldom'
import { refuseSaml } from './saml-refusal.js'
import { isStrong } from './saml-signature.js'
import { isTime, isUri } from './saml-values.js'
import { attributeOf, childrenOf, nameOf, parseXml, textOf } from './saml-xml.js'

export interface SamlIssuer {
  entityId: string
  /** Of all its certificates for signing: a provider that changes its key names the old and the new one. */
  keys: KeyObject[]
  /** Milliseconds since the epoch. */
  validUntil: number | undefined
}

const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol'

/** Reads a provider's metadata. Throws `SamlRefusal` for what nothing can be held against. */
export function readSamlIssuer(metadata: string): SamlIssuer {
  const root = parseXml(metadata.replace(/^\uFEFF/, ''), { comments: true }).documentElement
  const entityId = root && nameOf(root) === 'm:EntityDescriptor' ? attributeOf(root, 'entityID') : undefined
  if (!root || !entityId || entityId.length > 1024 || !isUri(entityId)) return refuseSaml('metadata', 'the metadata describes no entity')
  const roles = childrenOf(root, 'm:IDPSSODescriptor').filter((role) => (attributeOf(role, 'protocolSupportEnumeration') ?? protocol).split(/\s+/).includes(protocol))
  const keys = roles.flatMap(keysOf)
  if (keys.length === 0) return refuseSaml('metadata', 'the metadata has no certificate that counts')
  const until = attributeOf(root, 'validUntil')
  const validUntil = until === undefined ? undefined : isTime(until) ? Date.parse(until) : NaN
  if (Number.isNaN(validUntil)) return refuseSaml('metadata', 'the metadata holds until no time')
  return { entityId, keys, validUntil }
}

/** A descriptor that does not say what its key is for is for signing too; a certificate that is over still counts, as providers expect. */
const keysOf = (role: Element): KeyObject[] =>
  childrenOf(role, 'm:KeyDescriptor').filter((descriptor) => (attributeOf(descriptor, 'use') ?? 'signing') === 'signing')
    .flatMap((descriptor) => childrenOf(descriptor, 'd:KeyInfo')).flatMap((info) => childrenOf(info, 'd:X509Data')).flatMap((inside) => childrenOf(inside, 'd:X509Certificate'))
    .flatMap((certificate) => keyOf(textOf(certificate)) ?? [])

function keyOf(certificate: string): KeyObject | undefined {
  try {
    const { publicKey } = new X509Certificate(Buffer.from(certificate.replace(/\s/g, ''), 'base64'))
    return isStrong(publicKey) ? publicKey : undefined
  } catch {
    return undefined
  }
}
