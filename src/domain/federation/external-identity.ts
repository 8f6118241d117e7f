// What a provider outside says of somebody, once it is proved, and how each step of proving it went: the same steps are taken
// down for a sign-in, of which the trail keeps the one that failed, and for a test, of which an administrator sees them all.
import { Refusal } from '../../platform/errors.js'

/** Somebody as a provider proved them. */
export interface ExternalIdentity {
  /** What the provider never gives to somebody else: `sub`, a NameID, an `objectGUID`. */
  subject: string
  /** Values by the names of claims or attributes; what is no text is spelled as JSON. */
  claims: ReadonlyMap<string, readonly string[]>
  /** When the provider says that they proved who they are, in milliseconds since the epoch. */
  authenticatedAt: number | undefined
  /** How they did so, in the provider's words (RFC 8176, or the context class of SAML). */
  amr: readonly string[]
  acr: string | undefined
  /** What the provider calls the session, to end it by: `sid`, or a SessionIndex. */
  session: string | undefined
  /** How SAML spells the subject, which is how it is to be spelled to end the session there. */
  nameId?: { format: string; qualifier?: string | undefined; spQualifier?: string | undefined }
}

export type ExternalStepOutcome = 'passed' | 'warned' | 'failed'

/** One step. Nothing in it is secret. */
export interface ExternalStep {
  /** A stable word. */
  name: string
  outcome: ExternalStepOutcome
  /** In a plain sentence, what was found. */
  says: string
  /** In a plain sentence, what to do about it. */
  advice?: string | undefined
  /** What was sent and what came back, decoded, secrets masked. */
  sent?: string | undefined
  received?: string | undefined
  /** What it is about, where that has a name: the fingerprint of a certificate, or a claim or attribute. */
  certificate?: string | undefined
  attribute?: string | undefined
}

/** A sign-in that a provider's answer, or its silence, ended. People are told that it is not their fault; the rest is for the trail. */
export class ExternalRefusal extends Refusal {
  constructor(readonly step: ExternalStep, readonly reason: string, options: { cause?: unknown } = {}) {
    super('credentials-wrong', 'It is not you, it is us: what your organization’s sign-in answered cannot be used.', options)
  }
}

/** Takes the steps down as they are taken. */
export class ExternalSteps {
  readonly steps: ExternalStep[] = []

  passed(name: string, says: string, seen: Pick<ExternalStep, 'sent' | 'received' | 'certificate'> = {}): void {
    this.steps.push({ name, outcome: 'passed', says, ...seen })
  }

  warned(name: string, says: string, advice: string): void {
    this.steps.push({ name, outcome: 'warned', says, advice })
  }

  /** Ends the sign-in: `reason` is a stable word, `says` and `advice` are for an administrator. */
  fail(step: Omit<ExternalStep, 'outcome'> & { reason: string; advice: string; cause?: unknown }): never {
    const { reason, cause, ...rest } = step
    const failed = { ...rest, outcome: 'failed' as const }
    this.steps.push(failed)
    throw new ExternalRefusal(failed, reason, { cause })
  }
}
