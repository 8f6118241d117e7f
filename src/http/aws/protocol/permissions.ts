// May this caller do that? Asks the policies in force for the caller, and says no in the words of the wire, naming what denies.
import type { Context } from 'koa'
import { barred, type Actor, type Denials, type Rights } from '../../../domain/credentials/index.js'
import { authorize, type AuthorizationRequest, type Decision, type RequestContext } from '../../../domain/policy/index.js'
import { AwsError } from './errors.js'

export interface Wish {
  /** Such as `iam:CreateUser`. */
  action: string
  /** The ARN of what it is done to, or `*`. */
  resource: string
  /** Condition keys that the operation knows of. */
  context?: RequestContext
}

export interface PermissionsOptions {
  /** Reads what is in force for a caller as it is now. */
  rightsOf: (actor: Actor) => Promise<Rights>
  denials: Pick<Denials, 'seal'>
}

/** Where a denial says more, to those who may have it decoded. */
export const denialHeader = 'x-gatehouse-authorization-message'

/** What is decided, and what was asked. */
interface Answer {
  decision: Decision
  /** Why it is no, where policies are not what says so. */
  why?: string
  request?: AuthorizationRequest
}

const longestTold = 8192
const silent: Decision = { allowed: false, reason: 'implicit-deny', considered: [] }

/** Refuses what the caller's policies do not allow. */
export class Permissions {
  constructor(private readonly options: PermissionsOptions) {}

  /** Throws AccessDenied unless the caller may. */
  check(caller: Actor, wish: Wish, ctx: Context): Promise<void> {
    return this.checkEach(caller, [wish], ctx)
  }

  /** Throws AccessDenied unless the caller may all of it. */
  async checkEach(caller: Actor, wishes: readonly Wish[], ctx: Context): Promise<void> {
    const answers = await this.#answers(caller, wishes, ctx)
    answers.forEach((answer, at) => { this.#require(caller, wishes[at]!, answer, ctx) })
  }

  #require(caller: Actor, wish: Wish, { decision, why, request }: Answer, ctx: Context): void {
    if (decision.allowed) return
    const told = request && this.options.denials.seal({ request, decision })
    // More would not fit beside the other headers of an answer.
    if (told && told.length <= longestTold) ctx.set(denialHeader, told)
    throw new AwsError('AccessDenied', 403, `User: ${caller.arn} is not authorized to perform: ${wish.action} on resource: ${wish.resource} ${why ?? reasonOf(decision, wish.action)}`)
  }

  /** Throws AccessDenied where credentials of this kind are not good for an action that wants no permission. */
  checkKind(caller: Actor, action: string): void {
    const why = barred(caller, action)
    if (why) throw new AwsError('AccessDenied', 403, `User: ${caller.arn} is not authorized to perform: ${action} ${why}`)
  }

  /** Says of each wish whether the caller may, by the policies as they are now. */
  async decide(caller: Actor, wishes: readonly Wish[], ctx: Context): Promise<Decision[]> {
    return (await this.#answers(caller, wishes, ctx)).map(({ decision }) => decision)
  }

  async #answers(caller: Actor, wishes: readonly Wish[], ctx: Context): Promise<Answer[]> {
    const { principal, set, context: own } = await this.options.rightsOf(caller)
    return wishes.map(({ action, resource, context }) => {
      const owner = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(resource)?.[1]
      const why = barred(caller, action) ?? (owner !== undefined && owner !== caller.accountId ? 'because it is in another account' : undefined)
      if (why) return { decision: silent, why }
      const request: AuthorizationRequest = { action, resource, principal, context: { ...circumstancesOf(ctx), ...own, ...context } }
      return { request, decision: authorize(request, set) }
    })
  }
}

const lacking = { identity: 'identity-based policy', boundary: 'permissions boundary', session: 'session policy', resource: 'resource-based policy' }

function reasonOf({ reason, by, lacks }: Decision, action: string): string {
  if (reason === 'explicit-deny') return `with an explicit deny in ${by ? by.policy : 'a policy'}${by?.sid ? ` (${by.sid})` : ''}`
  return `because no ${lacking[lacks ?? 'identity']} allows the ${action} action`
}

/** The condition keys of a request itself. */
export function circumstancesOf(ctx: Context): RequestContext {
  const { origin } = ctx.state as { origin?: { sourceIPAddress: string; userAgent: string } }
  return {
    'aws:SecureTransport': String(ctx.secure),
    ...(origin && { 'aws:SourceIp': origin.sourceIPAddress, 'aws:UserAgent': origin.userAgent }),
  }
}
