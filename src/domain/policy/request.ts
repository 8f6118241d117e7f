// What is asked: who wants to do what, to what, under which circumstances.

export type PrincipalKind = 'root' | 'iam-user' | 'assumed-role' | 'federated-user' | 'federated' | 'anonymous' | 'service'

export interface RequestPrincipal {
  /** The ARN of who asks, of a session where it is one; the name of a service such as `ec2.amazonaws.com`. */
  readonly arn: string
  readonly accountId: string
  readonly kind: PrincipalKind
  /** Whose rights a session has: the ARN of its role, or of the user that made a federated user. */
  readonly issuerArn?: string
  /** The unique id of the user, or of the role that a session has its rights from: `AIDA…`, `AROA…`. */
  readonly id?: string
  /** The provider that vouches for a `federated` principal: its ARN, or the host of a public one. */
  readonly federatedProvider?: string
}

/** Condition keys and what they are in this request; names in any case. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>

export interface AuthorizationRequest {
  /** Such as `iam:CreateUser`. */
  readonly action: string
  /** The ARN of what it is done to, or `*` where the action is not about one thing. */
  readonly resource: string
  /** The account that the resource is in, where its ARN does not say. */
  readonly resourceAccountId?: string
  readonly principal: RequestPrincipal
  readonly context: RequestContext
}

/** A request made ready for many statements: what all of them ask for is prepared once, and only when asked. */
export class Question {
  readonly action: string
  #values: Map<string, string | readonly string[]> | undefined

  constructor(readonly request: AuthorizationRequest) {
    this.action = request.action.toLowerCase()
  }

  /** Finds the values of a key, given in lower case. */
  find(key: string): string | readonly string[] | undefined {
    this.#values ??= this.#lowered()
    return this.#values.get(key)
  }

  #lowered(): Map<string, string | readonly string[]> {
    const { context } = this.request
    const values = new Map<string, string | readonly string[]>()
    for (const name of Object.keys(context)) values.set(name.toLowerCase(), context[name]!)
    return values
  }

  /** Finds what a policy variable stands for: keys with several values stand for nothing. */
  readonly lookup = (key: string): string | undefined => {
    const value = this.find(key)
    return typeof value === 'string' ? value : value?.length === 1 ? value[0] : undefined
  }
}
