// Telling somebody of their own sign-in: a letter that says what happened, when and from where, with a link that says
// "this was not me".
import { primaryEmail } from '../directory/index.js'
import { isMailAddress, type LetterName, type Letters, type MailQueue, type QueuedMail } from '../../platform/mail/index.js'
import type { Executor } from '../../platform/storage/database.js'
import { MailedLinks, type About } from './mailed-links.js'
import type { Owner } from './owners.js'

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

/** A notice to somebody. */
export interface Notice<Name extends NoticeName> {
  template: Name
  where: Whereabouts
  details: Details<Name>
  /** What its link takes back, beside ending everything. */
  about?: About | undefined
  /** The address it goes to, where that is not the person's main one. */
  to?: string | undefined
}

/** Tells somebody within a transaction; those without an address are told nothing. */
export async function tell<Name extends NoticeName>(
  tx: Executor, owner: Pick<Owner, 'principal' | 'userName' | 'emails'>, { template, where, details, about, to = primaryEmail(owner.emails) }: Notice<Name>, { mail, clock }: { mail: MailQueue; clock: () => number },
): Promise<void> {
  if (!to || !isMailAddress(to)) return
  const token = await new MailedLinks(tx, clock).issue('not-me', owner.principal, to, about)
  await mail.queue(tx, { to, template, model: { ...details, ...where, userName: owner.userName, notMe: `/not-me/${token}` } } as unknown as QueuedMail)
}
