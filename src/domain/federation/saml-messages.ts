// Messages of ours on their way: signed, and packed for the binding that the provider takes. samlify signs XML; what comes back
// is never its to judge.
import { sign } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import type { SamlKey } from './saml-keys.js'
import type { SamlBinding } from './saml-sources.js'

/** A message ready to go: an address to send the browser to, or a form for it to post. */
export type SamlOutbound =
  | { binding: 'redirect'; location: string }
  | { binding: 'post'; action: string; fields: Record<string, string> }

const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const mostRelayState = 80

/** Signs the root of a document of ours; the signature stands where the schema has it, `after` an element inside or before all others. */
export async function signedXml(xml: string, { privateKey, certificate }: SamlKey, after?: string): Promise<string> {
  // Only those who sign wait for it to load.
  const { default: { SamlLib } } = await import('samlify')
  const reference = after === undefined ? '/*' : `/*/*[local-name(.)='${after}']`
  return SamlLib.constructSAMLSignature({
    rawSamlMessage: xml, referenceTagXPath: '/*', privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, signingCert: certificate, signatureAlgorithm: rsaSha256, isBase64Output: false,
    signatureConfig: { prefix: 'ds', location: { reference, action: after === undefined ? 'prepend' : 'after' } },
  })
}

interface Packing {
  kind: 'SAMLRequest' | 'SAMLResponse'
  binding: SamlBinding
  address: string
  relayState?: string | undefined
}

/** Signs a message and packs it. */
export async function packed(xml: string, { kind, binding, address, relayState }: Packing, key: SamlKey): Promise<SamlOutbound> {
  // SAML Bindings 3.4.3.
  if (relayState !== undefined && Buffer.byteLength(relayState) > mostRelayState) throw new Error(`a RelayState has ${mostRelayState} bytes at most`)
  if (binding === 'post') {
    return { binding, action: address, fields: { [kind]: Buffer.from(await signedXml(xml, key, 'Issuer')).toString('base64'), ...(relayState !== undefined && { RelayState: relayState }) } }
  }
  // SAML Bindings 3.4.4.1: signed are these parameters, in this order, as they are spelled in the address.
  const parameters: [string, string][] = [[kind, deflateRawSync(xml).toString('base64')], ...(relayState === undefined ? [] : [['RelayState', relayState] as [string, string]]), ['SigAlg', rsaSha256]]
  const octets = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  const signature = sign('sha256', Buffer.from(octets), key.privateKey).toString('base64')
  return { binding, location: `${address}${address.includes('?') ? '&' : '?'}${octets}&Signature=${encodeURIComponent(signature)}` }
}
