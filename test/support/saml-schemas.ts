// The schemas of the SAML standard, which SimpleSAMLphp brings along, in libxml2: a second opinion on what we send, and on what
// we take. Nothing of it is in the product, and nothing is fetched.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getProgram } from './binaries.js'

const files = ['saml-schema-protocol-2.0.xsd', 'saml-schema-assertion-2.0.xsd', 'saml-schema-metadata-2.0.xsd', 'xmldsig-core-schema.xsd', 'xenc-schema.xsd', 'xml.xsd']

// Two elements that stand in signatures and beside keys and have schemas of their own, which are not among those files. A list of
// prefixes may have one that no name token is (`#default`).
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const encryption11 = 'http://www.w3.org/2009/xmlenc11#'
const one = (namespace: string, name: string, attribute: string, type: string): string =>
  `<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="${namespace}"><element name="${name}"><complexType><sequence><any namespace="##other" minOccurs="0"/></sequence><attribute name="${attribute}" type="${type}"/></complexType></element></schema>`
const written = {
  'inclusive.xsd': one(exclusive, 'InclusiveNamespaces', 'PrefixList', 'string'),
  'mask.xsd': one(encryption11, 'MGF', 'Algorithm', 'anyURI'),
}

const imported = [
  ['urn:oasis:names:tc:SAML:2.0:protocol', files[0]], ['urn:oasis:names:tc:SAML:2.0:assertion', files[1]], ['urn:oasis:names:tc:SAML:2.0:metadata', files[2]],
  ['http://www.w3.org/2000/09/xmldsig#', files[3]], ['http://www.w3.org/2001/04/xmlenc#', files[4]], [exclusive, 'inclusive.xsd'], [encryption11, 'mask.xsd'],
] as const

export interface SamlSchemas {
  /** What the schemas, or the parser before them, have against a document; undefined where they have nothing. */
  faultOf(xml: string): string | undefined
  close(): void
}

/** Opens them; tests that call this stand behind `needs('simplesamlphp')`. */
export async function openSamlSchemas(): Promise<SamlSchemas> {
  const { XmlBufferInputProvider, XmlDocument, XmlError, XsdValidator, xmlCleanupInputProvider, xmlRegisterInputProvider } = await import('libxml2-wasm')
  const folder = join(getProgram('simplesamlphp'), 'schemas')
  const bytes = Object.fromEntries([...files.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))] as const), ...Object.entries(written).map(([name, text]) => [name, new TextEncoder().encode(text)] as const)])
  xmlRegisterInputProvider(new XmlBufferInputProvider(bytes))
  const schema = XmlDocument.fromString(`<schema xmlns="http://www.w3.org/2001/XMLSchema">${imported.map(([namespace, name]) => `<import namespace="${namespace}" schemaLocation="${name}"/>`).join('')}</schema>`)
  const validator = XsdValidator.fromDoc(schema)
  return {
    faultOf: (xml) => {
      try {
        const document = XmlDocument.fromString(xml)
        try {
          validator.validate(document)
        } finally {
          document.dispose()
        }
        return undefined
      } catch (error) {
        if (error instanceof XmlError) return error.message.trim()
        throw error
      }
    },
    close: () => {
      validator.dispose()
      schema.dispose()
      xmlCleanupInputProvider()
    },
  }
}
