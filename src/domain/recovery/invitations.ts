// Invitations: a link by which somebody new sets the first password, and proves the address on the way.
import { userPrincipal, type Budgets, type LimitName } from '../authentication/index.js'
import { primaryEmail, type User } from '../directory/index.js'
import { neighbourhoodOf } from '../../platform/addresses.js'
import type { RequestOrigin } from '../../platform/audit/index.js'
import { Refusal } from '../../platform/errors.js'
import { isMailAddress, type MailQueue } from '../../platform/mail/index.js'
import type { Executor } from '../../platform/storage/database.js'
import { choosePassword, findLink, type FoundLink, type RecoveryOptions } from './choose.js'
import { lifetimes, MailedLinks } from './mailed-links.js'
import type { Owner } from './owners.js'

type Invited = Pick<User, 'id' | 'userName' | 'displayName' | 'emails'>

export class Invitations {
  constructor(private readonly options: RecoveryOptions & { budgets: Pick<Budgets, 'count'> }) {}

  /** Mails an invitation within a transaction. */
  static async invite(tx: Executor, user: Invited, { mail, clock }: { mail: MailQueue; clock: () => number }): Promise<void> {
    const address = primaryEmail(user.emails)
    if (!address || !isMailAddress(address)) throw new Refusal('invalid-input', `${user.userName} cannot be invited without a mail address.`)
    const token = await new MailedLinks(tx, clock).issue('invitation', userPrincipal(user.id), address)
    await mail.queue(tx, { to: address, template: 'invitation', model: { displayName: user.displayName, userName: user.userName, link: `/invitation/${token}`, days: lifetimes.invitation / 86_400_000 } })
  }

  find(token: string): Promise<FoundLink | undefined> {
    return findLink(this.options, 'invitation', token)
  }

  /** Sets the first password by a link, once; undefined when the link is not open any more. */
  accept(token: string, password: string, origin: RequestOrigin): Promise<Owner | undefined> {
    return choosePassword(this.options, { purpose: 'invitation', token, password, origin })
  }

  /** Mails another invitation for one that expired, to the address it went to; false where there is no such one. */
  async renew(token: string, origin: RequestOrigin): Promise<boolean> {
    const { database, trail } = this.options
    const found = await this.find(token)
    if (found?.state !== 'expired') return false
    await this.#spend(found.owner.id, origin)
    await database.transaction((tx) => Invitations.invite(tx, found.owner, this.options))
    await trail.record({ eventName: 'InviteUser', eventSource: 'sso-directory.amazonaws.com', origin, userId: found.owner.id })
    return true
  }
  async #spend(userId: string, { sourceIPAddress }: RequestOrigin): Promise<void> {
    const budgets: [LimitName, string][] = [['InvitationsAgainPerPerson', userId], ['InvitationsAgainPerAddress', neighbourhoodOf(sourceIPAddress)], ['InvitationsAgainInAll', 'all']]
    for (const [name, of] of budgets) {
      const { isOverdrawn, wait } = await this.options.budgets.count(name, of)
      if (isOverdrawn) throw new Refusal('too-many-attempts', 'Several invitations are on their way already. Look into your mail, or try again in an hour.', { retryAfter: wait })
    }
  }
}
