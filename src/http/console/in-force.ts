// Does a session still count? Not once its role, its owner or whoever is behind it was revoked, disabled or removed: asked
// for each request, so that nobody works on in a page that was open already.
import type { Accounts, IamUsers, Roles } from '../../domain/accounts/index.js'
import type { Passwords } from '../../domain/authentication/index.js'
import { consoleSubject, type Revocations, type RevocationSubject } from '../../domain/credentials/index.js'
import type { Users } from '../../domain/directory/index.js'
import type { ConsoleSession } from '../../domain/sessions/index.js'

export interface InForceOptions {
  revocations: Pick<Revocations, 'check'>
  users: Pick<Users, 'find'>
  iamUsers: Pick<IamUsers, 'findById'>
  roles: Pick<Roles, 'findById'>
  accounts: Pick<Accounts, 'find'>
  passwords: Pick<Passwords, 'findProfile'>
}

/** Makes the question that the console asks of each session. */
export const consolesInForce = (options: InForceOptions) => async (session: ConsoleSession): Promise<boolean> => {
  if (options.revocations.check(subjectsOf(session), session.startedAt) === 'revoked') return false
  const there = await Promise.all([options.accounts.find(session.accountId).then(Boolean), hasRole(session, options), hasPrincipal(session, options)])
  return there.every(Boolean)
}

function subjectsOf({ principal, role, accessKeyId }: ConsoleSession): RevocationSubject[] {
  const subject = principal.replace(/^(user|iam|root):/, '')
  return [
    { kind: 'user', subject }, consoleSubject(subject),
    ...(role ? [{ kind: 'role', subject: role.id } as const] : []),
    ...(accessKeyId ? [{ kind: 'session', subject: accessKeyId } as const] : []),
  ]
}

/** The role of a permission set is nowhere to be found: it is made from its names. */
const hasRole = async ({ role }: ConsoleSession, { roles }: InForceOptions): Promise<boolean> =>
  role === undefined || role.permissionSet !== undefined || await roles.findById(role.id) !== undefined

async function hasPrincipal({ principal, kind }: ConsoleSession, { users, iamUsers, passwords }: InForceOptions): Promise<boolean> {
  const [type, id = ''] = principal.split(':', 2)
  if (type === 'user') return (await users.find(id))?.active === true
  if (type === 'root') return kind !== 'root' || await passwords.findProfile(principal) !== undefined
  if (type !== 'iam') return true
  // An IAM user whose password was taken away may not work in the console; what its access keys opened goes on.
  return await iamUsers.findById(id) !== undefined && (kind !== 'iam-user' || await passwords.findProfile(principal) !== undefined)
}
