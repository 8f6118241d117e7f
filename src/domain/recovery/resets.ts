// Forgotten passwords. Whoever asks gets the same answer at once; whether there is anybody to mail to is found out
// afterwards, so that neither words nor time tell.
import type { Budgets } from '../authentication/index.js'
import { primaryEmail } from '../directory/index.js'
import { hidden, type RequestOrigin } from '../../platform/audit/index.js'
import { Refusal } from '../../platform/errors.js'
import type { Log } from '../../platform/log.js'
import { isMailAddress, type MailQueue } from '../../platform/mail/index.js'
import type { Executor } from '../../platform/storage/database.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import { choosePassword, findLink, type FoundLink, type RecoveryOptions } from './choose.js'
import { lifetimes, MailedLinks } from './mailed-links.js'
import { aboutOwner, signInDetails, type Owner } from './owners.js'

export interface ResetsOptions extends RecoveryOptions {
  store: EphemeralStore
  budgets: Pick<Budgets, 'spend'>
  log: Pick<Log, 'warn'>
  /** Whose passwords are forgotten here, for the trail. */
  entrance: Owner['entrance']
  /** Finds everybody that a name or address may stand for. */
  lookUp: (name: string) => Promise<Owner[]>
  /** True for somebody whose password is kept elsewhere, so that another one here would not help. */
  isKeptElsewhere?: (owner: Owner) => Promise<boolean>
}

/** Requests that wait to be looked at; more would be somebody who floods. */
const mostWaiting = 500

export class Resets {
  #last: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(private readonly options: ResetsOptions) {}

  /** Takes a request for a link, by user name or mail address, and returns before anything is looked up. */
  ask(name: string, origin: RequestOrigin): void {
    if (this.#waiting >= mostWaiting) throw new Refusal('busy', 'Too many people are asking right now. Please try again in a minute.', { retryAfter: 60 })
    this.#waiting += 1
    this.#last = this.#last.then(() => this.#answer(name, origin)).catch((error: Error) => {
      this.options.log.warn({ err: error.message }, 'a forgotten password could not be looked after')
    }).finally(() => { this.#waiting -= 1 })
  }

  /** Resolves when everything that was asked for is done. */
  async settle(): Promise<void> {
    await this.#last
  }

  find(token: string): Promise<FoundLink | undefined> {
    return findLink(this.options, 'reset', token)
  }

  /** Sets a new password by a link, once; undefined when the link is not open any more. */
  complete(token: string, password: string, origin: RequestOrigin, endSessions?: (owner: Owner) => Promise<void>): Promise<Owner | undefined> {
    return choosePassword(this.options, { purpose: 'reset', token, password, origin, endSessions })
  }

  async #answer(name: string, origin: RequestOrigin): Promise<void> {
    const found = await this.options.lookUp(name)
    const reachable = found.filter(({ active, emails }) => active && isMailAddress(primaryEmail(emails) ?? ''))
    if (reachable.length === 0) return this.#record(origin, found[0], 'Failure', 'nobody to mail to')
    for (const owner of reachable) {
      if (await this.options.isKeptElsewhere?.(owner)) await this.#record(origin, owner, 'Failure', 'the password is kept by an identity source')
      else await this.#mail(owner, origin)
    }
  }

  async #mail(owner: Owner, origin: RequestOrigin): Promise<void> {
    const { budgets, database } = this.options
    try {
      await budgets.spend('ResetRequestsPerPerson', owner.id)
    } catch (error) {
      if (error instanceof Refusal && error.code === 'too-many-attempts') return this.#record(origin, owner, 'Failure', 'too many mails within an hour')
      throw error
    }
    await database.transaction((tx) => mailReset(tx, owner, this.options))
    await this.#record(origin, owner, 'Success')
  }

  async #record(origin: RequestOrigin, owner: Owner | undefined, outcome: 'Success' | 'Failure', reason?: string): Promise<void> {
    const { trail, store, entrance } = this.options
    // What strangers can cause at will does not fill the trail.
    if (outcome === 'Failure' && await store.count(`reset-failures`, 60) > 60) return
    await trail.record({
      eventName: 'PasswordRecoveryRequested', eventSource: 'signin.amazonaws.com', outcome, origin, ...(owner ? aboutOwner(owner) : { requestParameters: { userName: hidden } }),
      ...(reason && { errorMessage: reason }), ...signInDetails('PasswordRecoveryRequested', entrance, outcome),
    })
  }
}

/** Mails a link for a new password within a transaction. */
export async function mailReset(tx: Executor, owner: Owner, { mail, clock }: { mail: MailQueue; clock: () => number }): Promise<void> {
  const address = primaryEmail(owner.emails)!
  const token = await new MailedLinks(tx, clock).issue('reset', owner.principal, address)
  await mail.queue(tx, { to: address, template: 'reset-password', model: { userName: owner.userName, link: `/reset-password/${token}`, minutes: lifetimes.reset / 60_000 } })
}
