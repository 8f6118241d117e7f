// Why a SAML message does not count. The reason is for the log and for whoever translates it; the sentence may be shown.
import { Refusal, type RefusalCode } from '../../platform/errors.js'

/** What is wrong with a message, in one stable word. */
export type SamlReason =
  | 'too-large' | 'not-base64' | 'not-xml' | 'markup' | 'too-deep' | 'structure' | 'duplicate-id' | 'version'
  | 'status' | 'no-assertion' | 'several-assertions' | 'encrypted' | 'decryption'
  | 'unsigned' | 'signature-place' | 'reference' | 'transform' | 'algorithm' | 'certificate' | 'signature'
  | 'metadata' | 'metadata-over'
  | 'issuer' | 'destination' | 'recipient' | 'audience' | 'in-response-to' | 'not-yet' | 'expired'
  | 'subject' | 'confirmation' | 'conditions' | 'authentication' | 'attributes' | 'replayed'

const codes: Partial<Record<SamlReason, RefusalCode>> = { 'too-large': 'too-large', expired: 'expired', replayed: 'already-used' }

const sentences: Partial<Record<SamlReason, string>> = {
  'too-large': 'The message of the identity provider is too large.',
  status: 'The identity provider says that the sign-in did not succeed.',
  expired: 'The message of the identity provider has expired.',
  replayed: 'The message of the identity provider was used already.',
}

/** Refuses a message for one reason. */
export class SamlRefusal extends Refusal {
  constructor(readonly reason: SamlReason, detail: string) {
    super(codes[reason] ?? 'credentials-wrong', sentences[reason] ?? 'The message of the identity provider cannot be accepted.', { cause: new Error(`saml ${reason}: ${detail}`) })
  }

  /** What exactly is wrong; nothing of it came from the message. */
  get detail(): string {
    return (this.cause as Error).message
  }
}

/** Throws for one reason. */
export const refuseSaml = (reason: SamlReason, detail: string): never => {
  throw new SamlRefusal(reason, detail)
}
