// Notices: what somebody is told about their own sign-in, each with a link that says "this was not me". Opening it
// shows a page; acting on it makes the password worthless, ends everything, takes back what was added, and mails a link for a new one.
import { setPasswords } from '../authentication/index.js'
import { primaryEmail } from '../directory/index.js'
import { hidden, type Recorder, type RequestOrigin } from '../../platform/audit/index.js'
import { newSecret } from '../../platform/ids.js'
import { isMailAddress } from '../../platform/mail/index.js'
import type { Executor } from '../../platform/storage/database.js'
import { findLink, type FoundLink, type RecoveryOptions } from './choose.js'
import { MailedLinks } from './mailed-links.js'
import { aboutOwner, findOwner, signInDetails, type Owner } from './owners.js'
import { mailReset } from './resets.js'
import { tell, type Notice, type NoticeName } from './tell.js'
import { Undoing, type Undoable, type Undone, type UndoingOptions } from './undoing.js'

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
  tell<Name extends NoticeName>(tx: Executor, owner: Pick<Owner, 'principal' | 'userName' | 'emails'>, notice: Notice<Name>): Promise<void> {
    return tell(tx, owner, notice, this.options)
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
      const link = await new MailedLinks(tx, clock).redeem('not-me', token)
      if (!link) return undefined
      await setPasswords(tx, hashes, [{ principal, hash, oneTime: false }])
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
