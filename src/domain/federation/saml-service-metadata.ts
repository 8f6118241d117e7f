// What a provider is told of us as its service provider: where its messages go, and by which keys ours are known.
import { instant, attributes, escaped, newMessageId } from './saml-writing.js'
import { signedXml } from './saml-messages.js'
import type { SamlKey, SamlKeyPair } from './saml-keys.js'

/** What we are called towards one source, and where its messages come. */
export interface SamlAddresses {
  entityId: string
  /** Where assertions come. */
  acs: string
  /** Where messages of single logout come. */
  slo: string
}

const protocol = 'urn:oasis:names:tc:SAML:2.0'
const encryption = 'http://www.w3.org/2009/xmlenc11#'
const methods = [`${encryption}aes256-gcm`, `${encryption}aes128-gcm`, 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p', `${encryption}rsa-oaep`]
const formats = [`${protocol}:nameid-format:persistent`, 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress', 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified']

/** Writes it, in the order of the schema, signed and good until a time. */
export function serviceProviderMetadata({ entityId, acs, slo }: SamlAddresses, keys: SamlKeyPair, { nameIdFormat, validUntil }: { nameIdFormat?: string | undefined; validUntil: number }): Promise<string> {
  const keyOf = (use: 'signing' | 'encryption', { certificate }: SamlKey, more = ''): string =>
    `<md:KeyDescriptor use="${use}"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>${more}</md:KeyDescriptor>`
  const logout = ['HTTP-Redirect', 'HTTP-POST'].map((binding) => `<md:SingleLogoutService${attributes({ Binding: `${protocol}:bindings:${binding}`, Location: slo })}/>`)
  const inside = [
    ...[keys.signing, ...keys.alsoSigning ?? []].map((key) => keyOf('signing', key)), keyOf('encryption', keys.encryption, methods.map((method) => `<md:EncryptionMethod Algorithm="${method}"/>`).join('')), ...logout,
    ...(nameIdFormat === undefined ? formats : [nameIdFormat]).map((format) => `<md:NameIDFormat>${escaped(format)}</md:NameIDFormat>`),
    `<md:AssertionConsumerService${attributes({ Binding: `${protocol}:bindings:HTTP-POST`, Location: acs, index: '0', isDefault: 'true' })}/>`,
  ].join('')
  const role = `<md:SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true" protocolSupportEnumeration="${protocol}:protocol">${inside}</md:SPSSODescriptor>`
  const entity = attributes({ ID: newMessageId(), entityID: entityId, validUntil: instant(validUntil) })
  return signedXml(`<md:EntityDescriptor xmlns:md="${protocol}:metadata"${entity}>${role}</md:EntityDescriptor>`, keys.signing)
}
