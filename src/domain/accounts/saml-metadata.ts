// A first look at the metadata of a SAML provider, before it is kept. Whoever trusts what it says reads it in full.
import { Refusal } from '../../platform/errors.js'

const refuse = (sentence: string): never => {
  throw new Refusal('invalid-input', sentence)
}

/** Checks that a document can be an identity provider's metadata, and says until when it holds. */
export function readSamlMetadata(metadata: string): { validUntil: Date | undefined } {
  if (/<!(DOCTYPE|ENTITY)/i.test(metadata)) return refuse('The metadata must not have a document type.')
  const root = /^\uFEFF?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--[\s\S]{0,5000}?-->\s*)?<(?:[\w.-]{1,64}:)?EntityDescriptor\b([^>]{0,5000})>/.exec(metadata)
  if (!root || !/\bentityID\s*=/.test(root[1] ?? '')) return refuse('The metadata must be an EntityDescriptor with an entityID.')
  if (!/<(?:[\w.-]{1,64}:)?IDPSSODescriptor\b/.test(metadata)) return refuse('The metadata must be of an identity provider.')
  if (!/<(?:[\w.-]{1,64}:)?X509Certificate\b/.test(metadata)) return refuse('The metadata must have a certificate.')
  const until = /\bvalidUntil\s*=\s*["']([^"']{1,40})["']/.exec(root[1] ?? '')?.[1]
  if (until === undefined) return { validUntil: undefined }
  const time = Date.parse(until)
  return Number.isNaN(time) ? refuse('The metadata has a validUntil that is no time.') : { validUntil: new Date(time) }
}
