// What is wrong with a policy document: each fault names its place, and says how to mend it.

export interface PolicyFault {
  /** Where in the document, such as `Statement[2].Condition.StringEquals`; empty for the document itself. */
  path: string
  code: PolicyFaultCode
  /** What is wrong, in one sentence. */
  problem: string
  /** What would make it right, in one sentence. */
  mend: string
  /** 1-based line of the text, where there is a text. */
  line?: number
}

export type PolicyFaultCode =
  | 'not-json'
  | 'too-large'
  | 'too-deep'
  | 'too-many-statements'
  | 'too-many-faults'
  | 'duplicate-key'
  | 'wrong-type'
  | 'empty'
  | 'unknown-element'
  | 'unknown-version'
  | 'missing-statement'
  | 'missing-effect'
  | 'unknown-effect'
  | 'missing-action'
  | 'both-actions'
  | 'malformed-action'
  | 'action-not-sts'
  | 'missing-resource'
  | 'both-resources'
  | 'resource-not-allowed'
  | 'malformed-arn'
  | 'missing-principal'
  | 'both-principals'
  | 'principal-not-allowed'
  | 'malformed-principal'
  | 'unknown-operator'
  | 'malformed-key'
  | 'wrong-value'
  | 'malformed-variable'
  | 'malformed-sid'
  | 'duplicate-sid'

/** Collects faults up to a number, so that a document made of faults does not grow into megabytes of them. */
export class Faults {
  readonly list: PolicyFault[] = []
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  get isFull(): boolean {
    return this.list.length > this.#most
  }

  add(fault: Omit<PolicyFault, 'line'> & { line?: number | undefined }): void {
    if (this.isFull) return
    const { line, ...rest } = fault
    this.list.push(line === undefined ? rest : { ...rest, line })
    if (this.list.length === this.#most) this.#close()
  }

  #close(): void {
    this.list.push({ path: '', code: 'too-many-faults', problem: 'There may be more faults; the reading ended here.', mend: 'Mend those above first.' })
  }
}

/** Quotes what somebody wrote, cut to a length that fits into a sentence. */
export const quoted = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
