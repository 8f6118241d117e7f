// Notices: what somebody is told about their own sign-in, each with a link that says "this was not me". Opening it
// shows a page; acting on it makes the password worthless, ends everything, takes back what was added, and mails a link for a new one.
import { Passwords, revokeTrust } from '../authentication/index.js'
import { primaryEmail } from '../directory/index.js'
import { hidden, type Recorder, type RequestOrigin } from '../../platform/audit/index.js'
import { newSecret } from '../../platform/ids.js'
import { isMailAddress, type LetterName, type Letters, type QueuedMail } from '../../platform/mail/index.js'
import type { Executor } from '../../platform/storage/database.js'
import { findLink, type FoundLink, type RecoveryOptions } from './choose.js'
import { MailedLinks, type About } from './mailed-links.js'
import { aboutOwner, findOwner, signInDetails, type Owner } from './owners.js'
import { mailReset } from './resets.js'
import { Undoing, type Undoable, type Undone, type UndoingOptions } from './undoing.js'

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

/** What "this was not me" did. */
export interface Acted extends Undone {
  /** False for somebody who has no mail address any more, and gets no link. */
  isMailed: boolean
}

interface NoticesOptions extends RecoveryOptions, UndoingOptions {
  /** Ends every session of a person with what hangs on it, tokens of command lines, and role credentials. */
  endEverything: (owner: Owner) => Promise<void>
}

export class Notices {
  readonly #undoing: Undoing

  constructor(private readonly options: NoticesOptions) {
    this.#undoing = new Undoing(options)
  }

  /** Tells somebody within a transaction; those without an address are told nothing. */
  async tell<Name extends NoticeName>(tx: Executor, owner: Pick<Owner, 'principal' | 'userName' | 'emails'>, { template, where, details, about, to = primaryEmail(owner.emails) }: Notice<Name>): Promise<void> {
    if (!to || !isMailAddress(to)) return
    const token = await new MailedLinks(tx, this.options.clock).issue('not-me', owner.principal, to, about)
    await this.options.mail.queue(tx, { to, template, model: { ...details, ...where, userName: owner.userName, notMe: `/not-me/${token}` } } as unknown as QueuedMail)
  }

  find(token: string): Promise<FoundLink | undefined> {
    return findLink(this.options, 'not-me', token)
  }

  /** Says what acting on a link would take back. */
  look(link: FoundLink): Promise<Undoable> {
    return this.#undoing.look(link, link.owner)
  }

  /** Acts on "this was not me", once: undefined when the link is not open any more. `pointedAt` names doubtful devices that go too. */
  async act(token: string, pointedAt: string[], origin: RequestOrigin): Promise<Acted | undefined> {
    const found = await this.find(token)
    if (found?.state !== 'open') return undefined
    // Sessions end before and after: a crash in between leaves nobody in, and whoever came in meanwhile goes.
    await this.options.endEverything(found.owner)
    const undone = await this.#redeem(token, found, pointedAt, origin)
    if (!undone) return undefined
    await this.options.endEverything(found.owner)
    return undone
  }

  async #redeem(token: string, { principal, owner: before }: FoundLink, pointedAt: string[], origin: RequestOrigin): Promise<Acted | undefined> {
    const { database, hashes, clock } = this.options
    // A password that nobody knows, rather than none: an organization file fills in what is not there.
    const hash = await hashes.hash(newSecret(), origin.sourceIPAddress)
    return database.transaction(async (tx) => {
      const links = new MailedLinks(tx, clock)
      const link = await links.redeem('not-me', token)
      if (!link) return undefined
      await new Passwords(tx, hashes).put([{ principal, hash, oneTime: false }])
      await revokeTrust(tx, principal)
      await links.voidOthers(principal, ['reset', 'invitation'])
      const undone = await this.#undoing.undo(tx, link, (await findOwner(tx, principal))!, pointedAt)
      const owner = (await findOwner(tx, principal))!
      const isMailed = isMailAddress(primaryEmail(owner.emails) ?? '')
      if (isMailed) await mailReset(tx, owner, this.options)
      await record(this.options.trail.within(tx), before, undone, origin)
      return { ...undone, isMailed }
    })
  }
}

async function record(trail: Recorder, owner: Owner, { devices, recoveryCodes, address }: Undone, origin: RequestOrigin): Promise<void> {
  const userId = owner.id
  const about = { origin, ...aboutOwner(owner), additionalEventData: { Reason: 'ReportUnrecognizedActivity' } }
  for (const { id: deviceId, kind } of devices) {
    await trail.record({ ...about, eventName: 'DeleteMfaDeviceForUser', eventSource: 'sso-directory.amazonaws.com', requestParameters: { userId, deviceId, mfaType: kind === 'totp' ? 'TOTP' : 'WEBAUTHN' } })
  }
  if (recoveryCodes > 0) await trail.record({ ...about, eventName: 'DeleteRecoveryCodes', eventSource: 'sso-directory.amazonaws.com', requestParameters: { userId } })
  if (address) await trail.record({ ...about, eventName: 'UpdateUser', eventSource: 'sso-directory.amazonaws.com', requestParameters: { userId, emails: hidden } })
  await trail.record({ eventName: 'ReportUnrecognizedActivity', eventSource: 'signin.amazonaws.com', origin, ...aboutOwner(owner), ...signInDetails('ReportUnrecognizedActivity', owner.entrance) })
}
