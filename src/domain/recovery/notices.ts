// Notices: what somebody is told about their own sign-in, each with a link that says "this was not me". Opening it
// shows a page; acting on it makes the password worthless, ends everything, and mails a link for a new one.
import { Passwords, revokeTrust, userPrincipal } from '../authentication/index.js'
import { primaryEmail, type User } from '../directory/index.js'
import type { RequestOrigin } from '../../platform/audit/index.js'
import { newSecret } from '../../platform/ids.js'
import { isMailAddress, type LetterName, type Letters, type QueuedMail } from '../../platform/mail/index.js'
import type { Executor } from '../../platform/storage/database.js'
import { findLink, type FoundLink, type RecoveryOptions } from './choose.js'
import { MailedLinks } from './mailed-links.js'
import { mailReset } from './resets.js'

/** When and from where something was done, in words that its owner recognises. */
export interface Whereabouts {
  /** Milliseconds since the epoch. */
  at: number
  place: string
  browser: string
}

export type NoticeName = { [Name in LetterName]: Letters[Name] extends { notMe: string } ? Name : never }[LetterName]

/** What a notice says beside where and when. */
type Details<Name extends NoticeName> = Omit<Letters[Name], 'at' | 'place' | 'browser' | 'notMe' | 'userName'>

interface NoticesOptions extends RecoveryOptions {
  /** Ends every session of a person with what hangs on it, tokens of command lines, and role credentials. */
  endEverything: (userId: string) => Promise<void>
}

export class Notices {
  constructor(private readonly options: NoticesOptions) {}

  /** Tells somebody within a transaction; those without an address are told nothing. */
  async tell<Name extends NoticeName>(tx: Executor, user: User, template: Name, where: Whereabouts, details: Details<Name>): Promise<void> {
    const address = primaryEmail(user.emails)
    if (!address || !isMailAddress(address)) return
    const token = await new MailedLinks(tx, this.options.clock).issue('not-me', userPrincipal(user.id), address)
    await this.options.mail.queue(tx, { to: address, template, model: { ...details, ...where, userName: user.userName, notMe: `/not-me/${token}` } } as unknown as QueuedMail)
  }

  find(token: string): Promise<FoundLink | undefined> {
    return findLink(this.options, 'not-me', token)
  }

  /** Acts on "this was not me", once: undefined when the link is not open any more. */
  async act(token: string, origin: RequestOrigin): Promise<User | undefined> {
    const { database, hashes, clock, trail } = this.options
    const found = await this.find(token)
    if (found?.state !== 'open') return undefined
    // Sessions end before and after: a crash in between leaves nobody in, and whoever came in meanwhile goes.
    await this.options.endEverything(found.user.id)
    // A password that nobody knows, rather than none: an organization file fills in what is not there.
    const hash = await hashes.hash(newSecret(), origin.sourceIPAddress)
    const acted = await database.transaction(async (tx) => {
      const links = new MailedLinks(tx, clock)
      if (!await links.redeem('not-me', token)) return false
      await new Passwords(tx, hashes).put([{ principal: found.principal, hash, oneTime: false }])
      await revokeTrust(tx, found.principal)
      await links.voidOthers(found.principal, ['reset', 'invitation'])
      await mailReset(tx, found.user, this.options)
      return true
    })
    if (!acted) return undefined
    await this.options.endEverything(found.user.id)
    await trail.record({ eventName: 'ReportUnrecognizedActivity', eventSource: 'signin.amazonaws.com', origin, userId: found.user.id, serviceEventDetails: { ReportUnrecognizedActivity: 'Success' } })
    return found.user
  }
}
