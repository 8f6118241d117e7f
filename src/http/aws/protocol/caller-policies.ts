// Which policies are in force for whoever calls, read anew for each request: a change counts at once.
import type { PoliciesInForce } from '../../../domain/accounts/index.js'
import type { PolicySet } from '../../../domain/policy/index.js'
import type { Session } from '../../../domain/credentials/index.js'
import type { Caller } from './caller.js'
import type { CallerPolicies } from './permissions.js'

/** A permission set as this file needs to know it. */
interface KnownSet {
  id: string
  name: string
  managedPolicies: string[]
  inlinePolicy: Record<string, unknown> | undefined
  permissionsBoundary: string | undefined
}

export interface CallerPoliciesOptions {
  inForce: Pick<PoliciesInForce, 'policiesOf' | 'bundle' | 'sessionPolicies'>
  findPermissionSet: (id: string) => Promise<KnownSet | undefined>
  /** The ARN of the role that a permission set is in an account. */
  reservedArnOf: (accountId: string, permissionSet: { id: string; name: string }) => Promise<string>
  findRole: (id: string) => Promise<{ arn: string } | undefined>
}

const none: PolicySet = { identity: [] }

/** Makes the question that `Permissions` asks. */
export const policiesOfCallers = (options: CallerPoliciesOptions) => async (caller: Caller): Promise<CallerPolicies> => {
  if (caller.kind === 'root') return { set: none }
  if (!caller.session) return { set: await options.inForce.policiesOf({ kind: 'iam-user', id: caller.userId }) }
  const role = await roleOf(caller.session, options)
  if (!role || caller.session.policies.length === 0) return role ?? { set: none }
  return { ...role, set: { ...role.set, session: await options.inForce.sessionPolicies(caller.accountId, caller.session.policies) } }
}

/** What the role of a session may; nothing where it is gone. */
async function roleOf({ principal }: Readonly<Session>, { inForce, findPermissionSet, reservedArnOf, findRole }: CallerPoliciesOptions): Promise<CallerPolicies | undefined> {
  const { accountId, permissionSet, roleId } = principal
  if (!permissionSet) {
    const role = await findRole(roleId)
    return role && { set: await inForce.policiesOf({ kind: 'role', id: roleId }), issuerArn: role.arn }
  }
  const known = await findPermissionSet(permissionSet.id)
  if (!known) return undefined
  const { name, managedPolicies, inlinePolicy, permissionsBoundary } = known
  const inline = inlinePolicy && JSON.stringify(inlinePolicy)
  return { set: await inForce.bundle({ accountId, owner: name, managed: managedPolicies, inline, boundary: permissionsBoundary }), issuerArn: await reservedArnOf(accountId, permissionSet) }
}
