// Whoever links and letters are for: a person of the directory, or the root user of an account.
import { Accounts, rootArn, type Account } from '../accounts/index.js'
import { rootPrincipal, userPrincipal } from '../authentication/index.js'
import { Users, type User } from '../directory/index.js'
import type { AuditEvent } from '../../platform/audit/index.js'
import type { Executor } from '../../platform/storage/database.js'

/** Somebody with a password and mail addresses. */
export interface Owner extends Pick<User, 'id' | 'userName' | 'displayName' | 'emails' | 'active'> {
  principal: string
  /** Words that a password of theirs must not contain. */
  ownNames: string[]
  /** Where they sign in. */
  entrance: '/start/' | '/console'
}

export const personAsOwner = (user: Pick<User, 'id' | 'userName' | 'displayName' | 'givenName' | 'familyName' | 'emails' | 'active'>): Owner => ({
  id: user.id, userName: user.userName, displayName: user.displayName, emails: user.emails, active: user.active,
  principal: userPrincipal(user.id), ownNames: [user.userName, user.givenName ?? '', user.familyName ?? ''], entrance: '/start/',
})

export const rootAsOwner = ({ id, name, email }: Pick<Account, 'id' | 'name' | 'email'>): Owner => ({
  id, userName: email, displayName: name, emails: [{ value: email, primary: true }], active: true,
  principal: rootPrincipal(id), ownNames: [email, email.split('@')[0]!, name], entrance: '/console',
})

/** Finds the owner by the principal that a link is of. */
export async function findOwner(sql: Executor, principal: string): Promise<Owner | undefined> {
  const [kind, id = ''] = principal.split(':', 2)
  if (kind === 'root') {
    const account = await new Accounts(sql).find(id)
    return account && rootAsOwner(account)
  }
  const user = await new Users(sql).find(id)
  return user && personAsOwner(user)
}

/** Puts one address of somebody in the place of another; true where it was there. */
export const replaceAddress = (tx: Executor, { id, entrance }: Pick<Owner, 'id' | 'entrance'>, from: string, to: string): Promise<boolean> =>
  (entrance === '/console' ? new Accounts(tx).replaceEmail(id, from, to) : new Users(tx).replaceAddress(id, from, to))

/** Says in an event whom it is about. */
export const aboutOwner = ({ id, entrance }: Pick<Owner, 'id' | 'entrance'>): Pick<AuditEvent, 'userId' | 'accountId' | 'userIdentity'> =>
  (entrance === '/start/' ? { userId: id } : { accountId: id, userIdentity: { type: 'Root', principalId: id, arn: rootArn(id), accountId: id, accessKeyId: '' } })

/** Says in an event how something at sign-in went, as the door it was at spells it. */
export const signInDetails = (eventName: string, entrance: Owner['entrance'], outcome: 'Success' | 'Failure' = 'Success'): Pick<AuditEvent, 'eventType' | 'responseElements' | 'serviceEventDetails'> =>
  (entrance === '/start/' ? { serviceEventDetails: { [eventName]: outcome } } : { eventType: 'AwsConsoleSignIn', responseElements: { [eventName]: outcome } })
