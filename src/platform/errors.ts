// The one error vocabulary inside the house. Each door translates a Refusal once, in its own
// words; anything else that is thrown is our own fault and becomes a 500.

export type RefusalCode =
  | 'invalid-input'
  | 'too-large'
  | 'not-found'
  | 'conflict'
  | 'in-use'
  | 'limit-exceeded'
  | 'policy-malformed'
  | 'forbidden'
  | 'forged-request'
  | 'wrong-host'
  | 'wrong-step'
  | 'not-signed-in'
  | 'credentials-wrong'
  | 'password-unacceptable'
  | 'expired'
  | 'already-used'
  | 'too-many-attempts'
  | 'busy'
  | 'unavailable'

export interface RefusalDetails {
  /** What went wrong below, for the log only. */
  cause?: unknown
  /** Seconds until trying again makes sense. */
  retryAfter?: number
  /** One sentence per fault, each safe to show, with the field or path it is about. */
  faults?: Fault[]
}

export interface Fault {
  path: string
  /** Where in it, for what has parts: `[0].Value`. */
  within?: string
  message: string
  /** 1-based line in the file the fault is in, where there is a file. */
  line?: number
}

/** Says no: a stable code, and a sentence that may be shown to whoever asked. */
export class Refusal extends Error {
  readonly retryAfter: number | undefined
  readonly faults: Fault[]

  constructor(readonly code: RefusalCode, sentence: string, details: RefusalDetails = {}) {
    super(sentence, { cause: details.cause })
    this.name = 'Refusal'
    this.retryAfter = details.retryAfter
    this.faults = details.faults ?? []
  }
}
