// Metadata of a SAML provider that somebody gives us to keep: read as it will be when its messages come, so that nothing is
// kept that nobody could sign in with.
import { Refusal } from '../../platform/errors.js'
import { readSamlIssuer } from './saml-providers.js'
import { SamlRefusal } from './saml-refusal.js'

/** Checks that messages can be held against a provider's metadata, and says until when it holds. */
export function readSamlMetadata(metadata: string): { validUntil: Date | undefined } {
  try {
    const { validUntil } = readSamlIssuer(metadata)
    return { validUntil: validUntil === undefined ? undefined : new Date(validUntil) }
  } catch (error) {
    if (!(error instanceof SamlRefusal)) throw error
    const why = error.detail.replace(/^saml \S+: /, '').replace(/^the message/, 'the metadata')
    throw new Refusal('invalid-input', `${why.charAt(0).toUpperCase()}${why.slice(1)}.`, { cause: error })
  }
}
