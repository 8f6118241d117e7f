// May this caller do that? Asks the policies in force for the caller, and says no in the words of the wire, naming what denies.
import type { Context } from 'koa'
import { authorize, contextOf, type Decision, type PolicySet, type RequestContext, type RequestPrincipal } from '../../../domain/policy/index.js'
import type { Caller } from './caller.js'
import { AwsError } from './errors.js'

export interface Wish {
  /** Such as `iam:CreateUser`. */
  action: string
  /** The ARN of what it is done to, or `*`. */
  resource: string
  /** Condition keys that the operation knows of. */
  context?: Readonly<Record<string, string | readonly string[]>>
}

/** What a caller may do. */
export interface CallerPolicies {
  set: PolicySet
  /** The role of a session, by its whole ARN. */
  issuerArn?: string
}

export interface PermissionsOptions {
  /** Reads what is in force for a caller as it is now; never asked for root users. */
  policiesOf: (caller: Caller) => Promise<CallerPolicies>
  clock: () => number
}

/** Refuses what the caller's policies do not allow. */
export class Permissions {
  constructor(private readonly options: PermissionsOptions) {}

  /** Throws AccessDenied unless the caller may. */
  async check(caller: Caller, wish: Wish, ctx: Context): Promise<void> {
    const why = await this.#whyNot(caller, wish, ctx)
    if (why) throw new AwsError('AccessDenied', 403, `User: ${caller.arn} is not authorized to perform: ${wish.action} on resource: ${wish.resource} ${why}`)
  }

  async #whyNot(caller: Caller, { action, resource, context }: Wish, ctx: Context): Promise<string | undefined> {
    const owner = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(resource)?.[1]
    if (owner !== undefined && owner !== caller.accountId) return 'because it is in another account'
    if (caller.kind === 'root') return undefined
    const { set, issuerArn } = await this.options.policiesOf(caller)
    const principal = { arn: caller.arn, accountId: caller.accountId, kind: caller.kind, ...(issuerArn && { issuerArn }) }
    const decision = authorize({ action, resource, principal, context: { ...contextOfCaller(caller, principal, ctx, this.options.clock()), ...context } }, set)
    return decision.allowed ? undefined : reasonOf(decision, action)
  }
}

const lacking = { identity: 'identity-based policy', boundary: 'permissions boundary', session: 'session policy', resource: 'resource-based policy' }

function reasonOf({ reason, by, lacks }: Decision, action: string): string {
  if (reason === 'explicit-deny') return `with an explicit deny in ${by ? by.policy : 'a policy'}${by?.sid ? ` (${by.sid})` : ''}`
  return `because no ${lacking[lacks ?? 'identity']} allows the ${action} action`
}

/** What is known of a request before anything is known of what it is about. */
function contextOfCaller(caller: Caller, principal: RequestPrincipal, ctx: Context, now: number): RequestContext {
  const { origin } = ctx.state as { origin?: { sourceIPAddress: string; userAgent: string } }
  const { session, userId, userName, tags } = caller
  return contextOf({
    principal, at: new Date(now), userId, userName, principalTags: tags,
    sourceIp: origin?.sourceIPAddress, userAgent: origin?.userAgent, secureTransport: ctx.secure,
    ...(session && { tokenIssuedAt: new Date(session.issuedAt), multiFactor: { present: false }, sourceIdentity: session.principal.sourceIdentity }),
  })
}
